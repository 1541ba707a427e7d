"""What enterprises want to borrow."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.need import Need
from services.matchmaking.domain.terms import GuaranteeKind
from services.matchmaking.tables import NEEDS


async def put(
    session: AsyncSession, candidate_id: UUID, need: Need, *, by: str, now: datetime
) -> None:
    """Write a need over the one before."""
    row = {**asdict(need), "filed_by": by, "filed_at": now}
    await session.execute(
        insert(NEEDS)
        .values(candidate_id=candidate_id, **row)
        .on_conflict_do_update(index_elements=["candidate_id"], set_=row)
    )


async def of(session: AsyncSession, candidates: Collection[UUID]) -> Mapping[UUID, Need]:
    """Return the need of each candidate that has one."""
    query = select(NEEDS).where(NEEDS.c.candidate_id == func.any(list(candidates)))
    return {row.candidate_id: _need(row) for row in await session.execute(query)}


def _need(row: Row[Any]) -> Need:
    return Need(
        amount=row.amount,
        tenor_months=row.tenor_months,
        purpose=row.purpose,
        needed_by=row.needed_by,
        jobs_to_keep=row.jobs_to_keep,
        guarantees=tuple(GuaranteeKind(kind) for kind in row.guarantees),
        has_loans=row.has_loans,
    )
