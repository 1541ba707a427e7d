"""From which enterprises and days examples of the past are taken."""

from datetime import date

from sqlalchemy import Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.rules import Source
from services.scoring.tables import OBSERVATIONS, STANDINGS

_ZONE = "Asia/Shanghai"


async def first_received(session: AsyncSession) -> date | None:
    """Return the day on which the first headcount was received; None if there is none."""
    received_on = cast(func.timezone(_ZONE, func.min(OBSERVATIONS.c.received_at)), Date)
    found: date | None = await session.scalar(
        select(received_on).where(OBSERVATIONS.c.feed == Source.HEADCOUNT.value)
    )
    return found


async def first_month(session: AsyncSession) -> str | None:
    """Return the first month that a headcount is about; None if there is none."""
    found: str | None = await session.scalar(
        select(func.min(OBSERVATIONS.c.period)).where(OBSERVATIONS.c.feed == Source.HEADCOUNT.value)
    )
    return found


async def following(session: AsyncSession, reached: str, *, limit: int) -> dict[str, str]:
    """Return the next enterprises with their keys, by a hash of the credit code.

    Neither district nor age decides who comes first, and the same are drawn again.
    """
    key = func.md5(STANDINGS.c.uscc)
    rows = await session.execute(
        select(STANDINGS.c.uscc, key).where(key > reached).order_by(key).limit(limit)
    )
    return dict(rows.all())
