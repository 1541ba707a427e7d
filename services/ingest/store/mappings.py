"""The mappings of agencies: every version of each; none is edited."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.tables import MAPPINGS
from shared.pagination import Column, Keyset, PageQuery

_BY_NAME = Keyset(Column(MAPPINGS.c.name, str))


@dataclass(frozen=True)
class SavedMapping:
    """A version of an agency's mapping."""

    agency: str
    name: str
    version: int
    feed: str
    document: str
    saved_at: datetime


async def lock(session: AsyncSession, agency: str, name: str) -> None:
    """Let versions of one mapping come one after the other."""
    key = f"ingest mapping {agency} {name}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def get(
    session: AsyncSession, agency: str, name: str, *, version: int | None = None
) -> SavedMapping | None:
    """Return a version of a mapping; the newest if none is named."""
    statement = select(MAPPINGS).where(MAPPINGS.c.agency == agency, MAPPINGS.c.name == name)
    if version is not None:
        statement = statement.where(MAPPINGS.c.version == version)
    statement = statement.order_by(MAPPINGS.c.version.desc()).limit(1)
    row = (await session.execute(statement)).mappings().first()
    return None if row is None else SavedMapping(**row)


async def add(session: AsyncSession, saved: SavedMapping) -> None:
    """Write a version."""
    await session.execute(insert(MAPPINGS).values(**vars(saved)))


async def page(
    session: AsyncSession, query: PageQuery, *, agency: str
) -> tuple[list[SavedMapping], str | None]:
    """Return one page of an agency's mappings by name, the newest version of each."""
    other = MAPPINGS.alias("other")
    newest_of = (
        select(func.max(other.c.version))
        .where(other.c.agency == MAPPINGS.c.agency, other.c.name == MAPPINGS.c.name)
        .scalar_subquery()
    )
    statement = select(MAPPINGS).where(MAPPINGS.c.agency == agency, MAPPINGS.c.version == newest_of)
    rows = (await session.execute(_BY_NAME.page(statement, query))).mappings().all()
    shown, cursor = _BY_NAME.cut(rows, query, lambda row: (row["name"],))
    return [SavedMapping(**row) for row in shown], cursor
