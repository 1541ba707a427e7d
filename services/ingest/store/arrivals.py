"""What agencies have sent of their feeds: last push, last period, of how many enterprises."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from importlib import import_module
from types import ModuleType
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Date,
    LargeBinary,
    Select,
    Table,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.freshness import Arrival, Lag, is_measured_by_period
from services.ingest.store.imports import RESTORATION
from services.ingest.store.observations import Periods
from services.ingest.store.periods import BETWEEN, is_of
from services.ingest.tables import IMPORTS, LATE_FEEDS, OBSERVATIONS
from shared.calendar import SHANGHAI

_FEW: Final = 1000


async def arrivals(session: AsyncSession, *, agency: str | None) -> list[Arrival]:
    """Return every feed of which an agency has sent something that was taken; None: of all."""
    taken = IMPORTS.c.accepted + IMPORTS.c.duplicate + IMPORTS.c.superseding
    last_push = cast(func.timezone(SHANGHAI.key, func.max(IMPORTS.c.received_at)), Date)
    query = (
        select(IMPORTS.c.feed, IMPORTS.c.agency, last_push)
        .where(taken > 0, ~IMPORTS.c.dry_run, IMPORTS.c.kind != RESTORATION)
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
            last = await _last_period(session, contract, sender)
        found.append(Arrival(feed, sender, pushed, last))
    return found


async def enterprises(session: AsyncSession, arrival: Arrival) -> tuple[int, int, int] | None:
    """Count the enterprises of the last period, of the one before, and those that are in both."""
    contract = FEEDS[arrival.feed]
    if arrival.last_period is None:
        return None
    last = await _last_period(session, contract, arrival.agency)
    if last is None:
        return None
    before = await _last_period(session, contract, arrival.agency, before=last)
    now = await _reported(session, contract, arrival.agency, last)
    then = await _reported(session, contract, arrival.agency, before)
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
    session: AsyncSession, contract: FeedContract, agency: str, *, before: str | None = None
) -> str | None:
    """Return the last period of which something stands that the agency has said: a month or a day.

    A look at a few of its rows is enough, as a rule; only of a period that was taken back all are
    looked at.
    """
    while (period := await _last_said(session, contract, agency, before)) is not None:
        if await _stands_early(session, contract, agency, period):
            return period
        if len(await _reported(session, contract, agency, period)):
            return period
        before = period
    return None


async def _last_said(
    session: AsyncSession, contract: FeedContract, agency: str, before: str | None
) -> str | None:
    """Return the last period of which the agency has said something, taken back or not."""
    table = OBSERVATIONS[contract.name]
    theirs = select(literal(1)).where(IMPORTS.c.no == table.c.import_no, IMPORTS.c.agency == agency)
    # From the end of the primary key: mostly the first row is theirs.
    query = (
        select(table.c.period)
        .where(~table.c.withdrawn, theirs.correlate(table).exists())
        .order_by(table.c.period.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(table.c.period < Periods(contract).kept(before))
    period: date | str | None = await session.scalar(query)
    if period is None:
        return None
    # Of what an enterprise may have several of in a month: of which month, not which of them.
    return Periods(contract).told(period).partition(BETWEEN)[0]


async def _stands_early(
    session: AsyncSession, contract: FeedContract, agency: str, period: str
) -> bool:
    """Tell whether something of the agency's stands among the first rows of a period."""
    table = OBSERVATIONS[contract.name]
    of_it = is_of(contract, period)
    few = select(table).where(of_it, ~table.c.withdrawn).limit(_FEW).alias("few")
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
    session: AsyncSession, contract: FeedContract, agency: str, period: str | None
) -> Sequence[int]:
    """Return the enterprises of which something stands that the agency has said of a period."""
    if period is None:
        return ()
    table = OBSERVATIONS[contract.name]
    theirs = select(IMPORTS.c.no).where(IMPORTS.c.agency == agency)
    if contract.is_of_events:
        # Of several facts of an enterprise one may stand while another was taken back.
        return await _with_events(session, table, theirs, is_of(contract, period))
    row = func.int4send(table.c.enterprise_id, type_=LargeBinary).concat(
        func.int2send(table.c.version, type_=LargeBinary)
    )
    rows = func.string_agg(row, literal(b"", LargeBinary), type_=LargeBinary)
    said = await session.execute(
        select(
            rows.filter(~table.c.withdrawn, table.c.import_no.in_(theirs)),
            rows.filter(table.c.withdrawn),
        ).where(is_of(contract, period))
    )
    told, gone = (each or b"" for each in said.one())
    found: Sequence[int] = await asyncio.to_thread(_columns().standing, told, gone)
    return found


async def _with_events(
    session: AsyncSession, table: Table, theirs: Select[int], of_it: ColumnElement[bool]
) -> Sequence[int]:
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
    standing = select(table.c.enterprise_id).where(
        of_it, ~table.c.withdrawn, table.c.import_no.in_(theirs), ~gone
    )
    found = await session.scalars(standing.distinct().order_by(table.c.enterprise_id))
    return list(found)


def _columns() -> ModuleType:
    # Imported on use, as Parquet is: most processes that answer are never asked.
    return import_module("services.ingest.columns.overlap")
