"""Who is referred to whom: within every limit, near the optimum, the same in any order."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from services.matchmaking.assignment.assign import assign
from services.matchmaking.assignment.offers import Offer, Problem, ProductKey

A1, A2, B1, C1, D1 = (
    ProductKey("bank-a", "one"),
    ProductKey("bank-a", "two"),
    ProductKey("bank-b", "one"),
    ProductKey("bank-c", "one"),
    ProductKey("bank-d", "one"),
)
PLENTY = dict.fromkeys((A1, A2, B1, C1, D1), Decimal(1_000_000))


def offer(firm: str, product: ProductKey, score: float, amount: int = 100) -> Offer:
    """Make an offer."""
    return Offer(firm, product, Decimal(amount), score)


def test_without_scarcity_a_firm_gets_its_three_best_banks_once_each() -> None:
    offers = [
        offer("x", A1, 0.9),
        offer("x", A2, 0.8),
        offer("x", B1, 0.7),
        offer("x", C1, 0.6),
        offer("x", D1, 0.5),
    ]
    found = assign(Problem(offers, PLENTY, "round-1"))
    assert [each.product for each in found.chosen] == [A1, B1, C1]
    assert found.value == pytest.approx(2.2)
    assert found.gap == pytest.approx(0.0, abs=1e-5)


def test_a_quota_goes_where_it_is_worth_most_altogether() -> None:
    # Greedily x takes the quota for .9; y and z together are worth 1.2 of the same money.
    offers = [offer("x", A1, 0.9, 100), offer("y", A1, 0.6, 50), offer("z", A1, 0.6, 50)]
    found = assign(Problem(offers, {A1: Decimal(100)}, "round-1"))
    assert [each.firm for each in found.chosen] == ["y", "z"]
    assert found.value == pytest.approx(1.2)


def test_a_scarce_product_is_left_to_whom_has_nothing_else() -> None:
    offers = [offer("x", A1, 0.9), offer("x", B1, 0.8), offer("y", A1, 0.85)]
    found = assign(
        Problem(offers, {A1: Decimal(100), B1: Decimal(100)}, "round-1", banks_per_firm=1)
    )
    assert [each.key for each in found.chosen] == [("x", B1), ("y", A1)]


def test_quotas_hold_to_the_fen() -> None:
    third = Decimal("33.34")
    offers = [Offer(firm, A1, third, 0.5) for firm in "xyz"]
    assert len(assign(Problem(offers, {A1: Decimal("100.01")}, "round-1")).chosen) == 2
    assert len(assign(Problem(offers, {A1: Decimal("100.02")}, "round-1")).chosen) == 3


@pytest.mark.parametrize(
    "offers",
    [
        [],
        [offer("x", A1, 0.5, 2_000_000)],  # more than there is
        [offer("x", ProductKey("bank-z", "one"), 0.5)],  # no quota
        [offer("x", A1, 0.0)],
        [offer("x", A1, 0.5, 0)],
    ],
)
def test_what_cannot_be_given_is_not(offers: Sequence[Offer]) -> None:
    found = assign(Problem(offers, PLENTY, "round-1"))
    assert (found.chosen, found.value, found.gap) == ((), 0.0, 0.0)


def test_ties_go_by_lot_and_no_name_is_favoured() -> None:
    offers = [offer(firm, A1, 0.5) for firm in ("z", "x", "y")]
    drawn: Counter[str] = Counter()
    for seed in range(300):
        (chosen,) = assign(Problem(offers, {A1: Decimal(100)}, str(seed))).chosen
        assert assign(Problem(offers[::-1], {A1: Decimal(100)}, str(seed))).chosen == (chosen,)
        drawn[chosen.firm] += 1
    # Each is drawn 100 times of 300 on average; beyond 65 and 135 lie four standard deviations.
    assert all(65 <= drawn[firm] <= 135 for firm in "xyz")


def optimum(problem: Problem) -> float:
    """Solve exactly, as an integer programme: the oracle."""
    offers = problem.offers
    limits: dict[object, float] = {}
    rows: dict[object, dict[int, float]] = defaultdict(dict)
    for column, each in enumerate(offers):
        for name, weight, limit in (
            (each.product, float(each.amount), float(problem.quotas[each.product])),
            ((each.firm, each.product.bank), 1.0, 1.0),
            (each.firm, 1.0, float(problem.banks_per_firm)),
        ):
            rows[name][column] = weight
            limits[name] = limit
    matrix = np.zeros((len(rows), len(offers)))
    for place, row in enumerate(rows.values()):
        for column, weight in row.items():
            matrix[place, column] = weight
    found = milp(
        [-each.score for each in offers],
        constraints=LinearConstraint(matrix, ub=[limits[name] for name in rows]),
        integrality=np.ones(len(offers)),
        bounds=Bounds(0, 1),
    )
    assert found.status == 0
    return -float(found.fun)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Make a small problem in which quotas are scarce."""
    firms = draw(st.integers(1, 7))
    products = (A1, A2, B1, C1, D1)
    pairs = [(f"f{firm}", product) for firm in range(firms) for product in products]
    kept = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    offers = [
        Offer(
            firm,
            product,
            Decimal(draw(st.integers(1, 50))),
            draw(st.integers(1, 1000)) / 1000,
        )
        for firm, product in kept
    ]
    quotas = {product: Decimal(draw(st.integers(1, 120))) for product in products}
    return Problem(offers, quotas, "round-1", banks_per_firm=draw(st.integers(1, 3)))


@settings(deadline=None, max_examples=150)
@given(problem=problems(), chance=st.randoms(use_true_random=False))
def test_every_limit_holds_and_nothing_exceeds_the_bound(problem: Problem, chance: Random) -> None:
    found = assign(problem)
    given_of: dict[ProductKey, Decimal] = defaultdict(Decimal)
    for each in found.chosen:
        given_of[each.product] += each.amount
    assert all(spent <= problem.quotas[product] for product, spent in given_of.items())
    assert max(Counter(each.firm for each in found.chosen).values(), default=0) <= (
        problem.banks_per_firm
    )
    at_bank = Counter((each.firm, each.product.bank) for each in found.chosen)
    assert max(at_bank.values(), default=0) <= 1

    possible = [each for each in problem.offers if each.amount <= problem.quotas[each.product]]
    best = optimum(replace(problem, offers=possible)) if possible else 0.0
    assert found.value <= best + 1e-6
    assert best <= found.bound + 1e-6

    shuffled = list(problem.offers)
    chance.shuffle(shuffled)
    assert assign(replace(problem, offers=shuffled)) == found


def test_the_optimum_is_near() -> None:
    chance = Random(20200910)  # noqa: S311 the same cases each time
    ratios = []
    for _ in range(60):
        firms = [f"f{each}" for each in range(chance.randint(3, 12))]
        offers = [
            Offer(firm, product, Decimal(chance.randint(1, 50)), chance.uniform(0.2, 1.0))
            for firm in firms
            for product in chance.sample((A1, A2, B1, C1, D1), 3)
        ]
        quotas = {product: Decimal(chance.randint(50, 150)) for product in PLENTY}
        problem = Problem(offers, quotas, "round-1", banks_per_firm=chance.randint(1, 3))
        ratios.append(assign(problem).value / optimum(problem))
    assert min(ratios) >= 0.9
    assert sum(ratios) / len(ratios) >= 0.98
