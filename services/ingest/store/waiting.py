"""What waits for linking: texts, new names, and how far older texts were searched for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Select,
    Uuid,
    any_,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.opinion.links import Item
from services.ingest.tables import (
    ENTERPRISES,
    NAMES_REVISION,
    NAMES_WAITING,
    OPINION_ITEMS,
    OPINION_SEARCHES,
    OPINION_VERSIONS,
    OPINIONS_WAITING,
)

LINKING: Final = "ingest_linking"
"""The channel on which whoever links is told that something waits."""
_NOBODY: Final = UUID(int=0)
_WAITING: Final = select(
    exists(select(OPINIONS_WAITING.c.item)),
    exists(select(NAMES_WAITING.c.enterprise_id)),
    exists(select(OPINION_SEARCHES.c.id)),
)


@dataclass(frozen=True)
class Waiting:
    """What there is to do; business has caught up when there is nothing."""

    texts: bool
    names: bool
    searches: bool

    @property
    def anything(self) -> bool:
        """Tell whether there is anything to do."""
        return self.texts or self.names or self.searches


@dataclass(frozen=True)
class Search:
    """A search of older texts for enterprises with new names, and the last text it has read."""

    id: int
    usccs: frozenset[str]
    after_published_at: datetime
    after_item: UUID | None


async def waiting(session: AsyncSession) -> Waiting:
    """Tell what waits; for whoever links, and for whoever asks whether all has been applied."""
    return Waiting(*(await session.execute(_WAITING)).one())


async def take_texts(session: AsyncSession, *, limit: int) -> list[Item]:
    """Take the texts that wait longest; they wait again if the transaction fails.

    They are read after they were taken: whoever replaces one waits from then on until we are
    through, and lets it wait again.
    """
    first = (
        select(OPINIONS_WAITING.c.item)
        .order_by(OPINIONS_WAITING.c.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = await session.scalars(
        delete(OPINIONS_WAITING)
        .where(OPINIONS_WAITING.c.item.in_(first))
        .returning(OPINIONS_WAITING.c.item)
    )
    ids = sorted(taken)
    return await _items(session, ids) if ids else []


async def _items(session: AsyncSession, ids: Sequence[UUID]) -> list[Item]:
    found = await session.execute(
        _texts()
        .where(OPINION_ITEMS.c.id == any_(literal(ids, postgresql.ARRAY(Uuid))))
        .order_by(OPINION_ITEMS.c.id)
    )
    return [Item(*row) for row in found]


def _texts() -> Select[Any]:
    return select(
        OPINION_ITEMS.c.id,
        OPINION_ITEMS.c.version,
        OPINION_ITEMS.c.published_at,
        OPINION_VERSIONS.c.title,
        OPINION_VERSIONS.c.text,
    ).join(
        OPINION_VERSIONS,
        (OPINION_VERSIONS.c.item == OPINION_ITEMS.c.id)
        & (OPINION_VERSIONS.c.version == OPINION_ITEMS.c.version),
    )


async def take_names(session: AsyncSession) -> list[str]:
    """Take the enterprises whose names have changed; they wait again if the transaction fails."""
    taken = delete(NAMES_WAITING).returning(NAMES_WAITING.c.enterprise_id).cte("taken")
    found = await session.scalars(
        select(ENTERPRISES.c.uscc).join(taken, taken.c.enterprise_id == ENTERPRISES.c.id)
    )
    return sorted(found)


async def count_names_up(session: AsyncSession) -> None:
    """Say that names have changed, to every process that holds names in its memory."""
    statement = postgresql.insert(NAMES_REVISION).values(id=1, revision=1)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[NAMES_REVISION.c.id],
            set_={"revision": NAMES_REVISION.c.revision + 1},
        )
    )


async def names_revision(session: AsyncSession) -> int:
    """Return how often names have changed."""
    return await session.scalar(select(NAMES_REVISION.c.revision)) or 0


async def begin_search(session: AsyncSession, usccs: Sequence[str], *, since: datetime) -> None:
    """Let texts since then be searched for enterprises, if there are any such texts."""
    if await session.scalar(select(exists(select(1).where(OPINION_ITEMS.c.published_at >= since)))):
        await session.execute(
            insert(OPINION_SEARCHES).values(usccs=list(usccs), after_published_at=since)
        )


async def next_search(session: AsyncSession) -> Search | None:
    """Return the search that was begun first."""
    found = await session.execute(select(OPINION_SEARCHES).order_by(OPINION_SEARCHES.c.id).limit(1))
    row = found.mappings().first()
    if row is None:
        return None
    return Search(row["id"], frozenset(row["usccs"]), row["after_published_at"], row["after_item"])


async def texts_after(session: AsyncSession, search: Search, *, limit: int) -> list[Item]:
    """Return the next texts of a search, by the time of their publication."""
    place = tuple_(OPINION_ITEMS.c.published_at, OPINION_ITEMS.c.id)
    # The id of nobody comes before all others.
    last = tuple_(
        literal(search.after_published_at, DateTime(timezone=True)),
        literal(search.after_item or _NOBODY, Uuid),
    )
    found = await session.execute(
        _texts().where(place > last).order_by(*place.clauses).limit(limit)
    )
    return [Item(*row) for row in found]


async def advance(session: AsyncSession, search: Search, last: Item | None) -> None:
    """Note how far a search has come; without a last text it is over."""
    this = OPINION_SEARCHES.c.id == search.id
    if last is None:
        await session.execute(delete(OPINION_SEARCHES).where(this))
        return
    await session.execute(
        update(OPINION_SEARCHES)
        .where(this)
        .values(after_published_at=last.published_at, after_item=last.id)
    )


async def one_at_a_time(session: AsyncSession) -> bool:
    """Tell whether nobody else links until our commit.

    Turns of several processes go one after the other: so a text is linked either by names that
    are new to it, or before they are looked for in older texts.
    """
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended("ingest linking", 0))
    return bool(await session.scalar(select(lock)))
