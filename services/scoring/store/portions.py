"""The enterprises of a city in an order, portion by portion: all of them, or a sample."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.tables import STANDINGS


async def following(
    session: AsyncSession, *, reached: str, sample: int | None, judged: int, limit: int
) -> dict[str, str]:
    """Return the next enterprises after the key that was `reached`, each with its key.

    A sample goes by a hash of the credit code: neither district nor age decides who is in it, and
    the same enterprises are drawn again; `judged` of them were drawn before.
    """
    code = STANDINGS.c.uscc
    key: ColumnElement[str] = code if sample is None else func.md5(code)
    left = limit if sample is None else min(limit, sample - judged)
    rows = await session.execute(select(code, key).where(key > reached).order_by(key).limit(left))
    return dict(rows.all())


async def count(session: AsyncSession, sample: int | None) -> int:
    """Count the enterprises that `following` comes to."""
    there = await session.scalar(select(func.count()).select_from(STANDINGS)) or 0
    return there if sample is None else min(there, sample)
