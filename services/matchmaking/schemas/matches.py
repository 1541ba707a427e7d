"""Which products are for an enterprise, how well they fit, and why the others are not."""

from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, Field

from services.matchmaking.domain.fit import WEIGHTS, Part
from services.matchmaking.domain.matching import Failure, Filter, Match, Matched, Unmatched
from services.matchmaking.domain.terms import PolicyTag
from shared.messages import Language, say


class PartRead(BaseModel):
    """A part of a fit: between 0 and 1, times its weight."""

    part: Part
    value: Decimal
    weight: Decimal
    sentence: str


class OfferRead(BaseModel):
    """A product as it is proposed."""

    bank: str
    bank_name: str
    product: str
    name: str
    annual_rate_percent: Decimal
    amount_min: Decimal
    amount_max: Decimal
    policy_tag: PolicyTag | None


class MatchedRead(OfferRead):
    """A product that is for the enterprise, and how well it fits."""

    fit: Decimal = Field(description="0 to 1: the weighted sum of the parts.")
    parts: list[PartRead]

    @classmethod
    def of(cls, one: Matched, language: Language) -> Self:
        """Show a proposal."""
        parts = [
            PartRead(
                part=part,
                value=value,
                weight=WEIGHTS[part],
                sentence=say(f"matching.part_{part}", language, value=value),
            )
            for part, value in one.fit.parts.items()
        ]
        return cls(**_offer(one), fit=one.fit.total, parts=parts)


class FailureRead(BaseModel):
    """A filter that was not met, and what would change it."""

    filter: Filter
    has: str
    needs: str
    change: str

    @classmethod
    def of(cls, failure: Failure, language: Language) -> Self:
        """Show why a product is not for the enterprise."""
        change = say(
            f"matching.change_{failure.filter}", language, has=failure.has, needs=failure.needs
        )
        return cls(filter=failure.filter, has=failure.has, needs=failure.needs, change=change)


class UnmatchedRead(OfferRead):
    """A product that is not for the enterprise."""

    failures: list[FailureRead]

    @classmethod
    def of(cls, one: Unmatched, language: Language) -> Self:
        """Show a product with every reason against it."""
        failures = [FailureRead.of(failure, language) for failure in one.failures]
        return cls(**_offer(one), failures=failures)


class MatchRead(BaseModel):
    """At most five products with their parts, and why the others are not among them."""

    seed: str = Field(description="By which ties were drawn; it follows from the need alone.")
    matches: list[MatchedRead]
    more: int = Field(description="How many fit beside those that are shown.")
    others: list[UnmatchedRead]

    @classmethod
    def of(cls, found: Match, language: Language) -> Self:
        """Show a match."""
        return cls(
            seed=found.seed,
            matches=[MatchedRead.of(one, language) for one in found.shown],
            more=len(found.matched) - len(found.shown),
            others=[UnmatchedRead.of(one, language) for one in found.unmatched],
        )


def _offer(one: Matched | Unmatched) -> dict[str, Any]:
    product = one.offer.product
    return {
        "bank": product.bank.client_id,
        "bank_name": product.bank.name,
        "product": product.code,
        "name": product.terms.name,
        "annual_rate_percent": product.terms.annual_rate_percent,
        "amount_min": product.terms.amount_min,
        "amount_max": product.terms.amount_max,
        "policy_tag": product.terms.policy_tag,
    }
