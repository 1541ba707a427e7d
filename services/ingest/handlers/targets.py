"""Where the rows of a feed are recorded: for each target, what is known of them and how they are.

Batches and files go the same way: sift, know, settle, record, in one transaction.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract, Target
from services.ingest.domain.facts import (
    enterprises_changed,
    observations_recorded,
    protection_list_published,
)
from services.ingest.domain.fates import Held, Origin, Version
from services.ingest.domain.rows import Key, Row, Sifted, keep_known
from services.ingest.handlers import held_rows
from services.ingest.store import (
    observations,
    opinions,
    protection_lists,
    quarantine,
    register,
    withdrawals,
)
from shared.bus import outbox


@dataclass(frozen=True)
class Sender:
    """Who pushes what: one agency, one feed.

    `waits`: behind rows that are held about the same enterprises; what is released does not.
    `alone`: it has locked the whole feed, so that no enterprise need be.
    """

    agency: str
    contract: FeedContract
    waits: bool = True
    alone: bool = False

    @property
    def voice(self) -> str:
        """Return whose its statements are: of observations alone agencies take back their own."""
        return self.agency if self.contract.target is Target.OBSERVATIONS else ""


@dataclass(frozen=True)
class Known:
    """What is on record about rows, which stays so until the commit.

    `sifted` may have fewer rows than before: those of enterprises that the register does not know
    are its strangers; `said` is what waits already of their keys.
    """

    sifted: Sifted
    held: Mapping[Key, Held] = field(default_factory=dict)
    enterprise_ids: Mapping[str, int] = field(default_factory=dict)
    said: Mapping[Key, Held] = field(default_factory=dict)


Know = Callable[[AsyncSession, Sender, Sifted], Awaitable[Known]]
History = Callable[
    [AsyncSession, Sender, Known, Sequence[Row]], Awaitable[Mapping[Key, Sequence[Held]]]
]
Record = Callable[[AsyncSession, Sender, Known, Sequence[Version], Origin], Awaitable[None]]


@dataclass(frozen=True)
class Recorder:
    """How one target takes rows: look up and lock what they are about; write their versions.

    `history`: all versions of what some rows are about, in any order.
    """

    know: Know
    history: History
    record: Record


async def _know_enterprises(session: AsyncSession, _sender: Sender, sifted: Sifted) -> Known:
    new = await register.enrol(session, sifted.rows)
    held = await register.held(session, sifted.rows)
    return Known(sifted, {key: entry for key, entry in held.items() if key[0] not in new})


async def _history_of_enterprises(
    session: AsyncSession, _sender: Sender, _known: Known, rows: Sequence[Row]
) -> Mapping[Key, Sequence[Held]]:
    return await register.history(session, rows)


async def _record_enterprises(
    session: AsyncSession,
    _sender: Sender,
    _known: Known,
    versions: Sequence[Version],
    origin: Origin,
) -> None:
    await register.save(session, versions, **vars(origin))
    await outbox.put(session, *enterprises_changed(versions, **vars(origin)))
    await held_rows.enterprises_came(session, versions)


async def _know_opinions(session: AsyncSession, sender: Sender, sifted: Sifted) -> Known:
    fresh = await opinions.enrol(session, sifted.rows, agency=sender.agency)
    held = await opinions.held(session, sifted.rows, agency=sender.agency)
    return Known(sifted, {key: item for key, item in held.items() if key not in fresh})


async def _history_of_opinions(
    session: AsyncSession, sender: Sender, _known: Known, rows: Sequence[Row]
) -> Mapping[Key, Sequence[Held]]:
    return await opinions.history(session, rows, agency=sender.agency)


async def _record_opinions(
    session: AsyncSession,
    sender: Sender,
    _known: Known,
    versions: Sequence[Version],
    origin: Origin,
) -> None:
    # They are stated when it is known whom they are about.
    await opinions.save(session, versions, agency=sender.agency, **vars(origin))


def _of_enterprises(
    held: Callable[
        [AsyncSession, Sender, Sequence[Row], Mapping[str, int]], Awaitable[dict[Key, Held]]
    ],
) -> Know:
    """Look up rows about enterprises of the register, which are locked, and set strangers apart."""

    async def know(session: AsyncSession, sender: Sender, sifted: Sifted) -> Known:
        look = withdrawals.ids if sender.alone else register.lock
        ids = await look(session, {row.key[0] for row in sifted.rows})
        sifted = keep_known(sifted, await _clear(session, sender, ids))
        if not sifted.rows:
            return Known(sifted)
        return Known(sifted, await held(session, sender, sifted.rows, ids), ids)

    return know


async def _clear(session: AsyncSession, sender: Sender, ids: Mapping[str, int]) -> set[str]:
    """Return those enterprises about which no row of the feed waits, if the sender's wait."""
    if not sender.waits:
        return set(ids)
    behind = await quarantine.behind(session, sender.contract.name, ids.values())
    return {uscc for uscc, id_ in ids.items() if id_ not in behind}


async def _held_observations(
    session: AsyncSession, sender: Sender, rows: Sequence[Row], ids: Mapping[str, int]
) -> dict[Key, Held]:
    return await observations.held(session, sender.contract, rows, ids=ids)


async def _know_observations(session: AsyncSession, sender: Sender, sifted: Sifted) -> Known:
    await observations.lock(session, sender.contract.name, whole=False)
    return await _of_enterprises(_held_observations)(session, sender, sifted)


async def _history_of_observations(
    session: AsyncSession, sender: Sender, known: Known, rows: Sequence[Row]
) -> Mapping[Key, Sequence[Held]]:
    return await observations.history(session, sender.contract, rows, ids=known.enterprise_ids)


async def _record_observations(
    session: AsyncSession,
    sender: Sender,
    known: Known,
    versions: Sequence[Version],
    origin: Origin,
) -> None:
    ids = known.enterprise_ids
    await observations.save(session, sender.contract, versions, ids=ids, import_id=origin.import_id)
    await outbox.put(session, *observations_recorded(sender.contract, versions, **vars(origin)))


async def _held_entries(
    session: AsyncSession, _sender: Sender, rows: Sequence[Row], ids: Mapping[str, int]
) -> dict[Key, Held]:
    return await protection_lists.held(session, rows, ids=ids)


async def _history_of_entries(
    session: AsyncSession, _sender: Sender, known: Known, rows: Sequence[Row]
) -> Mapping[Key, Sequence[Held]]:
    return await protection_lists.history(session, rows, ids=known.enterprise_ids)


async def _record_entries(
    session: AsyncSession,
    _sender: Sender,
    known: Known,
    versions: Sequence[Version],
    origin: Origin,
) -> None:
    await protection_lists.save(session, versions, ids=known.enterprise_ids, **vars(origin))
    await outbox.put(session, *protection_list_published(versions, **vars(origin)))


RECORDERS: Final[Mapping[Target, Recorder]] = {
    Target.REGISTER: Recorder(_know_enterprises, _history_of_enterprises, _record_enterprises),
    Target.OPINIONS: Recorder(_know_opinions, _history_of_opinions, _record_opinions),
    Target.OBSERVATIONS: Recorder(
        _know_observations, _history_of_observations, _record_observations
    ),
    Target.PROTECTION_LISTS: Recorder(
        _of_enterprises(_held_entries), _history_of_entries, _record_entries
    ),
}
