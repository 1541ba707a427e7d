"""Products, and the list of enterprises under warning."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.matchmaking.domain.terms import GuaranteeKind, PolicyTag, Terms
from services.matchmaking.domain.warned import WarnedState
from services.matchmaking.schemas.kinds import Instant, Money, Months
from shared.codes.size_classes import SizeClass

Code = Annotated[str, Field(min_length=1, max_length=8)]


class WarnedEnterpriseRead(BaseModel):
    """An enterprise on the warning list, without its level."""

    warning_id: UUID
    uscc: str
    name: str
    district: str = Field(description="GB/T 2260, or 1101K1 for the development area.")
    state: WarnedState
    raised_on: date
    lifted_at: Instant | None


class BankRead(BaseModel):
    """Whose product it is."""

    client_id: str
    name: str
    active: bool


class ProductTerms(BaseModel):
    """The terms of a product, whole: a PUT replaces all of them."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    borrower_sizes: Annotated[list[SizeClass], Field(min_length=1, max_length=4)]
    industries: Annotated[
        list[Code], Field(max_length=500, description="GB/T 4754-2017, any level; empty: all.")
    ]
    districts: Annotated[list[Code], Field(max_length=50, description="Empty: the whole city.")]
    amount_min: Money
    amount_max: Money
    tenor_min_months: Months
    tenor_max_months: Months
    annual_rate_percent: Annotated[Decimal, Field(max_digits=6, decimal_places=4)]
    guarantees: Annotated[list[GuaranteeKind], Field(min_length=1, max_length=10)]
    first_loan: Annotated[bool, Field(description="Only for firms without any loan so far.")]
    quota: Annotated[Money, Field(description="What is lent under the product altogether, CNY.")]
    valid_from: date
    valid_until: Annotated[date, Field(description="Last day; a past one withdraws the product.")]
    policy_tag: PolicyTag | None

    def to_domain(self) -> Terms:
        """Return the terms as the domain reads them."""
        return Terms(
            name=self.name,
            borrower_sizes=tuple(self.borrower_sizes),
            industries=tuple(self.industries),
            districts=tuple(self.districts),
            amount_min=self.amount_min,
            amount_max=self.amount_max,
            tenor_min_months=self.tenor_min_months,
            tenor_max_months=self.tenor_max_months,
            annual_rate_percent=self.annual_rate_percent,
            guarantees=tuple(self.guarantees),
            first_loan=self.first_loan,
            quota=self.quota,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            policy_tag=self.policy_tag,
        )


class ProductRead(BaseModel):
    """A bank's product as it stands."""

    bank: BankRead
    code: str
    version: int
    terms: ProductTerms
    created_at: Instant
    updated_at: Instant
