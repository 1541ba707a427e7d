"""What each step does to a case, and which facts it states."""

from typing import Any

import pytest

from services.cases.domain.case import Decision, Status, Step
from services.cases.domain.clocks import Clock, ClockName
from services.cases.domain.codes import EvidenceKind
from services.cases.domain.guards import Ask
from services.cases.domain.officer import Actor
from services.cases.domain.outcome import Outcome, WaitingFor
from services.cases.domain.steps import take
from shared.events.base import Event
from shared.events.cases import (
    CaseAccepted,
    CaseClosed,
    CaseDispatched,
    CasePlaced,
    CaseProgressed,
    CaseReopened,
    CaseResolved,
    CaseReturned,
    WarningRefuted,
)
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import (
    CALENDAR,
    CASE_ID,
    CITY,
    LEAD,
    NOW,
    OFFICER,
    SECOND_WARNING_ID,
    WARNING_ID,
    a_case,
    a_warning,
    at,
)


def taken(step: Step, by: Actor, said: Ask | None = None, **case: Any) -> Decision:
    return take(step, a_case(**case), said or Ask(), by=by, now=NOW, calendar=CALENDAR)


REASON = Ask(reason="情况说明")
NOTE = Ask(note="缓缴社保，转岗培训")
FACTS: list[tuple[Step, Status, Actor, Ask, list[type[Event]]]] = [
    (Step.DISPATCH, Status.PENDING_DISPATCH, LEAD, Ask(), [CaseDispatched]),
    (Step.RETURN, Status.DISPATCHED, OFFICER, REASON, [CaseReturned]),
    (Step.ACCEPT, Status.DISPATCHED, OFFICER, Ask(), [CaseAccepted]),
    (Step.VERIFY, Status.ACCEPTED, OFFICER, Ask(), [CaseProgressed]),
    (Step.DOUBT, Status.VERIFYING, OFFICER, REASON, [CaseProgressed]),
    (Step.REFUTE, Status.VERIFYING, LEAD, REASON, [CaseClosed, WarningRefuted]),
    (Step.PLAN, Status.VERIFYING, OFFICER, NOTE, [CaseProgressed]),
    (Step.START, Status.PLANNED, LEAD, Ask(), [CaseProgressed]),
    (Step.RESUME, Status.SUSPENDED, OFFICER, Ask(), [CaseProgressed]),
    (Step.EXTEND, Status.IN_DISPOSITION, LEAD, REASON, [CaseProgressed]),
    (Step.SEND_BACK, Status.PENDING_REVIEW, LEAD, REASON, [CaseProgressed]),
    (Step.APPROVE, Status.PENDING_REVIEW, LEAD, Ask(), [CaseResolved]),
    (Step.FOLLOW_UP, Status.RESOLVED, OFFICER, Ask(), [CaseProgressed]),
    (Step.CLOSE, Status.FOLLOW_UP, OFFICER, NOTE, [CaseClosed]),
    (Step.GIVE_UP, Status.IN_DISPOSITION, CITY, REASON, [CaseClosed]),
    (Step.REOPEN, Status.CLOSED, LEAD, REASON, [CaseReopened]),
    (Step.ARCHIVE, Status.CLOSED, CITY, Ask(), [CaseProgressed, CasePlaced]),
]


@pytest.mark.parametrize(("step", "status", "by", "said", "facts"), FACTS)
def test_a_step_states_its_fact(
    step: Step, status: Status, by: Actor, said: Ask, facts: list[type[Event]]
) -> None:
    assert [type(event) for event in taken(step, by, said, status=status).events] == facts


def test_a_fact_tells_the_case_as_the_step_left_it() -> None:
    decision = taken(Step.ACCEPT, OFFICER, status=Status.DISPATCHED)

    assert decision.events == (
        CaseAccepted(
            case_id=CASE_ID,
            version=6,
            number="110105-2020-000007",
            uscc="91110105MA00000000",
            district="110105",
            status="accepted",
            level=RiskLevel.ORANGE,
            warning_id=WARNING_ID,
            occurred_at=NOW,
        ),
    )


def test_who_accepts_becomes_the_officer_of_the_case() -> None:
    assert taken(Step.ACCEPT, OFFICER).case.officer == "zhang"


def test_refuting_needs_two_and_tells_scoring_why() -> None:
    decision = taken(Step.REFUTE, LEAD, Ask(reason="季节性用工"), status=Status.VERIFYING)

    assert decision.case.outcome is Outcome.FALSE_POSITIVE
    assert (decision.case.doubted_by, decision.case.reviewed_by) == ("zhang", "li")
    assert decision.case.ended_at == NOW
    closed, refuted = decision.events
    assert isinstance(closed, CaseClosed)
    assert closed.outcome == "false_positive"
    assert refuted == WarningRefuted(
        case_id=CASE_ID,
        warning_id=WARNING_ID,
        uscc="91110105MA00000000",
        because="季节性用工",
        occurred_at=NOW,
    )


def test_refuting_tells_every_warning_that_the_case_is_about() -> None:
    warnings = (
        a_warning(),
        a_warning(id=SECOND_WARNING_ID),
        a_warning(id=CASE_ID, counts=False),
    )
    resolve = Clock(ClockName.RESOLVE, at("2020-08-03 09:30"), at("2020-08-31 17:30"))
    decision = taken(
        Step.REFUTE, LEAD, REASON, status=Status.VERIFYING, warnings=warnings, clocks=(resolve,)
    )

    refuted = [event.warning_id for event in decision.events if isinstance(event, WarningRefuted)]
    assert refuted == [WARNING_ID, SECOND_WARNING_ID]
    assert decision.case.clocks == ()


