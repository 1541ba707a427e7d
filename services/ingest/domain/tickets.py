"""A correction ticket: a fact is doubted, and its sender confirms the error or stands by it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.ingest.domain.errors import TicketAnswered
from shared.calendar import WorkingCalendar
from shared.events.ingest import TicketAnswered as AnswerStated
from shared.events.ingest import TicketOpened, TicketVerdict

ANSWER_WITHIN: Final = 10
"""Working days in which a sender answers."""


class TicketState(StrEnum):
    """How it stands with a ticket. Whether the fact was corrected, its versions say."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    UPHELD = "upheld"


STEPS: Final[Mapping[tuple[TicketState, TicketVerdict], TicketState]] = {
    (TicketState.OPEN, TicketVerdict.CONFIRM): TicketState.CONFIRMED,
    (TicketState.OPEN, TicketVerdict.UPHOLD): TicketState.UPHELD,
}


@dataclass(frozen=True)
class Correction:
    """The newest version of the doubted fact, where it came after the one that was doubted."""

    version: int
    import_id: UUID
    received_at: datetime
    withdrawn: bool


@dataclass(frozen=True)
class Ticket:
    """A doubt about one version of a fact, addressed to the agency that had sent it."""

    id: UUID
    feed: str
    uscc: str
    period: str
    version: int
    import_id: UUID
    agency: str
    doubt: str
    opened_by: str
    opened_at: datetime
    due_on: date
    state: TicketState = TicketState.OPEN
    answer: str | None = None
    answered_at: datetime | None = None
    correction: Correction | None = None

    def overdue(self, today: date) -> bool:
        """Tell whether an answer should have come."""
        return self.state is TicketState.OPEN and self.due_on < today


def opening(ticket: Ticket) -> TicketOpened:
    """State that a fact is doubted."""
    return TicketOpened(**_about(ticket), occurred_at=ticket.opened_at, due_on=ticket.due_on)


def answering(ticket: Ticket, verdict: TicketVerdict, *, now: datetime) -> AnswerStated:
    """State what its sender has answered."""
    return AnswerStated(**_about(ticket), occurred_at=now, verdict=verdict)


def _about(ticket: Ticket) -> dict[str, Any]:
    names = ("uscc", "feed", "period", "agency")
    return {"ticket_id": ticket.id, **{name: getattr(ticket, name) for name in names}}


def due(calendar: WorkingCalendar, today: date) -> date:
    """Return the last day on which an answer is in time."""
    return calendar.add_working_days(today, ANSWER_WITHIN)


def answered(ticket: Ticket, verdict: TicketVerdict, answer: str, *, now: datetime) -> Ticket:
    """Return the ticket with its sender's answer. Raises TicketAnswered."""
    after = STEPS.get((ticket.state, verdict))
    if after is None:
        raise TicketAnswered
    return replace(ticket, state=after, answer=answer, answered_at=now)
