"""The audit of every access: written in batches, read by auditors."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.tables import ACCESS_AUDIT
from shared.ids import first_uuid7_of
from shared.pagination import Column, Keyset, PageQuery

_LATEST_FIRST: Final = Keyset(Column(ACCESS_AUDIT.c.id, UUID, descending=True))


@dataclass(frozen=True)
class Access:
    """One call: who, what, how it ended. `action` is None where the path leads nowhere."""

    id: UUID
    at: datetime
    actor: str
    kind: str
    action: str | None
    method: str
    path: str
    status: int
    trace_id: str | None
    request_id: str


@dataclass(frozen=True)
class AccessFilter:
    """Which lines an auditor asks for."""

    actor: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def append(session: AsyncSession, accesses: Sequence[Access]) -> None:
    """Write lines; those that an earlier try has written already stay as they are."""
    rows = [asdict(access) for access in accesses]
    await session.execute(insert(ACCESS_AUDIT).on_conflict_do_nothing(), rows)


async def accesses(
    session: AsyncSession, wanted: AccessFilter, page: PageQuery
) -> tuple[Sequence[Row[Any]], str | None]:
    """List accesses, the latest first, with the cursor of the next page."""
    query = select(ACCESS_AUDIT)
    if wanted.actor is not None:
        query = query.where(ACCESS_AUDIT.c.actor == wanted.actor)
    if wanted.action is not None:
        query = query.where(ACCESS_AUDIT.c.action == wanted.action)
    # Ids begin with their time, so a span of time is a range of the primary key.
    if wanted.since is not None:
        query = query.where(ACCESS_AUDIT.c.id >= first_uuid7_of(wanted.since))
    if wanted.until is not None:
        query = query.where(ACCESS_AUDIT.c.id < first_uuid7_of(wanted.until))
    rows = (await session.execute(_LATEST_FIRST.page(query, page))).all()
    return _LATEST_FIRST.cut(rows, page, lambda row: (row.id,))
