"""Requests to departments: their life, and when an answer is due on the calendar of 2020."""

from dataclasses import replace
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.cases.domain.asked import (
    AssistanceRequest,
    AssistanceStatus,
    AssistanceStep,
    Department,
)
from services.cases.domain.assistance import Wish, ask, handle
from services.cases.domain.case import Case, Happening, Status, Step
from services.cases.domain.clocks import ClockName
from services.cases.domain.errors import AssistanceStepRefused, StepNotForRole, StepRefused
from services.cases.domain.escalation import escalate, next_moment
from services.cases.domain.guards import Ask
from services.cases.domain.steps import take
from services.cases.domain.warnings import join
from shared.events.cases import ClockBreached
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import (
    ANALYST,
    CALENDAR,
    CITY,
    DEPARTMENT,
    LEAD,
    NOW,
    OFFICER,
    a_case,
    a_warning,
    at,
    heard,
)

RED, ORANGE, YELLOW, BLUE = RiskLevel.RED, RiskLevel.ORANGE, RiskLevel.YELLOW, RiskLevel.BLUE
REQUEST = UUID("01975000-0000-7000-8000-0000000000a1")
WISH = Wish(Department.TAXATION, "核实纳税", "请核实近三个月开票情况")
ACCEPT, ANSWER, RETURN, WITHDRAW = AssistanceStep


def asking(moment: str = "2020-08-03 10:00", **changes: Any) -> Case:
    case = a_case(Status.IN_DISPOSITION, **changes)
    return ask(case, WISH, request_id=REQUEST, by=OFFICER, now=at(moment), calendar=CALENDAR).case


def only(case: Case) -> AssistanceRequest:
    (request,) = case.assistance
    return request


def after(case: Case, step: AssistanceStep, moment: str = "2020-08-03 11:00") -> Case:
    by = OFFICER if step is WITHDRAW else DEPARTMENT
    said = None if step is ACCEPT else "开票下降六成"
    return handle(case, only(case), step, said=said, by=by, now=at(moment)).case


@pytest.mark.parametrize(
    ("level", "due"),
    [
        (RED, "2020-10-09 17:30"),
        (ORANGE, "2020-10-10 17:30"),  # a Saturday that is worked
        (YELLOW, "2020-10-12 17:30"),
        (BLUE, "2020-10-14 17:30"),
    ],
)
def test_an_answer_is_due_in_working_days(level: RiskLevel, due: str) -> None:
    request = only(asking("2020-09-30 16:00", level=level))

    assert (request.clock.name, request.clock.due_at) == (ClockName.ASSISTANCE, at(due))


AFTER = {
    (ACCEPT, AssistanceStatus.ASKED): AssistanceStatus.ACCEPTED,
    (ANSWER, AssistanceStatus.ACCEPTED): AssistanceStatus.ANSWERED,
    (RETURN, AssistanceStatus.ASKED): AssistanceStatus.RETURNED,
    (RETURN, AssistanceStatus.ACCEPTED): AssistanceStatus.RETURNED,
    (WITHDRAW, AssistanceStatus.ASKED): AssistanceStatus.WITHDRAWN,
    (WITHDRAW, AssistanceStatus.ACCEPTED): AssistanceStatus.WITHDRAWN,
}


@pytest.mark.parametrize(("step", "status"), list(product(AssistanceStep, AssistanceStatus)))
def test_every_step_from_every_status(step: AssistanceStep, status: AssistanceStatus) -> None:
    case = asking()
    case = replace(case, assistance=(replace(only(case), status=status),))

    if (expected := AFTER.get((step, status))) is not None:
        assert only(after(case, step)).status is expected
    else:
        with pytest.raises(AssistanceStepRefused):
            after(case, step)


@pytest.mark.parametrize(
    ("step", "by"),
    [*product((ACCEPT, ANSWER, RETURN), (OFFICER, LEAD, CITY, ANALYST)), (WITHDRAW, DEPARTMENT)],
)
def test_departments_answer_and_officers_withdraw(step: AssistanceStep, by: Any) -> None:
    case = asking()
    with pytest.raises(StepNotForRole):
        handle(case, only(case), step, said="说明", by=by, now=NOW)


