"""Who may take which step, when, and what must be said with it."""

from dataclasses import replace
from typing import Any

import pytest

from services.cases.domain.case import Status, Step
from services.cases.domain.clocks import Clock, ClockName
from services.cases.domain.errors import (
    AskRefused,
    CityDecides,
    ExtendedOnce,
    FindingNeeded,
    NoExtension,
    ObjectionTooLate,
    ReopenTooLate,
    SecondPersonNeeded,
    StepNotForRole,
    SuspendedTwice,
)
from services.cases.domain.guards import Ask, allowed_steps, check_ask, refusal, reopens_until
from services.cases.domain.officer import Actor, Role
from services.cases.domain.outcome import Outcome, WaitingFor
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import (
    ANALYST,
    AUDITOR,
    CALENDAR,
    CITY,
    LEAD,
    NOW,
    OFFICER,
    a_case,
    at,
)

# Step, a status that has it, and who may: the officer, the lead, the city.
WHO = [
    (Step.DISPATCH, Status.PENDING_DISPATCH, False, True, True),
    (Step.RETURN, Status.DISPATCHED, True, True, False),
    (Step.ACCEPT, Status.DISPATCHED, True, True, False),
    (Step.VERIFY, Status.ACCEPTED, True, True, False),
    (Step.DOUBT, Status.VERIFYING, True, True, False),
    (Step.REFUTE, Status.VERIFYING, False, True, True),
    (Step.PLAN, Status.VERIFYING, True, True, False),
    (Step.START, Status.PLANNED, False, True, True),
    (Step.SUSPEND, Status.IN_DISPOSITION, False, True, True),
    (Step.RESUME, Status.SUSPENDED, True, True, True),
    (Step.EXTEND, Status.IN_DISPOSITION, False, True, True),
    (Step.SUBMIT, Status.IN_DISPOSITION, True, True, False),
    (Step.SEND_BACK, Status.PENDING_REVIEW, False, True, True),
    (Step.APPROVE, Status.PENDING_REVIEW, False, True, True),
    (Step.FOLLOW_UP, Status.RESOLVED, True, True, False),
    (Step.CLOSE, Status.FOLLOW_UP, True, True, False),
    (Step.GIVE_UP, Status.IN_DISPOSITION, False, False, True),
    (Step.REOPEN, Status.CLOSED, False, True, True),
    (Step.ARCHIVE, Status.CLOSED, False, False, True),
    (Step.PROPOSE_TRANSFER, Status.ACCEPTED, True, True, False),
]


@pytest.mark.parametrize(("step", "status", "officer", "lead", "city"), WHO)
def test_each_step_has_its_roles(
    step: Step, status: Status, *, officer: bool, lead: bool, city: bool
) -> None:
    case = a_case(status)

    def may(by: Actor) -> bool:
        return refusal(step, case, by, NOW, CALENDAR) is None

    assert (may(OFFICER), may(LEAD), may(CITY)) == (officer, lead, city)
    for reader in (ANALYST, AUDITOR, Actor("service:cases", "", frozenset())):
        assert isinstance(refusal(step, case, reader, NOW, CALENDAR), StepNotForRole)


def test_the_roles_are_listed_for_every_step() -> None:
    # Who answers a transfer, and takes it back, stands in test_transfers.py.
    answers = [Step.ACCEPT_TRANSFER, Step.REFUSE_TRANSFER, Step.WITHDRAW_TRANSFER]
    assert [row[0] for row in WHO] + answers == list(Step)


@pytest.mark.parametrize("step", [Step.APPROVE, Step.SEND_BACK])
def test_nobody_reviews_what_they_submitted(step: Step) -> None:
    case = a_case(Status.PENDING_REVIEW, submitted_by="li")

    assert isinstance(refusal(step, case, LEAD, NOW, CALENDAR), SecondPersonNeeded)
    assert refusal(step, case, CITY, NOW, CALENDAR) is None


@pytest.mark.parametrize("step", [Step.APPROVE, Step.SEND_BACK])
def test_nobody_reviews_a_case_that_they_signed_for(step: Step) -> None:
    # A colleague of the officer has submitted.
    case = a_case(Status.PENDING_REVIEW, officer="li", submitted_by="zhang")

    assert isinstance(refusal(step, case, LEAD, NOW, CALENDAR), SecondPersonNeeded)
    assert refusal(step, case, CITY, NOW, CALENDAR) is None


