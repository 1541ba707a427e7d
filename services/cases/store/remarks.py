"""Lines for a timeline that wait for the case to open, and who may look for one now."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.case import Happening
from services.cases.domain.remarks import Remark
from services.cases.tables import WAITING_REMARKS


async def take_turn(session: AsyncSession, uscc: str) -> None:
    """Wait until nobody else opens a case of the enterprise or writes into one.

    Who finds no open case and leaves a line is then seen by who opens it.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(uscc, 0))))


async def leave(session: AsyncSession, line_id: UUID, uscc: str, said: Remark) -> None:
    """Let a line wait for the enterprise's case."""
    await session.execute(
        insert(WAITING_REMARKS).values(
            id=line_id,
            uscc=uscc,
            what=said.what,
            actor=said.actor,
            at=said.at,
            details=dict(said.details),
        )
    )


async def take(session: AsyncSession, uscc: str, *, since: datetime) -> Sequence[Remark]:
    """Take the lines that wait for the enterprise's case, what was said first first.

    Those from before `since` belong to an earlier episode and are dropped.
    """
    query = delete(WAITING_REMARKS).where(WAITING_REMARKS.c.uscc == uscc).returning(WAITING_REMARKS)
    rows = (await session.execute(query)).all()
    found = [
        Remark(Happening(row.what), row.actor, row.at, row.details)
        for row in rows
        if row.at >= since
    ]
    return sorted(found, key=lambda said: (said.at, said.what, sorted(said.details.items())))
