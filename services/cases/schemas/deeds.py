"""Visits, deliveries, evidence and financing requests, as the API takes and tells them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.cases.domain.codes import Deed, EvidenceKind, Service
from services.cases.domain.deeds import Delivery, Evidence, Findings, Need
from services.cases.domain.reporting import Report
from services.cases.schemas.words import Moment, Name, Words

# No enterprise of ours has more staff, no loan or relief is larger.
_Persons = Annotated[int, Field(ge=0, le=10_000_000)]
_Amount = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)]


class _Done(BaseModel):
    """Who did it and when."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    done_by: str = Field(description="Who wrote it down: officer:zhang.")
    done_by_name: str | None
    done_at: Moment


class DeedRead(_Done):
    """What was done, and in which case: reasons of a judgement name visits and services by it."""

    kind: Deed
    case_id: UUID
    case_number: str
    uscc: str


class VisitWrite(BaseModel):
    """What an officer saw or heard; what was not found out is null or left out."""

    model_config = ConfigDict(extra="forbid")

    visited_on: date | None = Field(
        default=None,
        description="Today, unless said; not in the future, nor before the case was opened.",
    )
    on_site: bool = Field(description="Seen there; false for a call. Red and orange demand it.")
    operating: bool | None = None
    owner_reachable: bool | None = None
    equipment_moved: bool | None = None
    gathering: bool | None = None
    staff_present: _Persons | None = None
    planned_layoffs: _Persons | None = None
    layoff_on: date | None = None
    wages_owed_months: Annotated[int, Field(ge=0, le=120)] | None = None
    note: Words | None = None

    def findings(self, today: date) -> Findings:
        """Return what was found."""
        return Findings(**self.model_dump() | {"visited_on": self.visited_on or today})


class VisitRead(_Done):
    """A visit as it was recorded."""

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
    note: str | None


class DeliveryWrite(BaseModel):
    """A service that reached the enterprise."""

    model_config = ConfigDict(extra="forbid")

    service: Service
    persons: _Persons | None = Field(default=None, description="Whom it reached.")
    amount: _Amount | None = Field(default=None, description="CNY.")
    delivered_on: date | None = Field(default=None, description="Today, unless said.")
    note: Words = Field(description="What was done, and how conditions that no feed tells are met.")

    def delivery(self, today: date) -> Delivery:
        """Return what was delivered."""
        return Delivery(
            self.service, self.delivered_on or today, self.note, self.persons, self.amount
        )


class DeliveryRead(_Done):
    """A delivery as it was recorded."""

    service: Service
    persons: int | None
    amount: Decimal | None
    delivered_on: date
    note: str


class EvidenceWrite(BaseModel):
    """A piece of evidence: what it is, and where it is found."""

    model_config = ConfigDict(extra="forbid")

    kind: EvidenceKind
    reference: Words = Field(description="Number of the paper, place in the archive.")
    note: Words | None = None

    def evidence(self) -> Evidence:
        """Return the piece."""
        return Evidence(self.kind, self.reference, self.note)


class EvidenceRead(_Done):
    """A piece of evidence on file."""

    kind: EvidenceKind
    reference: str
    note: str | None


class FinancingWrite(BaseModel):
    """A loan that the enterprise wants."""

    model_config = ConfigDict(extra="forbid")

    amount: _Amount = Field(description="CNY.")
    tenor_months: Annotated[int, Field(ge=1, le=360)]
    purpose: Words
    jobs_to_keep: _Persons

    def need(self) -> Need:
        """Return what is wanted."""
        return Need(self.amount, self.tenor_months, self.purpose, self.jobs_to_keep)


class ReportWrite(BaseModel):
    """What those above were told of a case."""

    model_config = ConfigDict(extra="forbid")

    reported_to: Name = Field(description="The body or the office that was told.")
    summary: Words
    reported_at: AwareDatetime | None = Field(
        default=None,
        description="Now, unless said: when it reached them, if it is recorded afterwards.",
    )

    def report(self, now: datetime) -> Report:
        """Return what was reported."""
        return Report(self.reported_to, self.summary, self.reported_at or now)


class ReportRead(_Done):
    """A report upward as it was recorded."""

    reported_to: str
    summary: str
    reported_at: Moment


class ProgressNoteWrite(BaseModel):
    """How far a case has come."""

    model_config = ConfigDict(extra="forbid")

    note: Words


class ProgressNoteRead(_Done):
    """A note of a case's progress."""

    note: str


class FinancingRead(_Done):
    """A request for a loan, as matchmaking got it."""

    amount: Decimal
    tenor_months: int
    purpose: str
    jobs_to_keep: int
