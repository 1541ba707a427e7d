"""What matchmaking says: how an enterprise under warning comes to a loan, and what became of it.

Nothing here names a level, a score or an opinion: banks read some of these facts as webhooks.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.events.base import Event, Subject
from shared.events.ingest import ProtectionListKind


class CandidateFact(Event):
    """Common to the facts about one candidate: an enterprise under warning and on a list."""

    candidate_id: UUID
    uscc: str
    district: str
    occurred_at: datetime

    def about(self) -> str:
        return str(self.candidate_id)


class CandidateSelected(CandidateFact):
    """An enterprise stands on the warning list and on at least one protection list."""

    subject: ClassVar[Subject] = Subject("matchmaking.candidate.selected.v1")

    lists: tuple[ProtectionListKind, ...]


class CandidateDeclined(CandidateFact):
    """A review found the candidate not worth a loan, or not eligible; the case goes on without."""

    subject: ClassVar[Subject] = Subject("matchmaking.candidate.declined.v1")

    because: str


class Answer(StrEnum):
    """What a bank said to a referral."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    APPROVED = "approved"
    REFUSED = "refused"


class ReferralFact(CandidateFact):
    """Common to the facts about one referral of a candidate to a bank."""

    referral_id: UUID
    bank: str
    product: str


class ReferralSent(ReferralFact):
    """A bank got the authorised pack; amount in CNY."""

    subject: ClassVar[Subject] = Subject("matchmaking.referral.sent.v1")

    amount: Decimal


class ReferralAnswered(ReferralFact):
    """The bank took the referral up or declined it, granted credit or refused; `code` says why."""

    subject: ClassVar[Subject] = Subject("matchmaking.referral.answered.v1")

    answer: Answer
    code: str | None


class ContractSigned(ReferralFact):
    """A loan contract was signed; amount in CNY, `jobs_committed` the jobs that it shall keep."""

    subject: ClassVar[Subject] = Subject("matchmaking.contract.signed.v1")

    contract_id: UUID
    amount: Decimal
    tenor_months: int
    jobs_committed: int
    signed_on: date


class LoanDrawn(ReferralFact):
    """Money flowed under a contract; amount in CNY."""

    subject: ClassVar[Subject] = Subject("matchmaking.loan.drawn.v1")

    contract_id: UUID
    drawdown_id: UUID
    amount: Decimal
    drawn_on: date


class CommitmentChecked(ReferralFact):
    """Insured headcounts showed, `months` (3, 6, 12) after signing, whether the jobs were kept."""

    subject: ClassVar[Subject] = Subject("matchmaking.commitment.checked.v1")

    contract_id: UUID
    months: int
    committed: int
    insured: int
    kept: bool
    checked_on: date


EVENTS = (
    CandidateSelected,
    CandidateDeclined,
    ReferralSent,
    ReferralAnswered,
    ContractSigned,
    LoanDrawn,
    CommitmentChecked,
)
