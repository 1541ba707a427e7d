"""How a product is put in place and replaced."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.matchmaking.domain.errors import (
    BankNotAdmitted,
    ProductChangedMeanwhile,
    TermsRefused,
)
from services.matchmaking.domain.product import Bank, Product, offer
from services.matchmaking.domain.rules import settle
from tests.unit.matchmaking.offers import BANK, terms

FIRST = datetime(2020, 7, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2020, 8, 1, 9, 0, tzinfo=UTC)
CURRENT = Product(BANK, "keep-jobs", 3, settle(terms()), created_at=FIRST, updated_at=FIRST)


def test_the_first_offer_is_version_one() -> None:
    offered = offer(None, terms(), bank=BANK, code="keep-jobs", expected=(), now=FIRST)

    assert offered == Product(
        BANK, "keep-jobs", 1, settle(terms()), created_at=FIRST, updated_at=FIRST
    )


def test_a_later_offer_is_the_next_version_and_keeps_its_birthday() -> None:
    cheaper = terms(annual_rate_percent=Decimal("3.5000"))

    offered = offer(CURRENT, cheaper, bank=BANK, code="keep-jobs", expected=(), now=LATER)

    assert offered == Product(
        BANK, "keep-jobs", 4, settle(cheaper), created_at=FIRST, updated_at=LATER
    )


@pytest.mark.parametrize("expected", [['"3"'], ["*"], ['"2"', '"3"']])
def test_an_offer_over_the_expected_version_is_taken(expected: list[str]) -> None:
    offered = offer(CURRENT, terms(), bank=BANK, code="keep-jobs", expected=expected, now=LATER)

    assert offered.version == 4


@pytest.mark.parametrize(
    ("current", "expected"),
    [(CURRENT, ['"2"']), (CURRENT, ["3"]), (CURRENT, ['W/"3"']), (None, ['"1"']), (None, ["*"])],
)
def test_an_offer_over_another_version_is_refused(
    current: Product | None, expected: list[str]
) -> None:
    with pytest.raises(ProductChangedMeanwhile):
        offer(current, terms(), bank=BANK, code="keep-jobs", expected=expected, now=LATER)


@pytest.mark.parametrize("bank", [None, replace(BANK, active=False)])
def test_only_an_admitted_bank_offers(bank: Bank | None) -> None:
    with pytest.raises(BankNotAdmitted):
        offer(CURRENT, terms(), bank=bank, code="keep-jobs", expected=(), now=LATER)


def test_faulty_terms_are_not_offered() -> None:
    with pytest.raises(TermsRefused):
        offer(None, terms(quota=Decimal(0)), bank=BANK, code="a", expected=(), now=FIRST)
