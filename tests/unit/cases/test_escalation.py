"""When those above are told, by hand on the calendar of August 2020; no day off but weekends.

Office hours are 09:00-12:00 and 13:30-17:30: seven hours a day.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.cases.domain.case import Case, Happening, Status, Step
from services.cases.domain.clocks import Clock, ClockName
from services.cases.domain.escalation import LADDER, escalate, moments, next_moment
from shared.events.cases import CaseProgressed, ClockBreached
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import CALENDAR, CASE_ID, a_case, at

# Ten working days from Monday 3 August 09:00 to Friday 14 August 17:30: seventy hours.
TEN_DAYS = Clock(ClockName.RESOLVE, at("2020-08-03 09:00"), at("2020-08-14 17:30"))
LOW, OUT, LATE = at("2020-08-12 17:30"), at("2020-08-14 17:30"), at("2020-08-17 17:30")


def ids() -> Iterator[UUID]:
    return iter(UUID(int=number) for number in range(1, 100))


def told(case: Case, moment: str) -> tuple[Case, list[tuple[str, int, str]]]:
    """Escalate; return the case, and what was told: clock, step, moment."""
    new = ids()
    decision = escalate(case, now=at(moment), calendar=CALENDAR, new_id=lambda: next(new))
    facts = [event for event in decision.events if isinstance(event, ClockBreached)]
    assert len(facts) == len(decision.entries) == decision.case.version - case.version
    return decision.case, [
        (fact.clock, fact.escalation_level, f"{fact.occurred_at:%m-%d %H:%M}") for fact in facts
    ]


def running(**changes: Any) -> Case:
    return a_case(Status.IN_DISPOSITION, **{"clocks": (TEN_DAYS,), **changes})


def test_eighty_per_cent_and_all_of_the_working_time_and_a_day_more() -> None:
    # Fifty-six of seventy hours are eight days.
    assert moments(TEN_DAYS, CALENDAR) == (LOW, OUT, LATE)


def test_time_for_which_it_was_suspended_is_not_counted() -> None:
    # Put off by five days: of the hundred and five hours, seventy count; a fifth is two days.
    paused = Clock(
        ClockName.RESOLVE,
        at("2020-08-03 09:00"),
        at("2020-08-21 17:30"),
        paused=timedelta(hours=35),
    )

    assert moments(paused, CALENDAR)[0] == at("2020-08-19 17:30")


def test_each_step_is_told_once() -> None:
    case, early = told(running(), "2020-08-12 17:29")
    case, low = told(case, "2020-08-12 17:30")
    case, again = told(case, "2020-08-13 10:00")
    case, out = told(case, "2020-08-14 17:30")
    case, late = told(case, "2020-08-20 10:00")
    case, never = told(case, "2020-09-20 10:00")

    assert (early, again, never) == ([], [], [])
    assert low == [("resolve", 1, "08-12 17:30")]
    assert out == [("resolve", 2, "08-14 17:30")]
    assert late == [("resolve", 3, "08-17 17:30")]
    assert case.escalation_level == 3
    assert next_moment(case, CALENDAR) is None


def test_who_comes_late_tells_the_same_at_once() -> None:
    case, facts = told(running(), "2020-09-20 10:00")

    assert facts == [
        ("resolve", 1, "08-12 17:30"),
        ("resolve", 2, "08-14 17:30"),
        ("resolve", 3, "08-17 17:30"),
    ]
    assert case.version == 8


@pytest.mark.parametrize("level", list(RiskLevel))
def test_how_far_up_depends_on_the_level(level: RiskLevel) -> None:
    case, facts = told(running(level=level), "2020-09-20 10:00")

    assert [step for _, step, _ in facts] == list(range(1, LADDER[level] + 1))
    assert dict(LADDER) == {
        RiskLevel.RED: 3,
        RiskLevel.ORANGE: 3,
        RiskLevel.YELLOW: 2,
        RiskLevel.BLUE: 1,
    }
    assert case.escalation_level == LADDER[level]


@pytest.mark.parametrize("status", [Status.CLOSED, Status.FOLLOW_UP])
def test_what_does_not_run_does_not_climb(status: Status) -> None:
    case = a_case(status, clocks=(TEN_DAYS,))

    assert told(case, "2020-09-20 10:00") == (case, [])
    assert next_moment(case, CALENDAR) is None


def test_a_suspended_case_does_not_climb_until_the_time_granted_is_over() -> None:
    suspended = a_case(Status.SUSPENDED, clocks=(TEN_DAYS,))  # from 3 August 10:00 to the 7th

    assert told(suspended, "2020-08-07 17:29") == (suspended, [])
    assert next_moment(suspended, CALENDAR) == at("2020-08-07 17:30")


def test_time_beyond_what_was_granted_counts_again_at_once() -> None:
    # Put off by the 34 hours from Monday 10:00 to Friday 17:30, not by the week after.
    new = ids()
    suspended = a_case(Status.SUSPENDED, clocks=(TEN_DAYS,))
    decision = escalate(
        suspended, now=at("2020-08-20 10:00"), calendar=CALENDAR, new_id=lambda: next(new)
    )

    resumed, climbed = decision.entries
    assert (resumed.what, resumed.actor) == (Step.RESUME, "service:cases")
    assert climbed.details == {
        "clock": "resolve",
        "due_at": "2020-08-21T16:30:00+08:00",
        "escalation_level": "1",
    }
    assert (decision.case.status, decision.case.suspended_until) == (Status.IN_DISPOSITION, None)
    progressed, breached = decision.events
    assert isinstance(progressed, CaseProgressed)
    assert isinstance(breached, ClockBreached)
    assert decision.read_version == suspended.version


def test_a_report_upward_climbs_by_the_clock_though_the_case_is_suspended() -> None:
    # Two hours over the lunch of Monday: eighty per cent of them are 96 minutes.
    due = Clock(ClockName.REPORT_UPWARD, at("2020-08-03 11:00"), at("2020-08-03 13:00"))
    case, facts = told(a_case(Status.SUSPENDED, clocks=(due, TEN_DAYS)), "2020-08-03 13:00")

    assert facts == [("report_upward", 1, "08-03 12:36"), ("report_upward", 2, "08-03 13:00")]
    assert case.status is Status.SUSPENDED
    assert next_moment(case, CALENDAR) == at("2020-08-04 17:30")


def test_a_clock_that_was_met_puts_the_lamp_out() -> None:
    case, _ = told(running(), "2020-08-14 17:30")
    (clock,) = case.clocks
    met = a_case(
        Status.IN_DISPOSITION,
        clocks=(Clock(clock.name, clock.started_at, clock.due_at, OUT, escalated=2),),
    )

    assert (case.escalation_level, met.escalation_level) == (2, 0)


def test_every_clock_climbs_for_itself() -> None:
    contact = Clock(ClockName.FIRST_CONTACT, at("2020-08-03 09:00"), at("2020-08-05 17:30"))
    case, facts = told(running(clocks=(contact, TEN_DAYS)), "2020-08-05 17:30")

    assert facts == [("first_contact", 1, "08-05 11:48"), ("first_contact", 2, "08-05 17:30")]
    assert next_moment(case, CALENDAR) == at("2020-08-06 17:30")


def test_the_line_names_the_clock_and_the_step() -> None:
    new = ids()
    decision = escalate(
        running(), now=at("2020-08-13 09:00"), calendar=CALENDAR, new_id=lambda: next(new)
    )

    (entry,) = decision.entries
    assert (entry.what, entry.actor, entry.at) == (
        Happening.ESCALATED,
        "service:cases",
        at("2020-08-13 09:00"),
    )
    assert entry.details == {
        "clock": "resolve",
        "due_at": "2020-08-14T17:30:00+08:00",
        "escalation_level": "1",
    }
    assert decision.events == (
        ClockBreached(
            id=UUID(int=1),
            case_id=CASE_ID,
            uscc="91110105MA00000000",
            district="110105",
            occurred_at=LOW,
            number="110105-2020-000007",
            clock="resolve",
            due_at=OUT,
            escalation_level=1,
        ),
    )


def test_a_limit_that_is_past_already_is_told_whole() -> None:
    bound = Clock(
        ClockName.RESOLVE,
        at("2020-08-03 09:00"),
        at("2020-08-31 17:30"),
        limit=at("2020-08-04 17:30"),
    )
    _, facts = told(running(clocks=(bound,)), "2020-08-05 17:30")

    assert [step for _, step, _ in facts] == [1, 2, 3]
