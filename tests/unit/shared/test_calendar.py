"""Working days and office hours against the State Council's notices, and what must always hold."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from shared.calendar import SHANGHAI, Allowance, Overrides, Unit, WorkingCalendar

PLAIN = WorkingCalendar(Overrides())

# The notices of the State Council: weekdays off, and weekend days worked in exchange.
# 国办发明电〔2019〕16号, extended to 2 February by 国办发明电〔2020〕1号
OFF_2020 = (
    "01-01 01-24 01-27 01-28 01-29 01-30 01-31 04-06 05-01 05-04 05-05 06-25 06-26 "
    "10-01 10-02 10-05 10-06 10-07 10-08"
)
MADE_UP_2020 = "01-19 04-26 05-09 06-28 09-27 10-10"
# 国办发明电〔2024〕12号
OFF_2025 = (
    "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 "
    "10-01 10-02 10-03 10-06 10-07 10-08"
)
MADE_UP_2025 = "01-26 02-08 04-27 09-28 10-11"
# 国办发明电〔2025〕7号
OFF_2026 = (
    "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 "
    "10-01 10-02 10-05 10-06 10-07"
)
MADE_UP_2026 = "01-04 02-14 02-28 05-09 09-20 10-10"


@pytest.mark.parametrize(
    ("year", "days_off", "days_made_up"),
    [
        (2020, OFF_2020, MADE_UP_2020),
        (2025, OFF_2025, MADE_UP_2025),
        (2026, OFF_2026, MADE_UP_2026),
    ],
)
def test_every_day_of_a_year_is_as_the_notice_says(
    year: int, days_off: str, days_made_up: str
) -> None:
    off, made_up = (
        {date.fromisoformat(f"{year}-{day}") for day in listed.split()}
        for listed in (days_off, days_made_up)
    )
    day, wrong = date(year, 1, 1), []
    while day.year == year:
        worked = day in made_up or (day.weekday() < 5 and day not in off)
        if PLAIN.is_working_day(day) is not worked:
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2020, 1, 31), False),  # the extension of the Spring Festival of 2020
        (date(2020, 2, 1), False),
        (date(2020, 2, 2), False),
        (date(2020, 2, 3), True),
        (date(2020, 9, 27), True),
        (date(2020, 10, 1), False),
        (date(2020, 10, 8), False),
        (date(2020, 10, 9), True),
        (date(2020, 10, 10), True),
        (date(2020, 10, 11), False),
        (date(2005, 12, 31), True),  # a Saturday worked for the notice of the year after
        (date(2011, 12, 31), True),
        (date(2007, 12, 31), False),  # a Monday off for the new year, 29 December worked
        (date(2007, 12, 29), True),
        (date(2018, 12, 29), True),
        (date(2018, 12, 31), False),
    ],
)
def test_swapped_and_extended_days(day: date, *, worked: bool) -> None:
    assert PLAIN.is_working_day(day) is worked


@pytest.mark.parametrize("year", range(1990, 2101))
def test_every_year_is_answered_without_a_warning(year: int) -> None:
    assert not PLAIN.is_working_day(date(year, 1, 1))
    assert not PLAIN.is_working_day(date(year, 10, 1))
    assert 240 <= PLAIN.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) <= 258


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2020, 9, 30), 0, date(2020, 9, 30)),
        (date(2020, 10, 1), 0, date(2020, 10, 9)),
        (date(2020, 9, 30), 1, date(2020, 10, 9)),
        (date(2020, 9, 30), 2, date(2020, 10, 10)),
        (date(2020, 9, 30), 3, date(2020, 10, 12)),
        (date(2020, 9, 26), 1, date(2020, 9, 27)),
        (date(2020, 1, 23), 1, date(2020, 2, 3)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2025, 12, 31), 0, date(2025, 12, 31)),
        # 2020 has 262 weekdays, of which 19 were off, and 6 days made up: 249
        (date(2019, 12, 31), 249, date(2020, 12, 31)),
        (date(2019, 12, 31), 250, date(2021, 1, 4)),
    ],
)
def test_adding_working_days(start: date, count: int, due: date) -> None:
    assert PLAIN.add_working_days(start, count) == due


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2020, 9, 30), date(2020, 10, 12), 3),
        (date(2020, 10, 12), date(2020, 9, 30), -3),
        (date(2020, 10, 1), date(2020, 10, 8), 0),
        (date(2020, 10, 9), date(2020, 10, 9), 0),
        (date(2019, 12, 31), date(2020, 12, 31), 249),
        (date(2024, 12, 31), date(2026, 12, 31), 496),  # 2025: 261 − 18 + 5; 2026: 261 − 19 + 6
    ],
)
def test_counting_working_days(start: date, end: date, days: int) -> None:
    assert PLAIN.working_days_between(start, end) == days


def test_overrides_hold_over_the_library() -> None:
    # As if the notice for 2027 said: 4-8 October off, Sunday 26 September and 9 October worked.
    corrected = WorkingCalendar(
        Overrides(
            made_working=frozenset({date(2027, 9, 26), date(2027, 10, 9)}),
            made_off=frozenset({date(2027, 10, 6), date(2027, 10, 7), date(2027, 10, 8)}),
        )
    )
    assert PLAIN.add_working_days(date(2027, 9, 30), 1) == date(2027, 10, 6)
    assert corrected.add_working_days(date(2027, 9, 30), 1) == date(2027, 10, 9)
    assert corrected.is_working_day(date(2027, 9, 26))
    assert not PLAIN.is_working_day(date(2027, 9, 26))


def test_overrides_may_not_contradict_themselves() -> None:
    day = frozenset({date(2027, 10, 6)})
    with pytest.raises(ValueError, match="2027-10-06"):
        Overrides(made_working=day, made_off=day)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# Friday 13 November 2020 is an ordinary week's end.
@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2020-11-13T09:00", 0, "2020-11-13T09:00"),
        ("2020-11-14T03:00", 0, "2020-11-14T03:00"),
        ("2020-11-13T09:00", 1, "2020-11-13T10:00"),
        ("2020-11-13T11:30", 1, "2020-11-13T14:00"),
        ("2020-11-13T11:00", 1, "2020-11-13T12:00"),
        ("2020-11-13T12:20", 1, "2020-11-13T14:30"),
        ("2020-11-13T15:30", 2, "2020-11-13T17:30"),
        ("2020-11-13T16:30", 2, "2020-11-16T10:00"),
        ("2020-11-13T17:30", 1, "2020-11-16T10:00"),
        ("2020-11-13T23:59", 4, "2020-11-16T14:30"),
        ("2020-11-13T07:00", 7, "2020-11-13T17:30"),
        ("2020-11-13T07:00", 8, "2020-11-16T10:00"),
        ("2020-11-14T10:00", 7, "2020-11-16T17:30"),
        ("2020-11-14T10:00", 14, "2020-11-17T17:30"),
        ("2020-09-30T17:00", 1, "2020-10-09T09:30"),
        ("2020-10-09T17:00", 1, "2020-10-10T09:30"),
        ("2020-12-31T17:00", 1, "2021-01-04T09:30"),
    ],
)
def test_adding_working_hours(start: str, hours: int, due: str) -> None:
    assert PLAIN.add_working_hours(at(start), timedelta(hours=hours)) == at(due)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2020-11-13T11:30", "2020-11-13T14:00", 60),
        ("2020-11-13T12:10", "2020-11-13T13:20", 0),
        ("2020-11-13T00:00", "2020-11-14T00:00", 420),
        ("2020-11-13T17:00", "2020-11-16T09:10", 40),
        ("2020-11-16T09:10", "2020-11-13T17:00", -40),
        ("2020-09-30T17:00", "2020-10-12T09:30", 30 + 420 + 420 + 30),
        ("2020-11-14T10:00", "2020-11-15T16:00", 0),
    ],
)
def test_measuring_working_time(start: str, end: str, minutes: int) -> None:
    assert PLAIN.working_time_between(at(start), at(end)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("start", "allowance", "due"),
    [
        ("2020-09-30T16:30", Allowance(2, Unit.WORKING_HOURS), "2020-10-09T10:00"),
        ("2020-09-30T16:30", Allowance(3, Unit.WORKING_DAYS), "2020-10-12T17:30"),
        ("2020-09-30T03:00", Allowance(1, Unit.WORKING_DAYS), "2020-10-09T17:30"),
        ("2020-10-03T10:00", Allowance(1, Unit.WORKING_DAYS), "2020-10-09T17:30"),
        ("2020-09-30T16:30", Allowance(12, Unit.CLOCK_HOURS), "2020-10-01T04:30"),
        ("2020-12-31T23:00", Allowance(2, Unit.CLOCK_HOURS), "2021-01-01T01:00"),
        # The Thursday a week later is a holiday, and so are the days until Friday the 9th.
        ("2020-09-24T10:00", Allowance(1, Unit.WEEKS), "2020-10-09T17:30"),
        ("2020-09-20T10:00", Allowance(1, Unit.WEEKS), "2020-09-27T17:30"),
        ("2020-09-04T10:00", Allowance(1, Unit.MONTHS), "2020-10-09T17:30"),
        ("2020-08-31T10:00", Allowance(1, Unit.MONTHS), "2020-09-30T17:30"),
        ("2020-12-31T10:00", Allowance(2, Unit.MONTHS), "2021-03-01T17:30"),
    ],
)
def test_due_moments(start: str, allowance: Allowance, due: str) -> None:
    assert PLAIN.due_at(at(start), allowance) == at(due)


def test_clock_hours_pass_the_end_of_summer_time() -> None:
    # Summer time ended on 15 September 1991 at 02:00: that night had an hour more.
    due = PLAIN.due_at(at("1991-09-14T20:00"), Allowance(12, Unit.CLOCK_HOURS))
    assert due.isoformat() == "1991-09-15T07:00:00+08:00"


def test_the_day_is_the_day_in_beijing() -> None:
    # 17:00 UTC on Thursday is 01:00 on Friday in Beijing.
    start = datetime(2020, 11, 12, 17, 0, tzinfo=UTC)
    due = PLAIN.due_at(start, Allowance(1, Unit.WORKING_DAYS))
    assert due.isoformat() == "2020-11-16T17:30:00+08:00"


def test_answers_are_in_beijing_time() -> None:
    start = datetime(2020, 11, 13, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    due = PLAIN.add_working_hours(start, timedelta(hours=1))
    assert due.isoformat() == "2020-11-13T10:30:00+08:00"


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        PLAIN.add_working_hours(datetime(2020, 11, 13, 9, 0), timedelta(hours=1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="forward"):
        PLAIN.add_working_hours(at("2020-11-13T09:00"), timedelta(hours=-1))
    with pytest.raises(ValueError, match="forward"):
        PLAIN.add_working_days(date(2020, 11, 13), -1)
    with pytest.raises(ValueError, match="positive"):
        Allowance(0, Unit.WORKING_DAYS)
    with pytest.raises(TypeError, match="not a moment"):
        PLAIN.is_working_day(at("2020-11-13T09:00"))
