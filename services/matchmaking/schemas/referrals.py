"""Referrals, what banks say to them, and the receipts of what they read."""

from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.matchmaking.domain.pack import DataItem
from services.matchmaking.domain.referral import DeclineCode, ReferralState, Said
from services.matchmaking.handlers.assignments import Assigned
from services.matchmaking.handlers.packs import Reading
from services.matchmaking.schemas.kinds import ClientId, Instant, Money, Rate, Words
from services.matchmaking.store.referrals import Shown


class ReferralWrite(BaseModel):
    """The product that the enterprise has chosen."""

    model_config = ConfigDict(extra="forbid")

    bank: ClientId
    product: ClientId


class ReferralSummary(BaseModel):
    """A referral as a line of a list; a bank sees whom it is about only in the pack."""

    id: UUID
    candidate_id: UUID | None
    uscc: str | None
    name: str | None
    bank: str
    bank_name: str
    product: str
    state: ReferralState
    amount: Money | None
    tenor_months: int | None
    sent_at: Instant
    answer_due: Instant
    answered_at: Instant | None
    answer_late: bool
    decision_due: Instant | None
    decided_at: Instant | None
    decision_late: bool
    approved_amount: Money | None
    approved_rate_percent: Decimal | None
    code: DeclineCode | None
    note: str | None

    @classmethod
    def seen(cls, shown: Shown, *, by_bank: bool) -> Self:
        """Show a referral."""
        return cls(**_referral(shown, by_bank=by_bank))


class ReferralRead(ReferralSummary):
    """A referral; for its bank with the pack that the enterprise permits it to read."""

    pack: dict[DataItem, dict[str, Any] | list[dict[str, Any]] | None] | None = Field(
        description="By data item; null once nothing permits it, and for others than the bank."
    )
    receipt: UUID | None = Field(description="This reading in the disclosure ledger.")

    @classmethod
    def read(cls, reading: Reading) -> Self:
        """Show a referral to its bank."""
        content = reading.content
        pack = None if content is None else {item: _plain(rows) for item, rows in content.items()}
        own = _referral(reading.shown, by_bank=True)
        return cls(**own, pack=pack, receipt=reading.receipt)

    @classmethod
    def seen(cls, shown: Shown, *, by_bank: bool = False) -> Self:
        """Show a referral without its pack."""
        return cls(**_referral(shown, by_bank=by_bank), pack=None, receipt=None)


class AssignmentRead(BaseModel):
    """What an assignment brought: no choice at all could be worth more than `bound`."""

    id: UUID
    round_id: UUID
    seed: str = Field(description="By which equals were drawn; it follows from who meets when.")
    candidates: int
    offers: int = Field(description="Products that fit somebody, each counted per enterprise.")
    chosen: int
    value: float
    bound: float
    gap: float = Field(description="The share of the bound that may have been missed, 0 to 1.")
    referrals: list[ReferralSummary]

    @classmethod
    def of(cls, assigned: Assigned) -> Self:
        """Show an assignment."""
        record = assigned.record
        own = {name: getattr(record, name) for name in cls.model_fields if name != "referrals"}
        sent = [ReferralSummary.seen(one, by_bank=False) for one in assigned.referrals]
        return cls(**own, referrals=sent)


class AnswerWrite(BaseModel):
    """Whether the bank takes the referral up."""

    model_config = ConfigDict(extra="forbid")

    accept: bool
    code: DeclineCode | None = None
    note: Words | None = None

    def to_domain(self) -> Said:
        """Return what the bank said."""
        return Said(self.accept, self.code, self.note)


class DecisionWrite(BaseModel):
    """Whether the bank grants credit."""

    model_config = ConfigDict(extra="forbid")

    approved: bool
    amount: Money | None = None
    annual_rate_percent: Rate | None = None
    code: DeclineCode | None = None
    note: Words | None = None

    def to_domain(self) -> Said:
        """Return what the bank said."""
        return Said(self.approved, self.code, self.note, self.amount, self.annual_rate_percent)


class ReceiptRead(BaseModel):
    """A reading: which bank read what of an enterprise, when, by which authorisation."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: Instant
    bank: str
    bank_name: str
    referral_id: UUID
    authorizations: list[UUID]
    uscc: str
    purpose: str
    items: list[DataItem]
    fields: list[str]
    content_sha256: str = Field(description="Of what was shown, as canonical JSON.")


def _referral(shown: Shown, *, by_bank: bool) -> dict[str, Any]:
    one = shown.referral
    own = {
        name: getattr(one, name)
        for name in ReferralSummary.model_fields
        if name not in {"name", "bank_name"}
    }
    own |= {"name": shown.enterprise_name, "bank_name": shown.bank_name}
    if by_bank:
        own |= dict.fromkeys(("candidate_id", "uscc", "name", "amount", "tenor_months"))
    return own


def _plain(rows: Any) -> Any:  # noqa: ANN401  rows of any item
    return [dict(row) for row in rows] if isinstance(rows, list) else rows and dict(rows)
