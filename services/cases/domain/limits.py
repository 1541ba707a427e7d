"""Days of the world that a clock cannot outlast: a layoff that is to come."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from services.cases.domain.clocks import Clock, ClockName, closing
from shared.calendar import Allowance, Unit, WorkingCalendar

# What must be solved is solved so many working days before a layoff that was reported.
BEFORE_LAYOFF: Final = 5
_AT_LEAST: Final = Allowance(1, Unit.WORKING_DAYS)


def bound(
    clocks: Iterable[Clock], layoff_on: date | None, *, calendar: WorkingCalendar
) -> tuple[Clock, ...]:
    """Let the resolution end five working days before a layoff; at least one day is left for it."""

    def limit(clock: Clock) -> datetime | None:
        if layoff_on is None:
            return None
        before = _before(layoff_on, BEFORE_LAYOFF, calendar)
        return max(before, calendar.due_at(clock.started_at, _AT_LEAST))

    return tuple(
        replace(clock, limit=limit(clock))
        if clock.name is ClockName.RESOLVE and clock.met_at is None
        else clock
        for clock in clocks
    )


def _before(day: date, count: int, calendar: WorkingCalendar) -> datetime:
    """Return the close of the working day after which `day` is the `count`-th to be worked."""
    found = day - timedelta(days=1)
    while not (
        calendar.is_working_day(found) and calendar.working_days_between(found, day) >= count
    ):
        found -= timedelta(days=1)
    return closing(found)
