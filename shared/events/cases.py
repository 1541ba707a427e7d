"""What cases says: how a case lives, who the officers are."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from shared.events.base import Event, Subject
from shared.events.scoring import RiskLevel


class CaseFact(Event):
    """Common to the facts about one case; the higher version holds."""

    case_id: UUID
    version: int
    number: str
    uscc: str
    district: str
    status: str
    level: RiskLevel
    warning_id: UUID
    occurred_at: datetime

    def about(self) -> str:
        return str(self.case_id)


class CaseOpened(CaseFact):
    """A warning opened a case for its enterprise and episode."""

    subject: ClassVar[Subject] = Subject("cases.case.opened.v1")


class CaseDispatched(CaseFact):
    """The case was sent to the unit that must act."""

    subject: ClassVar[Subject] = Subject("cases.case.dispatched.v1")


class CaseReturned(CaseFact):
    """The unit objected; the case waits for another dispatch."""

    subject: ClassVar[Subject] = Subject("cases.case.returned.v1")


class CaseAccepted(CaseFact):
    """An officer signed for the case."""

    subject: ClassVar[Subject] = Subject("cases.case.accepted.v1")


class CaseProgressed(CaseFact):
    """The case took a step between acceptance and resolution; `status` says where it stands."""

    subject: ClassVar[Subject] = Subject("cases.case.progressed.v1")


class CaseResolved(CaseFact):
    """A second person approved the outcome."""

    subject: ClassVar[Subject] = Subject("cases.case.resolved.v1")

    outcome: str


class CaseClosed(CaseFact):
    """The case reached its end."""

    subject: ClassVar[Subject] = Subject("cases.case.closed.v1")

    outcome: str


class CaseReopened(CaseFact):
    """A new signal came within six months of closing."""

    subject: ClassVar[Subject] = Subject("cases.case.reopened.v1")


class CaseTransferred(CaseFact):
    """Another district took the case over; `district` is the new one."""

    subject: ClassVar[Subject] = Subject("cases.case.transferred.v1")


class CasePlaced(Event):
    """In which district the case lies now; the higher version holds.

    Whoever has the case sees the enterprise, wherever the register says that it is. `stands` is
    False once the case is archived: then it lies nowhere.
    """

    subject: ClassVar[Subject] = Subject("cases.case.placed.v1")

    case_id: UUID
    version: int
    uscc: str
    district: str
    stands: bool
    occurred_at: datetime

    def about(self) -> str:
        """Name the case."""
        return str(self.case_id)


class WarningRefuted(Event):
    """Two persons found that the warning was a false positive."""

    subject: ClassVar[Subject] = Subject("cases.warning.refuted.v1")

    case_id: UUID
    warning_id: UUID
    uscc: str
    because: str
    occurred_at: datetime

    def about(self) -> str:
        return str(self.warning_id)


class CaseDeed(Event):
    """Common to what was done in a case, each once and never changed; `id` names the deed."""

    id: UUID
    case_id: UUID
    uscc: str
    district: str
    occurred_at: datetime

    def about(self) -> str:
        return str(self.case_id)


class VisitRecorded(CaseDeed):
    """An officer saw or called the enterprise; None is what was not found out."""

    subject: ClassVar[Subject] = Subject("cases.visit.recorded.v1")

    visited_on: date
    on_site: bool
    operating: bool | None
    owner_reachable: bool | None
    equipment_moved: bool | None
    gathering: bool | None
    staff_present: int | None
    planned_layoffs: int | None
    layoff_on: date | None
    wages_owed_months: int | None


class ServiceDelivered(CaseDeed):
    """A service of the catalogue reached the enterprise; amounts in CNY."""

    subject: ClassVar[Subject] = Subject("cases.service.delivered.v1")

    service: str
    delivered_on: date
    persons: int | None
    amount: Decimal | None


class FinancingRequested(CaseDeed):
    """The enterprise wants a loan, and the case asks matchmaking for one; amount in CNY."""

    subject: ClassVar[Subject] = Subject("cases.financing.requested.v1")

    amount: Decimal
    tenor_months: int
    purpose: str
    jobs_to_keep: int


class ClockBreached(CaseDeed):
    """A clock ran out, or ran low: the case was escalated to `escalation_level` (0 to 3)."""

    subject: ClassVar[Subject] = Subject("cases.clock.breached.v1")

    number: str
    clock: str
    due_at: datetime
    escalation_level: int


class OfficerChanged(Event):
    """Who an officer is, what roles and districts they hold; the higher version holds."""

    subject: ClassVar[Subject] = Subject("cases.officer.changed.v1")

    officer: str
    version: int
    name: str
    roles: tuple[str, ...]
    districts: tuple[str, ...]
    active: bool

    def about(self) -> str:
        return self.officer


EVENTS = (
    CaseOpened,
    CaseDispatched,
    CaseReturned,
    CaseAccepted,
    CaseProgressed,
    CaseResolved,
    CaseClosed,
    CaseReopened,
    CaseTransferred,
    CasePlaced,
    WarningRefuted,
    VisitRecorded,
    ServiceDelivered,
    FinancingRequested,
    ClockBreached,
    OfficerChanged,
)
