"""What reviews found."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.review import Review
from services.matchmaking.tables import REVIEWS


async def keep(
    session: AsyncSession, candidate_id: UUID, version: int, found: Review, *, by: str, at: datetime
) -> None:
    """Keep a review beside the version of the candidate that it made."""
    await session.execute(
        insert(REVIEWS).values(
            candidate_id=candidate_id,
            version=version,
            finding=found.finding,
            **asdict(found.tests),
            exclusions=list(found.exclusions),
            waiver=found.waiver,
            note=found.note,
            reviewed_by=by,
            reviewed_at=at,
        )
    )


async def of(session: AsyncSession, candidate_id: UUID) -> Sequence[Row[Any]]:
    """Return the reviews of a candidate, oldest first."""
    query = select(REVIEWS).where(REVIEWS.c.candidate_id == candidate_id)
    rows: Sequence[Row[Any]] = (await session.execute(query.order_by(REVIEWS.c.version))).all()
    return rows
