"""The life of a case: every step from every status."""

from itertools import product

import pytest

from services.cases.domain.case import Status, Step
from services.cases.domain.codes import EvidenceKind
from services.cases.domain.errors import StepRefused
from services.cases.domain.guards import Ask
from services.cases.domain.outcome import Outcome, WaitingFor
from services.cases.domain.steps import take
from tests.unit.cases.made import ANYONE, CALENDAR, NOW, a_case, at

IN_HAND = (Status.ACCEPTED, Status.VERIFYING, Status.PLANNED, Status.IN_DISPOSITION)
ALLOWED = {
    (Step.DISPATCH, Status.PENDING_DISPATCH): Status.DISPATCHED,
    (Step.RETURN, Status.DISPATCHED): Status.PENDING_DISPATCH,
    (Step.ACCEPT, Status.DISPATCHED): Status.ACCEPTED,
    (Step.VERIFY, Status.ACCEPTED): Status.VERIFYING,
    (Step.DOUBT, Status.VERIFYING): Status.VERIFYING,
    (Step.REFUTE, Status.VERIFYING): Status.CLOSED_FALSE_POSITIVE,
    (Step.PLAN, Status.VERIFYING): Status.PLANNED,
    (Step.START, Status.PLANNED): Status.IN_DISPOSITION,
    (Step.SUSPEND, Status.IN_DISPOSITION): Status.SUSPENDED,
    (Step.RESUME, Status.SUSPENDED): Status.IN_DISPOSITION,
    (Step.EXTEND, Status.IN_DISPOSITION): Status.IN_DISPOSITION,
    (Step.SUBMIT, Status.IN_DISPOSITION): Status.PENDING_REVIEW,
    (Step.SEND_BACK, Status.PENDING_REVIEW): Status.IN_DISPOSITION,
    (Step.APPROVE, Status.PENDING_REVIEW): Status.RESOLVED,
    (Step.FOLLOW_UP, Status.RESOLVED): Status.FOLLOW_UP,
    (Step.CLOSE, Status.FOLLOW_UP): Status.CLOSED,
    (Step.GIVE_UP, Status.IN_DISPOSITION): Status.CLOSED_UNRESOLVED,
    (Step.GIVE_UP, Status.SUSPENDED): Status.CLOSED_UNRESOLVED,
    (Step.REOPEN, Status.FOLLOW_UP): Status.PENDING_DISPATCH,
    (Step.REOPEN, Status.CLOSED): Status.PENDING_DISPATCH,
    (Step.ARCHIVE, Status.CLOSED): Status.ARCHIVED,
    (Step.ARCHIVE, Status.CLOSED_UNRESOLVED): Status.ARCHIVED,
    (Step.ARCHIVE, Status.CLOSED_FALSE_POSITIVE): Status.ARCHIVED,
    **{(Step.PROPOSE_TRANSFER, status): status for status in IN_HAND},
    **{(Step.ACCEPT_TRANSFER, status): Status.DISPATCHED for status in IN_HAND},
    **{(Step.REFUSE_TRANSFER, status): status for status in IN_HAND},
    **{(Step.WITHDRAW_TRANSFER, status): status for status in IN_HAND},
}
# Before these steps another district was asked.
ASKED = {
    "transfer_to": "110108",
    "transfer_by": "zhang",
    "transfer_at": at("2020-08-03 10:00"),
}
ANSWERED = {Step.ACCEPT_TRANSFER, Step.REFUSE_TRANSFER, Step.WITHDRAW_TRANSFER}

NOTHING = Ask()
WITH_REASON = Ask(reason="情况说明")
WITH_NOTE = Ask(note="缓缴社保，转岗培训")
SAID = {
    Step.PLAN: WITH_NOTE,
    Step.CLOSE: WITH_NOTE,
    Step.RETURN: WITH_REASON,
    Step.DOUBT: WITH_REASON,
    Step.REFUTE: WITH_REASON,
    Step.SEND_BACK: WITH_REASON,
    Step.GIVE_UP: WITH_REASON,
    Step.EXTEND: WITH_REASON,
    Step.REOPEN: WITH_REASON,
    Step.PROPOSE_TRANSFER: Ask(reason="经营地在海淀", district="110108"),
    Step.REFUSE_TRANSFER: WITH_REASON,
    Step.SUSPEND: Ask(
        reason="等待法院裁定",
        waiting_for=WaitingFor.COURT,
        suspended_until=at("2020-08-10 17:30"),
    ),
    Step.SUBMIT: Ask(outcome=Outcome.WAGES_RECOVERED, evidence="工资发放凭证"),
}


@pytest.mark.parametrize(("step", "status"), list(product(Step, Status)))
def test_every_step_from_every_status(step: Step, status: Status) -> None:
    asked = ASKED if step in ANSWERED else {}
    case = a_case(status, evidence_kinds=frozenset(EvidenceKind), **asked)
    ask = SAID.get(step, NOTHING)

    if (after := ALLOWED.get((step, status))) is None:
        with pytest.raises(StepRefused):
            take(step, case, ask, by=ANYONE, now=NOW, calendar=CALENDAR)
        return
    decision = take(step, case, ask, by=ANYONE, now=NOW, calendar=CALENDAR)

    assert decision.case.status is after
    assert decision.read_version == 5
    assert decision.case.version == 6
    (entry,) = decision.entries
    assert (entry.version, entry.what, entry.actor, entry.at) == (6, step, "officer:sun", NOW)
    assert (entry.from_status, entry.to_status) == (status, after)


def test_there_are_fourteen_states_and_twenty_three_steps() -> None:
    assert (len(Status), len(Step)) == (14, 23)
    assert {step for step, _ in ALLOWED} == set(Step)