@pytest.mark.parametrize("step", [Step.APPROVE, Step.SEND_BACK])
def test_the_outcome_of_a_red_case_is_the_citys_to_judge(step: Step) -> None:
    case = a_case(Status.PENDING_REVIEW, level=RiskLevel.RED)

    assert isinstance(refusal(step, case, LEAD, NOW, CALENDAR), CityDecides)
    assert refusal(step, case, CITY, NOW, CALENDAR) is None


def test_the_resolution_is_put_off_once_by_one_level_up_and_never_at_blue() -> None:
    running = Clock(ClockName.RESOLVE, at("2020-08-03 09:30"), at("2020-08-31 17:30"))

    def extending(by: Actor, **changes: Any) -> object:
        case = a_case(Status.IN_DISPOSITION, **{"clocks": (running,), **changes})
        return refusal(Step.EXTEND, case, by, NOW, CALENDAR)

    assert extending(LEAD) is None
    assert extending(CITY) is None
    assert isinstance(extending(OFFICER), StepNotForRole)
    assert isinstance(extending(LEAD, officer="li"), SecondPersonNeeded)
    assert isinstance(extending(LEAD, level=RiskLevel.RED), CityDecides)
    assert isinstance(extending(LEAD, level=RiskLevel.BLUE), NoExtension)
    assert isinstance(extending(LEAD, clocks=(replace(running, extended=True),)), ExtendedOnce)


def test_a_false_positive_takes_two() -> None:
    undoubted = a_case(Status.VERIFYING, doubted_by=None)
    own = a_case(Status.VERIFYING, doubted_by="li")

    assert isinstance(refusal(Step.REFUTE, undoubted, LEAD, NOW, CALENDAR), FindingNeeded)
    assert isinstance(refusal(Step.REFUTE, own, LEAD, NOW, CALENDAR), SecondPersonNeeded)


def test_nobody_gives_up_a_case_that_they_signed_for() -> None:
    both = replace(CITY, roles=frozenset({Role.CITY_ADMIN, Role.DISTRICT_LEAD}))
    case = a_case(Status.IN_DISPOSITION, officer="wang")

    assert isinstance(refusal(Step.GIVE_UP, case, both, NOW, CALENDAR), SecondPersonNeeded)


def test_a_unit_may_object_for_one_working_day() -> None:
    # Dispatched on Friday 31 July: Monday is the one working day.
    case = a_case(Status.DISPATCHED, dispatched_at=at("2020-07-31 16:00"))

    def objection(moment: str) -> object:
        return refusal(Step.RETURN, case, OFFICER, at(moment), CALENDAR)

    assert objection("2020-08-03 17:30") is None
    late = objection("2020-08-03 17:31")
    assert isinstance(late, ObjectionTooLate)
    assert late.until == "2020-08-03 17:30"


def test_a_case_is_suspended_two_times_at_most() -> None:
    once = a_case(Status.IN_DISPOSITION, suspensions=1)
    twice = a_case(Status.IN_DISPOSITION, suspensions=2)

    assert refusal(Step.SUSPEND, once, LEAD, NOW, CALENDAR) is None
    assert isinstance(refusal(Step.SUSPEND, twice, LEAD, NOW, CALENDAR), SuspendedTwice)


@pytest.mark.parametrize(
    ("ended", "until"),
    [
        ("2020-03-15 10:00", "2020-09-15 10:00"),
        ("2020-08-31 10:00", "2021-02-28 10:00"),
        ("2019-08-31 10:00", "2020-02-29 10:00"),
        ("2020-12-31 10:00", "2021-06-30 10:00"),
        ("2020-06-30 10:00", "2020-12-30 10:00"),
        ("2020-07-01 10:00", "2021-01-01 10:00"),
    ],
)
def test_six_months_end_on_the_same_day_or_the_last_of_the_month(ended: str, until: str) -> None:
    assert reopens_until(at(ended)) == at(until)


def test_a_case_is_reopened_within_six_months_only() -> None:
    case = a_case(Status.CLOSED, ended_at=at("2020-03-15 10:00"))

    def reopening(moment: str) -> object:
        return refusal(Step.REOPEN, case, LEAD, at(moment), CALENDAR)

    assert reopening("2020-09-15 10:00") is None
    assert isinstance(reopening("2020-09-15 10:01"), ReopenTooLate)


