"""What is asked of another department (部门报到): a request with its own life and clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.cases.domain.clocks import Clock


class Department(StrEnum):
    """The departments that may be asked; each of the city, with its districts' branches."""

    MARKET_REGULATION = "market_regulation"
    TAXATION = "taxation"
    ECONOMY_AND_INFORMATION = "economy_and_information"
    FINANCE_REGULATION = "finance_regulation"
    STATE_ASSETS = "state_assets"
    HOUSING_AND_CONSTRUCTION = "housing_and_construction"
    PUBLIC_SECURITY = "public_security"
    JUSTICE = "justice"
    COURT = "court"
    TRADE_UNION = "trade_union"


class AssistanceStatus(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class AssistanceStep(StrEnum):
    """What becomes of a request: the first three are the department's."""

    ACCEPT = "accept"
    ANSWER = "answer"
    RETURN = "return"
    WITHDRAW = "withdraw"


PENDING: Final = frozenset({AssistanceStatus.ASKED, AssistanceStatus.ACCEPTED})
ASSISTANCE_LIFE: Final[
    Mapping[AssistanceStep, tuple[frozenset[AssistanceStatus], AssistanceStatus]]
] = {
    AssistanceStep.ACCEPT: (frozenset({AssistanceStatus.ASKED}), AssistanceStatus.ACCEPTED),
    # Who answers has signed for it.
    AssistanceStep.ANSWER: (frozenset({AssistanceStatus.ACCEPTED}), AssistanceStatus.ANSWERED),
    AssistanceStep.RETURN: (PENDING, AssistanceStatus.RETURNED),
    AssistanceStep.WITHDRAW: (PENDING, AssistanceStatus.WITHDRAWN),
}


@dataclass(frozen=True)
class AssistanceRequest:
    """A request to a department; its clock runs from the asking to the answer.

    `answer` is what an answered request was told, `reason` why one was returned or withdrawn; of
    one that ended with its case, the case says it.
    """

    id: UUID
    department: Department
    subject: str
    wanted: str
    status: AssistanceStatus
    asked_by: str
    clock: Clock
    handled_by: str | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    answer: str | None = None
    reason: str | None = None

    @property
    def is_pending(self) -> bool:
        """Tell whether the department still owes an answer."""
        return self.status in PENDING
