"""How often pieces of long work have been begun without an end."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.attempts import WORKER_LOST, Failure
from services.scoring.tables import ATTEMPTS


async def tried(session: AsyncSession, piece: str) -> Failure:
    """Return how often a piece has been begun, and how that ended last."""
    row = (await session.execute(select(ATTEMPTS).where(ATTEMPTS.c.piece == piece))).first()
    return Failure(0, "") if row is None else Failure(row.times, row.failure)


async def count(session: AsyncSession, piece: str) -> None:
    """Count that a piece is begun."""
    begun = insert(ATTEMPTS).values(piece=piece, times=1, failure=WORKER_LOST)
    again = {"times": ATTEMPTS.c.times + 1, "failure": WORKER_LOST, "not_before": None}
    await session.execute(begun.on_conflict_do_update(index_elements=["piece"], set_=again))


async def uncount(session: AsyncSession, piece: str) -> None:
    """Take back that a piece was begun: its worker was told to stop."""
    begun = update(ATTEMPTS).where(ATTEMPTS.c.piece == piece)
    await session.execute(begun.values(times=ATTEMPTS.c.times - 1))


async def note(session: AsyncSession, piece: str, failure: str, *, pause: timedelta | None) -> None:
    """Note how an attempt failed; the piece is not begun again before a pause."""
    until = None if pause is None else func.clock_timestamp() + pause
    noted = update(ATTEMPTS).where(ATTEMPTS.c.piece == piece)
    await session.execute(noted.values(failure=failure, not_before=until))


async def forget(session: AsyncSession, piece: str) -> None:
    """Forget a piece: it is done, or given up."""
    await session.execute(delete(ATTEMPTS).where(ATTEMPTS.c.piece == piece))


def is_due(piece: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether a piece is in no pause."""
    pausing = ATTEMPTS.c.not_before > func.clock_timestamp()
    return ~exists().where(ATTEMPTS.c.piece == piece, pausing)
