"""Rows that wait until the register knows their enterprises: held, marked, released in order.

Who holds rows and who enters enterprises wait for each other (`share`, `alone`), so that no row
is held unmarked after its enterprise has come. Both lock the enterprises before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Row,
    Text,
    any_,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Fate, Origin
from services.ingest.domain.quarantine import Record, Waiting
from services.ingest.domain.rows import Key
from services.ingest.tables import ENTERPRISES, QUARANTINE
from shared.rows import unnest_named

_LOCK: Final = func.hashtextextended("ingest quarantine", 0)
_RELEASING: Final = func.hashtextextended("ingest quarantine release", 0)
_HELD: Final = QUARANTINE.c.state == Waiting.HELD
_KEYS: Final = Text(collation="C")
# Keys are printable: none has this character (domain/values).
_BETWEEN: Final = "\x1f"


@dataclass(frozen=True)
class Sent:
    """Where rows come from: the feed, the agency, the import and when it was received."""

    feed: str
    agency: str
    import_id: UUID
    received_at: datetime


@dataclass(frozen=True)
class Kept:
    """A row to be held: its number in the import, what it is about, what it says."""

    row: int
    key: Key
    record: Record


@dataclass(frozen=True)
class Newest:
    """What the newest held row of a key says, and by which import."""

    record: Record
    origin: Origin


@dataclass(frozen=True)
class Due:
    """A held row whose enterprise the register knows by now."""

    id: int
    sent: Sent
    kept: Kept


async def share(session: AsyncSession) -> None:
    """Let no enterprise enter the register until the commit."""
    await session.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))


async def add(session: AsyncSession, sent: Sent, rows: Sequence[Kept]) -> None:
    """Hold rows in their order; those whose enterprise has come meanwhile are marked at once."""
    given = unnest_named(
        {"row_index": Integer(), "uscc": _KEYS, "key": Text(), "record": JSONB()},
        [
            {
                "row_index": kept.row,
                "uscc": kept.key[0],
                "key": _joined(kept.key),
                "record": dict(kept.record),
            }
            for kept in rows
        ],
    )
    numbered = (
        select(
            *(literal(value).label(name) for name, value in vars(sent).items()),
            given.c.row_index,
            given.c.uscc,
            func.string_to_array(given.c.key, _BETWEEN).label("key"),
            given.c.record,
            ENTERPRISES.c.id,
            literal(Waiting.HELD.value),
        )
        .join_from(given, ENTERPRISES, ENTERPRISES.c.uscc == given.c.uscc, isouter=True)
        .order_by(given.c.row_index)
    )
    names = [*vars(sent), "row_index", "uscc", "key", "record", "enterprise_id", "state"]
    await session.execute(insert(QUARANTINE).from_select(names, numbered))


async def mark(session: AsyncSession, usccs: Iterable[str]) -> None:
    """Mark the held rows of enterprises that the register has just entered."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    await session.execute(
        update(QUARANTINE)
        .where(
            _HELD,
            QUARANTINE.c.enterprise_id.is_(None),
            QUARANTINE.c.uscc == any_(literal(sorted(usccs), ARRAY(_KEYS))),
            QUARANTINE.c.uscc == ENTERPRISES.c.uscc,
        )
        .values(enterprise_id=ENTERPRISES.c.id)
    )


async def behind(session: AsyncSession, feed: str, ids: Iterable[int]) -> set[int]:
    """Return those of the enterprises about which rows of the feed are held."""
    found = await session.scalars(
        select(QUARANTINE.c.enterprise_id)
        .where(
            _HELD,
            QUARANTINE.c.feed == feed,
            QUARANTINE.c.enterprise_id == any_(literal(sorted(ids), ARRAY(BigInteger))),
        )
        .distinct()
    )
    return set(found)


async def behind_between(session: AsyncSession, feed: str, first: int, last: int) -> Sequence[int]:
    """Return those of the enterprises with these numbers about which rows of the feed are held.

    For many: to read whose rows wait, few if any, costs less than to ask for each.
    """
    found = await session.scalars(
        select(QUARANTINE.c.enterprise_id)
        .where(
            _HELD,
            QUARANTINE.c.feed == feed,
            QUARANTINE.c.enterprise_id.between(first, last),
        )
        .distinct()
    )
    return found.all()


