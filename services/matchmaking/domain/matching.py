"""Which products are for an enterprise: hard filters first, then the fit; reasons for the rest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from services.matchmaking.domain.firm import Firm, codes_of
from services.matchmaking.domain.fit import Fit, Record, fit, lot, seed_of
from services.matchmaking.domain.need import Need
from services.matchmaking.domain.product import Product
from services.matchmaking.domain.terms import GuaranteeKind

MOST_SHOWN: Final = 5


class Filter(StrEnum):
    """What a product demands; one that is not met rules it out."""

    PERIOD = "period"
    BANK = "bank"
    AUTHORIZATION = "authorization"
    ASKED_BEFORE = "asked_before"
    SIZE = "size"
    INDUSTRY = "industry"
    DISTRICT = "district"
    AMOUNT = "amount"
    TENOR = "tenor"
    GUARANTEE = "guarantee"
    FIRST_LOAN = "first_loan"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as it stands today, with what its bank has done so far.

    `authorized` says whether the enterprise lets the bank read; `asked` whether the bank was asked
    before in this episode.
    """

    product: Product
    quota_left: Decimal
    record: Record
    authorized: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """A filter that was not met: what the enterprise has, and what the product demands."""

    filter: Filter
    has: str
    needs: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A product that is for the enterprise."""

    offer: Offer
    fit: Fit


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A product that is not, and every reason why."""

    offer: Offer
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The result: best first, the ties in the order of lots drawn by `seed`."""

    seed: str
    matched: tuple[Matched, ...]
    unmatched: tuple[Unmatched, ...]

    @property
    def shown(self) -> tuple[Matched, ...]:
        """Those that are proposed: a handful."""
        return self.matched[:MOST_SHOWN]


def match(firm: Firm, need: Need, offers: Iterable[Offer], *, today: date) -> Match:
    """Match an enterprise with every product there is."""
    seed = seed_of(firm.uscc, need)
    matched: list[Matched] = []
    unmatched: list[Unmatched] = []
    for offer in offers:
        if failures := failures_of(firm, need, offer, today=today):
            unmatched.append(Unmatched(offer, failures))
        else:
            matched.append(Matched(offer, fit(firm, need, offer.product, offer.record)))
    matched.sort(key=lambda one: (-one.fit.total, lot(seed, one.offer.product)))
    unmatched.sort(
        key=lambda one: (
            len(one.failures),
            one.offer.product.bank.client_id,
            one.offer.product.code,
        )
    )
    return Match(seed, tuple(matched), tuple(unmatched))


def failures_of(firm: Firm, need: Need, offer: Offer, *, today: date) -> tuple[Failure, ...]:
    """Return every filter that is not met."""
    return tuple(
        Failure(name, *said)
        for name, check in FILTERS.items()
        if (said := check(firm, need, offer, today)) is not None
    )


_Said = tuple[str, str] | None


def _period(_firm: Firm, _need: Need, offer: Offer, today: date) -> _Said:
    terms = offer.product.terms
    if terms.valid_from <= today <= terms.valid_until:
        return None
    return str(today), _range(terms.valid_from, terms.valid_until)


def _bank(_firm: Firm, _need: Need, offer: Offer, _today: date) -> _Said:
    return None if offer.product.bank.active else ("inactive", "active")


def _authorization(_firm: Firm, _need: Need, offer: Offer, _today: date) -> _Said:
    return None if offer.authorized else ("none", offer.product.bank.client_id)


def _asked_before(_firm: Firm, _need: Need, offer: Offer, _today: date) -> _Said:
    return (offer.product.bank.client_id, "another bank") if offer.asked else None


def _size(firm: Firm, _need: Need, offer: Offer, _today: date) -> _Said:
    sizes = offer.product.terms.borrower_sizes
    return None if firm.size in sizes else (firm.size, _list(sizes))


def _industry(firm: Firm, _need: Need, offer: Offer, _today: date) -> _Said:
    wanted = offer.product.terms.industries
    own = frozenset() if firm.industry is None else codes_of(firm.industry)
    return None if not wanted or own & set(wanted) else (firm.industry or "unknown", _list(wanted))


def _district(firm: Firm, _need: Need, offer: Offer, _today: date) -> _Said:
    wanted = offer.product.terms.districts
    return None if not wanted or firm.district in wanted else (firm.district, _list(wanted))


def _amount(_firm: Firm, need: Need, offer: Offer, _today: date) -> _Said:
    terms = offer.product.terms
    if terms.amount_min <= need.amount <= terms.amount_max:
        return None
    return str(need.amount), _range(terms.amount_min, terms.amount_max)


def _tenor(_firm: Firm, need: Need, offer: Offer, _today: date) -> _Said:
    terms = offer.product.terms
    if terms.tenor_min_months <= need.tenor_months <= terms.tenor_max_months:
        return None
    return str(need.tenor_months), _range(terms.tenor_min_months, terms.tenor_max_months)


def _guarantee(_firm: Firm, need: Need, offer: Offer, _today: date) -> _Said:
    # Who can give security can also borrow without.
    given = {GuaranteeKind.CREDIT, *need.guarantees}
    wanted = offer.product.terms.guarantees
    return None if given & set(wanted) else (_list(sorted(given)), _list(wanted))


def _first_loan(_firm: Firm, need: Need, offer: Offer, _today: date) -> _Said:
    return ("has loans", "no loan") if offer.product.terms.first_loan and need.has_loans else None


def _quota(_firm: Firm, need: Need, offer: Offer, _today: date) -> _Said:
    return None if need.amount <= offer.quota_left else (str(need.amount), str(offer.quota_left))


FILTERS: Final[Mapping[Filter, Callable[[Firm, Need, Offer, date], _Said]]] = {
    Filter.PERIOD: _period,
    Filter.BANK: _bank,
    Filter.AUTHORIZATION: _authorization,
    Filter.ASKED_BEFORE: _asked_before,
    Filter.SIZE: _size,
    Filter.INDUSTRY: _industry,
    Filter.DISTRICT: _district,
    Filter.AMOUNT: _amount,
    Filter.TENOR: _tenor,
    Filter.GUARANTEE: _guarantee,
    Filter.FIRST_LOAN: _first_loan,
    Filter.QUOTA: _quota,
}


def _list(values: Sequence[str]) -> str:
    return ", ".join(str(value) for value in values)


def _range(least: object, most: object) -> str:
    return f"{least} – {most}"
