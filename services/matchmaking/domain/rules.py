"""What the terms of a bank product must satisfy, and how they are then written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from services.matchmaking.domain.errors import TermsRefused
from services.matchmaking.domain.terms import PolicyTag, Terms
from shared.codes.divisions import DivisionUnknown, district
from shared.codes.industries import IndustryUnknown, industry
from shared.codes.size_classes import SizeClass

Fault = dict[str, Any]
Rule = Callable[[Terms], Iterator[Fault]]

# All-in cost above this is not protected: 最高人民法院, 法发〔2017〕22号, art. 2.
HIGHEST_RATE_PERCENT = Decimal(24)
LONGEST_TENOR_MONTHS = 360

_FEN = Decimal("0.01")
_BASIS_POINT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class PolicyLimits:
    """The most that a policy allows; None where it says nothing."""

    amount: Decimal | None = None
    tenor_months: int | None = None
    rate_percent: Decimal | None = None
    sizes: frozenset[SizeClass] | None = None


POLICIES: Mapping[PolicyTag, PolicyLimits] = {
    # 人社厅函〔2022〕164号 (rate), 国办发〔2025〕25号 (amount)
    PolicyTag.JOB_RETENTION_LOAN: PolicyLimits(amount=Decimal(50_000_000), rate_percent=Decimal(4)),
    # 财金〔2023〕75号
    PolicyTag.STARTUP_GUARANTEED_LOAN: PolicyLimits(
        amount=Decimal(4_000_000),
        tenor_months=24,
        sizes=frozenset({SizeClass.SMALL, SizeClass.MICRO}),
    ),
    PolicyTag.RELENDING: PolicyLimits(),
}


def settle(terms: Terms) -> Terms:
    """Return the terms in their one canonical spelling.

    Raises:
        TermsRefused: with every fault, if there is any.
    """
    if faults := [fault for rule in RULES for fault in rule(terms)]:
        raise TermsRefused(faults)
    return replace(
        terms,
        borrower_sizes=tuple(sorted(set(terms.borrower_sizes))),
        industries=tuple(sorted({industry(code).code for code in terms.industries})),
        districts=tuple(sorted(set(terms.districts))),
        guarantees=tuple(sorted(set(terms.guarantees))),
        amount_min=terms.amount_min.quantize(_FEN),
        amount_max=terms.amount_max.quantize(_FEN),
        quota=terms.quota.quantize(_FEN),
        annual_rate_percent=terms.annual_rate_percent.quantize(_BASIS_POINT),
    )


def amounts_ascend(terms: Terms) -> Iterator[Fault]:
    """The least amount is money, the greatest is no less, and the quota covers one such loan."""
    if terms.amount_min <= 0:
        yield _fault("/amount_min", "must_exceed", limit=0)
    if terms.amount_max < terms.amount_min:
        yield _fault("/amount_max", "too_small", limit=terms.amount_min)
    if terms.quota < terms.amount_max:
        yield _fault("/quota", "too_small", limit=terms.amount_max)


def tenors_ascend(terms: Terms) -> Iterator[Fault]:
    """A loan runs for a month at least and thirty years at most."""
    if terms.tenor_min_months < 1:
        yield _fault("/tenor_min_months", "too_small", limit=1)
    if terms.tenor_max_months < terms.tenor_min_months:
        yield _fault("/tenor_max_months", "too_small", limit=terms.tenor_min_months)
    if terms.tenor_max_months > LONGEST_TENOR_MONTHS:
        yield _fault("/tenor_max_months", "too_large", limit=LONGEST_TENOR_MONTHS)


def rate_is_lawful(terms: Terms) -> Iterator[Fault]:
    """A loan costs something, and not more than courts uphold."""
    if terms.annual_rate_percent <= 0:
        yield _fault("/annual_rate_percent", "must_exceed", limit=0)
    if terms.annual_rate_percent > HIGHEST_RATE_PERCENT:
        yield _fault("/annual_rate_percent", "too_large", limit=HIGHEST_RATE_PERCENT)


def period_ascends(terms: Terms) -> Iterator[Fault]:
    """The last day is not before the first; it may be past, which withdraws the product."""
    if terms.valid_until < terms.valid_from:
        yield _fault("/valid_until", "date_too_early", limit=terms.valid_from)


def sizes_are_sizes(terms: Terms) -> Iterator[Fault]:
    """A product is for classes of the law; `unknown` is what we do not know of a firm."""
    for place, size in enumerate(terms.borrower_sizes):
        if size is SizeClass.UNKNOWN:
            yield _fault(
                f"/borrower_sizes/{place}", "not_allowed", expected="large, medium, small, micro"
            )


def codes_exist(terms: Terms) -> Iterator[Fault]:
    """Industries are of GB/T 4754-2017, districts are Beijing's of today."""
    for place, code in enumerate(terms.industries):
        try:
            industry(code)
        except IndustryUnknown:
            yield _fault(f"/industries/{place}", "industry_unknown")
    for place, code in enumerate(terms.districts):
        try:
            district(code)
        except DivisionUnknown:
            yield _fault(f"/districts/{place}", "district_unknown", code=code)


def policy_is_kept(terms: Terms) -> Iterator[Fault]:
    """Who lends under a policy keeps within its bounds."""
    if terms.policy_tag is None:
        return
    limits = POLICIES[terms.policy_tag]
    offered: tuple[tuple[str, Decimal | int, Decimal | int | None], ...] = (
        ("/amount_max", terms.amount_max, limits.amount),
        ("/tenor_max_months", terms.tenor_max_months, limits.tenor_months),
        ("/annual_rate_percent", terms.annual_rate_percent, limits.rate_percent),
    )
    for pointer, value, limit in offered:
        if limit is not None and value > limit:
            yield _fault(pointer, "beyond_policy", limit=limit)
    for place, size in enumerate(terms.borrower_sizes):
        if limits.sizes is not None and size not in limits.sizes:
            yield _fault(
                f"/borrower_sizes/{place}", "not_allowed", expected=", ".join(sorted(limits.sizes))
            )


RULES: tuple[Rule, ...] = (
    amounts_ascend,
    tenors_ascend,
    rate_is_lawful,
    period_ascends,
    sizes_are_sizes,
    codes_exist,
    policy_is_kept,
)


def _fault(pointer: str, code: str, /, **values: object) -> Fault:
    return {"pointer": pointer, "code": code, "values": values}
