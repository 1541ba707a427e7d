"""The register as far as matching needs it."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.store.rows import newest_holds, upsert_newest
from services.matchmaking.tables import ENTERPRISES
from shared.events.ingest import EnterprisesChanged

_COLUMNS: Final = list(ENTERPRISES.c)
_KEY: Final = ("uscc",)


async def note(session: AsyncSession, fact: EnterprisesChanged) -> None:
    """Take over entries, thousands in one statement; the higher version holds."""
    rows = [[row[of.name] for of in _COLUMNS] for row in fact.rows()]
    await session.execute(newest_holds(upsert_newest(_COLUMNS, rows, _KEY), _COLUMNS, _KEY))


async def find(session: AsyncSession, uscc: str) -> Mapping[str, Any] | None:
    """Return an enterprise's entry; None if the register has not told of it."""
    row = (
        (await session.execute(select(ENTERPRISES).where(ENTERPRISES.c.uscc == uscc)))
        .mappings()
        .one_or_none()
    )
    return None if row is None else dict(row)
