"""What is to be assigned: offers of products to firms, and what limits them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

BANKS_PER_FIRM = 3


@dataclass(frozen=True, slots=True, order=True)
class ProductKey:
    """A product of a bank."""

    bank: str
    code: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that fits a firm's need: `amount` (CNY, > 0) of its quota for `score` (> 0)."""

    firm: str
    product: ProductKey
    amount: Decimal
    score: float

    @property
    def key(self) -> tuple[str, ProductKey]:
        """Name the offer."""
        return self.firm, self.product


@dataclass(frozen=True, slots=True)
class Problem:
    """Offers, no two with one key; of each product at most `quotas` CNY may be given.

    A product without a quota has none left. A firm goes to at most `banks_per_firm` banks, and to
    each with one product. Offers of equal score go by lot; `seed` is on record with the result, so
    that the lot can be drawn again.
    """

    offers: Sequence[Offer]
    quotas: Mapping[ProductKey, Decimal]
    seed: str
    banks_per_firm: int = BANKS_PER_FIRM

    def lot(self, offer: Offer) -> float:
        """Draw the offer's lot, 0 to 1: of equals the lowest is first, whatever their names."""
        named = f"{self.seed}|{offer.firm}|{offer.product.bank}|{offer.product.code}"
        drawn = hashlib.sha256(named.encode()).digest()[:6]
        return int.from_bytes(drawn, "big") / 2**48


@dataclass(frozen=True, slots=True)
class Assignment:
    """The chosen offers, by firm and product; `value` is the sum of their scores.

    No assignment at all can be worth more than `bound`.
    """

    chosen: tuple[Offer, ...]
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Say which share of the bound may have been missed, 0 to 1."""
        return 0.0 if self.bound <= 0 else max(0.0, 1.0 - self.value / self.bound)