async def newest(
    session: AsyncSession, feed: str, keys: Iterable[Key], *, agency: str, by: datetime
) -> dict[Key, Newest]:
    """Return what the newest held row of each key says, of those that were received by some moment.

    Where it is the agency's own. An import that is worked off late comes behind newer ones.
    """
    by_text = {_joined(key): key for key in keys}
    given = unnest_named({"key": Text()}, [{"key": key} for key in by_text])
    last = (
        select(
            QUARANTINE.c.agency,
            QUARANTINE.c.record,
            QUARANTINE.c.import_id,
            QUARANTINE.c.received_at,
        )
        .where(
            _HELD,
            QUARANTINE.c.feed == feed,
            QUARANTINE.c.key == func.string_to_array(given.c.key, _BETWEEN),
            QUARANTINE.c.received_at <= by,
        )
        .order_by(QUARANTINE.c.received_at.desc(), QUARANTINE.c.id.desc())
        .limit(1)
        .correlate(given)
        .lateral("last")
    )
    found = await session.execute(
        select(given.c.key, last.c.record, last.c.import_id, last.c.received_at)
        .join_from(given, last, literal(value=True))
        .where(last.c.agency == agency)
    )
    return {
        by_text[key]: Newest(record, Origin(import_id, received_at))
        for key, record, import_id, received_at in found
    }


async def one_at_a_time(session: AsyncSession) -> bool:
    """Tell whether nobody else releases until our commit: rows of a key go in their order."""
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(_RELEASING))))


async def anything_due(session: AsyncSession) -> bool:
    """Tell whether a held row could be released."""
    due = exists(select(QUARANTINE.c.id).where(_HELD, QUARANTINE.c.enterprise_id.is_not(None)))
    return bool(await session.scalar(select(due)))


async def take_due(session: AsyncSession, *, limit: int) -> list[Due]:
    """Lock the first rows that can be released, all of one feed, in the order of their receipt.

    An import that was worked off late has put its rows behind those of newer ones.
    """
    can = _HELD & QUARANTINE.c.enterprise_id.is_not(None)
    in_order = (QUARANTINE.c.received_at, QUARANTINE.c.id)
    first = select(QUARANTINE.c.feed).where(can).order_by(*in_order).limit(1)
    found = await session.execute(
        select(QUARANTINE)
        .where(can, QUARANTINE.c.feed == first.scalar_subquery())
        .order_by(*in_order)
        .limit(limit)
        .with_for_update()
    )
    return [_due(row) for row in found]


async def take_old(session: AsyncSession, *, before: datetime, limit: int) -> list[Due]:
    """Lock held rows that were received before some time and whose enterprise has not come."""
    found = await session.execute(
        select(QUARANTINE)
        .where(_HELD, QUARANTINE.c.enterprise_id.is_(None), QUARANTINE.c.received_at < before)
        .order_by(QUARANTINE.c.received_at, QUARANTINE.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_due(row) for row in found]


async def end(
    session: AsyncSession,
    endings: Mapping[int, tuple[Waiting, Fate | None]],
    *,
    at: datetime,
) -> None:
    """Note how rows have ended; what they said is no longer kept here."""
    if not endings:
        return
    given = unnest_named(
        {"id": BigInteger(), "state": Text(), "fate": Text()},
        [{"id": id_, "state": state, "fate": fate} for id_, (state, fate) in endings.items()],
    )
    await session.execute(
        update(QUARANTINE)
        .where(QUARANTINE.c.id == given.c.id)
        .values(state=given.c.state, fate=given.c.fate, ended_at=at, record=None)
    )


async def withdraw(session: AsyncSession, import_id: UUID, *, at: datetime) -> int:
    """Take back the rows of an import that are still held; return how many."""
    ended = await session.scalars(
        update(QUARANTINE)
        .where(_HELD, QUARANTINE.c.import_id == import_id)
        .values(state=Waiting.WITHDRAWN.value, ended_at=at, record=None)
        .returning(QUARANTINE.c.id)
    )
    return len(ended.all())


async def standing(session: AsyncSession, import_id: UUID) -> dict[Waiting, int]:
    """Count an import's rows that came before their enterprises, by how it stands with them."""
    found = await session.execute(
        select(QUARANTINE.c.state, func.count())
        .where(QUARANTINE.c.import_id == import_id)
        .group_by(QUARANTINE.c.state)
    )
    return {Waiting(state): number for state, number in found}


def _joined(key: Key) -> str:
    return _BETWEEN.join(key)


def _due(row: Row[Any]) -> Due:
    sent = Sent(row.feed, row.agency, row.import_id, row.received_at)
    return Due(row.id, sent, Kept(row.row_index, tuple(row.key), row.record))
