"""From findings to a place: fusion, impact, admission and the matrix, each as a table by hand."""

from uuid import UUID

import pytest

from services.scoring.domain.findings import Finding
from services.scoring.domain.level import (
    Admission,
    admission,
    evidence,
    impact,
    likelihood,
    place,
)
from services.scoring.domain.places import Place
from services.scoring.domain.rules import RULES_2026_1 as RULES
from services.scoring.domain.rules import Family, Impact
from tests.unit.scoring.facts import a_fall

E, S = Family.EMPLOYMENT, Family.SOCIAL_INSURANCE


def weighing(family: Family, weight: float) -> Finding:
    return Finding("x", family, 1.0, weight, {}, "2026-09", "insured_headcount", UUID(int=0))


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([], {}),
        ([(E, 0.5)], {E: 0.5}),
        ([(E, 0.5), (E, 0.5)], {E: 0.75}),  # 1 - 0.5 * 0.5
        ([(E, 0.8), (E, 0.8)], {E: 0.9}),  # 0.96, capped
        ([(E, 0.5), (S, 0.25)], {E: 0.5, S: 0.25}),
    ],
)
def test_evidence_of_a_family(
    weights: list[tuple[Family, float]], expected: dict[Family, float]
) -> None:
    assert evidence([weighing(*one) for one in weights], RULES) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        ({}, 0.0),
        ({E: 0.9}, 0.81),
        ({S: 0.9}, 0.63),
        ({E: 0.5, S: 0.5}, 0.6425),  # 1 - (1 - .45) * (1 - .35) = 1 - .3575
        ({E: 0.9, S: 0.9}, 0.9297),  # 1 - .19 * .37
    ],
)
def test_likelihood(families: dict[Family, float], expected: float) -> None:
    assert likelihood(families, RULES) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("base", "lost", "expected"),
    [
        (1000, 19, Impact.I1),
        (1000, 20, Impact.I2),
        (100, 10, Impact.I2),
        (1000, 50, Impact.I3),
        (100, 30, Impact.I3),
        (1000, 199, Impact.I3),
        (1000, 200, Impact.I4),
        (9, 2, Impact.I1),
        (9, 9, Impact.I3),
        (100, -40, Impact.I1),
    ],
)
def test_impact(base: int, lost: int, expected: Impact) -> None:
    assert impact(a_fall(base, lost), RULES) is expected


def test_an_unknown_loss_has_the_least_impact() -> None:
    assert impact(None, RULES) is Impact.I1


# Domain reference §3.1, point 6; "watch" is a potential risk.
WATCH, BLUE, YELLOW, ORANGE, RED = list(Place)[1:]
MATRIX = [
    (0.0, (Place.NONE, Place.NONE, Place.NONE, Place.NONE)),
    (0.2499, (Place.NONE, Place.NONE, Place.NONE, Place.NONE)),
    (0.25, (WATCH, BLUE, BLUE, YELLOW)),
    (0.3999, (WATCH, BLUE, BLUE, YELLOW)),
    (0.40, (BLUE, YELLOW, YELLOW, ORANGE)),
    (0.5999, (BLUE, YELLOW, YELLOW, ORANGE)),
    (0.60, (YELLOW, YELLOW, ORANGE, RED)),
    (0.7999, (YELLOW, YELLOW, ORANGE, RED)),
    (0.80, (YELLOW, ORANGE, RED, RED)),
    (1.0, (YELLOW, ORANGE, RED, RED)),
]


@pytest.mark.parametrize(("likely", "expected"), MATRIX)
def test_matrix(likely: float, expected: tuple[Place, ...]) -> None:
    found = tuple(place(likely, size, Admission.CORROBORATED, RULES) for size in Impact)

    assert found == expected


@pytest.mark.parametrize(
    ("families", "statutory", "scale", "expected"),
    [
        ({}, False, False, Admission.NONE),
        ({E: 0.9}, False, False, Admission.NONE),
        ({S: 0.9}, False, False, Admission.NONE),
        ({E: 0.9}, True, False, Admission.STATUTORY),
        ({E: 0.9}, True, True, Admission.SCALE),
        ({E: 0.9}, False, True, Admission.SCALE),
        ({E: 0.9, S: 0.0999}, True, False, Admission.STATUTORY),
        ({E: 0.9, S: 0.1}, True, False, Admission.CORROBORATED),
        ({E: 0.2, S: 0.3}, False, False, Admission.CORROBORATED),
        ({E: 0.9, S: 0.3}, True, True, Admission.CORROBORATED_SCALE),
    ],
)
def test_admission(
    families: dict[Family, float], statutory: bool, scale: bool, expected: Admission
) -> None:
    assert admission(families, statutory=statutory, scale=scale, rules=RULES) is expected


@pytest.mark.parametrize(
    ("admitted", "likely", "size", "expected"),
    [
        (Admission.NONE, 0.2, Impact.I4, Place.NONE),
        (Admission.NONE, 0.81, Impact.I4, WATCH),
        (Admission.STATUTORY, 0.2, Impact.I4, Place.NONE),
        (Admission.STATUTORY, 0.3, Impact.I2, BLUE),
        (Admission.STATUTORY, 0.81, Impact.I4, YELLOW),
        (Admission.SCALE, 0.3, Impact.I4, ORANGE),
        (Admission.SCALE, 0.81, Impact.I4, ORANGE),
        (Admission.CORROBORATED, 0.81, Impact.I4, RED),
        (Admission.CORROBORATED, 0.3, Impact.I1, WATCH),
        (Admission.CORROBORATED_SCALE, 0.3, Impact.I4, ORANGE),
        (Admission.CORROBORATED_SCALE, 0.7, Impact.I4, RED),
    ],
)
def test_what_admission_allows(
    admitted: Admission, likely: float, size: Impact, expected: Place
) -> None:
    assert place(likely, size, admitted, RULES) is expected
