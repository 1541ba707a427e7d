"""What is told of a step: one fact per step, and one for each warning that is refuted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from services.cases.domain.case import Case, Status, Step
from shared.events.base import Event
from shared.events.cases import (
    CaseAccepted,
    CaseClosed,
    CaseDispatched,
    CaseFact,
    CaseOpened,
    CasePlaced,
    CaseProgressed,
    CaseReopened,
    CaseResolved,
    CaseReturned,
    CaseTransferred,
    WarningRefuted,
)

_FACTS: Final[Mapping[Step, type[CaseFact]]] = {
    Step.DISPATCH: CaseDispatched,
    Step.RETURN: CaseReturned,
    Step.ACCEPT: CaseAccepted,
    Step.VERIFY: CaseProgressed,
    Step.DOUBT: CaseProgressed,
    Step.REFUTE: CaseClosed,
    Step.PLAN: CaseProgressed,
    Step.START: CaseProgressed,
    Step.SUSPEND: CaseProgressed,
    Step.RESUME: CaseProgressed,
    Step.EXTEND: CaseProgressed,
    Step.SUBMIT: CaseProgressed,
    Step.SEND_BACK: CaseProgressed,
    Step.APPROVE: CaseResolved,
    Step.FOLLOW_UP: CaseProgressed,
    Step.CLOSE: CaseClosed,
    Step.GIVE_UP: CaseClosed,
    Step.REOPEN: CaseReopened,
    Step.ARCHIVE: CaseProgressed,
    Step.PROPOSE_TRANSFER: CaseProgressed,
    Step.ACCEPT_TRANSFER: CaseTransferred,
    Step.REFUSE_TRANSFER: CaseProgressed,
    Step.WITHDRAW_TRANSFER: CaseProgressed,
}


def facts_of(step: Step, case: Case, because: str | None, now: datetime) -> tuple[Event, ...]:
    """State what a step did to `case`, which is already as the step left it."""
    fact = _fact(_FACTS[step], case, now)
    if step is not Step.REFUTE:
        return (fact,)
    refuted = (
        WarningRefuted(
            case_id=case.id,
            warning_id=warning.id,
            uscc=case.uscc,
            because=because or "",
            occurred_at=now,
        )
        for warning in case.warnings
        if warning.counts
    )
    return (fact, *refuted)


def opened(case: Case, now: datetime) -> tuple[Event, ...]:
    """State that a warning opened the case, and where it lies."""
    return (_fact(CaseOpened, case, now), *placed(None, case, now))


def placed(before: Case | None, after: Case, now: datetime) -> tuple[CasePlaced, ...]:
    """State where the case lies, if that is new; an archived one lies nowhere."""
    if before is not None and _place(before) == _place(after):
        return ()
    district, stands = _place(after)
    return (
        CasePlaced(
            case_id=after.id,
            version=after.version,
            uscc=after.uscc,
            district=district,
            stands=stands,
            occurred_at=now,
        ),
    )


def _place(case: Case) -> tuple[str, bool]:
    return case.district, case.status is not Status.ARCHIVED


def _fact(kind: type[CaseFact], case: Case, now: datetime) -> CaseFact:
    return kind.model_validate(
        {
            "case_id": case.id,
            "version": case.version,
            "number": case.number,
            "uscc": case.uscc,
            "district": case.district,
            "status": case.status.value,
            "level": case.level,
            "warning_id": case.warning_id,
            "occurred_at": now,
            # Only facts about an end have it; the others ignore what they do not name.
            "outcome": case.outcome,
        }
    )
