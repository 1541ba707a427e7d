"""Linking: who is meant by the texts that wait, what they allege, and which of them are the same.

One turn takes some texts, reads them, writes their links and states them, in one transaction:
killed at any point, it leaves the texts waiting, or linked and stated. Whoever calls `turn` again
and again may be any process; several do no harm, and take turns.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.facts import opinions_linked
from services.ingest.opinion.clusters import Told, cluster, sketch
from services.ingest.opinion.links import Item, Link, by_item, changes, held, links_of
from services.ingest.opinion.matching import Matcher, whole
from services.ingest.opinion.reading import Reading, matcher_of, read
from services.ingest.store import links, names, opinions, waiting
from services.ingest.store.links import Stored
from shared.bus import outbox
from shared.calendar import SHANGHAI

# A turn lasts a second at the most, so that nobody who replaces a text waits longer.
_TEXTS: Final = 1000
_SEARCHED: Final = 5000
SEARCHED_BACK: Final = timedelta(days=60)
"""How old a text may be in which new names are still looked for."""


@dataclass(frozen=True)
class _Held:
    revision: int
    matcher: Matcher


@dataclass(frozen=True)
class _Sought:
    search: int
    matcher: Matcher


class Linker:
    """Links texts; holds the names of the register, and reads them again when they have changed."""

    def __init__(self) -> None:
        self._held: _Held | None = None
        self._sought: _Sought | None = None

    async def turn(self, session: AsyncSession, now: datetime) -> bool:
        """Do some of what waits; return whether there was anything.

        New names have a turn of their own, so that the names held in memory are those of a
        revision that is committed: whatever becomes of the turn that reads them, they stay right.
        """
        todo = await waiting.waiting(session)
        if not todo.anything or not await waiting.one_at_a_time(session):
            return False
        if todo.names:
            await waiting.count_names_up(session)
            renamed = await waiting.take_names(session)
            await waiting.begin_search(session, renamed, since=now - SEARCHED_BACK)
            return True
        if items := await waiting.take_texts(session, limit=_TEXTS):
            await _link(session, items, await self._matcher(session))
            return True
        return await self._search(session)

    async def _search(self, session: AsyncSession) -> bool:
        """Look for new names in some older texts; what may have one is linked anew."""
        search = await waiting.next_search(session)
        if search is None:
            return False
        items = await waiting.texts_after(session, search, limit=_SEARCHED)
        everything = await self._matcher(session)
        if self._sought is None or self._sought.search != search.id:
            some = await asyncio.to_thread(everything.only, search.usccs)
            self._sought = _Sought(search.id, some)
        found = await asyncio.to_thread(_having_names, self._sought.matcher, items)
        if found:
            await opinions.let_wait(session, found)
        await waiting.advance(session, search, items[-1] if items else None)
        return True

    async def _matcher(self, session: AsyncSession) -> Matcher:
        revision = await waiting.names_revision(session)
        if self._held is None or self._held.revision != revision:
            entries = await names.entries(session)
            self._sought = None
            self._held = _Held(revision, await asyncio.to_thread(matcher_of, entries))
        return self._held.matcher


def _having_names(matcher: Matcher, items: Sequence[Item]) -> list[UUID]:
    return [item.id for item in items if matcher.hits(whole(item.title, item.text))]


def _read(matcher: Matcher, items: Sequence[Item]) -> dict[UUID, Reading]:
    return {
        item.id: read(
            matcher,
            item.text,
            title=item.title,
            year=item.published_at.astimezone(SHANGHAI).year,
        )
        for item in items
    }


async def _link(session: AsyncSession, items: Sequence[Item], matcher: Matcher) -> None:
    read_now = await asyncio.to_thread(_read, matcher, items)
    ids = [item.id for item in items]
    stored = await links.readings(session, ids)
    before = by_item(await links.links(session, ids)) if stored else {}
    after = {item.id: links_of(item, read_now[item.id]) for item in items}
    told = {
        item.id: changes(
            before.get(item.id, {}),
            after[item.id],
            again=item.id in stored and stored[item.id].version != item.version,
        )
        for item in items
    }
    meant = [item for item in items if after[item.id] or item.id in stored]
    texts = {
        item.id: _told(item, before.get(item.id, {}), after[item.id], stored.get(item.id))
        for item in meant
    }
    moved = await _cluster(session, texts, {item.id: item.version for item in meant}, stored)
    stated = [link for each in told.values() for link in each]
    await links.save_links(session, stated)
    again = await links.state_again(session, moved - {link.item for link in stated})
    keys = {(link.item, link.uscc) for link in stated} | set(again)
    await outbox.put(session, *opinions_linked(await links.linked(session, keys)))


async def _cluster(
    session: AsyncSession,
    texts: Mapping[UUID, Told],
    versions: Mapping[UUID, int],
    stored: Mapping[UUID, Stored],
) -> set[UUID]:
    """Find the clusters of texts and keep their readings; return texts whose cluster has changed.

    Texts that changed, or are no longer about what they were, leave: their clusters are formed
    anew from all their texts.
    """
    if not texts:
        return set()
    left = {
        stored[id_].cluster for id_, told in texts.items() if id_ in stored and told.cluster is None
    }
    others = await links.members(session, left) if left else []
    apart = [_without_cluster(told) for told in others if told.id not in texts]
    new = [told if told.cluster not in left else _without_cluster(told) for told in texts.values()]
    new += apart
    near = await _around(session, new)
    found = cluster(new, [told for told in near if told.cluster not in left])
    was = {**stored, **await links.readings(session, [told.id for told in apart])}
    await links.save_readings(
        session,
        [
            Stored(
                told.id,
                versions.get(told.id) or was[told.id].version,
                told.published_at,
                told.sketch,
                found.clusters[told.id],
            )
            for told in new
        ],
    )
    changed = {
        told.id
        for told in new
        if told.id in was and was[told.id].cluster != found.clusters[told.id]
    }
    return changed | await links.rename(session, found.renamed)


async def _around(session: AsyncSession, new: Sequence[Told]) -> list[Told]:
    groups = {group for told in new for group in told.groups}
    if not groups:
        return []
    times = [told.published_at for told in new]
    ours = {told.id for told in new}
    found = await links.around(session, groups, min(times), max(times))
    return [told for told in found if told.id not in ours]


def _told(
    item: Item,
    before: Mapping[str, Link],
    after: Mapping[str, Link],
    stored: Stored | None,
) -> Told:
    """Return a text for clustering; in its cluster, if it says what it said of those it was about.

    That it is about others too does not move it: it may only connect more.
    """
    told = Told(
        item.id, item.published_at, sketch(whole(item.title, item.text)), held(after.values())
    )
    stays = (
        stored is not None
        and (stored.sketch, stored.published_at) == (told.sketch, told.published_at)
        and held(before.values()) <= told.groups
    )
    return replace(told, cluster=stored.cluster) if stays and stored is not None else told


def _without_cluster(told: Told) -> Told:
    return replace(told, cluster=None)
