"""What an import has taken back, read in columns part by part: there may be millions."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl
from sqlalchemy import ColumnElement, Date, Integer, literal, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.columns.settling import ID, PERIOD, VERSION
from services.ingest.domain.contract import FeedContract
from services.ingest.store.periods import is_of
from services.ingest.tables import ENTERPRISES, IMPORTS, OBSERVATIONS


@dataclass(frozen=True)
class Place:
    """Where in the primary key a part ends."""

    period: date | str
    enterprise_id: int


async def next_of(
    session: AsyncSession,
    contract: FeedContract,
    period: str,
    import_id: UUID,
    *,
    after: Place | None,
    limit: int,
) -> pl.DataFrame:
    """Return the next facts that an import has taken back, in the order of the primary key.

    Columns: uscc, period, version, enterprise_id. By that order each part is read where the last
    one ended, however many there are.
    """
    table = OBSERVATIONS[contract.name]
    behind: ColumnElement[bool] = true()
    if after is not None:
        last = literal(after.period, table.c.period.type)
        place = tuple_(table.c.period, table.c.enterprise_id)
        behind = place > tuple_(last, literal(after.enterprise_id, Integer))
    no = select(IMPORTS.c.no).where(IMPORTS.c.id == import_id).scalar_subquery()
    part = (
        select(table.c.enterprise_id, table.c.period, table.c.version)
        .where(is_of(contract, period), table.c.withdrawn, table.c.import_no == no, behind)
        .order_by(table.c.period, table.c.enterprise_id)
        .limit(limit)
        .subquery()
    )
    found = await session.execute(
        select(ENTERPRISES.c.uscc, part.c.period, part.c.version, part.c.enterprise_id)
        .join_from(part, ENTERPRISES, ENTERPRISES.c.id == part.c.enterprise_id)
        .order_by(part.c.period, part.c.enterprise_id)
    )
    kind = pl.Date if isinstance(table.c.period.type, Date) else pl.String
    types = {contract.key[0]: pl.String, PERIOD: kind, VERSION: pl.Int16, ID: pl.Int32}
    return pl.DataFrame([tuple(row) for row in found], schema=types, orient="row")


def last_of(part: pl.DataFrame) -> Place:
    """Return where a part ends."""
    return Place(part[PERIOD][-1], part[ID][-1])
