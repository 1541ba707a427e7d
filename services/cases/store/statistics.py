"""How many cases there are, how they ended, and what was done in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.asked import AssistanceStatus
from services.cases.domain.case import ENDED, Status
from services.cases.domain.clocks import ClockName
from services.cases.domain.outcome import PROPERLY_HANDLED, Outcome
from services.cases.tables import ASSISTANCE_REQUESTS, CASE_CLOCKS, CASES
from shared.calendar import SHANGHAI


@dataclass(frozen=True)
class Period:
    """Days, both included; None where there is no bound."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class OnTime:
    """How often one time limit was kept, among cases whose level sets it."""

    clock: ClockName
    in_time: int
    late: int
    running: int


@dataclass(frozen=True)
class Counted:
    """What became of the cases that were opened in a period."""

    opened: int
    open: int
    by_status: Mapping[Status, int]
    by_outcome: Mapping[Outcome, int]
    properly_handled: int
    refuted: int
    warned_enterprises: int
    properly_handled_enterprises: int
    on_time: Sequence[OnTime]


async def cases(
    session: AsyncSession, period: Period, *, districts: frozenset[str], now: datetime
) -> Counted:
    """Count the cases of the districts that were opened in the period, as they stand now."""
    wanted = _wanted(period, districts)
    approved = CASES.c.reviewed_by.is_not(None)
    handled = and_(approved, CASES.c.outcome.in_(sorted(PROPERLY_HANDLED)))
    # What is resolved or followed up has its outcome; it is open no more.
    decided = sorted({*ENDED, Status.RESOLVED, Status.FOLLOW_UP})
    totals = (
        await session.execute(
            select(
                func.count().label("opened"),
                func.count().filter(CASES.c.status.not_in(decided)).label("open"),
                func.count().filter(handled).label("properly_handled"),
                func.count().filter(CASES.c.outcome == Outcome.FALSE_POSITIVE).label("refuted"),
                func.count(distinct(CASES.c.uscc)).label("warned_enterprises"),
                func.count(distinct(CASES.c.uscc))
                .filter(handled)
                .label("properly_handled_enterprises"),
            ).where(wanted)
        )
    ).one()
    by_status = await _by(session, CASES.c.status, wanted)
    by_outcome = await _by(session, CASES.c.outcome, and_(wanted, approved))
    return Counted(
        **totals._asdict(),
        by_status={each: by_status[each] for each in Status if each in by_status},
        by_outcome={each: by_outcome[each] for each in Outcome if each in by_outcome},
        on_time=await _on_time(session, wanted, now),
    )


def _wanted(period: Period, districts: frozenset[str]) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [CASES.c.district.in_(sorted(districts))]
    if period.since is not None:
        conditions.append(CASES.c.opened_at >= _midnight(period.since))
    # No day comes after the last that there is.
    if period.until is not None and period.until < date.max:
        conditions.append(CASES.c.opened_at < _midnight(period.until + timedelta(days=1)))
    return and_(*conditions)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


async def _by(
    session: AsyncSession, column: ColumnElement[Any], wanted: ColumnElement[bool]
) -> dict[str, int]:
    query = select(column, func.count()).where(wanted).group_by(column)
    return {row[0]: row[1] for row in await session.execute(query)}


async def _on_time(
    session: AsyncSession, wanted: ColumnElement[bool], now: datetime
) -> Sequence[OnTime]:
    clocks = CASE_CLOCKS.c
    # PostgreSQL's least() passes over what is null.
    ends_at = func.least(clocks.due_at, clocks.limit_at)
    met, unmet = clocks.met_at.is_not(None), clocks.met_at.is_(None)
    # What repeats counts with every round of it.
    kept, missed = func.sum(clocks.kept), func.sum(clocks.missed)
    query = (
        select(
            clocks.clock,
            (kept + func.count().filter(met, clocks.met_at <= ends_at)).label("in_time"),
            (missed + func.count().filter(met, clocks.met_at > ends_at)).label("late"),
            func.count().filter(unmet, ends_at < now).label("overdue"),
            func.count().filter(unmet, ends_at >= now).label("running"),
        )
        .join(CASES, CASES.c.id == clocks.case_id)
        .where(wanted, or_(ends_at.is_not(None), clocks.kept + clocks.missed > 0))
        .group_by(clocks.clock)
    )
    found = {row.clock: row for row in await session.execute(query)}
    found |= {row.clock: row for row in await session.execute(_asked(wanted, now))}
    return [
        OnTime(
            name, found[name].in_time, found[name].late + found[name].overdue, found[name].running
        )
        for name in ClockName
        if name in found
    ]


def _asked(wanted: ColumnElement[bool], now: datetime) -> Select[str, int, int, int, int]:
    """Count requests to departments; one that was withdrawn is asked no more."""
    asked = ASSISTANCE_REQUESTS.c
    met, unmet = asked.ended_at.is_not(None), asked.ended_at.is_(None)
    return (
        select(
            literal(ClockName.ASSISTANCE.value).label("clock"),
            func.count().filter(met, asked.ended_at <= asked.due_at).label("in_time"),
            func.count().filter(met, asked.ended_at > asked.due_at).label("late"),
            func.count().filter(unmet, asked.due_at < now).label("overdue"),
            func.count().filter(unmet, asked.due_at >= now).label("running"),
        )
        .join(CASES, CASES.c.id == asked.case_id)
        .where(wanted, asked.status != AssistanceStatus.WITHDRAWN)
        .having(func.count() > 0)
    )
