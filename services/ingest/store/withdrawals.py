"""Whole periods taken back: a further version of each fact, which says nothing any more."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, SmallInteger, any_, func, insert, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.store.observations import Periods
from services.ingest.tables import ENTERPRISES, IMPORTS, OBSERVATIONS


async def count(session: AsyncSession, contract: FeedContract, period: str, *, agency: str) -> int:
    """Count what the agency has said of a period and not taken back."""
    standing = _standing(contract, period, agency).subquery()
    return int(await session.scalar(select(func.count()).select_from(standing)) or 0)


async def withdraw(
    session: AsyncSession,
    contract: FeedContract,
    period: str,
    *,
    agency: str,
    import_id: UUID,
    but: Sequence[int] = (),
) -> int:
    """Take back what the agency has said of a period, `but` of these enterprises; return how many.

    To be asked when the whole feed is locked.
    """
    table = OBSERVATIONS[contract.name]
    standing = _standing(contract, period, agency).subquery()
    gone = (
        select(
            standing.c.enterprise_id,
            standing.c.period,
            (standing.c.version + literal(1, SmallInteger)).label("version"),
            IMPORTS.c.no,
            literal(value=True),
        )
        .join_from(standing, IMPORTS, IMPORTS.c.id == import_id)
        .where(standing.c.enterprise_id != func.all(literal(list(but), ARRAY(Integer))))
        .order_by(standing.c.enterprise_id)
    )
    names = ["enterprise_id", "period", "version", "import_no", "withdrawn"]
    counted = insert(table).from_select(names, gone).returning(table.c.enterprise_id).cte("counted")
    return int(await session.scalar(select(func.count()).select_from(counted)) or 0)


async def withdrawn_by(
    session: AsyncSession,
    contract: FeedContract,
    period: str,
    import_id: UUID,
    *,
    after: str,
    limit: int,
) -> list[tuple[str, int]]:
    """Return the next credit codes whose facts an import has taken back, with the versions."""
    table = OBSERVATIONS[contract.name]
    found = await session.execute(
        select(ENTERPRISES.c.uscc, table.c.version)
        .join_from(table, IMPORTS, IMPORTS.c.no == table.c.import_no)
        .join(ENTERPRISES, ENTERPRISES.c.id == table.c.enterprise_id)
        .where(
            table.c.period == Periods(contract).kept(period),
            table.c.withdrawn,
            IMPORTS.c.id == import_id,
            ENTERPRISES.c.uscc > after,
        )
        .order_by(ENTERPRISES.c.uscc)
        .limit(limit)
    )
    return [(row.uscc, row.version) for row in found]


async def ids(session: AsyncSession, usccs: set[str]) -> dict[str, int]:
    """Return the ids of enterprises, which are not locked: they never change."""
    found = await session.execute(
        select(ENTERPRISES.c.uscc, ENTERPRISES.c.id).where(
            ENTERPRISES.c.uscc == any_(literal(sorted(usccs), ARRAY(ENTERPRISES.c.uscc.type)))
        )
    )
    return {row.uscc: row.id for row in found}


def _standing(contract: FeedContract, period: str, agency: str) -> Select[tuple[int, object, int]]:
    """Select the newest version of each fact of a period, where it is the agency's and stands."""
    table = OBSERVATIONS[contract.name]
    newest = (
        select(
            table.c.enterprise_id,
            table.c.period,
            table.c.version,
            table.c.withdrawn,
            table.c.import_no,
        )
        .ext(distinct_on(table.c.enterprise_id))
        .where(table.c.period == Periods(contract).kept(period))
        .order_by(table.c.enterprise_id, table.c.version.desc())
        .subquery()
    )
    return (
        select(newest.c.enterprise_id, newest.c.period, newest.c.version)
        .join(IMPORTS, IMPORTS.c.no == newest.c.import_no)
        .where(~newest.c.withdrawn, IMPORTS.c.agency == agency)
    )
