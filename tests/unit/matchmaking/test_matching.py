"""Hard filters, the fit by hand, ties by lot."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.matchmaking.domain.firm import firm
from services.matchmaking.domain.fit import WEIGHTS, Part, Past, Record, fit
from services.matchmaking.domain.matching import Filter, Offer, failures_of, match
from services.matchmaking.domain.product import Bank
from services.matchmaking.domain.terms import GuaranteeKind, PolicyTag
from shared.codes.size_classes import SizeClass
from tests.unit.matchmaking.ways import FIRM, NEED, TODAY, offer, product


def test_the_weights_are_those_of_the_reference_and_make_one() -> None:
    assert {part: str(weight) for part, weight in WEIGHTS.items()} == {
        "amount": "0.25",
        "history": "0.20",
        "cost": "0.20",
        "policy": "0.10",
        "tenor": "0.10",
        "speed": "0.10",
        "nearness": "0.05",
    }
    assert sum(WEIGHTS.values()) == 1


def test_a_fit_is_its_weighted_parts() -> None:
    # 100,000 to 5,000,000: the middle is 2,550,000, and 1,000,000 lies 1,550,000 beside it:
    # 1 - 1.55 / 4.9 = 0.6837. Tenor 3 to 36, middle 19.5: 1 - 7.5 / 33 = 0.7727. Cost: 1 - 3.85 /
    # 24 = 0.8396. Three decisions: one alike in all four traits, approved; one alike in two,
    # refused; one alike in none: (1 + 1) / (1.5 + 2) = 0.5714. Three of four answers in time:
    # (3 + 1) / (4 + 2) = 0.6667.
    record = Record(
        decisions=(
            Past("I", SizeClass.SMALL, 6, "110105", approved=True),
            Past("I", SizeClass.SMALL, 5, "110101", approved=False),
            Past("C", SizeClass.LARGE, 8, "110101", approved=True),
        ),
        answers_due=4,
        answers_kept=3,
    )
    found = fit(FIRM, NEED, product(policy_tag=PolicyTag.JOB_RETENTION_LOAN), record)

    assert {part: str(value) for part, value in found.parts.items()} == {
        "amount": "0.6837",
        "history": "0.5714",
        "cost": "0.8396",
        "policy": "1.0000",
        "tenor": "0.7727",
        "speed": "0.6667",
        "nearness": "1.0000",
    }
    # .170925 + .11428 + .16792 + .1 + .07727 + .06667 + .05
    assert str(found.total) == "0.7471"


def test_a_bank_of_which_nothing_is_known_stands_in_the_middle() -> None:
    parts = fit(FIRM, NEED, product(districts=()), Record()).parts
    assert (parts[Part.HISTORY], parts[Part.SPEED], parts[Part.NEARNESS]) == (
        Decimal("0.5"),
        Decimal("0.5"),
        Decimal("0.5"),
    )


ONE = product()
FAILING: dict[Filter, tuple[Offer, str, str]] = {
    Filter.PERIOD: (
        offer(product(valid_from=date(2020, 8, 7))),
        "2020-08-06",
        "2020-08-07 – 2021-06-30",
    ),
    Filter.BANK: (
        offer(product(bank=Bank("bank-a", "甲银行", active=False))),
        "inactive",
        "active",
    ),
    Filter.AUTHORIZATION: (offer(authorized=False), "none", "bank-a"),
    Filter.ASKED_BEFORE: (offer(asked=True), "bank-a", "another bank"),
    Filter.SIZE: (offer(product(borrower_sizes=(SizeClass.MICRO,))), "small", "micro"),
    Filter.INDUSTRY: (offer(product(industries=("C", "66"))), "6513", "C, 66"),
    Filter.DISTRICT: (offer(product(districts=("110101",))), "110105", "110101"),
    Filter.AMOUNT: (
        offer(product(amount_min=Decimal("1000000.01"))),
        "1000000.00",
        "1000000.01 – 5000000.00",
    ),
    Filter.TENOR: (offer(product(tenor_min_months=13)), "12", "13 – 36"),
    Filter.GUARANTEE: (
        offer(product(guarantees=(GuaranteeKind.MORTGAGE,))),
        "credit",
        "mortgage",
    ),
    Filter.QUOTA: (offer(quota_left=Decimal("999999.99")), "1000000.00", "999999.99"),
}


@pytest.mark.parametrize("name", FAILING)
def test_each_filter_rules_out_by_itself_and_says_what_is_needed(name: Filter) -> None:
    failing, has, needs = FAILING[name]
    (failure,) = failures_of(FIRM, NEED, failing, today=TODAY)
    assert (failure.filter, failure.has, failure.needs) == (name, has, needs)


def test_a_first_loan_is_for_who_has_none() -> None:
    indebted = replace(NEED, has_loans=True)
    assert [one.filter for one in failures_of(FIRM, indebted, offer(), today=TODAY)] == [
        Filter.FIRST_LOAN
    ]
    assert failures_of(FIRM, indebted, offer(product(first_loan=False)), today=TODAY) == ()


def test_bounds_belong_to_what_they_bound() -> None:
    exact = offer(
        product(
            amount_min=Decimal("1000000.00"),
            amount_max=Decimal("1000000.00"),
            tenor_min_months=12,
            tenor_max_months=12,
            valid_from=TODAY,
            valid_until=TODAY,
        ),
        quota_left=Decimal("1000000.00"),
    )
    assert failures_of(FIRM, NEED, exact, today=TODAY) == ()


def test_security_in_hand_does_not_keep_one_from_borrowing_without() -> None:
    secured = replace(NEED, guarantees=(GuaranteeKind.MORTGAGE,))
    credit = offer(product(guarantees=(GuaranteeKind.CREDIT,)))
    assert failures_of(FIRM, secured, credit, today=TODAY) == ()


def test_a_size_that_staff_alone_allow_is_provisional_and_counts() -> None:
    # Software: 100 staff reach medium, if revenue does; 45 are small at best.
    small = firm("x", district="110105", industry_code="6513", staff=45)
    assert (small.size, small.size_is_provisional) == (SizeClass.SMALL, True)
    # Below ten staff it is micro, whatever the revenue.
    micro = firm("x", district="110105", industry_code="6513", staff=9)
    assert (micro.size, micro.size_is_provisional) == (SizeClass.MICRO, False)
    unknown = firm("x", district="110105", industry_code=None, staff=9)
    assert (unknown.size, unknown.size_is_provisional) == (SizeClass.UNKNOWN, False)


def test_five_are_shown_the_best_first_and_those_that_fail_least_before_others() -> None:
    rates = ("3.6", "3.7", "3.8", "3.9", "4.0", "4.1")
    offers = [offer(product(code=f"p{rate}", annual_rate_percent=Decimal(rate))) for rate in rates]
    twice = offer(product(code="a", tenor_min_months=13, districts=("110101",)))
    once = offer(product(code="b", tenor_min_months=13))

    found = match(FIRM, NEED, [twice, *reversed(offers), once], today=TODAY)

    assert [one.offer.product.code for one in found.shown] == [
        "p3.6",
        "p3.7",
        "p3.8",
        "p3.9",
        "p4.0",
    ]
    assert len(found.matched) == 6
    assert [one.offer.product.code for one in found.unmatched] == ["b", "a"]


def test_equals_are_drawn_by_a_seed_that_follows_from_the_need() -> None:
    equals = [offer(product(Bank(f"bank-{place}", "银行", active=True))) for place in range(9)]

    def order(need_of: object) -> list[str]:
        need = replace(NEED, amount=Decimal(str(need_of)))
        found = match(FIRM, need, equals, today=TODAY)
        return [one.offer.product.bank.client_id for one in found.matched]

    assert order("1000000.00") == order("1000000.00")
    assert order("1000000.00") != order("1100000.00")
    assert order("1000000.00") != sorted(order("1000000.00"))
