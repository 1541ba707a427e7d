"""What is done in a case without moving it on: visits, deliveries, evidence, financing asked for.

Each deed is a line of the timeline, hence a version of the case; a visit may meet a clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from services.cases.domain.case import ENDED, Case, Decision, Entry, Status
from services.cases.domain.clocks import ClockName, meet
from services.cases.domain.codes import Deed, EvidenceKind, Service
from services.cases.domain.eligibility import Eligibility, Verdict
from services.cases.domain.errors import (
    AskRefused,
    CaseRefusal,
    Fault,
    ServiceIneligible,
    StepNotForRole,
    StepRefused,
)
from services.cases.domain.follow_up import meet_follow_up
from services.cases.domain.officer import WORKERS, Actor
from shared.calendar import SHANGHAI
from shared.events.base import Event
from shared.events.cases import FinancingRequested, ServiceDelivered, VisitRecorded
from shared.events.scoring import RiskLevel

# Somebody has signed for the case, and it has not ended.
_SIGNED_FOR: Final = frozenset(Status) - ENDED - {Status.PENDING_DISPATCH, Status.DISPATCHED}

WHEN: Final[Mapping[Deed, frozenset[Status]]] = {
    Deed.VISIT: _SIGNED_FOR,
    Deed.DELIVER: frozenset({Status.IN_DISPOSITION}),
    Deed.ADD_EVIDENCE: _SIGNED_FOR,
    Deed.REQUEST_FINANCING: frozenset({Status.PLANNED, Status.IN_DISPOSITION, Status.SUSPENDED}),
    # Whoever has it: what is grave is reported before anybody has signed for it.
    Deed.REPORT: frozenset(Status) - ENDED,
    Deed.REQUEST_ASSISTANCE: _SIGNED_FOR - {Status.RESOLVED, Status.FOLLOW_UP},
    Deed.NOTE_PROGRESS: frozenset(
        {Status.PLANNED, Status.IN_DISPOSITION, Status.SUSPENDED, Status.PENDING_REVIEW}
    ),
}
# At these levels a call is no first contact (domain.md §5.2).
ON_SITE: Final = frozenset({RiskLevel.RED, RiskLevel.ORANGE})


@dataclass(frozen=True)
class Findings:
    """What was seen or heard at a visit or call; None is what was not found out."""

    visited_on: date
    on_site: bool
    operating: bool | None = None
    owner_reachable: bool | None = None
    equipment_moved: bool | None = None
    gathering: bool | None = None
    staff_present: int | None = None
    planned_layoffs: int | None = None
    layoff_on: date | None = None
    wages_owed_months: int | None = None
    note: str | None = None

    @property
    def tells_of_layoffs(self) -> bool:
        """Tell whether anything was found out about layoffs, even that there are none."""
        return self.layoff_on is not None or self.planned_layoffs is not None


@dataclass(frozen=True)
class Delivery:
    """A service that reached the enterprise; the amount in CNY."""

    service: Service
    delivered_on: date
    note: str
    persons: int | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence: what it is, and where it is found."""

    kind: EvidenceKind
    reference: str
    note: str | None = None


@dataclass(frozen=True)
class Need:
    """A loan that the enterprise wants; the amount in CNY."""

    amount: Decimal
    tenor_months: int
    purpose: str
    jobs_to_keep: int


def allowed_deeds(case: Case, by: Actor) -> tuple[Deed, ...]:
    """List what `by` could do in the case now."""
    return tuple(deed for deed in Deed if _refusal(deed, case, by) is None)


def visit(case: Case, found: Findings, *, deed_id: UUID, by: Actor, now: datetime) -> Decision:
    """Record a visit; the first of the kind that the level demands is the first contact.

    Raises CaseRefusal: the role or the status forbids it, or it is of another time.
    """
    check(Deed.VISIT, case, by)
    _check_day("visited_on", found.visited_on, case, now)
    told = vars(found).items()
    details = {name: value for name, value in told if name != "note" and value is not None}
    fact = VisitRecorded.model_validate(_told(case, deed_id, now) | vars(found))
    clocks = meet_follow_up(case.clocks, found.visited_on, now=now)
    if found.on_site or case.level not in ON_SITE:
        clocks = meet(clocks, _CONTACT, now=now)
    case = replace(case, clocks=clocks)
    return done(Deed.VISIT, case, by, now, note=found.note, details=details, fact=fact)


