"""The working calendar: which days are worked, and when something is due."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.calendar.allowance import Allowance, Unit
from shared.calendar.months import day_after
from shared.calendar.years import Overrides, working_days_of

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Office hours of Beijing's public bodies; a default of ours, not law.
OFFICE_HOURS = (
    (time(9, 0), time(12, 0)),
    (time(13, 30), time(17, 30)),
)

_CLOSES = OFFICE_HOURS[-1][1]
_NONE = timedelta()
_ONE_DAY = timedelta(days=1)
_ONE_WEEK = timedelta(weeks=1)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


_SPANS = tuple((_since_midnight(opens), _since_midnight(closes)) for opens, closes in OFFICE_HOURS)
_OFFICE_DAY = sum((closes - opens for opens, closes in _SPANS), _NONE)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working days and office hours in Beijing, under a table of overrides.

    Moments must know their zone and may be in any; answers are in `SHANGHAI`.
    """

    # No default: a calendar without the table would be wrong in silence.
    overrides: Overrides

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on `day`: swapped weekends do, holidays do not."""
        ordinal = _ordinal(day)
        days = self._days(day.year)
        found = bisect_left(days, ordinal)
        return found < len(days) and days[found] == ordinal

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`; `day` does not count (民法典 art. 201).

        With 0: `day` itself if it is worked, otherwise the next that is.
        """
        if count < 0:
            raise ValueError(f"cannot count {count} working days forward")
        year = day.year
        days = self._days(year)
        place = (
            bisect_right(days, _ordinal(day)) + count - 1
            if count
            else bisect_left(days, _ordinal(day))
        )
        while place >= len(days):
            place -= len(days)
            year += 1
            days = self._days(year)
        return date.fromordinal(days[place])

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` until `end` inclusive; negative if it is earlier."""
        if _ordinal(end) < _ordinal(start):
            return -self.working_days_between(end, start)
        whole_years = sum(len(self._days(year)) for year in range(start.year, end.year))
        return (
            whole_years
            + bisect_right(self._days(end.year), _ordinal(end))
            - bisect_right(self._days(start.year), _ordinal(start))
        )

    def add_working_hours(self, moment: datetime, duration: timedelta) -> datetime:
        """Return the earliest moment at which `duration` of office hours has passed since `moment`.

        So two hours from 15:30 end at 17:30, not at 09:00 of the next working day.
        """
        if duration < _NONE:
            raise ValueError(f"cannot count {duration} of office hours forward")
        local = _in_shanghai(moment)
        if not duration:
            return local
        whole_days, rest = divmod(self._worked_on_the_day_by(local) + duration, _OFFICE_DAY)
        if not rest:
            whole_days, rest = whole_days - 1, _OFFICE_DAY
        first = self.add_working_days(local.date(), 0)
        return _at_office_time(self.add_working_days(first, whole_days), rest)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Measure the office hours from `start` to `end`; negative if `end` is earlier."""
        earlier, later = _in_shanghai(start), _in_shanghai(end)
        # Both days shift by one, so that the first day counts whole and the last not at all.
        days = self.working_days_between(earlier.date() - _ONE_DAY, later.date() - _ONE_DAY)
        return (
            days * _OFFICE_DAY
            + self._worked_on_the_day_by(later)
            - self._worked_on_the_day_by(earlier)
        )

    def due_at(self, moment: datetime, allowance: Allowance) -> datetime:
        """Return when an allowance that starts at `moment` is used up.

        Working days end with the office hours of the due day: a term's last day ends at midnight,
        but where there are business hours, when business stops (民法典 art. 203). Hours of the
        clock run through nights and holidays. Weeks and months end on the day that is called the
        same (art. 202), or on the next that is worked (art. 203).
        """
        local = _in_shanghai(moment)
        if allowance.unit is Unit.CLOCK_HOURS:
            # Through UTC: adding on the wall clock is wrong across the summer times until 1991.
            passed = local.astimezone(UTC) + timedelta(hours=allowance.amount)
            return passed.astimezone(SHANGHAI)
        if allowance.unit is Unit.WORKING_HOURS:
            return self.add_working_hours(local, timedelta(hours=allowance.amount))
        day = self._last_day(local.date(), allowance)
        return datetime.combine(day, _CLOSES, SHANGHAI)

    def _last_day(self, day: date, allowance: Allowance) -> date:
        if allowance.unit is Unit.WEEKS:
            return self.add_working_days(day + allowance.amount * _ONE_WEEK, 0)
        if allowance.unit is Unit.MONTHS:
            return self.add_working_days(day_after(day, allowance.amount), 0)
        return self.add_working_days(day, allowance.amount)

    def _days(self, year: int) -> tuple[int, ...]:
        return working_days_of(year, self.overrides)

    def _worked_on_the_day_by(self, local: datetime) -> timedelta:
        """Measure the office hours of the moment's own day that lie before it."""
        if not self.is_working_day(local.date()):
            return _NONE
        passed = local.replace(tzinfo=None) - datetime.combine(local.date(), time())
        return sum((min(max(passed, opens), closes) - opens for opens, closes in _SPANS), _NONE)


def day_of(moment: datetime) -> date:
    """Return the day in Beijing on which a moment lies, whatever zone it is told in."""
    return _in_shanghai(moment).date()


def _ordinal(day: date) -> int:
    # A datetime is a date to Python, but its day depends on a zone that nobody chose here.
    if isinstance(day, datetime):
        raise TypeError("a day is needed, not a moment")
    return day.toordinal()


def _in_shanghai(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(SHANGHAI)


def _at_office_time(day: date, worked: timedelta) -> datetime:
    """Return the earliest moment of the working `day` by which `worked` of it has passed."""
    left = worked
    for opens, closes in _SPANS:
        if left <= closes - opens:
            break
        left -= closes - opens
    return datetime.combine(day, time(), SHANGHAI) + opens + left
