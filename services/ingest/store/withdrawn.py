"""What an import has taken back, read part by part: there may be millions."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.facts import Gone
from services.ingest.store.observations import Periods
from services.ingest.store.periods import Place, behind, is_of
from services.ingest.tables import ENTERPRISES, IMPORTS, OBSERVATIONS


@dataclass(frozen=True)
class Part:
    """Some facts, and where they end if there are any."""

    gone: Sequence[Gone]
    ends: Place | None


async def next_of(
    session: AsyncSession,
    contract: FeedContract,
    period: str,
    import_id: UUID,
    *,
    after: Place | None,
    limit: int,
) -> Part:
    """Return the next facts that an import has taken back, in the order of the primary key.

    By that order each part is read where the last one ended, however many there are.
    """
    table = OBSERVATIONS[contract.name]
    no = select(IMPORTS.c.no).where(IMPORTS.c.id == import_id).scalar_subquery()
    part = (
        select(table.c.enterprise_id, table.c.period, table.c.version)
        .where(
            is_of(contract, period),
            table.c.withdrawn,
            table.c.import_no == no,
            behind(contract, after),
        )
        .order_by(table.c.period, table.c.enterprise_id)
        .limit(limit)
        .subquery()
    )
    found = await session.execute(
        select(ENTERPRISES.c.uscc, part.c.period, part.c.version, part.c.enterprise_id)
        .join_from(part, ENTERPRISES, ENTERPRISES.c.id == part.c.enterprise_id)
        .order_by(part.c.period, part.c.enterprise_id)
    )
    rows = found.all()
    told = Periods(contract).told
    return Part(
        [Gone(row.uscc, told(row.period), row.version) for row in rows],
        Place(told(rows[-1].period), rows[-1].enterprise_id) if rows else None,
    )
