"""Messages that could not be applied: kept with their reason, listed, replayed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.tables import KernelTables
from shared.pagination import Column, Keyset, PageQuery

_REASON_CHARACTERS = 2000


@dataclass(frozen=True)
class DeadLetter:
    """A message that a consumer gave up, and why."""

    event_id: str
    consumer: str
    subject: str
    reason: str
    deliveries: int
    payload: bytes
    headers: Mapping[str, str]
    at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


async def bury(
    session: AsyncSession,
    tables: KernelTables,
    *,
    event_id: str,
    consumer: str,
    subject: str,
    reason: str,
    deliveries: int,
    payload: bytes,
    headers: Mapping[str, str],
) -> None:
    """Keep a message that will not be tried again; burying it twice keeps the last reason."""
    values = {
        "reason": reason[:_REASON_CHARACTERS].replace("\x00", ""),
        "deliveries": deliveries,
        "subject": subject,
        "payload": payload,
        "headers": dict(headers),
    }
    await session.execute(
        insert(tables.inbox_dead)
        .values(event_id=event_id, consumer=consumer, **values)
        .on_conflict_do_update(index_elements=["event_id", "consumer"], set_=values)
    )


async def unresolved(
    session: AsyncSession, tables: KernelTables, page: PageQuery
) -> tuple[list[DeadLetter], str | None]:
    """List dead letters that nobody has replayed yet, by event and consumer, with the cursor."""
    dead = tables.inbox_dead
    order = Keyset(Column(dead.c.event_id, str), Column(dead.c.consumer, str))
    rows = await session.execute(order.page(select(dead).where(dead.c.resolved_at.is_(None)), page))
    shown, cursor = order.cut(
        rows.mappings().all(), page, lambda row: (row["event_id"], row["consumer"])
    )
    return [DeadLetter(**row) for row in shown], cursor


async def find(
    session: AsyncSession, tables: KernelTables, *, event_id: str, consumer: str
) -> DeadLetter | None:
    """Read one dead letter and hold its row, so that two replays do not meet."""
    dead = tables.inbox_dead
    row = await session.execute(
        select(dead)
        .where(dead.c.event_id == event_id, dead.c.consumer == consumer)
        .with_for_update()
    )
    found = row.mappings().one_or_none()
    return None if found is None else DeadLetter(**found)


async def resolve(
    session: AsyncSession, tables: KernelTables, letter: DeadLetter, *, by: str
) -> DeadLetter:
    """Mark a dead letter as applied after all."""
    dead = tables.inbox_dead
    row = await session.execute(
        update(dead)
        .where(dead.c.event_id == letter.event_id, dead.c.consumer == letter.consumer)
        .values(resolved_at=func.now(), resolved_by=by)
        .returning(dead)
    )
    return DeadLetter(**row.mappings().one())