def test_what_was_answered_is_kept_and_told_in_the_timeline() -> None:
    case = after(asking(), ACCEPT, "2020-08-03 11:00")
    decision = handle(
        case, only(case), ANSWER, said="开票下降六成", by=DEPARTMENT, now=at("2020-08-04 10:00")
    )

    request, (entry,) = only(decision.case), decision.entries
    assert (request.answer, request.reason, request.handled_by) == (
        "开票下降六成",
        None,
        "officer:peng",
    )
    assert (request.accepted_at, request.ended_at) == (
        at("2020-08-03 11:00"),
        at("2020-08-04 10:00"),
    )
    assert request.clock.met_at == request.ended_at
    assert (entry.what, entry.actor, entry.note) == (
        Happening.ASSISTANCE_ANSWERED,
        "officer:peng",
        "开票下降六成",
    )
    assert entry.details == {"department": "taxation", "subject": "核实纳税"}
    assert decision.case.version == case.version + 1
    assert decision.events == ()


def test_who_may_not_act_may_not_ask_and_nobody_asks_of_what_ended() -> None:
    for case, by, refusal in (
        (a_case(Status.IN_DISPOSITION), ANALYST, StepNotForRole),
        (a_case(Status.RESOLVED), OFFICER, StepRefused),
        (a_case(Status.DISPATCHED), OFFICER, StepRefused),
    ):
        with pytest.raises(refusal):
            ask(case, WISH, request_id=REQUEST, by=by, now=NOW, calendar=CALENDAR)


def told(case: Case, moment: str) -> tuple[Case, list[tuple[str, int, str]]]:
    decision = escalate(case, now=at(moment), calendar=CALENDAR, new_id=lambda: REQUEST)
    facts = [event for event in decision.events if isinstance(event, ClockBreached)]
    return decision.case, [
        (fact.clock, fact.escalation_level, f"{fact.occurred_at:%m-%d %H:%M}") for fact in facts
    ]


def test_a_late_answer_climbs_as_others_do_though_the_case_is_suspended() -> None:
    # From Monday 10:00 to Wednesday 17:30 are twenty hours: four are left on Wednesday at 13:30,
    # that is when the morning is over.
    case = replace(asking(), status=Status.SUSPENDED)
    assert next_moment(case, CALENDAR) == at("2020-08-05 12:00")

    case, low = told(case, "2020-08-05 12:00")
    case, again = told(case, "2020-08-05 12:00")
    case, late = told(case, "2020-08-06 17:30")

    assert low == [("assistance", 1, "08-05 12:00")]
    assert again == []
    assert late == [("assistance", 2, "08-05 17:30"), ("assistance", 3, "08-06 17:30")]
    assert (only(case).clock.escalated, case.escalation_level) == (3, 3)
    assert next_moment(case, CALENDAR) is None
    assert after(case, RETURN).escalation_level == 0


def test_the_due_date_of_the_case_is_not_the_departments() -> None:
    assert asking().next_due_at is None


@pytest.mark.parametrize(
    ("moment", "due"),
    [("2020-08-03 12:00", "2020-08-04 17:30"), ("2020-08-05 12:00", "2020-08-05 17:30")],
)
def test_a_rise_brings_the_answer_nearer(moment: str, due: str) -> None:
    known = a_warning()
    said = heard(level=RED, previous=ORANGE, occurred_at=at(moment))

    risen = join(asking(), known, said, now=at(moment), calendar=CALENDAR).case

    assert only(risen).clock.due_at == at(due)


def test_what_is_still_asked_is_withdrawn_with_the_end_of_the_case() -> None:
    case = asking()
    ended = take(
        Step.GIVE_UP, case, Ask(reason="企业已倒闭"), by=CITY, now=NOW, calendar=CALENDAR
    ).case
    waiting = a_case(Status.PENDING_REVIEW, assistance=case.assistance)
    approved = take(Step.APPROVE, waiting, Ask(), by=LEAD, now=NOW, calendar=CALENDAR).case

    for each in (ended, approved):
        assert (only(each).status, only(each).ended_at) == (AssistanceStatus.WITHDRAWN, NOW)
        assert each.pending_assistance == ()


def test_a_suspension_does_not_touch_what_departments_owe() -> None:
    suspended = a_case(Status.SUSPENDED, assistance=asking().assistance)
    resumed = take(
        Step.RESUME, suspended, Ask(), by=OFFICER, now=at("2020-08-06 10:00"), calendar=CALENDAR
    ).case

    assert only(resumed) == only(suspended)
