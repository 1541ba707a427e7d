"""The clocks of a case: what is due by when, by level (domain.md §5.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.calendar import OFFICE_HOURS, SHANGHAI, Allowance, Unit, WorkingCalendar
from shared.events.scoring import RiskLevel

MOST_SUSPENDED: Final = Allowance(20, Unit.WORKING_DAYS)  # per time
# A district that is asked to take a case over and says nothing for so long leaves it to the city.
SILENCE: Final = Allowance(2, Unit.WORKING_DAYS)
OBJECTION: Final = Allowance(1, Unit.WORKING_DAYS)  # a unit may return a case for so long


class ClockName(StrEnum):
    """What is measured."""

    REPORT_UPWARD = "report_upward"
    DISPATCH = "dispatch"
    SIGN_FOR = "sign_for"
    FIRST_CONTACT = "first_contact"
    VERIFICATION = "verification"
    PLAN = "plan"
    RESOLVE = "resolve"
    PROGRESS_NOTE = "progress_note"
    TRANSFER = "transfer"
    ASSISTANCE = "assistance"
    FOLLOW_UP_1 = "follow_up_1"
    FOLLOW_UP_2 = "follow_up_2"
    FOLLOW_UP_3 = "follow_up_3"


# The months after the resolution by whose end somebody has called again, by level.
FOLLOW_UPS: Final[Mapping[ClockName, int]] = {
    ClockName.FOLLOW_UP_1: 1,
    ClockName.FOLLOW_UP_2: 2,
    ClockName.FOLLOW_UP_3: 3,
}
FOLLOWED: Final[Mapping[RiskLevel, tuple[ClockName, ...]]] = {
    RiskLevel.RED: tuple(FOLLOW_UPS),
    RiskLevel.ORANGE: tuple(FOLLOW_UPS),
    RiskLevel.YELLOW: (ClockName.FOLLOW_UP_3,),
    RiskLevel.BLUE: (),
}


def _hours(amount: int) -> Allowance:
    return Allowance(amount, Unit.WORKING_HOURS)


def _days(amount: int) -> Allowance:
    return Allowance(amount, Unit.WORKING_DAYS)


# A level that a clock does not list has no time limit for it: a blue case is planned if needed.
ALLOWANCES: Final[Mapping[ClockName, Mapping[RiskLevel, Allowance]]] = {
    ClockName.REPORT_UPWARD: {
        RiskLevel.RED: Allowance(2, Unit.CLOCK_HOURS),
        RiskLevel.ORANGE: Allowance(2, Unit.CLOCK_HOURS),
        RiskLevel.YELLOW: Allowance(12, Unit.CLOCK_HOURS),
        RiskLevel.BLUE: Allowance(1, Unit.MONTHS),
    },
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
    ClockName.PROGRESS_NOTE: {
        RiskLevel.RED: _days(1),
        RiskLevel.ORANGE: _days(3),
        RiskLevel.YELLOW: Allowance(1, Unit.WEEKS),
        RiskLevel.BLUE: Allowance(1, Unit.MONTHS),
    },
    ClockName.RESOLVE: {
        RiskLevel.RED: _days(15),
        RiskLevel.ORANGE: _days(20),
        RiskLevel.YELLOW: _days(40),
        RiskLevel.BLUE: _days(60),
    },
    ClockName.TRANSFER: dict.fromkeys(RiskLevel, _days(1)),
    ClockName.ASSISTANCE: {
        RiskLevel.RED: _days(1),
        RiskLevel.ORANGE: _days(2),
        RiskLevel.YELLOW: _days(3),
        RiskLevel.BLUE: _days(5),
    },
}

# What runs through nights, holidays and suspensions, whoever has the case.
ROUND_THE_CLOCK: Final = frozenset({ClockName.REPORT_UPWARD})

# By how much the resolution may be put off, once; a blue case has time enough.
EXTENSIONS: Final[Mapping[RiskLevel, Allowance]] = {
    RiskLevel.RED: _days(10),
    RiskLevel.ORANGE: _days(10),
    RiskLevel.YELLOW: _days(20),
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
    """One time limit of a case.

    `due_at` is what the level allows, put off by `paused`, the working time for which the case was
    suspended, and by an extension. `limit` is a day of the world that it cannot outlast.
    `escalated` says how far up it was told (0 to 3), `kept` and `missed` how many rounds it has run
    through before this one, in time or not.
    """

    name: ClockName
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None = None
    paused: timedelta = timedelta()
    extended: bool = False
    limit: datetime | None = None
    escalated: int = 0
    kept: int = 0
    missed: int = 0

    @property
    def ends_at(self) -> datetime | None:
        """Say when it runs out: by the level, or before by the limit."""
        return min((end for end in (self.due_at, self.limit) if end is not None), default=None)


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


def drop_unmet(
    clocks: Iterable[Clock], *, but: frozenset[ClockName] = frozenset()
) -> tuple[Clock, ...]:
    """Forget the clocks that still run: the case goes back to where they start anew."""
    return tuple(clock for clock in clocks if clock.met_at is not None or clock.name in but)


def drop(clocks: Iterable[Clock], name: ClockName) -> tuple[Clock, ...]:
    """Forget a clock: what it measured was taken back."""
    return tuple(clock for clock in clocks if clock.name is not name)


def pause(
    clocks: Iterable[Clock], *, since: datetime, until: datetime, calendar: WorkingCalendar
) -> tuple[Clock, ...]:
    """Put off what is still due by the working time of it between two moments."""

    def length(clock: Clock) -> timedelta:
        begun = max(since, clock.started_at)
        return max(calendar.working_time_between(begun, until), timedelta())

    return tuple(
        clock if clock.name in ROUND_THE_CLOCK else _put_off(clock, length(clock), calendar)
        for clock in clocks
    )


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

    def changed(clock: Clock) -> Clock:
        allowed = due(clock)
        if clock.extended and allowed is not None and level in EXTENSIONS:
            allowed = calendar.due_at(allowed, EXTENSIONS[level])
        fresh = replace(clock, due_at=allowed, paused=timedelta())
        return _put_off(fresh, clock.paused, calendar)

    return tuple(
        clock if clock.met_at is not None or clock.name in FOLLOW_UPS else changed(clock)
        for clock in clocks
    )


def extend(
    clocks: Iterable[Clock], level: RiskLevel, *, calendar: WorkingCalendar
) -> tuple[Clock, ...]:
    """Put off the resolution by what the level allows."""
    return tuple(
        replace(clock, due_at=calendar.due_at(clock.due_at, EXTENSIONS[level]), extended=True)
        if clock.name is ClockName.RESOLVE and clock.due_at is not None
        else clock
        for clock in clocks
    )


def closing(day: date) -> datetime:
    """Return when offices close on a day."""
    return datetime.combine(day, OFFICE_HOURS[-1][1], SHANGHAI)


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
