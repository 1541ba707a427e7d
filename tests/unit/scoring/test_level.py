"""From findings to a place: fusion, impact, admission and the matrix, each as a table by hand."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.scoring.domain.editions_2020_1 import RULES_2020_1 as RULES
from services.scoring.domain.editions_2020_4 import RULES_2020_4
from services.scoring.domain.editions_2020_5 import RULES_2020_5
from services.scoring.domain.findings import Finding
from services.scoring.domain.level import (
    Admission,
    admission,
    alike,
    chance,
    evidence,
    impact,
    likelihood,
    place,
)
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Family, Impact, Source
from tests.unit.scoring.facts import a_fall

CORROBORATED = Admission.CORROBORATED
E, S = Family.EMPLOYMENT, Family.SOCIAL_INSURANCE


def weighing(family: Family, weight: float) -> Finding:
    return Finding("x", family, 1.0, weight, {}, "2026-09", Source.HEADCOUNT, UUID(int=0))


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


def said(indicator: str, family: Family, weight: float, source: Source, age: int = 0) -> Finding:
    return Finding(indicator, family, 1.0, weight, {}, "2026-09", source, UUID(int=0), age)


def counted(weight: float) -> Finding:
    return said("E2", E, weight, Source.HEADCOUNT)


def owing(weight: float) -> Finding:
    return said("S1", S, weight, Source.HEADCOUNT)


def text(indicator: str, weight: float, family: Family = Family.OPINION) -> Finding:
    return said(indicator, family, weight, Source.OPINION)


REPORT = said("E3", E, 0.95, Source.LAYOFF_REPORT)
SHUT = said("O5-SHUT", Family.OPERATION, 0.9, Source.VISIT)
GATHERED = said("D3", Family.DISPUTES, 0.9, Source.VISIT)
STATUTORY = said("LAY-15", E, 1.0, Source.HEADCOUNT)
SCALE = said("SCALE-200", E, 1.0, Source.HEADCOUNT)
TALK = text("P1", 0.36)
RUMOUR = text("P3", 0.48)

ADMISSIONS = [
    ([], False, False, Admission.NONE),
    ([counted(0.9)], False, False, Admission.NONE),
    # long arrears alone call for a look, shorter ones do not
    ([owing(0.9)], False, False, Admission.STRONG),
    ([replace(owing(0.9), strength=0.6)], False, False, Admission.NONE),
    ([counted(0.9)], True, False, Admission.STATUTORY),
    ([counted(0.9)], True, True, Admission.SCALE),
    ([counted(0.9)], False, True, Admission.SCALE),
    ([counted(0.9), owing(0.0999)], True, False, Admission.STATUTORY),
    ([counted(0.9), owing(0.1)], True, False, Admission.CORROBORATED),
    ([counted(0.2), owing(0.3)], False, False, Admission.CORROBORATED),
    ([counted(0.9), owing(0.3)], True, True, Admission.CORROBORATED_SCALE),
    # opinion alone: watched; with a number of statutory size at most blue
    ([TALK], False, False, Admission.NONE),
    ([TALK, RUMOUR], False, False, Admission.ANNOUNCED),
    # texts that allege other things are no second witness of themselves
    ([TALK, text("W1-ALLEGED", 0.45, Family.WAGES)], False, False, Admission.NONE),
    ([TALK, text("D3-ALLEGED", 0.3, Family.DISPUTES)], False, False, Admission.ANNOUNCED),
    ([TALK, owing(0.3)], False, False, Admission.CORROBORATED),
    # hard triggers; one that only texts allege needs to be confirmed
    ([REPORT], False, False, Admission.TRIGGERED),
    ([REPORT, TALK], False, False, Admission.CORROBORATED_TRIGGERED),
    ([SHUT], True, False, Admission.TRIGGERED),
    # ... by a plan, or by a loss of its size, not by any loss
    ([RUMOUR, REPORT], False, False, Admission.CORROBORATED_TRIGGERED),
    ([RUMOUR, counted(0.1)], True, False, Admission.CORROBORATED_TRIGGERED),
    ([RUMOUR, counted(0.1)], False, False, Admission.CORROBORATED),
    ([RUMOUR, counted(0.09)], False, False, Admission.ANNOUNCED),
    ([RUMOUR, owing(0.9)], False, False, Admission.CORROBORATED),
    ([GATHERED], False, False, Admission.GRAVEST),
    ([text("D3-ALLEGED", 0.3, Family.DISPUTES), owing(0.3)], False, False, Admission.GRAVEST),
    (
        [text("D3-ALLEGED", 0.3, Family.DISPUTES), replace(owing(0.3), strength=0.3)],
        False,
        False,
        Admission.CORROBORATED,
    ),
    # ninety days after, a report admits no more
    ([said("E3", E, 0.34, Source.LAYOFF_REPORT, 91)], False, False, Admission.NONE),
]


@pytest.mark.parametrize(("findings", "statutory", "scale", "expected"), ADMISSIONS)
def test_admission(
    findings: list[Finding], statutory: bool, scale: bool, expected: Admission
) -> None:
    found = admission(
        findings,
        Impact.I3,
        statutory=STATUTORY if statutory else None,
        scale=SCALE if scale else None,
        is_empty=False,
        rules=RULES,
    )

    assert found is expected


def test_a_hard_trigger_of_two_hundred_is_red_but_two_hundred_alone_is_not() -> None:
    def admitted(*findings: Finding) -> Admission:
        return admission(
            findings, Impact.I4, statutory=STATUTORY, scale=SCALE, is_empty=False, rules=RULES
        )

    assert admitted(REPORT) is Admission.GRAVEST
    assert admitted(counted(0.9)) is Admission.SCALE


@pytest.mark.parametrize(
    ("found", "size", "expected"),
    [
        (SHUT, Impact.I1, Admission.TRIGGERED_SMALL),
        (SHUT, Impact.I2, Admission.TRIGGERED),
        # a plan is reported because the law asks for it
        (REPORT, Impact.I1, Admission.TRIGGERED),
        (GATHERED, Impact.I1, Admission.GRAVEST),
    ],
)
def test_where_no_mass_layoff_can_be_ahead_a_hard_trigger_is_yellow(
    found: Finding, size: Impact, expected: Admission
) -> None:
    said = admission([found], size, statutory=None, scale=None, is_empty=False, rules=RULES_2020_4)
    assert said is expected
    assert place(0.81, Impact.I1, Admission.TRIGGERED_SMALL, RULES_2020_4) is YELLOW


@pytest.mark.parametrize(
    ("persons", "before", "now"),
    [(3, Impact.I3, Impact.I1), (4, Impact.I3, Impact.I3)],
)
def test_of_three_jobs_at_stake_the_share_says_nothing(
    persons: int, before: Impact, now: Impact
) -> None:
    fall = a_fall(10, persons)

    assert impact(fall, RULES_2020_4) is before
    assert impact(fall, RULES_2020_5) is now


@pytest.mark.parametrize(
    ("admitted", "lasting", "size", "traced", "like"),
    [
        (CORROBORATED, CORROBORATED, Impact.I1, False, (Admission.TRIGGERED_SMALL,)),
        (CORROBORATED, CORROBORATED, Impact.I2, False, (CORROBORATED,)),
        (Admission.GRAVEST, CORROBORATED, Impact.I3, False, (Admission.GRAVEST, CORROBORATED)),
        (
            Admission.STATUTORY,
            Admission.STRONG,
            Impact.I3,
            True,
            (Admission.STATUTORY, Admission.STRONG, Admission.TRACED),
        ),
    ],
)
def test_a_likelihood_is_told_by_the_like(
    admitted: Admission,
    lasting: Admission,
    size: Impact,
    traced: bool,
    like: tuple[Admission, ...],
) -> None:
    assert alike(admitted, lasting, size, traced=traced) == like


@pytest.mark.parametrize(
    ("evident", "expected"),
    [(0.0, 0.0), (0.1, 0.15), (0.2, 0.3), (0.4, 0.4), (0.6, 0.5), (0.8, 0.75), (1.0, 1.0)],
)
def test_a_chance_lies_on_straight_lines(evident: float, expected: float) -> None:
    rules = replace(RULES, chances={"traced": ((0.2, 0.3), (0.6, 0.5))})
    assert chance(evident, [Admission.TRACED], rules) == expected
    assert chance(evident, [Admission.NONE], rules) == evident
    assert chance(evident, [Admission.TRACED, Admission.NONE], rules) == max(expected, evident)


@pytest.mark.parametrize(
    ("findings", "scale", "expected"),
    [
        ([counted(0.9), owing(0.9)], None, Admission.NONE),
        ([counted(0.9)], SCALE, Admission.SCALE),
        ([GATHERED], None, Admission.GRAVEST),
    ],
)
def test_who_has_nobody_left_is_warned_of_in_the_gravest_events_only(
    findings: list[Finding], scale: Finding | None, expected: Admission
) -> None:
    found = admission(
        findings, Impact.I1, statutory=STATUTORY, scale=scale, is_empty=True, rules=RULES
    )

    assert found is expected


def test_long_arrears_of_a_few_persons_call_for_nothing() -> None:
    found = admission(
        [owing(0.9)], Impact.I1, statutory=None, scale=None, is_empty=False, rules=RULES
    )

    assert found is Admission.NONE


@pytest.mark.parametrize(
    ("families", "relief", "expected"),
    [
        ({E: 0.9}, 0.0, 0.81),
        ({E: 0.9}, 0.2, 0.61),
        ({E: 0.4}, 0.05, 0.31),
        # help never lowers below what is noticed, for the evidence is still there
        ({E: 0.3}, 0.1, 0.25),
        # and what was not noticed stays what it was
        ({E: 0.2}, 0.1, 0.18),
        ({}, 0.2, 0.0),
    ],
)
def test_help_lowers_a_likelihood(
    families: dict[Family, float], relief: float, expected: float
) -> None:
    assert likelihood(families, RULES, relief=relief) == pytest.approx(expected)


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
        (Admission.STRONG, 0.9, Impact.I4, YELLOW),
        (Admission.STRONG, 0.3, Impact.I3, BLUE),
        (Admission.ANNOUNCED, 0.9, Impact.I4, BLUE),
        (Admission.ANNOUNCED, 0.26, Impact.I1, WATCH),
        (Admission.TRIGGERED, 0.1, Impact.I1, ORANGE),
        (Admission.TRIGGERED, 0.9, Impact.I3, ORANGE),
        (Admission.CORROBORATED_TRIGGERED, 0.3, Impact.I1, ORANGE),
        (Admission.CORROBORATED_TRIGGERED, 0.9, Impact.I3, RED),
        (Admission.GRAVEST, 0.1, Impact.I1, RED),
    ],
)
def test_what_admission_allows(
    admitted: Admission, likely: float, size: Impact, expected: Place
) -> None:
    assert place(likely, size, admitted, RULES) is expected
