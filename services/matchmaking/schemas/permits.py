"""What an enterprise wants to borrow, and what it permits banks to read."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.matchmaking.domain.authorization import Authorization, Scope, Standing
from services.matchmaking.domain.need import Need
from services.matchmaking.domain.pack import DataItem
from services.matchmaking.domain.terms import GuaranteeKind
from services.matchmaking.schemas.kinds import ClientId, Money, Months, Persons, Title, Words

ALL_BANKS: Literal["all"] = "all"


class NeedWrite(BaseModel):
    """What the enterprise wants to borrow, whole: a PUT replaces all of it."""

    model_config = ConfigDict(extra="forbid")

    amount: Money
    tenor_months: Months
    purpose: Words
    needed_by: date
    jobs_to_keep: Persons
    guarantees: Annotated[
        list[GuaranteeKind],
        Field(max_length=10, description="What it can give; borrowing without is always tried."),
    ] = []
    has_loans: Annotated[bool, Field(description="Whether it has, or had, any loan.")]

    def to_domain(self) -> Need:
        """Return the need as the domain reads it."""
        return Need(
            amount=self.amount,
            tenor_months=self.tenor_months,
            purpose=self.purpose,
            needed_by=self.needed_by,
            jobs_to_keep=self.jobs_to_keep,
            guarantees=tuple(sorted(set(self.guarantees))),
            has_loans=self.has_loans,
        )


class NeedRead(BaseModel):
    """What the enterprise wants to borrow."""

    model_config = ConfigDict(from_attributes=True)

    amount: Money
    tenor_months: int
    purpose: str
    needed_by: date
    jobs_to_keep: int
    guarantees: list[GuaranteeKind]
    has_loans: bool


class AuthorizationWrite(BaseModel):
    """What the enterprise permits."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[DataItem], Field(min_length=1, max_length=10)]
    banks: Annotated[
        Annotated[list[ClientId], Field(min_length=1, max_length=100)] | Literal["all"],
        Field(description="Client ids of banks, or `all`."),
    ]
    purpose: Words
    valid_until: Annotated[date, Field(description="Last day, 90 days from today at the latest.")]
    paper_reference: Annotated[
        Title | None, Field(description="Of the signed paper; for officers only.")
    ] = None

    def to_domain(self) -> Scope:
        """Return the scope as the domain reads it."""
        banks = None if self.banks == ALL_BANKS else frozenset(self.banks)
        return Scope(frozenset(self.items), banks, self.purpose, self.valid_until)


class AuthorizationRead(BaseModel):
    """An authorisation as it stands."""

    id: UUID
    candidate_id: UUID
    uscc: str
    items: list[DataItem]
    banks: list[str] | Literal["all"]
    purpose: str
    valid_from: date
    valid_until: date
    standing: Standing
    given_by: str
    paper_reference: str | None
    confirmed_by: str | None

    @classmethod
    def of(cls, given: Authorization) -> Self:
        """Show an authorisation."""
        scope = given.scope
        return cls(
            id=given.id,
            candidate_id=given.candidate_id,
            uscc=given.uscc,
            items=sorted(scope.items),
            banks=ALL_BANKS if scope.banks is None else sorted(scope.banks),
            purpose=scope.purpose,
            valid_from=given.valid_from,
            valid_until=scope.valid_until,
            standing=given.standing,
            given_by=given.given_by,
            paper_reference=given.paper_reference,
            confirmed_by=given.confirmed_by,
        )
