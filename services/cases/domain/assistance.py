"""Asking other departments for assistance, and what they say (domain.md §5.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.cases.domain.asked import (
    ASSISTANCE_LIFE,
    AssistanceRequest,
    AssistanceStatus,
    AssistanceStep,
    Department,
)
from services.cases.domain.case import Case, Decision, Entry, Happening
from services.cases.domain.clocks import ClockName, relevel, start
from services.cases.domain.codes import Deed
from services.cases.domain.deeds import check, done
from services.cases.domain.errors import AssistanceStepRefused, StepNotForRole
from services.cases.domain.officer import WORKERS, Actor, Role
from shared.calendar import WorkingCalendar
from shared.events.scoring import RiskLevel

PERMITTED: Final[Mapping[AssistanceStep, frozenset[Role]]] = {
    AssistanceStep.ACCEPT: frozenset({Role.ASSISTING_DEPARTMENT}),
    AssistanceStep.ANSWER: frozenset({Role.ASSISTING_DEPARTMENT}),
    AssistanceStep.RETURN: frozenset({Role.ASSISTING_DEPARTMENT}),
    AssistanceStep.WITHDRAW: WORKERS,
}
_HAPPENINGS: Final[Mapping[AssistanceStep, Happening]] = {
    AssistanceStep.ACCEPT: Happening.ASSISTANCE_ACCEPTED,
    AssistanceStep.ANSWER: Happening.ASSISTANCE_ANSWERED,
    AssistanceStep.RETURN: Happening.ASSISTANCE_RETURNED,
    AssistanceStep.WITHDRAW: Happening.ASSISTANCE_WITHDRAWN,
}


@dataclass(frozen=True)
class Wish:
    """What an officer asks of a department; it reads this and nothing else of the case."""

    department: Department
    subject: str
    wanted: str


def ask(
    case: Case,
    wish: Wish,
    *,
    request_id: UUID,
    by: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> Decision:
    """Ask a department for assistance; it has the working days of the case's level to answer.

    Raises CaseRefusal: the role or the status forbids it.
    """
    check(Deed.REQUEST_ASSISTANCE, case, by)
    name = ClockName.ASSISTANCE
    (clock,) = start((), (name,), level=case.level, now=now, calendar=calendar)
    request = AssistanceRequest(
        id=request_id,
        department=wish.department,
        subject=wish.subject,
        wanted=wish.wanted,
        status=AssistanceStatus.ASKED,
        asked_by=by.name,
        clock=clock,
    )
    case = replace(case, assistance=(*case.assistance, request))
    details = {"department": wish.department, "subject": wish.subject}
    return done(Deed.REQUEST_ASSISTANCE, case, by, now, note=wish.wanted, details=details)


def handle(
    case: Case,
    request: AssistanceRequest,
    step: AssistanceStep,
    *,
    said: str | None,
    by: Actor,
    now: datetime,
) -> Decision:
    """Take a step with a request of the case: `said` is the answer, or the reason.

    Raises CaseRefusal: the role or where the request stands forbids it.
    """
    if not by.roles & PERMITTED[step]:
        raise StepNotForRole(step)
    allowed, status = ASSISTANCE_LIFE[step]
    if request.status not in allowed:
        raise AssistanceStepRefused(step, request.status)
    answered = step is AssistanceStep.ANSWER
    after = replace(request, status=status)
    if step is AssistanceStep.ACCEPT:
        after = replace(after, handled_by=by.name, accepted_at=now)
    else:
        answer, reason = (said, None) if answered else (None, said)
        after = replace(_ended(after, status, now), answer=answer, reason=reason)
    if step is AssistanceStep.RETURN:
        after = replace(after, handled_by=by.name)
    version = case.version + 1
    entry = Entry(
        version=version,
        what=_HAPPENINGS[step],
        actor=by.name,
        at=now,
        from_status=case.status,
        to_status=case.status,
        note=after.answer,
        reason=after.reason,
        details={"department": request.department, "subject": request.subject},
    )
    assistance = tuple(after if each.id == request.id else each for each in case.assistance)
    return Decision(
        replace(case, version=version, assistance=assistance), (entry,), (), case.version
    )


def withdraw_all(
    requests: tuple[AssistanceRequest, ...], *, now: datetime
) -> tuple[AssistanceRequest, ...]:
    """Withdraw what is still asked: the case that asked has its outcome."""
    return tuple(
        _ended(request, AssistanceStatus.WITHDRAWN, now) if request.is_pending else request
        for request in requests
    )


def regrade_all(
    requests: tuple[AssistanceRequest, ...],
    level: RiskLevel,
    *,
    previous: RiskLevel,
    since: datetime,
    calendar: WorkingCalendar,
) -> tuple[AssistanceRequest, ...]:
    """Recompute when answers are due after the level of their case changed."""

    def regraded(request: AssistanceRequest) -> AssistanceRequest:
        clocks = (request.clock,)
        (clock,) = relevel(clocks, level, previous=previous, since=since, calendar=calendar)
        return replace(request, clock=clock)

    return tuple(regraded(request) for request in requests)


def _ended(
    request: AssistanceRequest, status: AssistanceStatus, now: datetime
) -> AssistanceRequest:
    clock = replace(request.clock, met_at=now)
    return replace(request, status=status, ended_at=now, clock=clock)