def deliver(
    case: Case,
    delivery: Delivery,
    eligibility: Eligibility,
    *,
    deed_id: UUID,
    by: Actor,
    now: datetime,
) -> Decision:
    """Record that a service was delivered; what is unknown of its conditions the officer answers.

    Raises CaseRefusal, among them ServiceIneligible: no policy in force fits the enterprise.
    """
    check(Deed.DELIVER, case, by)
    _check_day("delivered_on", delivery.delivered_on, case, now)
    if eligibility.verdict is Verdict.NO:
        raise ServiceIneligible(delivery.service, _faults(eligibility))
    told = vars(delivery).items()
    details = {name: value for name, value in told if name != "note" and value is not None}
    fact = ServiceDelivered.model_validate(_told(case, deed_id, now) | vars(delivery))
    return done(Deed.DELIVER, case, by, now, note=delivery.note, details=details, fact=fact)


def add_evidence(case: Case, evidence: Evidence, *, by: Actor, now: datetime) -> Decision:
    """Put a piece of evidence on file.

    Raises CaseRefusal: the role or the status forbids it.
    """
    check(Deed.ADD_EVIDENCE, case, by)
    details = {"kind": evidence.kind, "reference": evidence.reference}
    filed = replace(case, evidence_kinds=case.evidence_kinds | {evidence.kind})
    return done(Deed.ADD_EVIDENCE, filed, by, now, note=evidence.note, details=details)


def request_financing(
    case: Case, need: Need, *, deed_id: UUID, by: Actor, now: datetime
) -> Decision:
    """Ask matchmaking for a loan.

    Raises CaseRefusal: the role or the status forbids it.
    """
    check(Deed.REQUEST_FINANCING, case, by)
    fact = FinancingRequested.model_validate(_told(case, deed_id, now) | vars(need))
    return done(Deed.REQUEST_FINANCING, case, by, now, details=vars(need), fact=fact)


_CONTACT: Final = frozenset({ClockName.FIRST_CONTACT})


def _refusal(deed: Deed, case: Case, by: Actor) -> CaseRefusal | None:
    if not by.roles & WORKERS:
        return StepNotForRole(deed)
    return None if case.status in WHEN[deed] else StepRefused(deed, case.status)


def check(deed: Deed, case: Case, by: Actor) -> None:
    """Check that `by` may do this in the case now; raise CaseRefusal."""
    if (refused := _refusal(deed, case, by)) is not None:
        raise refused


def _check_day(name: str, day: date, case: Case, now: datetime) -> None:
    """A deed lies between the opening of its case and today."""
    opened = case.opened_at.astimezone(SHANGHAI).date()
    today = now.astimezone(SHANGHAI).date()
    if day > today:
        limit, code = today, "date_in_future"
    elif day < opened:
        limit, code = opened, "date_too_early"
    else:
        return
    raise AskRefused([{"pointer": f"/{name}", "code": code, "values": {"limit": limit}}])


def _faults(eligibility: Eligibility) -> list[Fault]:
    """Name each condition that fails, of every policy in force; or that none is."""
    if not eligibility.findings:
        return [_fault("no_policy", {"day": eligibility.day})]
    failed = {
        reason.condition: reason
        for finding in eligibility.findings
        for reason in finding.reasons
        if reason.verdict is Verdict.NO
    }
    return [_fault(f"{reason.condition}_fails", reason.values) for reason in failed.values()]


def _fault(code: str, values: Mapping[str, object]) -> Fault:
    return {"pointer": "/service", "code": code, "values": values}


def _told(case: Case, deed_id: UUID, now: datetime) -> dict[str, object]:
    return {
        "id": deed_id,
        "case_id": case.id,
        "uscc": case.uscc,
        "district": case.district,
        "occurred_at": now,
    }


def done(
    deed: Deed,
    case: Case,
    by: Actor,
    now: datetime,
    *,
    details: Mapping[str, object],
    note: str | None = None,
    fact: Event | None = None,
) -> Decision:
    """Write a deed into the timeline of `case`, which is already as the deed left it."""
    after = replace(case, version=case.version + 1)
    entry = Entry(
        version=after.version,
        what=deed,
        actor=by.name,
        at=now,
        from_status=case.status,
        to_status=case.status,
        note=note,
        details={name: _written(value) for name, value in details.items()},
    )
    return Decision(after, (entry,), () if fact is None else (fact,), case.version)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
