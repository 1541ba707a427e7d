"""Extensions, reported layoffs and follow-ups: what moves, bounds or starts a clock."""

from datetime import date

import pytest

from services.cases.domain.case import Case, Happening, Status, Step
from services.cases.domain.clocks import Clock, ClockName, pause, relevel
from services.cases.domain.deeds import Findings, visit
from services.cases.domain.guards import Ask
from services.cases.domain.months import day_after, shifted
from services.cases.domain.remarks import learn_of_layoffs
from services.cases.domain.steps import take
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import CALENDAR, CASE_ID, CITY, LEAD, NOW, OFFICER, a_case, at

RED, ORANGE, YELLOW, BLUE = RiskLevel.RED, RiskLevel.ORANGE, RiskLevel.YELLOW, RiskLevel.BLUE
# An orange case of 3 August: twenty working days.
RESOLVE = Clock(ClockName.RESOLVE, at("2020-08-03 09:30"), at("2020-08-31 17:30"))


def running(**changes: object) -> Case:
    return a_case(Status.IN_DISPOSITION, **{"clocks": (RESOLVE,), **changes})


def extended(case: Case) -> Clock:
    ask = Ask(reason="等待股东会决议")
    (clock,) = take(Step.EXTEND, case, ask, by=CITY, now=NOW, calendar=CALENDAR).case.clocks
    return clock


@pytest.mark.parametrize(
    ("level", "due"),
    [(RED, "2020-09-14 17:30"), (ORANGE, "2020-09-14 17:30"), (YELLOW, "2020-09-27 17:30")],
)
def test_an_extension_is_ten_or_twenty_working_days(level: RiskLevel, due: str) -> None:
    # From Monday 31 August; Sunday 27 September was worked.
    clock = extended(running(level=level))

    assert (clock.due_at, clock.extended) == (at(due), True)


def test_an_extension_outlasts_a_change_of_level() -> None:
    since = at("2020-08-03 10:00")
    (red,) = relevel((extended(running()),), RED, previous=ORANGE, since=since, calendar=CALENDAR)
    (blue,) = relevel((red,), BLUE, previous=RED, since=since, calendar=CALENDAR)

    # Fifteen and ten working days from 3 August; blue has none to add to its sixty.
    assert red.due_at == at("2020-09-07 17:30")
    assert blue.due_at == at("2020-10-30 17:30")


@pytest.mark.parametrize(
    ("layoff_on", "ends"),
    [
        ("2020-12-01", "2020-08-31 17:30"),  # the level allows less
        ("2020-08-28", "2020-08-21 17:30"),  # Friday: the Friday before
        ("2020-08-30", "2020-08-21 17:30"),  # Sunday: as the Friday
        ("2020-08-31", "2020-08-24 17:30"),
        ("2020-08-05", "2020-08-04 17:30"),  # sooner than that: one working day is left
    ],
)
def test_a_reported_layoff_bounds_the_resolution(layoff_on: str, ends: str) -> None:
    day = date.fromisoformat(layoff_on)
    decision = learn_of_layoffs(running(), [day], now=NOW, calendar=CALENDAR)

    assert decision is not None
    assert decision.case.next_due_at == at(ends)
    assert decision.case.layoff_on == day
    (entry,) = decision.entries
    assert (entry.what, entry.details) == (Happening.LAYOFF_REPORTED, {"layoff_on": layoff_on})


def test_the_earliest_that_is_still_to_come_counts_and_a_correction_takes_it_back() -> None:
    days = [date(2020, 7, 1), date(2020, 9, 1), date(2020, 8, 28)]
    learned = learn_of_layoffs(running(), days, now=NOW, calendar=CALENDAR)
    assert learned is not None
    again = learn_of_layoffs(learned.case, days, now=NOW, calendar=CALENDAR)
    corrected = learn_of_layoffs(learned.case, [days[1]], now=NOW, calendar=CALENDAR)
    withdrawn = learn_of_layoffs(learned.case, [], now=NOW, calendar=CALENDAR)

    assert learned.case.layoff_on == date(2020, 8, 28)
    assert again is None
    assert corrected is not None
    assert corrected.case.next_due_at == at("2020-08-25 17:30")
    assert withdrawn is not None
    assert (withdrawn.case.layoff_on, withdrawn.case.clocks) == (None, (RESOLVE,))


