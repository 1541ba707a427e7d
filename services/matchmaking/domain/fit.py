"""How well a product fits an enterprise's need: parts between 0 and 1, weighted (domain.md §4.4).

Nobody pays for a place here; sex, ethnicity, household registration and ownership play no part.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Final

from services.matchmaking.domain.firm import Firm, band_of, section_of
from services.matchmaking.domain.need import Need
from services.matchmaking.domain.product import Product
from services.matchmaking.domain.rules import HIGHEST_RATE_PERCENT
from services.matchmaking.domain.terms import PolicyTag
from shared.codes.size_classes import SizeClass


class Part(StrEnum):
    """What a fit is made of."""

    AMOUNT = "amount"
    HISTORY = "history"
    COST = "cost"
    POLICY = "policy"
    TENOR = "tenor"
    SPEED = "speed"
    NEARNESS = "nearness"


WEIGHTS: Final[Mapping[Part, Decimal]] = {
    Part.AMOUNT: Decimal("0.25"),
    Part.HISTORY: Decimal("0.20"),
    Part.COST: Decimal("0.20"),
    Part.POLICY: Decimal("0.10"),
    Part.TENOR: Decimal("0.10"),
    Part.SPEED: Decimal("0.10"),
    Part.NEARNESS: Decimal("0.05"),
}
# How much a policy helps whoever wants to keep jobs.
POLICY_BENEFIT: Final[Mapping[PolicyTag | None, Decimal]] = {
    PolicyTag.JOB_RETENTION_LOAN: Decimal(1),
    PolicyTag.STARTUP_GUARANTEED_LOAN: Decimal("0.75"),
    PolicyTag.RELENDING: Decimal("0.5"),
    None: Decimal(0),
}
_PLACES: Final = Decimal("0.0001")
_HALF: Final = Decimal("0.5")
_ONE: Final = Decimal(1)
_TRAITS: Final = 4


@dataclass(frozen=True, slots=True)
class Past:
    """A decision that a bank took on an enterprise that was referred to it."""

    section: str | None
    size: SizeClass
    band: int
    district: str
    approved: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What a bank has done: its decisions, and the answers of the last 90 days kept in time."""

    decisions: tuple[Past, ...] = ()
    answers_due: int = 0
    answers_kept: int = 0


@dataclass(frozen=True, slots=True)
class Fit:
    """The parts and their weighted sum."""

    parts: Mapping[Part, Decimal]

    @property
    def total(self) -> Decimal:
        """The weighted sum, to four places."""
        return sum(
            (WEIGHTS[part] * value for part, value in self.parts.items()), Decimal(0)
        ).quantize(_PLACES)


def fit(firm: Firm, need: Need, product: Product, record: Record) -> Fit:
    """Measure a product that has passed the filters."""
    terms = product.terms
    parts = {
        Part.AMOUNT: _centred(need.amount, terms.amount_min, terms.amount_max),
        Part.HISTORY: _history(firm, need, record.decisions),
        Part.COST: _ONE - terms.annual_rate_percent / HIGHEST_RATE_PERCENT,
        Part.POLICY: POLICY_BENEFIT[terms.policy_tag],
        Part.TENOR: _centred(
            Decimal(need.tenor_months),
            Decimal(terms.tenor_min_months),
            Decimal(terms.tenor_max_months),
        ),
        Part.SPEED: _rate(Decimal(record.answers_kept), Decimal(record.answers_due)),
        Part.NEARNESS: _ONE if firm.district in terms.districts else _HALF,
    }
    return Fit({part: value.quantize(_PLACES) for part, value in parts.items()})


def lot(seed: str, product: Product) -> str:
    """Draw a product's lot among those that fit equally well; the seed is logged with the match."""
    return sha256(f"{seed}:{product.bank.client_id}:{product.code}".encode()).hexdigest()


def seed_of(uscc: str, need: Need) -> str:
    """Return the seed of an enterprise's lots: the same need draws the same lots."""
    return sha256(f"{uscc}:{need.amount}:{need.tenor_months}".encode()).hexdigest()[:16]


def _centred(value: Decimal, least: Decimal, most: Decimal) -> Decimal:
    """Return 1 in the middle of the range, a half at its ends."""
    if least == most:
        return _ONE
    return _ONE - abs(value - (least + most) / 2) / (most - least)


def _history(firm: Firm, need: Need, decisions: Iterable[Past]) -> Decimal:
    """Return the bank's rate of approvals, each decision weighing by its likeness to this one."""
    approved = decided = Decimal(0)
    section, band = section_of(firm.industry), band_of(need.amount)
    for past in decisions:
        alike = (
            past.section == section,
            past.size is firm.size,
            past.band == band,
            past.district == firm.district,
        )
        weight = Decimal(sum(alike)) / _TRAITS
        decided += weight
        approved += weight if past.approved else 0
    return _rate(approved, decided)


def _rate(kept: Decimal, of: Decimal) -> Decimal:
    """Return a share that begins at a half and needs evidence to move (rule of succession)."""
    return (kept + 1) / (of + 2)