def test_a_plan_settles_an_earlier_doubt() -> None:
    assert taken(Step.PLAN, OFFICER, NOTE, status=Status.VERIFYING).case.doubted_by is None


def test_what_was_submitted_is_kept_for_review_and_on_the_timeline() -> None:
    said = Ask(outcome=Outcome.FINANCING_OBTAINED, evidence="贷款合同 2020-18 号", note="已放款")
    on_file = frozenset({EvidenceKind.CONTRACT})
    decision = taken(
        Step.SUBMIT, OFFICER, said, status=Status.IN_DISPOSITION, evidence_kinds=on_file
    )

    case = decision.case
    assert (case.submitted_by, case.outcome) == ("zhang", Outcome.FINANCING_OBTAINED)
    assert case.evidence == "贷款合同 2020-18 号"
    assert not case.properly_handled
    (entry,) = decision.entries
    assert entry.note == "已放款"
    assert entry.details == {"outcome": "financing_obtained", "evidence": "贷款合同 2020-18 号"}


def test_approval_makes_it_count_as_properly_handled() -> None:
    approved = taken(Step.APPROVE, LEAD, status=Status.PENDING_REVIEW)

    assert approved.case.reviewed_by == "li"
    assert approved.case.properly_handled
    (resolved,) = approved.events
    assert isinstance(resolved, CaseResolved)
    assert resolved.outcome == "averted"


@pytest.mark.parametrize("outcome", [Outcome.MOVED_OUT, Outcome.LOST_CONTACT])
def test_a_firm_that_is_gone_was_not_properly_handled(outcome: Outcome) -> None:
    approved = taken(Step.APPROVE, LEAD, status=Status.PENDING_REVIEW, outcome=outcome)

    assert not approved.case.properly_handled


def test_sending_back_takes_the_outcome_off_again() -> None:
    case = taken(Step.SEND_BACK, LEAD, REASON, status=Status.PENDING_REVIEW).case

    assert (case.submitted_by, case.outcome, case.evidence) == (None, None, None)


def test_giving_up_is_not_proper_handling() -> None:
    decision = taken(Step.GIVE_UP, CITY, REASON, status=Status.SUSPENDED)

    assert decision.case.outcome is Outcome.UNRESOLVED
    assert not decision.case.properly_handled
    assert decision.case.suspended_until is None
    (closed,) = decision.events
    assert isinstance(closed, CaseClosed)
    assert closed.outcome == "unresolved"


def test_the_city_may_dispatch_to_another_district() -> None:
    decision = taken(Step.DISPATCH, CITY, Ask(district="110108"), status=Status.PENDING_DISPATCH)

    assert decision.case.district == "110108"
    assert decision.case.number == "110105-2020-000007"


def test_reopening_begins_afresh_and_archiving_keeps_the_end() -> None:
    reopened = taken(Step.REOPEN, LEAD, REASON, status=Status.CLOSED).case
    archived = taken(Step.ARCHIVE, CITY, status=Status.CLOSED).case

    assert (reopened.officer, reopened.outcome, reopened.ended_at) == (None, None, None)
    assert reopened.number == "110105-2020-000007"
    assert archived.outcome is Outcome.AVERTED
    assert archived.ended_at == at("2020-08-03 14:00")


def test_a_suspension_puts_off_what_is_due_by_its_working_time() -> None:
    # Resolve is due on Monday 31 August. Waiting from Monday 3 August 15:00 until Wednesday 15:00
    # is two whole working days, so it becomes Wednesday 2 September.
    resolve = Clock(ClockName.RESOLVE, at("2020-08-03 09:30"), at("2020-08-31 17:30"))
    said = Ask(
        reason="等待裁定", waiting_for=WaitingFor.COURT, suspended_until=at("2020-08-28 17:30")
    )
    suspended = taken(
        Step.SUSPEND, LEAD, said, status=Status.IN_DISPOSITION, clocks=(resolve,)
    ).case
    resumed = take(
        Step.RESUME, suspended, Ask(), by=OFFICER, now=at("2020-08-05 15:00"), calendar=CALENDAR
    ).case

    assert suspended.suspensions == 1
    assert suspended.next_due_at == at("2020-08-28 17:30")
    (clock,) = resumed.clocks
    assert clock.due_at == at("2020-09-02 17:30")
    assert resumed.next_due_at == at("2020-09-02 17:30")
    assert (resumed.suspended_at, resumed.suspended_until) == (None, None)


def test_waiting_longer_than_granted_counts_again() -> None:
    # Granted were Monday 10:00 to Friday 17:30: six hours of Monday and four days. Coming back a
    # week later adds nothing.
    resolve = Clock(ClockName.RESOLVE, at("2020-08-03 09:30"), at("2020-08-31 17:30"))
    in_time = take(
        Step.RESUME,
        a_case(Status.SUSPENDED, clocks=(resolve,)),
        Ask(),
        by=OFFICER,
        now=at("2020-08-07 17:30"),
        calendar=CALENDAR,
    ).case
    late = take(
        Step.RESUME,
        a_case(Status.SUSPENDED, clocks=(resolve,)),
        Ask(),
        by=OFFICER,
        now=at("2020-08-17 11:00"),
        calendar=CALENDAR,
    ).case

    # From Monday 31 August 17:30 on: Tuesday to Friday, and six hours of Monday 7 September.
    assert [clock.due_at for clock in in_time.clocks] == [at("2020-09-07 16:30")]
    assert late.clocks == in_time.clocks
