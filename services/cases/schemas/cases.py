"""Cases, their steps and their timeline, as the API takes and tells them."""

from datetime import date
from typing import Final, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.cases.domain.case import Happening, Status, Step
from services.cases.domain.clocks import ClockName
from services.cases.domain.codes import Deed, EvidenceKind
from services.cases.domain.guards import Ask
from services.cases.domain.outcome import Outcome, WaitingFor
from services.cases.handlers.cases import CaseView
from services.cases.schemas.words import Moment, Words
from shared.events.scoring import RiskLevel

_ESCALATION: Final = "How far up it was told that a clock runs low or ran out: 0 to 3."


class CaseSummary(BaseModel):
    """A case as a line of a list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str
    uscc: str
    name: str = Field(description="Name of the enterprise.")
    district: str
    status: Status
    level: RiskLevel
    officer: str | None = Field(description="Subject of the officer who signed for the case.")
    officer_name: str | None
    outcome: Outcome | None
    transfer_to: str | None
    opened_at: Moment
    due_at: Moment | None = Field(description="When the next thing is due; null if nothing is.")
    overdue: bool
    escalation_level: int = Field(description=_ESCALATION)
    version: int


class ClockRead(BaseModel):
    """A time limit; no `due_at` where the level sets none."""

    clock: ClockName
    started_at: Moment
    due_at: Moment | None
    met_at: Moment | None
    extended: bool
    escalation_level: int
    kept: int = Field(description="Rounds before this one that were met in time, where it repeats.")
    missed: int = Field(description="Rounds before this one that were met too late.")


class WarningRead(BaseModel):
    """A warning of the enterprise that is attached to the case."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    level: RiskLevel
    lifted: bool


class CaseRead(BaseModel):
    """A case as the caller sees it; `allowed_steps` are those that they could take now."""

    id: UUID
    number: str
    uscc: str
    name: str = Field(description="Name of the enterprise.")
    district: str
    status: Status
    level: RiskLevel
    officer: str | None = Field(description="Subject of the officer who signed for the case.")
    officer_name: str | None
    opened_at: Moment
    dispatched_at: Moment | None
    due_at: Moment | None = Field(description="When the next thing is due; null if nothing is.")
    overdue: bool
    escalation_level: int = Field(description=_ESCALATION)
    layoff_on: date | None = Field(
        description="Earliest day for which a layoff is reported, or was told at the last visit."
    )
    doubted_by: str | None = Field(description="Who found the warning false, to be confirmed.")
    submitted_by: str | None
    reviewed_by: str | None
    outcome: Outcome | None
    evidence: str | None
    evidence_kinds: list[EvidenceKind] = Field(
        description="Kinds of evidence on file since the case began, or began anew."
    )
    properly_handled: bool
    suspensions: int
    suspended_until: Moment | None
    waiting_for: WaitingFor | None
    transfer_to: str | None = Field(
        description="District that was asked to take the case over; null if none was."
    )
    transfer_at: Moment | None
    resolved_at: Moment | None
    ended_at: Moment | None
    warning_id: UUID = Field(description="The warning heard of last.")
    warnings: list[WarningRead]
    clocks: list[ClockRead]
    allowed_steps: list[Step]
    allowed_deeds: list[Deed] = Field(description="What the caller could do beside the steps.")
    version: int

    @classmethod
    def of(cls, view: CaseView) -> Self:
        """Show a view."""
        case = view.case
        shown = {name: getattr(case, name) for name in cls.model_fields if hasattr(case, name)}
        clocks = [
            ClockRead(
                clock=clock.name,
                started_at=clock.started_at,
                due_at=clock.ends_at,
                met_at=clock.met_at,
                extended=clock.extended,
                escalation_level=clock.escalated,
                kept=clock.kept,
                missed=clock.missed,
            )
            for clock in case.clocks
        ]
        warnings = [WarningRead.model_validate(warning) for warning in case.warnings]
        return cls.model_validate(
            shown
            | {
                "name": view.name,
                "officer_name": view.officer_name,
                "due_at": case.next_due_at,
                "overdue": view.overdue,
                "allowed_steps": view.allowed_steps,
                "allowed_deeds": view.allowed_deeds,
                "evidence_kinds": sorted(case.evidence_kinds),
                "clocks": clocks,
                "warnings": warnings,
            }
        )


class TransitionRequest(BaseModel):
    """A step with a case; which fields go with it depends on the step."""

    model_config = ConfigDict(extra="forbid")

    step: Step
    note: Words | None = None
    reason: Words | None = Field(
        default=None,
        description="return, doubt, refute, suspend, extend, send_back, give_up, reopen,"
        " propose_transfer, refuse_transfer",
    )
    outcome: Outcome | None = Field(default=None, description="submit")
    evidence: Words | None = Field(default=None, description="submit")
    waiting_for: WaitingFor | None = Field(default=None, description="suspend")
    suspended_until: AwareDatetime | None = Field(
        default=None, description="suspend; within 20 working days"
    )
    district: str | None = Field(
        default=None,
        description="dispatch, by the city: the district that shall act instead;"
        " propose_transfer: the district that is asked to take the case over",
    )

    def ask(self) -> Ask:
        """Return what is said with the step."""
        return Ask(**self.model_dump(exclude={"step"}))


class TimelineEntry(BaseModel):
    """What happened to a case: a step that somebody took, or what befell it."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    what: Step | Deed | Happening
    actor: str = Field(description="Who took the step: officer:zhang, or service:cases.")
    actor_name: str | None = Field(description="The name of an officer.")
    at: Moment
    from_status: Status | None
    to_status: Status
    note: str | None
    reason: str | None
    details: dict[str, str]
