"""Requests to departments, as the API takes and tells them."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.cases.domain.asked import AssistanceStatus, Department
from services.cases.domain.assistance import Wish
from services.cases.schemas.words import Moment, Name, Words


class AssistanceWrite(BaseModel):
    """What is asked of a department."""

    model_config = ConfigDict(extra="forbid")

    department: Department
    subject: Name
    wanted: Words = Field(
        description="What the department shall do or tell; it reads this, who the enterprise is, "
        "and nothing else of the case."
    )

    def wish(self) -> Wish:
        """Return what is asked."""
        return Wish(self.department, self.subject, self.wanted)


class AcceptWrite(BaseModel):
    """A department signs for a request; nothing needs to be said with it."""

    model_config = ConfigDict(extra="forbid")


class AnswerWrite(BaseModel):
    """What a department did or found."""

    model_config = ConfigDict(extra="forbid")

    answer: Words


class ReasonWrite(BaseModel):
    """Why a request is returned or withdrawn."""

    model_config = ConfigDict(extra="forbid")

    reason: Words


class _Request(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    department: Department
    subject: str
    wanted: str
    status: AssistanceStatus
    asked_by_name: str | None
    asked_at: Moment
    due_at: Moment
    overdue: bool
    accepted_at: Moment | None
    handled_by_name: str | None = Field(description="Who signed for it or returned it.")
    ended_at: Moment | None
    answer: str | None
    reason: str | None = Field(description="Why it was returned or withdrawn.")


class AssistanceRead(_Request):
    """A request as the officers of its case see it."""

    asked_by: str = Field(description="officer:zhang")
    handled_by: str | None
    escalation_level: int = Field(description="How far up it was told that the answer is late.")


class AssistanceForDepartment(_Request):
    """A request as the department sees it that was asked: what it says, and about whom."""

    district: str
    uscc: str
    name: str = Field(description="Name of the enterprise.")
