"""Which thresholds are reached: every step of every indicator, at and just under its limit."""

from dataclasses import replace

import pytest

from services.scoring.domain.editions_2020_1 import RULES_2020_1 as RULES
from services.scoring.domain.findings import find, triggered
from services.scoring.domain.measured import Attrition, Measured
from tests.unit.scoring.facts import IMPORT, a_fall, a_headcount, owing


@pytest.mark.parametrize(
    ("base", "lost", "strength"),
    [
        (100, 4, None),
        (100, 5, 0.3),
        (100, 9, 0.3),
        (100, 10, 0.6),
        (100, 19, 0.6),
        (100, 20, 0.9),
        (100, 100, 0.9),
        (100, -50, None),
        (300, 15, 0.3),
        (300, 30, 0.6),
        (300, 60, 0.9),
        (9, 2, None),  # 22 %, but of a small base and two persons only
        (9, 3, 0.9),
        (10, 1, 0.6),  # ten is not small
        (5, 5, 0.9),
        (2, 2, None),
    ],
)
def test_change_on_the_month(base: int, lost: int, strength: float | None) -> None:
    found = find(Measured(a_headcount(base - lost, on_month=a_fall(base, lost))), RULES)

    assert [(one.indicator, one.strength) for one in found] == (
        [] if strength is None else [("E1", strength)]
    )


@pytest.mark.parametrize(
    ("base", "lost", "strength"),
    [
        (1000, 19, None),
        (1000, 20, 0.8),
        (1000, 49, 0.8),
        (1000, 50, 1.0),
        (100, 9, None),
        (100, 10, 0.8),
        (100, 29, 0.8),
        (100, 30, 1.0),
        (9, 2, None),
        (9, 3, 1.0),
        (20, 2, 0.8),
        (20, 1, None),
    ],
)
def test_loss_in_three_months(base: int, lost: int, strength: float | None) -> None:
    found = find(Measured(a_headcount(base - lost, cumulated=a_fall(base, lost))), RULES)

    assert [(one.indicator, one.strength) for one in found] == (
        [] if strength is None else [("E2", strength)]
    )


@pytest.mark.parametrize(
    ("months", "strength"), [(0, None), (1, 0.3), (2, 0.6), (3, 0.9), (12, 0.9)]
)
def test_arrears(months: int, strength: float | None) -> None:
    found = find(Measured(arrears=owing(months)), RULES)

    assert [(one.indicator, one.strength) for one in found] == (
        [] if strength is None else [("S1", strength)]
    )


@pytest.mark.parametrize(("age", "weight"), [(0, 0.57), (60, 0.285), (120, 0.1425)])
def test_what_counts_of_a_finding_halves_in_sixty_days(age: int, weight: float) -> None:
    (found,) = find(Measured(arrears=owing(2, age_days=age)), RULES)

    assert found.weight == pytest.approx(weight)


def test_a_finding_names_what_was_seen_when_and_by_whom() -> None:
    (found,) = find(Measured(a_headcount(240, cumulated=a_fall(300, 60))), RULES)

    assert found.parameters == {"base": 300, "headcount": 240, "persons": 60, "percent": 20.0}
    assert (found.period, found.source, found.import_id) == (
        "2026-09",
        "insured_headcount",
        IMPORT,
    )


@pytest.mark.parametrize(
    ("base", "lost", "age", "is_met"),
    [
        (1000, 20, 0, True),
        (1000, 19, 0, False),
        (100, 10, 90, True),
        (100, 10, 91, False),  # an old reading says no longer what the last three months were
        (9, 2, 0, False),
        (9, 4, 0, False),  # by themselves four persons say nothing, whatever their share
        (9, 5, 0, True),
    ],
)
def test_statutory_size_within_three_months(base: int, lost: int, age: int, is_met: bool) -> None:
    seen = Measured(a_headcount(base - lost, rolling=a_fall(base, lost), age_days=age))

    found = triggered(RULES.statutory, seen, RULES)

    assert (found is not None) is is_met


@pytest.mark.parametrize(("lost", "is_met"), [(199, False), (200, True)])
def test_scale_is_two_hundred_at_once(lost: int, is_met: bool) -> None:
    at_once = Measured(a_headcount(5000 - lost, on_month=a_fall(5000, lost)))
    little_by_little = Measured(a_headcount(5000 - lost, rolling=a_fall(5000, lost)))

    assert (triggered(RULES.scale, at_once, RULES) is not None) is is_met
    assert triggered(RULES.scale, little_by_little, RULES) is None


def losing(lost: int, attrition: Attrition) -> Measured:
    fall = a_fall(100, lost)
    count = replace(
        a_headcount(100 - lost, cumulated=fall, rolling=fall), window_attrition=attrition
    )
    return Measured(count)


@pytest.mark.parametrize(
    ("lost", "attrition", "is_found", "is_met"),
    [
        (12, Attrition(), True, True),
        # one and a half times the usual 8 are 12: attrition, and no evidence
        (12, Attrition(spread=8.0), False, False),
        # beyond 9 it is evidence, beyond 18 it is the size of a layoff by itself
        (12, Attrition(spread=6.0), True, False),
        (18, Attrition(spread=6.0), True, False),
        (19, Attrition(spread=6.0), True, True),
        # as many went in the same months of the year before
        (12, Attrition(season=12), False, False),
        (13, Attrition(season=12), True, True),
        (12, Attrition(season=-5), True, True),
    ],
)
def test_attrition_is_no_layoff(
    lost: int, attrition: Attrition, is_found: bool, is_met: bool
) -> None:
    seen = losing(lost, attrition)

    assert bool(find(seen, RULES)) is is_found
    assert (triggered(RULES.statutory, seen, RULES) is not None) is is_met
