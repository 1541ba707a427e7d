"""Imports of a feed by the time of their receipt: which came later, and which are awaited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, Integer, false, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.store.imports import RESTORATION
from services.ingest.tables import IMPORTS, IS_AWAITED


@dataclass(frozen=True)
class Later:
    """An import that was received after another: what observations name it by.

    `takes_back`: it takes back or replaces a period.
    """

    no: int
    takes_back: bool


async def received_after(session: AsyncSession, feed: str, moment: datetime) -> list[Later]:
    """Return the imports of a feed that were received after a moment, and may have said things."""
    found = await session.execute(
        select(IMPORTS.c.no, IMPORTS.c.replaces_period).where(
            IMPORTS.c.feed == feed, IMPORTS.c.received_at > moment, ~IMPORTS.c.dry_run
        )
    )
    return [Later(row.no, row.replaces_period is not None) for row in found]


async def awaited(session: AsyncSession, feed: str, moment: datetime) -> datetime | None:
    """Return when the last import of a feed was received before a moment that is not worked off.

    It is under way, or was set aside and may be taken up again.
    """
    statement = select(func.max(IMPORTS.c.received_at)).where(
        IMPORTS.c.feed == feed, IMPORTS.c.received_at < moment, IS_AWAITED
    )
    found: datetime | None = await session.scalar(statement)
    return found


async def noted(
    session: AsyncSession, numbers: Sequence[int], *, agency: str, awaited: datetime | None
) -> list[int]:
    """Return those of some imports whose statements are noted when the agency repeats them.

    They are another agency's, or were said before an import that is `awaited`, as far as one knows.
    """
    if not numbers:
        return []
    found = await session.scalars(
        select(IMPORTS.c.no).where(
            IMPORTS.c.no == func.any(literal(list(numbers), ARRAY(Integer))),
            or_(
                IMPORTS.c.agency != agency,
                false()
                if awaited is None
                else or_(IMPORTS.c.received_at < awaited, IMPORTS.c.kind == RESTORATION),
            ),
        )
    )
    return list(found)
