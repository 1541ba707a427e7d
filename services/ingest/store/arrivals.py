"""What agencies have sent of their feeds: last push, last period, of how many enterprises."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from importlib import import_module
from types import ModuleType
from typing import Final

from sqlalchemy import Date, LargeBinary, Table, cast, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.freshness import Arrival, Lag, is_measured_by_period, period_told
from services.ingest.tables import IMPORTS, LATE_FEEDS, OBSERVATIONS
from shared.calendar import SHANGHAI

_FEW: Final = 1000


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
    now = await _reported(session, table, arrival.agency, last)
    then = await _reported(session, table, arrival.agency, before)
    return len(now), len(then), await asyncio.to_thread(_columns().in_both, now, then)


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
    """Return the last period of which something stands that the agency has said: a month or a day.

    A look at a few of its rows is enough, as a rule; only of a period that was taken back all are
    looked at.
    """
    table = OBSERVATIONS[contract.name]
    while (period := await _last_said(session, table, agency, before)) is not None:
        if await _stands_early(session, table, agency, period):
            return period
        if len(await _reported(session, table, agency, period)):
            return period
        before = period
    return None


async def _last_said(
    session: AsyncSession, table: Table, agency: str, before: date | None
) -> date | None:
    """Return the last period of which the agency has said something, taken back or not."""
    theirs = select(literal(1)).where(IMPORTS.c.no == table.c.import_no, IMPORTS.c.agency == agency)
    # From the end of the primary key: mostly the first row is theirs.
    query = (
        select(table.c.period)
        .where(~table.c.withdrawn, theirs.correlate(table).exists())
        .order_by(table.c.period.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(table.c.period < before)
    period: date | None = await session.scalar(query)
    return period


async def _stands_early(session: AsyncSession, table: Table, agency: str, period: date) -> bool:
    """Tell whether something of the agency's stands among the first rows of a period."""
    few = select(table).where(table.c.period == period, ~table.c.withdrawn).limit(_FEW).alias("few")
    later = table.alias("later")
    gone = (
        select(literal(1))
        .where(
            later.c.period == few.c.period,
            later.c.enterprise_id == few.c.enterprise_id,
            later.c.version > few.c.version,
            later.c.withdrawn,
        )
        .correlate(few)
        .exists()
    )
    theirs = select(IMPORTS.c.no).where(IMPORTS.c.agency == agency)
    stands = select(literal(1)).select_from(few).where(few.c.import_no.in_(theirs), ~gone).exists()
    return bool(await session.scalar(select(stands)))


async def _reported(
    session: AsyncSession, table: Table, agency: str, period: date | None
) -> Sequence[int]:
    """Return the enterprises of which something stands that the agency has said of a period."""
    theirs = select(IMPORTS.c.no).where(IMPORTS.c.agency == agency)
    row = func.int4send(table.c.enterprise_id, type_=LargeBinary).concat(
        func.int2send(table.c.version, type_=LargeBinary)
    )
    rows = func.string_agg(row, literal(b"", LargeBinary), type_=LargeBinary)
    said = await session.execute(
        select(
            rows.filter(~table.c.withdrawn, table.c.import_no.in_(theirs)),
            rows.filter(table.c.withdrawn),
        ).where(table.c.period == period)
    )
    told, gone = (each or b"" for each in said.one())
    found: Sequence[int] = await asyncio.to_thread(_columns().standing, told, gone)
    return found


def _columns() -> ModuleType:
    # Imported on use, as Parquet is: most processes that answer are never asked.
    return import_module("services.ingest.columns.overlap")
