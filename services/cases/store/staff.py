"""What is known of enterprises' staff and trade, kept from bulk facts."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.record import Month, Record
from services.cases.store.newer import take_newer
from services.cases.tables import HEADCOUNTS, TRADES
from shared.events.ingest import EnterprisesChanged, ObservationsRecorded, Operation

HEADCOUNT_FEED: Final = "insured_headcount"


async def keep_trades(session: AsyncSession, event: EnterprisesChanged) -> None:
    """Take over in which industry enterprises are."""
    rows = zip(event.uscc, event.version, event.industry, strict=True)
    await take_newer(session, TRADES, rows)


async def keep_headcounts(session: AsyncSession, event: ObservationsRecorded) -> None:
    """Take over insured headcounts and arrears by month."""
    insured = _column(event, "insured_headcount")
    arrears = _column(event, "months_in_arrears")
    rows = zip(event.uscc, event.period, event.version, insured, arrears, strict=True)
    await take_newer(session, HEADCOUNTS, rows)


def _column(event: ObservationsRecorded, name: str) -> list[object]:
    """Return what the rows say of `name`; those that are withdrawn say nothing."""
    said = event.values.get(name, (None,) * len(event))
    return [
        None if operation is Operation.WITHDRAW else value
        for operation, value in zip(event.operation, said, strict=True)
    ]


async def record(session: AsyncSession, uscc: str) -> Record:
    """Read what is known of an enterprise."""
    rows = await session.execute(select(HEADCOUNTS).where(HEADCOUNTS.c.uscc == uscc))
    months = {row.month: Month(row.insured, row.arrears) for row in rows}
    industry = await session.scalar(select(TRADES.c.industry).where(TRADES.c.uscc == uscc))
    return Record(months, industry)
