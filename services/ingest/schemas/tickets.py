"""What ingest takes and answers of correction tickets."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.ingest.domain.tickets import Ticket, TicketState
from shared.calendar import SHANGHAI
from shared.events.ingest import TicketVerdict


class TicketWrite(BaseModel):
    """Which fact is doubted, and why."""

    model_config = ConfigDict(extra="forbid")

    feed: str = Field(max_length=100)
    uscc: str = Field(max_length=18)
    period: str = Field(max_length=140, description="As the facts of the feed have it.")
    doubt: str = Field(min_length=2, max_length=1000, description="What seems to be wrong.")


class TicketAnswer(BaseModel):
    """What the sender says: the fact is wrong and will be corrected, or it is right."""

    model_config = ConfigDict(extra="forbid")

    verdict: TicketVerdict
    answer: str = Field(min_length=2, max_length=1000)


@dataclass(frozen=True)
class TicketQuery:
    """Which tickets to list."""

    state: Annotated[TicketState | None, Query(description="How it stands with them.")] = None
    uscc: Annotated[str | None, Query(max_length=18)] = None
    overdue: Annotated[bool, Query(description="Only those whose answer is overdue.")] = False


class CorrectionRead(BaseModel):
    """The newest version of the fact, which came after the one that was doubted."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    import_id: UUID
    received_at: Annotated[datetime, AfterValidator(lambda at: at.astimezone(SHANGHAI))]
    withdrawn: bool


class TicketRead(BaseModel):
    """A doubt about a version of a fact, and what its sender has said and done."""

    id: UUID
    feed: str
    uscc: str
    period: str
    version: int = Field(description="The version that is doubted.")
    import_id: UUID = Field(description="The import that had brought it.")
    agency: str = Field(description="Who had sent it, and answers.")
    doubt: str
    opened_by: str
    opened_at: datetime
    due_on: date
    overdue: bool
    state: TicketState
    answer: str | None
    answered_at: datetime | None
    correction: CorrectionRead | None

    @classmethod
    def of(cls, ticket: Ticket, now: datetime) -> Self:
        """Tell of a ticket."""
        told = vars(ticket) | {
            "opened_at": ticket.opened_at.astimezone(SHANGHAI),
            "answered_at": ticket.answered_at and ticket.answered_at.astimezone(SHANGHAI),
            "overdue": ticket.overdue(now.astimezone(SHANGHAI).date()),
        }
        return cls.model_validate(told, from_attributes=True)
