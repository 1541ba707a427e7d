"""Contracts, drawdowns, promises of jobs, and the figures of it all."""

from datetime import date
from decimal import Decimal
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.matchmaking.handlers.contracts import Terms
from services.matchmaking.schemas.kinds import Money, Months, Persons, Rate
from services.matchmaking.store.contracts import Signed
from services.matchmaking.store.statistics import Figures
from shared.messages import Language, say


class ContractWrite(BaseModel):
    """A contract that was signed."""

    model_config = ConfigDict(extra="forbid")

    amount: Money
    tenor_months: Months
    annual_rate_percent: Rate
    signed_on: date
    jobs_committed: Persons

    def to_domain(self) -> Terms:
        """Return the terms."""
        return Terms(
            self.amount,
            self.tenor_months,
            self.annual_rate_percent,
            self.signed_on,
            self.jobs_committed,
        )


class DrawdownWrite(BaseModel):
    """Money that was drawn."""

    model_config = ConfigDict(extra="forbid")

    amount: Money
    drawn_on: date


class DrawdownRead(BaseModel):
    """Money that was drawn."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    amount: Money
    drawn_on: date


class CommitmentRead(BaseModel):
    """Whether the jobs were kept; null where nobody knows yet."""

    months: int
    due_on: date
    month: str
    committed: int
    insured: int | None = Field(description="For officers and the enterprise.")
    kept: bool | None
    checked_on: date | None


class ContractRead(BaseModel):
    """A contract with what was drawn and what became of the jobs."""

    id: UUID
    referral_id: UUID
    uscc: str
    name: str
    bank: str
    bank_name: str
    product: str
    amount: Money
    tenor_months: int
    annual_rate_percent: Decimal
    signed_on: date
    jobs_committed: int
    drawn: Money
    drawdowns: list[DrawdownRead]
    commitments: list[CommitmentRead]

    @classmethod
    def seen(cls, signed: Signed, *, by_bank: bool) -> Self:
        """Show a contract; a bank reads headcounts in the authorised pack alone."""
        one = signed.contract
        return cls(
            id=one.id,
            referral_id=one.referral_id,
            uscc=one.uscc,
            name=signed.enterprise_name,
            bank=one.bank,
            bank_name=signed.bank_name,
            product=one.product,
            amount=one.amount,
            tenor_months=one.tenor_months,
            annual_rate_percent=one.annual_rate_percent,
            signed_on=one.signed_on,
            jobs_committed=one.jobs_committed,
            drawn=one.drawn,
            drawdowns=[DrawdownRead.model_validate(each) for each in signed.drawdowns],
            commitments=[
                CommitmentRead(
                    months=each.months,
                    due_on=each.due_on,
                    month=each.month,
                    committed=each.committed,
                    insured=None if by_bank else each.insured,
                    kept=each.kept,
                    checked_on=each.checked_on,
                )
                for each in signed.commitments
            ],
        )


class FiguresRead(BaseModel):
    """The figures of a period, and what each of them counts."""

    since: date | None
    until: date | None
    candidates: int
    invited: int
    authorized: int
    referred: int
    signed: int
    banks: int
    amount_cny: Money
    drawn_cny: Money
    jobs_committed: int
    definitions: dict[str, str]

    @classmethod
    def of(
        cls, found: Figures, *, since: date | None, until: date | None, language: Language
    ) -> Self:
        """Show figures with their definitions."""
        values = {name: getattr(found, name) for name in Figures.__dataclass_fields__}
        definitions = {name: say(f"figures.matching_{name}", language) for name in values}
        return cls(since=since, until=until, **values, definitions=definitions)
