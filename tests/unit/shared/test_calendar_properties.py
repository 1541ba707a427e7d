"""What must always hold of the working calendar, for any day, moment and table of overrides."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import SHANGHAI, Allowance, Overrides, Unit, WorkingCalendar

PLAIN = WorkingCalendar(Overrides())
OVERRIDDEN = WorkingCalendar(
    Overrides(
        made_working=frozenset({date(2021, 3, 6), date(2022, 12, 31)}),
        made_off=frozenset({date(2021, 3, 1), date(2024, 2, 29)}),
    )
)
calendars = st.sampled_from([PLAIN, OVERRIDDEN])
days = st.dates(date(2019, 1, 1), date(2027, 12, 31))
moments = st.datetimes(
    datetime.fromisoformat("2019-01-01"),
    datetime.fromisoformat("2027-12-31"),
    timezones=st.just(SHANGHAI),
)
durations = st.timedeltas(timedelta(), timedelta(hours=600))


@given(calendars, days, st.integers(1, 700))
def test_days_added_are_the_days_between(calendar: WorkingCalendar, day: date, count: int) -> None:
    due = calendar.add_working_days(day, count)
    assert calendar.is_working_day(due)
    assert calendar.working_days_between(day, due) == count


@given(calendars, days, days, days)
def test_days_between_add_up(
    calendar: WorkingCalendar, first: date, second: date, third: date
) -> None:
    between = calendar.working_days_between
    assert between(first, second) + between(second, third) == between(first, third)


@given(calendars, days, st.integers(0, 400))
def test_days_between_are_those_that_are_worked(
    calendar: WorkingCalendar, day: date, span: int
) -> None:
    walked = [day + timedelta(days=step) for step in range(1, span + 1)]
    worked = sum(calendar.is_working_day(passed) for passed in walked)
    assert calendar.working_days_between(day, day + timedelta(days=span)) == worked


@given(calendars, moments, durations)
def test_hours_added_are_the_hours_between(
    calendar: WorkingCalendar, moment: datetime, duration: timedelta
) -> None:
    due = calendar.add_working_hours(moment, duration)
    assert calendar.working_time_between(moment, due) == duration


@given(calendars, moments, durations.filter(bool))
def test_due_moments_are_the_earliest(
    calendar: WorkingCalendar, moment: datetime, duration: timedelta
) -> None:
    due = calendar.add_working_hours(moment, duration)
    just_before = due - timedelta(microseconds=1)
    assert calendar.working_time_between(moment, just_before) < duration


@given(calendars, moments, durations, durations)
def test_hours_added_in_two_steps_are_the_same(
    calendar: WorkingCalendar, moment: datetime, first: timedelta, second: timedelta
) -> None:
    stepwise = calendar.add_working_hours(calendar.add_working_hours(moment, first), second)
    at_once = calendar.add_working_hours(moment, first + second)
    assert stepwise == at_once


@given(calendars, moments, st.integers(1, 90), st.sampled_from(list(Unit)))
def test_a_longer_allowance_is_never_due_earlier(
    calendar: WorkingCalendar, moment: datetime, amount: int, unit: Unit
) -> None:
    due = calendar.due_at(moment, Allowance(amount, unit))
    # Not always later: 16 and 17 weeks can both end within the Spring Festival, and so after it.
    assert moment < due <= calendar.due_at(moment, Allowance(amount + 1, unit))