WAIT: dict[str, Any] = {"reason": "等待", "waiting_for": WaitingFor.BANK}
MISSING: list[tuple[Step, dict[str, Any], list[tuple[str, str]]]] = [
    (Step.RETURN, {}, [("/reason", "missing")]),
    (Step.DOUBT, {}, [("/reason", "missing")]),
    (Step.EXTEND, {}, [("/reason", "missing")]),
    (Step.REFUTE, {}, [("/reason", "missing")]),
    (Step.PLAN, {}, [("/note", "missing")]),
    (Step.CLOSE, {}, [("/note", "missing")]),
    (Step.SEND_BACK, {}, [("/reason", "missing")]),
    (Step.GIVE_UP, {}, [("/reason", "missing")]),
    (Step.REOPEN, {}, [("/reason", "missing")]),
    (
        Step.SUSPEND,
        {},
        [("/reason", "missing"), ("/suspended_until", "missing"), ("/waiting_for", "missing")],
    ),
    (Step.SUBMIT, {}, [("/evidence", "missing"), ("/outcome", "missing")]),
    (Step.SUBMIT, {"outcome": Outcome.AVERTED}, [("/evidence", "missing")]),
    (Step.ACCEPT, {"outcome": Outcome.AVERTED}, [("/outcome", "not_for_this_step")]),
    (Step.VERIFY, {"reason": "多余"}, [("/reason", "not_for_this_step")]),
    (
        Step.SUBMIT,
        {"outcome": Outcome.FALSE_POSITIVE, "evidence": "无"},
        [("/outcome", "not_allowed")],
    ),
    (Step.SUBMIT, {"outcome": Outcome.UNRESOLVED, "evidence": "无"}, [("/outcome", "not_allowed")]),
    (
        Step.SUSPEND,
        {**WAIT, "suspended_until": at("2020-08-03 15:00")},
        [("/suspended_until", "must_be_future")],
    ),
    (
        Step.SUSPEND,
        {**WAIT, "suspended_until": at("2020-08-31 17:31")},
        [("/suspended_until", "suspended_too_long")],
    ),
    (Step.DISPATCH, {"district": "310101"}, [("/district", "district_unknown")]),
    (
        Step.PROPOSE_TRANSFER,
        {"district": "110105", "reason": "注册地在本区，经营地不在"},
        [("/district", "district_is_its_own")],
    ),
    (Step.PROPOSE_TRANSFER, {}, [("/district", "missing"), ("/reason", "missing")]),
    (Step.REFUSE_TRANSFER, {}, [("/reason", "missing")]),
]


@pytest.mark.parametrize(("step", "said", "faults"), MISSING)
def test_what_is_missing_or_does_not_belong_is_named(
    step: Step, said: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    with pytest.raises(AskRefused) as refused:
        check_ask(step, a_case(), Ask(**said), CITY, NOW, CALENDAR)

    assert [(fault["pointer"], fault["code"]) for fault in refused.value.errors] == faults
    assert refused.value.count == len(faults)


def test_a_suspension_may_last_twenty_working_days() -> None:
    # From Monday 3 August 2020 the twentieth working day is Monday 31 August.
    said = Ask(**WAIT, suspended_until=at("2020-08-31 17:30"))

    check_ask(Step.SUSPEND, a_case(), said, LEAD, NOW, CALENDAR)


def test_only_the_city_dispatches_elsewhere() -> None:
    elsewhere = Ask(district="110108")

    check_ask(Step.DISPATCH, a_case(), elsewhere, CITY, NOW, CALENDAR)
    with pytest.raises(CityDecides):
        check_ask(Step.DISPATCH, a_case(), elsewhere, LEAD, NOW, CALENDAR)


@pytest.mark.parametrize(
    ("status", "by", "steps"),
    [
        (Status.DISPATCHED, OFFICER, ["return", "accept"]),
        (Status.DISPATCHED, CITY, []),
        (Status.VERIFYING, OFFICER, ["doubt", "plan", "propose_transfer"]),
        (Status.VERIFYING, LEAD, ["doubt", "refute", "plan", "propose_transfer"]),
        (Status.IN_DISPOSITION, LEAD, ["suspend", "extend", "submit", "propose_transfer"]),
        (Status.IN_DISPOSITION, CITY, ["suspend", "extend", "give_up"]),
        (Status.PENDING_REVIEW, OFFICER, []),
        (Status.PENDING_REVIEW, LEAD, ["send_back", "approve"]),
        (Status.CLOSED, LEAD, ["reopen"]),
        (Status.CLOSED, AUDITOR, []),
        (Status.ARCHIVED, CITY, []),
    ],
)
def test_the_steps_that_a_person_is_offered(status: Status, by: Actor, steps: list[str]) -> None:
    assert list(allowed_steps(a_case(status), by, NOW, CALENDAR)) == steps
