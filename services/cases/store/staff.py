"""What is known of enterprises' staff and trade, kept from bulk facts."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.record import Month, Record
from services.cases.store.newer import take_newer
from services.cases.tables import CASES, HEADCOUNTS, LAYOFF_REPORTS, TRADES, VISITS
from shared.events.ingest import EnterprisesChanged, ObservationsRecorded, Operation

HEADCOUNT_FEED: Final = "insured_headcount"
_LAYOFFS: Final = 0x6C61796F6666  # any number that is nobody else's
LAYOFF_FEED: Final = "layoff_report"


async def keep_trades(session: AsyncSession, event: EnterprisesChanged) -> None:
    """Take over in which industry enterprises are."""
    rows = zip(event.uscc, event.version, event.industry, strict=True)
    await take_newer(session, TRADES, rows)


async def keep_headcounts(session: AsyncSession, events: Iterable[ObservationsRecorded]) -> None:
    """Take over insured headcounts and arrears by month."""
    rows = [
        row
        for event in events
        for row in zip(
            event.uscc,
            event.period,
            event.version,
            _column(event, "insured_headcount"),
            _column(event, "months_in_arrears"),
            strict=True,
        )
    ]
    await take_newer(session, HEADCOUNTS, rows)


async def take_turn(session: AsyncSession, *, writing: bool = False) -> None:
    """Wait until reported layoffs are not changing; who changes them waits for those who read.

    Before any case is locked. So whoever begins a case sees the reports of before, and whoever
    brings a report sees the cases of before.
    """
    lock = func.pg_advisory_xact_lock if writing else func.pg_advisory_xact_lock_shared
    await session.execute(select(lock(_LAYOFFS)))


async def keep_layoffs(session: AsyncSession, event: ObservationsRecorded) -> set[str]:
    """Take over for which day layoffs are reported; return of which enterprises that changed."""
    days = [
        None if day is None else date.fromisoformat(str(day)) for day in _column(event, "layoff_on")
    ]
    rows = zip(event.uscc, event.period, event.version, days, strict=True)
    return await take_newer(session, LAYOFF_REPORTS, rows)


async def reported_layoffs(session: AsyncSession, uscc: str) -> Sequence[date]:
    """List the days for which layoffs of an enterprise are reported, or were told at a visit.

    Of visits, the latest holds that told of layoffs at all: there may be none any more.
    """
    reported = select(LAYOFF_REPORTS.c.layoff_on).where(LAYOFF_REPORTS.c.uscc == uscc)
    tells = or_(VISITS.c.layoff_on.is_not(None), VISITS.c.planned_layoffs.is_not(None))
    told = (
        select(VISITS.c.layoff_on)
        .join(CASES, CASES.c.id == VISITS.c.case_id)
        .where(CASES.c.uscc == uscc, tells)
        .order_by(VISITS.c.visited_on.desc(), VISITS.c.done_at.desc(), VISITS.c.id.desc())
        .limit(1)
    )
    days = await session.scalars(union_all(reported, select(told.subquery())))
    return [day for day in days if day is not None]


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
