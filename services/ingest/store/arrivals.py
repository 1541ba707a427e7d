"""What agencies have sent of their feeds: last push, last period, of how many enterprises."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, Subquery, Table, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.freshness import Arrival, Lag, is_measured_by_period, period_told
from services.ingest.tables import IMPORTS, LATE_FEEDS, OBSERVATIONS
from shared.calendar import SHANGHAI


async def arrivals(session: AsyncSession, *, agency: str | None) -> list[Arrival]:
    """Return every feed of which an agency has sent something that was taken; None: of all."""
    taken = IMPORTS.c.accepted + IMPORTS.c.duplicate + IMPORTS.c.superseding
    last_push = cast(func.timezone(SHANGHAI.key, func.max(IMPORTS.c.received_at)), Date)
    query = (
        select(IMPORTS.c.feed, IMPORTS.c.agency, last_push)
        .where(taken > 0, ~IMPORTS.c.dry_run)
        .group_by(IMPORTS.c.feed, IMPORTS.c.agency)
        .order_by(IMPORTS.c.feed, IMPORTS.c.agency)
    )
    if agency is not None:
        query = query.where(IMPORTS.c.agency == agency)
    found = []
    for feed, sender, pushed in await session.execute(query):
        contract = FEEDS.get(feed)
        if contract is None:
            continue
        last = None
        if is_measured_by_period(contract):
            period = await _last_period(session, contract, sender)
            last = None if period is None else period_told(contract, period)
        found.append(Arrival(feed, sender, pushed, last))
    return found


async def enterprises(session: AsyncSession, arrival: Arrival) -> tuple[int, int, int] | None:
    """Count the enterprises of the last period, of the one before, and those that are in both."""
    contract = FEEDS[arrival.feed]
    if arrival.last_period is None:
        return None
    table = OBSERVATIONS[arrival.feed]
    last = await _last_period(session, contract, arrival.agency)
    if last is None:
        return None
    before = await _last_period(session, contract, arrival.agency, before=last)
    now, then = (_reported(table, arrival.agency, period) for period in (last, before))
    counted = await session.execute(
        select(
            select(func.count()).select_from(now).scalar_subquery(),
            select(func.count()).select_from(then).scalar_subquery(),
            select(func.count())
            .select_from(now.join(then, now.c.enterprise_id == then.c.enterprise_id))
            .scalar_subquery(),
        )
    )
    reported, earlier, both = counted.one()
    return reported, earlier, both


async def note_late(
    session: AsyncSession, late: Sequence[tuple[Arrival, Lag]], *, at: datetime
) -> set[tuple[str, str, str]]:
    """Note what is late, and return the (feed, agency, period) of which it was not noted yet."""
    if not late:
        return set()
    rows = [
        {
            "feed": arrival.feed,
            "agency": arrival.agency,
            "period": lag.missing,
            "due_on": lag.due_on,
            "stated_at": at,
        }
        for arrival, lag in late
    ]
    noted = await session.execute(
        insert(LATE_FEEDS)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(LATE_FEEDS.c.feed, LATE_FEEDS.c.agency, LATE_FEEDS.c.period)
    )
    return {(row.feed, row.agency, row.period) for row in noted}


async def _last_period(
    session: AsyncSession, contract: FeedContract, agency: str, *, before: date | None = None
) -> date | None:
    """Return the last period of which the agency has said something; it is a month or a day."""
    table = OBSERVATIONS[contract.name]
    theirs = select(literal(1)).where(IMPORTS.c.no == table.c.import_no, IMPORTS.c.agency == agency)
    # From the end of the primary key: mostly the first row is theirs.
    query = (
        select(table.c.period)
        .where(_stands(table), theirs.correlate(table).exists())
        .order_by(table.c.period.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(table.c.period < before)
    period: date | None = await session.scalar(query)
    return period


def _reported(table: Table, agency: str, period: date | None) -> Subquery:
    return (
        select(table.c.enterprise_id)
        .distinct()
        .join(IMPORTS, IMPORTS.c.no == table.c.import_no)
        .where(table.c.period == period, IMPORTS.c.agency == agency, _stands(table))
        .subquery()
    )


def _stands(table: Table) -> ColumnElement[bool]:
    """Match versions that were not taken back: neither they, nor their fact behind them."""
    later = table.alias("later")
    gone = (
        select(literal(1))
        .where(
            later.c.period == table.c.period,
            later.c.enterprise_id == table.c.enterprise_id,
            later.c.version > table.c.version,
            later.c.withdrawn,
        )
        .correlate(table)
        .exists()
    )
    return and_(~table.c.withdrawn, ~gone)
