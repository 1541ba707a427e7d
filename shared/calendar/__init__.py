"""Working days and office hours of the State Council's calendar, as pure functions."""

from shared.calendar.allowance import Allowance, Unit
from shared.calendar.months import day_after
from shared.calendar.working import OFFICE_HOURS, SHANGHAI, WorkingCalendar, day_of
from shared.calendar.years import Overrides

__all__ = [
    "OFFICE_HOURS",
    "SHANGHAI",
    "Allowance",
    "Overrides",
    "Unit",
    "WorkingCalendar",
    "day_after",
    "day_of",
]
