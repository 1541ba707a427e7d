"""What the API of `cases` takes and answers."""

import unicodedata
from datetime import datetime
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from services.cases.domain.case import Happening, Outcome, Status, Step, WaitingFor
from services.cases.domain.clocks import ClockName
from services.cases.domain.guards import Ask
from services.cases.domain.officer import Officer, Role
from services.cases.handlers import CaseView
from shared.calendar import SHANGHAI
from shared.events.scoring import RiskLevel


def _in_beijing(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


# Spaces and separators of all scripts, control characters, zero-width and other format characters.
_UNSEEN: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
# Letters and symbols that are drawn as nothing: fillers of Hangul, the empty one of Braille.
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def _seen(said: object) -> object:
    """Strip what cannot be seen off both ends, so that what only looks empty is empty."""
    if not isinstance(said, str):
        return said
    unseen = {each for each in said if unicodedata.category(each) in _UNSEEN} | _FILLERS
    return said.strip("".join(unseen))


Moment = Annotated[datetime, AfterValidator(_in_beijing)]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    BeforeValidator(_seen),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    BeforeValidator(_seen),
]


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
    opened_at: Moment
    due_at: Moment | None = Field(description="When the next thing is due; null if nothing is.")
    overdue: bool
    version: int


class ClockRead(BaseModel):
    """A time limit; no `due_at` where the level sets none."""

    clock: ClockName
    started_at: Moment
    due_at: Moment | None
    met_at: Moment | None


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
    doubted_by: str | None = Field(description="Who found the warning false, to be confirmed.")
    submitted_by: str | None
    reviewed_by: str | None
    outcome: Outcome | None
    evidence: str | None
    properly_handled: bool
    suspensions: int
    suspended_until: Moment | None
    waiting_for: WaitingFor | None
    ended_at: Moment | None
    warning_id: UUID = Field(description="The warning heard of last.")
    warnings: list[WarningRead]
    clocks: list[ClockRead]
    allowed_steps: list[Step]
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
                due_at=clock.due_at,
                met_at=clock.met_at,
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
        default=None, description="return, doubt, refute, suspend, send_back, give_up, reopen"
    )
    outcome: Outcome | None = Field(default=None, description="submit")
    evidence: Words | None = Field(default=None, description="submit")
    waiting_for: WaitingFor | None = Field(default=None, description="suspend")
    suspended_until: AwareDatetime | None = Field(
        default=None, description="suspend; within 20 working days"
    )
    district: str | None = Field(
        default=None, description="dispatch, by the city: the district that shall act instead"
    )

    def ask(self) -> Ask:
        """Return what is said with the step."""
        return Ask(**self.model_dump(exclude={"step"}))


class TimelineEntry(BaseModel):
    """What happened to a case: a step that somebody took, or what befell it."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    what: Step | Happening
    actor: str = Field(description="Who took the step: officer:zhang, or service:cases.")
    actor_name: str | None = Field(description="The name of an officer.")
    at: Moment
    from_status: Status | None
    to_status: Status
    note: str | None
    reason: str | None
    details: dict[str, str]


class OfficerWrite(BaseModel):
    """What an officer shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    roles: frozenset[Role] = Field(min_length=1)
    districts: frozenset[str] = Field(
        default=frozenset(), max_length=50, description="None for roles that see the whole city."
    )
    active: bool = True

    def officer(self, subject: str) -> Officer:
        """Return the entry that is asked for."""
        return Officer(subject, self.name, self.roles, self.districts, self.active)


class OfficerRead(BaseModel):
    """An officer's entry in the directory."""

    model_config = ConfigDict(from_attributes=True)

    subject: str
    name: str
    roles: list[Role]
    districts: list[str]
    active: bool
    version: int

    @classmethod
    def of(cls, officer: Officer) -> Self:
        """Show an entry, its sets in a stable order."""
        return cls(
            subject=officer.subject,
            name=officer.name,
            roles=sorted(officer.roles),
            districts=sorted(officer.districts),
            active=officer.active,
            version=officer.version,
        )