def test_neither_a_suspension_nor_an_extension_moves_a_layoff() -> None:
    learned = learn_of_layoffs(running(), [date(2020, 8, 28)], now=NOW, calendar=CALENDAR)
    assert learned is not None
    paused = pause(
        learned.case.clocks,
        since=at("2020-08-03 09:00"),
        until=at("2020-08-05 09:00"),
        calendar=CALENDAR,
    )

    assert [clock.ends_at for clock in paused] == [at("2020-08-21 17:30")]
    assert extended(learned.case).ends_at == at("2020-08-21 17:30")


def resolved(level: RiskLevel, moment: str = "2020-08-31 10:00") -> Case:
    case = a_case(Status.PENDING_REVIEW, level=level, clocks=(RESOLVE,))
    return take(Step.APPROVE, case, Ask(), by=CITY, now=at(moment), calendar=CALENDAR).case


@pytest.mark.parametrize(
    ("level", "dues"),
    [
        # 30 September; 31 October was a Saturday; 30 November.
        (RED, ["2020-09-30 17:30", "2020-11-02 17:30", "2020-11-30 17:30"]),
        (ORANGE, ["2020-09-30 17:30", "2020-11-02 17:30", "2020-11-30 17:30"]),
        (YELLOW, ["2020-11-30 17:30"]),
        (BLUE, []),
    ],
)
def test_after_the_resolution_somebody_calls_again(level: RiskLevel, dues: list[str]) -> None:
    case = resolved(level)

    assert [clock.due_at for clock in case.running_clocks] == [at(due) for due in dues]
    assert case.next_due_at == (at(dues[0]) if dues else None)
    assert case.resolved_at == at("2020-08-31 10:00")


@pytest.mark.parametrize(
    ("day", "left"),
    [
        ("2020-09-01", ["follow_up_2", "follow_up_3"]),
        ("2020-09-29", ["follow_up_2", "follow_up_3"]),
        ("2020-09-30", ["follow_up_3"]),  # a month after: the second month's, and the first's late
        ("2020-11-05", []),
    ],
)
def test_a_visit_meets_the_follow_up_of_its_month(day: str, left: list[str]) -> None:
    found = Findings(visited_on=date.fromisoformat(day), on_site=False)
    moment = at(f"{day} 11:00")

    after = visit(resolved(RED), found, deed_id=CASE_ID, by=OFFICER, now=moment).case

    assert [clock.name for clock in after.running_clocks] == left


def test_reopening_forgets_the_follow_up() -> None:
    reopened = take(
        Step.REOPEN,
        take(Step.FOLLOW_UP, resolved(RED), Ask(), by=OFFICER, now=NOW, calendar=CALENDAR).case,
        Ask(reason="再次裁员"),
        by=LEAD,
        now=at("2020-09-10 10:00"),
        calendar=CALENDAR,
    ).case

    assert [clock.name for clock in reopened.clocks] == [
        ClockName.REPORT_UPWARD,
        ClockName.DISPATCH,
    ]
    assert reopened.resolved_at is None


@pytest.mark.parametrize(
    ("moment", "months", "day"),
    [
        ("2020-08-31 10:00", 1, "2020-09-30"),
        ("2020-11-30 10:00", 3, "2021-02-28"),
        ("2020-12-15 10:00", 1, "2021-01-15"),
        ("2020-01-31 10:00", 0, "2020-01-31"),
    ],
)
def test_the_same_day_months_later(moment: str, months: int, day: str) -> None:
    assert day_after(at(moment), months).isoformat() == day


def test_months_by_name() -> None:
    assert [shifted("2020-01", by) for by in (-13, -1, 0, 11, 12)] == [
        "2018-12",
        "2019-12",
        "2020-01",
        "2020-12",
        "2021-01",
    ]
