"""When a feed is late: by working days of the State Council's calendar, written out by hand."""

from dataclasses import replace
from datetime import date

import pytest

from services.ingest.domain.contract import Freshness
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.freshness import Arrival, Lag, Standing, lag, standing
from shared.calendar import Overrides, WorkingCalendar

CALENDAR = WorkingCalendar(Overrides())
HEADCOUNT = FEEDS["insured_headcount"]
POWER = FEEDS["electricity"]
CALLS = FEEDS["hotline_call"]


def of(feed: str, push: date, period: str | None = None) -> Arrival:
    return Arrival(feed, "agency-x", push, period)


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        # 15 working days after 31 July 2020 end on 21 August.
        ("2020-06", date(2020, 8, 21), Lag("2020-07", date(2020, 8, 21), 0, None)),
        ("2020-06", date(2020, 8, 24), Lag("2020-07", date(2020, 8, 21), 1, "2020-07")),
        # National Day and Mid-Autumn 2020, 1 to 8 October; Saturday the 10th and, before them,
        # Sunday 27 September are worked: 15 working days after 30 September end on 28 October.
        ("2020-08", date(2020, 10, 28), Lag("2020-09", date(2020, 10, 28), 0, None)),
        ("2020-08", date(2020, 10, 29), Lag("2020-09", date(2020, 10, 28), 1, "2020-09")),
        # The latest month that is missing is told; lateness counts from the first.
        ("2020-06", date(2020, 9, 23), Lag("2020-07", date(2020, 8, 21), 23, "2020-08")),
        # Spring Festival 2021, 11 to 17 February, with the 7th and the 20th worked: the 24th.
        ("2020-12", date(2021, 1, 4), Lag("2021-01", date(2021, 2, 24), 0, None)),
    ],
)
def test_a_month_is_awaited_some_working_days_after_its_end(
    last: str, today: date, expected: Lag
) -> None:
    arrival = of("insured_headcount", date(2020, 7, 20), last)
    assert lag(HEADCOUNT, arrival, today=today, calendar=CALENDAR) == expected


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2020, 8, 6), None),
        # Tuesday's reading was awaited until Friday.
        (date(2020, 8, 7), None),
        (date(2020, 8, 8), "2020-08-04"),
        (date(2020, 8, 10), "2020-08-04"),
        (date(2020, 8, 11), "2020-08-05"),
        (date(2020, 8, 12), "2020-08-06"),
        # Friday, Saturday and Sunday were awaited until Wednesday.
        (date(2020, 8, 13), "2020-08-09"),
    ],
)
def test_a_day_is_awaited_too(today: date, missing: str | None) -> None:
    arrival = of("electricity", date(2020, 8, 4), "2020-08-03")
    found = lag(POWER, arrival, today=today, calendar=CALENDAR)
    assert found is not None
    assert (found.awaited, found.missing) == ("2020-08-04", missing)


def test_where_silence_tells_it_is_counted_from_the_last_push() -> None:
    arrival = of("hotline_call", date(2020, 7, 31))
    friday = lag(CALLS, arrival, today=date(2020, 8, 4), calendar=CALENDAR)
    assert friday == Lag("2020-07-31", date(2020, 8, 4), 0, None)
    late = lag(CALLS, arrival, today=date(2020, 8, 5), calendar=CALENDAR)
    assert late == Lag("2020-07-31", date(2020, 8, 4), 1, "2020-07-31")
    assert late is not None
    assert late.is_late


def test_where_silence_is_usual_nothing_is_late() -> None:
    arrival = of("layoff_report", date(2019, 1, 1))
    assert lag(FEEDS["layoff_report"], arrival, today=date(2026, 1, 1), calendar=CALENDAR) is None


def test_the_limit_is_the_contracts() -> None:
    hurried = replace(HEADCOUNT, freshness=Freshness(1, "month"))
    arrival = of("insured_headcount", date(2020, 7, 20), "2020-06")
    found = lag(hurried, arrival, today=date(2020, 8, 4), calendar=CALENDAR)
    assert found == Lag("2020-07", date(2020, 8, 3), 1, "2020-07")


SENT = of("insured_headcount", date(2020, 8, 3), "2020-07")
IN_TIME = Lag("2020-08", date(2020, 9, 21), 0, None)
LATE = Lag("2020-08", date(2020, 9, 21), 1, "2020-08")


@pytest.mark.parametrize(
    ("arrival", "late_by", "completeness", "expected"),
    [
        (None, None, None, Standing.NEVER_SENT),
        (SENT, None, None, Standing.NO_LIMIT),
        (SENT, IN_TIME, None, Standing.IN_TIME),
        (SENT, IN_TIME, 0.9, Standing.IN_TIME),
        (SENT, IN_TIME, 0.899, Standing.INCOMPLETE),
        (SENT, IN_TIME, 0.0, Standing.INCOMPLETE),
        (SENT, None, 0.5, Standing.INCOMPLETE),
        # What does not come at all is worse than what comes in part.
        (SENT, LATE, 0.0, Standing.LATE),
    ],
)
def test_how_a_feed_stands_is_said_in_one_word(
    arrival: Arrival | None, late_by: Lag | None, completeness: float | None, expected: Standing
) -> None:
    assert standing(arrival, late_by, completeness) == expected
