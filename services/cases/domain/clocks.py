"""The clocks of a case: what is due by when, by level (domain.md §5.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.calendar import Allowance, Unit, WorkingCalendar
from shared.events.scoring import RiskLevel

MOST_SUSPENDED: Final = Allowance(20, Unit.WORKING_DAYS)  # per time
OBJECTION: Final = Allowance(1, Unit.WORKING_DAYS)  # a unit may return a case for so long


class ClockName(StrEnum):
    """What is measured."""

    DISPATCH = "dispatch"
    SIGN_FOR = "sign_for"
    FIRST_CONTACT = "first_contact"
    VERIFICATION = "verification"
    PLAN = "plan"
    RESOLVE = "resolve"


def _hours(amount: int) -> Allowance:
    return Allowance(amount, Unit.WORKING_HOURS)


def _days(amount: int) -> Allowance:
    return Allowance(amount, Unit.WORKING_DAYS)


# A level that a clock does not list has no time limit for it: a blue case is planned if needed.
ALLOWANCES: Final[Mapping[ClockName, Mapping[RiskLevel, Allowance]]] = {
    ClockName.DISPATCH: {
        RiskLevel.RED: _hours(1),
        RiskLevel.ORANGE: _hours(2),
        RiskLevel.YELLOW: _hours(4),
        RiskLevel.BLUE: _days(1),
    },
    ClockName.SIGN_FOR: {
        RiskLevel.RED: _hours(2),
        RiskLevel.ORANGE: _hours(4),
        RiskLevel.YELLOW: _days(1),
        RiskLevel.BLUE: _days(2),
    },
    ClockName.FIRST_CONTACT: {
        RiskLevel.RED: _days(1),
        RiskLevel.ORANGE: _days(2),
        RiskLevel.YELLOW: _days(3),
        RiskLevel.BLUE: _days(5),
    },
    ClockName.VERIFICATION: {
        RiskLevel.RED: _days(2),
        RiskLevel.ORANGE: _days(3),
        RiskLevel.YELLOW: _days(5),
        RiskLevel.BLUE: _days(10),
    },
    ClockName.PLAN: {
        RiskLevel.RED: _days(3),
        RiskLevel.ORANGE: _days(5),
        RiskLevel.YELLOW: _days(10),
    },
    ClockName.RESOLVE: {
        RiskLevel.RED: _days(15),
        RiskLevel.ORANGE: _days(20),
        RiskLevel.YELLOW: _days(40),
        RiskLevel.BLUE: _days(60),
    },
}

# From mild to grave; the words themselves do not sort.
SEVERITY: Final[Mapping[RiskLevel, int]] = {
    RiskLevel.BLUE: 1,
    RiskLevel.YELLOW: 2,
    RiskLevel.ORANGE: 3,
    RiskLevel.RED: 4,
}


@dataclass(frozen=True)
class Clock:
    """One time limit of a case; `paused` is the working time for which it was suspended."""

    name: ClockName
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None = None
    paused: timedelta = timedelta()


def start(
    clocks: Iterable[Clock],
    names: Iterable[ClockName],
    *,
    level: RiskLevel,
    now: datetime,
    calendar: WorkingCalendar,
) -> tuple[Clock, ...]:
    """Let the named clocks run from `now`; one of the same name that ran before is replaced."""
    wanted = tuple(names)
    kept = (clock for clock in clocks if clock.name not in wanted)
    begun = (Clock(name, now, _due(name, level, now, calendar)) for name in wanted)
    return (*kept, *begun)


def meet(
    clocks: Iterable[Clock], names: frozenset[ClockName], *, now: datetime
) -> tuple[Clock, ...]:
    """Stop the named clocks that still run."""
    return tuple(
        replace(clock, met_at=now) if clock.name in names and clock.met_at is None else clock
        for clock in clocks
    )


def drop_unmet(clocks: Iterable[Clock]) -> tuple[Clock, ...]:
    """Forget the clocks that still run: the case goes back to where they start anew."""
    return tuple(clock for clock in clocks if clock.met_at is not None)


def pause(
    clocks: Iterable[Clock], *, since: datetime, until: datetime, calendar: WorkingCalendar
) -> tuple[Clock, ...]:
    """Put off what is still due by the working time between two moments."""
    length = calendar.working_time_between(since, until)
    return tuple(_put_off(clock, length, calendar) for clock in clocks)


def relevel(
    clocks: Iterable[Clock],
    level: RiskLevel,
    *,
    previous: RiskLevel,
    since: datetime,
    calendar: WorkingCalendar,
) -> tuple[Clock, ...]:
    """Recompute what is still due after the level changed at `since`.

    A milder level counts from the clock's start. A graver one counts from the change, so that
    nothing is overdue by the change alone, but never beyond what the milder level allowed.
    """

    def due(clock: Clock) -> datetime | None:
        from_start = _due(clock.name, level, clock.started_at, calendar)
        if SEVERITY[level] < SEVERITY[previous]:
            return from_start
        from_change = _due(clock.name, level, max(since, clock.started_at), calendar)
        before = _due(clock.name, previous, clock.started_at, calendar)
        if from_change is None or before is None:
            return from_change
        return min(from_change, before)

    return tuple(
        clock
        if clock.met_at is not None
        else _put_off(replace(clock, due_at=due(clock), paused=timedelta()), clock.paused, calendar)
        for clock in clocks
    )


def _put_off(clock: Clock, length: timedelta, calendar: WorkingCalendar) -> Clock:
    if clock.met_at is not None:
        return clock
    due = clock.due_at and calendar.add_working_hours(clock.due_at, length)
    return replace(clock, due_at=due, paused=clock.paused + length)


def _due(
    name: ClockName, level: RiskLevel, moment: datetime, calendar: WorkingCalendar
) -> datetime | None:
    allowance = ALLOWANCES[name].get(level)
    return None if allowance is None else calendar.due_at(moment, allowance)
