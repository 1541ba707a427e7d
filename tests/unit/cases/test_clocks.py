"""When things are due, by hand on the calendar of 2020.

1 to 8 October were off; Sunday 27 September and Saturday 10 October were worked in exchange.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.cases.domain.case import Case, Step
from services.cases.domain.clocks import Clock, ClockName, relevel
from services.cases.domain.deeds import Findings, visit
from services.cases.domain.guards import Ask
from services.cases.domain.reporting import Report, report
from services.cases.domain.steps import take
from services.cases.domain.warnings import open_case
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import CALENDAR, CASE_ID, LEAD, OFFICER, at, heard

RED, ORANGE, YELLOW, BLUE = RiskLevel.RED, RiskLevel.ORANGE, RiskLevel.YELLOW, RiskLevel.BLUE

# Opened on Wednesday 30 September 2020 at 16:00, an hour and a half before offices close.
BEFORE_THE_HOLIDAY: dict[RiskLevel, dict[str, str | None]] = {
    RED: {
        "report_upward": "2020-09-30 18:00",
        "dispatch": "2020-09-30 17:00",
        "sign_for": "2020-10-09 09:30",
        "first_contact": "2020-10-09 17:30",
        "verification": "2020-10-10 17:30",
        "plan": "2020-10-12 17:30",
        "resolve": "2020-10-28 17:30",
    },
    ORANGE: {
        "report_upward": "2020-09-30 18:00",
        "dispatch": "2020-10-09 09:30",
        "sign_for": "2020-10-09 11:30",
        "first_contact": "2020-10-10 17:30",
        "verification": "2020-10-12 17:30",
        "plan": "2020-10-14 17:30",
        "resolve": "2020-11-04 17:30",
    },
    YELLOW: {
        "report_upward": "2020-10-01 04:00",
        "dispatch": "2020-10-09 11:30",
        "sign_for": "2020-10-09 17:30",
        "first_contact": "2020-10-12 17:30",
        "verification": "2020-10-14 17:30",
        "plan": "2020-10-21 17:30",
        "resolve": "2020-12-02 17:30",
    },
    BLUE: {
        "report_upward": "2020-10-30 17:30",
        "dispatch": "2020-10-09 17:30",
        "sign_for": "2020-10-10 17:30",
        "first_contact": "2020-10-14 17:30",
        "verification": "2020-10-21 17:30",
        "plan": None,
        "resolve": "2020-12-30 17:30",
    },
}


def opened(level: RiskLevel, moment: str = "2020-09-30 16:00") -> Case:
    return open_case(
        heard(level=level),
        case_id=CASE_ID,
        number="110105-2020-000001",
        district="110105",
        now=at(moment),
        calendar=CALENDAR,
    ).case


def dues(case: Case) -> dict[str, object]:
    return {clock.name.value: clock.due_at for clock in case.clocks}


@pytest.mark.parametrize("level", list(RiskLevel))
def test_due_dates_over_the_october_holiday(level: RiskLevel) -> None:
    expected = {
        name: None if due is None else at(due) for name, due in BEFORE_THE_HOLIDAY[level].items()
    }

    assert dues(opened(level)) == expected


def reported(case: Case) -> Case:
    """Take the report upward off what is due."""
    told = Report("市政府", "立案", case.opened_at)
    return report(case, told, by=OFFICER, now=case.opened_at, calendar=CALENDAR).case


def test_dispatch_at_once_meets_its_clock_and_the_next_is_signing_for() -> None:
    case = opened(RED)
    assert case.next_due_at == at("2020-09-30 18:00")
    clocks = tuple(each for each in case.clocks if each.name is not ClockName.REPORT_UPWARD)
    case = replace(case, clocks=clocks)

    met = {clock.name: clock.met_at for clock in case.clocks if clock.met_at is not None}
    assert met == {ClockName.DISPATCH: at("2020-09-30 16:00")}
    assert case.next_due_at == at("2020-10-09 09:30")


def test_each_step_meets_its_clock_and_a_visit_the_first_contact() -> None:
    case = reported(opened(ORANGE))
    due = [case.next_due_at]
    now = at("2020-10-09 10:00")
    for step in (Step.ACCEPT, Step.VERIFY, Step.PLAN, Step.START):
        by = LEAD if step is Step.START else OFFICER
        said = Ask(note="转岗培训") if step is Step.PLAN else Ask()
        case = take(step, case, said, by=by, now=now, calendar=CALENDAR).case
        due.append(case.next_due_at)
        if step is Step.VERIFY:
            seen = Findings(visited_on=now.date(), on_site=True)
            case = visit(case, seen, deed_id=CASE_ID, by=OFFICER, now=now).case
            due.append(case.next_due_at)

    # Sign for, first contact, verification (with the plan), then a note of progress in three days.
    assert due == [
        at("2020-10-09 11:30"),
        at("2020-10-10 17:30"),
        at("2020-10-10 17:30"),
        at("2020-10-12 17:30"),
        at("2020-10-13 17:30"),
        at("2020-10-13 17:30"),
    ]


def test_a_returned_case_is_due_for_dispatch_and_all_starts_anew_then() -> None:
    returned = take(
        Step.RETURN,
        opened(RED),
        Ask(reason="企业已迁出本区"),
        by=OFFICER,
        now=at("2020-10-09 09:00"),
        calendar=CALENDAR,
    ).case
    again = take(
        Step.DISPATCH, returned, Ask(), by=LEAD, now=at("2020-10-09 10:00"), calendar=CALENDAR
    ).case

    assert dues(returned) == {
        "report_upward": at("2020-09-30 18:00"),
        "dispatch": at("2020-10-09 10:00"),
    }
    assert dues(again)["sign_for"] == at("2020-10-09 12:00")
    assert dues(again)["resolve"] == at("2020-10-29 17:30")


def one(name: ClockName, started: str, due: str | None) -> Clock:
    return Clock(name, at(started), None if due is None else at(due))


# A yellow case of Monday 3 August 2020 is to be resolved by Sunday 27 September, a worked day.
YELLOW_RESOLVE = one(ClockName.RESOLVE, "2020-08-03 09:30", "2020-09-27 17:30")


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2020-08-24 10:00", "2020-09-14 17:30"),  # 15 working days from the rise
        ("2020-09-24 10:00", "2020-09-27 17:30"),  # never later than it was
    ],
)
def test_a_rise_counts_from_the_rise_but_never_gives_more_time(since: str, due: str) -> None:
    (clock,) = relevel((YELLOW_RESOLVE,), RED, previous=YELLOW, since=at(since), calendar=CALENDAR)

    assert clock.due_at == at(due)


def test_a_fall_counts_from_the_start() -> None:
    red = one(ClockName.RESOLVE, "2020-08-03 09:30", "2020-08-24 17:30")
    (clock,) = relevel(
        (red,), YELLOW, previous=RED, since=at("2020-08-10 10:00"), calendar=CALENDAR
    )

    assert clock.due_at == at("2020-09-27 17:30")


def test_a_blue_case_needs_no_plan_until_it_rises() -> None:
    plan = one(ClockName.PLAN, "2020-08-03 09:30", None)
    (risen,) = relevel(
        (plan,), YELLOW, previous=BLUE, since=at("2020-08-05 10:00"), calendar=CALENDAR
    )
    (fallen,) = relevel(
        (risen,), BLUE, previous=YELLOW, since=at("2020-08-06 10:00"), calendar=CALENDAR
    )

    assert risen.due_at == at("2020-08-19 17:30")
    assert fallen.due_at is None


def test_what_was_met_stays_and_time_suspended_is_kept() -> None:
    met = Clock(
        ClockName.SIGN_FOR,
        at("2020-08-03 09:30"),
        at("2020-08-04 17:30"),
        met_at=at("2020-08-03 11:00"),
    )
    paused = Clock(
        ClockName.RESOLVE,
        at("2020-08-03 09:30"),
        at("2020-09-28 17:30"),
        paused=timedelta(hours=7),
    )
    kept, moved = relevel(
        (met, paused), RED, previous=YELLOW, since=at("2020-08-24 10:00"), calendar=CALENDAR
    )

    assert kept == met
    assert moved.due_at == at("2020-09-15 17:30")  # 14 September and one working day
    assert moved.paused == timedelta(hours=7)
