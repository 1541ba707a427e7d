"""What assignments of rounds brought."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.tables import ASSIGNMENTS


@dataclass(frozen=True, slots=True)
class Record:
    """How many of how many offers were chosen; no choice could be worth more than `bound`."""

    id: UUID
    round_id: UUID
    assigned_at: datetime
    assigned_by: str
    seed: str
    candidates: int
    offers: int
    chosen: int
    value: float
    bound: float
    gap: float


async def keep(session: AsyncSession, record: Record) -> None:
    """Keep the record of an assignment."""
    await session.execute(insert(ASSIGNMENTS).values(asdict(record)))
