"""Forgetting what transport no longer needs; business data is never touched."""

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, CursorResult, Table, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.tables import KernelTables
from shared.settings import RetentionSettings

_BATCH: Final = 5000
_IDEMPOTENCY: Final = timedelta(days=7)  # far beyond any client's retries


async def prune(
    session: AsyncSession, tables: KernelTables, settings: RetentionSettings
) -> dict[str, int]:
    """Delete one batch of what is past its time from each table; return counts by table.

    A fact that still waits in the outbox is kept, however old.
    """
    unsent = tables.event_log.c.event_id.in_(select(tables.outbox.c.event_id))
    return {
        "event_log": await _delete(session, tables.event_log, settings.event_log, ~unsent),
        "inbox": await _delete(session, tables.inbox, settings.inbox),
        "idempotency": await _delete(session, tables.idempotency, _IDEMPOTENCY),
    }


async def _delete(
    session: AsyncSession, table: Table, keep: timedelta, *also: ColumnElement[bool]
) -> int:
    key = tuple_(*table.primary_key.columns)
    old = select(*table.primary_key.columns).where(table.c.at < func.now() - keep, *also)
    result = await session.execute(delete(table).where(key.in_(old.limit(_BATCH))))
    return result.rowcount if isinstance(result, CursorResult) else 0
