"""A correction ticket: a fact is doubted, and its sender confirms the error or stands by it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.ingest.domain.errors import TicketAnswered
from shared.calendar import WorkingCalendar

ANSWER_WITHIN: Final = 10
"""Working days in which a sender answers."""


class TicketState(StrEnum):
    """How it stands with a ticket. Whether the fact was corrected, its versions say."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    UPHELD = "upheld"


class Verdict(StrEnum):
    """What a sender answers: the fact is wrong and will be corrected, or it is right."""

    CONFIRM = "confirm"
    UPHOLD = "uphold"


STEPS: Final[Mapping[tuple[TicketState, Verdict], TicketState]] = {
    (TicketState.OPEN, Verdict.CONFIRM): TicketState.CONFIRMED,
    (TicketState.OPEN, Verdict.UPHOLD): TicketState.UPHELD,
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


def due(calendar: WorkingCalendar, today: date) -> date:
    """Return the last day on which an answer is in time."""
    return calendar.add_working_days(today, ANSWER_WITHIN)


def answered(ticket: Ticket, verdict: Verdict, answer: str, *, now: datetime) -> Ticket:
    """Return the ticket with its sender's answer. Raises TicketAnswered."""
    after = STEPS.get((ticket.state, verdict))
    if after is None:
        raise TicketAnswered
    return replace(ticket, state=after, answer=answer, answered_at=now)
