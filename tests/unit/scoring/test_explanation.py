"""Explanations: parts that sum to the likelihood exactly, what speaks against, what would lower."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.assessment import assess
from services.scoring.domain.contributions import contributions
from services.scoring.domain.editions import BUILT_IN
from services.scoring.domain.explanation import Explanation, explain
from services.scoring.domain.findings import Finding
from services.scoring.domain.level import evidence, likelihood
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Family, Reading, Source
from shared.messages import Language, known, say
from tests.unit.scoring.facts import IMPORT, measured

END = date(2026, 9, 30)
RULES = BUILT_IN.on(END)
FAMILIES = sorted(RULES.weights)


def finding(indicator: str, family: Family, strength: float, weight: float) -> Finding:
    """Make a finding."""
    return Finding(indicator, family, strength, weight, {}, "2026-09", Source.HEADCOUNT, IMPORT)


parts = st.floats(0.0001, 0.95)
found = st.lists(
    st.builds(finding, st.just("X"), st.sampled_from(FAMILIES), st.just(0.5), parts), max_size=12
)
triggers = st.sets(st.sampled_from([RULES.statutory.id, RULES.scale.id])).map(
    lambda ids: [finding(id_, Family.EMPLOYMENT, 1.0, 1.0) for id_ in sorted(ids)]
)
helps = st.lists(
    st.floats(0.01, 0.3).map(lambda amount: finding("H", Family.EMPLOYMENT, -amount, 0.0)),
    max_size=4,
)


def exact(told: tuple[float, ...]) -> Decimal:
    """Add them as they are shown."""
    return sum((Decimal(str(one)) for one in told), Decimal(0))


@given(found, triggers, helps)
def test_the_parts_sum_exactly_to_the_likelihood(
    seen: list[Finding], triggered: list[Finding], helping: list[Finding]
) -> None:
    families = evidence(seen, RULES)
    relief = min(RULES.protection_cap, sum(-one.strength for one in helping))
    likely = likelihood(families, RULES, relief=relief)
    told = contributions([*seen, *triggered, *helping], families, likely, RULES)
    assert exact(told) == Decimal(str(likely))
    assert all(one >= 0 for one in told[: len(seen)])
    assert set(told[len(seen) : len(seen) + len(triggered)]) <= {0.0}
    assert all(one <= 0 for one in told[len(seen) + len(triggered) :])


@given(found)
def test_the_order_of_the_findings_moves_no_more_than_the_last_place(seen: list[Finding]) -> None:
    families = evidence(seen, RULES)
    likely = likelihood(families, RULES)
    told = contributions(seen, families, likely, RULES)
    turned = contributions(seen[::-1], families, likely, RULES)[::-1]
    assert all(abs(one - other) < 0.00011 for one, other in zip(told, turned, strict=True))


def test_parts_by_hand() -> None:
    # -ln(1 - .9·.75) = 1.1239 and -ln(1 - .45·.4) = .1985 of together 1.3224; two alike share.
    seen = [
        finding("E1", Family.EMPLOYMENT, 0.5, 0.5),
        finding("E2", Family.EMPLOYMENT, 0.5, 0.5),
        finding("P1", Family.OPINION, 0.4, 0.4),
    ]
    families = evidence(seen, RULES)
    likely = likelihood(families, RULES)
    assert likely == pytest.approx(1 - (1 - 0.9 * 0.75) * (1 - 0.45 * 0.4), abs=0.00005)
    assert contributions(seen, families, likely, RULES) == (0.3117, 0.3117, 0.1101)


def test_help_takes_its_part_away() -> None:
    seen = [finding("E1", Family.EMPLOYMENT, 0.6, 0.5)]
    helping = [
        finding("H-LOAN", Family.EMPLOYMENT, -0.10, 0.0),
        finding("H-RENT", Family.EMPLOYMENT, -0.05, 0.0),
    ]
    families = evidence(seen, RULES)
    likely = likelihood(families, RULES, relief=0.15)
    assert likely == 0.3
    assert contributions([*seen, *helping], families, likely, RULES) == (0.45, -0.1, -0.05)


def explained(
    headcounts: Mapping[str, int], arrears: Mapping[str, int] | None = None
) -> Explanation:
    """Explain an enterprise by its months."""
    return explain(measured(END, headcounts, arrears), END)


CUT = {"2026-05": 300, "2026-06": 300, "2026-07": 300, "2026-08": 300, "2026-09": 240}


@pytest.mark.parametrize("arrears", [None, {"2026-09": 3}, {"2026-09": 1}])
def test_an_explanation_is_of_the_assessment(arrears: Mapping[str, int] | None) -> None:
    told = explained(CUT, arrears)
    assert told.assessment == assess(measured(END, CUT, arrears), END)
    assert len(told.parts) == len(told.assessment.findings)
    assert exact(told.parts) == Decimal(str(told.assessment.likelihood))


def test_what_would_lower_the_level_is_the_family_that_holds_it() -> None:
    told = explained(CUT)
    assert told.assessment.place is Place.YELLOW
    assert [(one.families, one.place) for one in told.lowering] == [
        ((Family.EMPLOYMENT,), Place.NONE)
    ]
    both = explained(CUT, {"2026-09": 3})
    assert both.assessment.place.rank > Place.YELLOW.rank
    lower = {one.families: one.place for one in both.lowering}
    assert lower[(Family.SOCIAL_INSURANCE,)] is Place.YELLOW
    assert [one.place.rank for one in both.lowering] == sorted(
        one.place.rank for one in both.lowering
    )


def test_fresh_readings_that_reach_nothing_speak_against() -> None:
    steady = {"2026-06": 300, "2026-07": 300, "2026-08": 300, "2026-09": 298}
    told = explained(steady, {"2026-09": 0})
    assert [one.reading for one in told.against] == [
        Reading.FALL_IN_THREE_MONTHS,
        Reading.MONTHS_IN_ARREARS,
    ]
    assert all(one.seen.import_id == UUID(str(IMPORT)) for one in told.against)
    assert told.against[0].seen.parameters["headcount"] == 298
    # What was found is not against itself, and what is old says nothing of today.
    assert [one.reading for one in explained(CUT, {"2026-09": 0}).against] == [
        Reading.MONTHS_IN_ARREARS
    ]
    later = date(2027, 3, 1)
    assert explain(measured(later, steady, {"2026-09": 0}), later).against == ()


@pytest.mark.parametrize("language", Language)
def test_everything_that_is_told_has_its_words(language: Language) -> None:
    steady = {"2026-06": 300, "2026-07": 300, "2026-08": 300, "2026-09": 298}
    for one in explained(steady, {"2026-09": 0}).against:
        assert say(
            f"reasons_against.{one.reading}",
            language,
            period=one.seen.period,
            **one.seen.parameters,
        )
    for family in Family:
        assert known(f"words.family.{family}")


def test_nothing_found_is_nothing_to_explain() -> None:
    told = explained({"2026-08": 300, "2026-09": 300})
    assert (told.parts, told.lowering) == ((), ())
    bare = replace(told.assessment, likelihood=0.0)
    assert contributions((), {}, bare.likelihood, RULES) == ()
