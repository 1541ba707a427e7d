"""A case goes to another district: who asks, who answers, and when the city decides.

The receiving district answers within a working day; if it says nothing for two, the city decides
(domain.md §5.1). Until then the case is worked on where it is.
"""

from datetime import datetime
from typing import Final

from services.cases.domain.case import Case, Step
from services.cases.domain.clocks import SILENCE
from services.cases.domain.errors import (
    CaseRefusal,
    NoTransfer,
    SecondPersonNeeded,
    StepNotForRole,
    TransferAwaited,
    TransferPending,
)
from services.cases.domain.officer import IN_DISTRICTS, Actor, Role
from shared.calendar import WorkingCalendar

ANSWERS: Final = frozenset({Step.ACCEPT_TRANSFER, Step.REFUSE_TRANSFER})
# What would take the case out of the hands of whoever may give it away.
_WAIT: Final = frozenset(
    {Step.PROPOSE_TRANSFER, Step.SUSPEND, Step.SUBMIT, Step.REFUTE, Step.GIVE_UP}
)


def transfer_refusal(
    step: Step, case: Case, by: Actor, now: datetime, calendar: WorkingCalendar
) -> CaseRefusal | None:
    """Say why a step does not go with a transfer that is asked for, or is not; None if it does."""
    if step in _WAIT:
        return None if case.transfer_to is None else TransferPending(case.transfer_to)
    if step not in ANSWERS | {Step.WITHDRAW_TRANSFER}:
        return None
    if case.transfer_to is None:
        return NoTransfer()
    return None if step is Step.WITHDRAW_TRANSFER else _answering(step, case, by, now, calendar)


def _answering(
    step: Step, case: Case, by: Actor, now: datetime, calendar: WorkingCalendar
) -> CaseRefusal | None:
    if case.transfer_to is None or case.transfer_at is None:
        return NoTransfer()
    if by.roles & IN_DISTRICTS and case.transfer_to in by.districts:
        return SecondPersonNeeded(step) if by.subject == case.transfer_by else None
    if Role.CITY_ADMIN not in by.roles:
        return StepNotForRole(step)
    until = calendar.due_at(case.transfer_at, SILENCE)
    return TransferAwaited(case.transfer_to, until) if now <= until else None
