"""The register as far as matching needs it."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import func, select
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


async def of(session: AsyncSession, usccs: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return the entry of each enterprise of which the register has told."""
    query = select(ENTERPRISES).where(ENTERPRISES.c.uscc == func.any(sorted(usccs)))
    return {row["uscc"]: dict(row) for row in (await session.execute(query)).mappings()}
