"""Explanations: parts that sum to the likelihood exactly, what speaks against, what would lower."""

from collections.abc import Mapping, Sequence
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
from services.scoring.features.measuring import measure
from services.scoring.schemas.explaining import AgainstRead
from shared.messages import Language, known, say
from tests.unit.scoring.facts import IMPORT, USCC, measured
from tests.unit.scoring.recorded import Record, event, facts, month

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


def parts_of(
    seen: Sequence[Finding], families: Mapping[Family, float], likely: float
) -> tuple[float, ...]:
    """Return the parts where evidence is what it adds up to."""
    unhelped = likelihood(families, RULES)
    return contributions(seen, families, RULES, unhelped=unhelped, likely=likely)


@given(found, triggers, helps)
def test_the_parts_sum_exactly_to_the_likelihood(
    seen: list[Finding], triggered: list[Finding], helping: list[Finding]
) -> None:
    families = evidence(seen, RULES)
    relief = min(RULES.protection_cap, sum(-one.strength for one in helping))
    likely = likelihood(families, RULES, relief=relief)
    told = parts_of([*seen, *triggered, *helping], families, likely)
    assert exact(told) == Decimal(str(likely))
    assert all(one >= 0 for one in told[: len(seen)])
    assert set(told[len(seen) : len(seen) + len(triggered)]) <= {0.0}
    assert all(one <= 0 for one in told[len(seen) + len(triggered) :])


@given(found)
def test_the_order_of_the_findings_moves_no_more_than_the_last_place(seen: list[Finding]) -> None:
    families = evidence(seen, RULES)
    likely = likelihood(families, RULES)
    told = parts_of(seen, families, likely)
    turned = parts_of(seen[::-1], families, likely)[::-1]
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
    assert parts_of(seen, families, likely) == (0.3117, 0.3117, 0.1101)


def test_help_takes_its_part_away() -> None:
    seen = [finding("E1", Family.EMPLOYMENT, 0.6, 0.5)]
    helping = [
        finding("H-LOAN", Family.EMPLOYMENT, -0.10, 0.0),
        finding("H-RENT", Family.EMPLOYMENT, -0.05, 0.0),
    ]
    families = evidence(seen, RULES)
    likely = likelihood(families, RULES, relief=0.15)
    assert likely == 0.3
    assert parts_of([*seen, *helping], families, likely) == (0.45, -0.1, -0.05)


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


@pytest.mark.parametrize(
    ("before", "now", "speaks"),
    [
        (4, 1, False),
        (42, 32, False),
        (100, 90, False),  # a tenth, as the rules have it
        (100, 91, True),
        (32, 32, True),
        (32, 40, True),
        (4, 4, True),
    ],
)
def test_a_fall_that_is_passed_over_does_not_show_that_all_is_well(
    before: int, now: int, speaks: bool
) -> None:
    # As many left in the same months of the year before, so that it is no more than usual.
    months = {"06": before, "07": before, "08": before, "09": now}
    told = explained({f"{year}-{at}": of for year in (2025, 2026) for at, of in months.items()})
    assert "E2" not in {one.indicator for one in told.assessment.findings}
    assert (Reading.FALL_IN_THREE_MONTHS in {one.reading for one in told.against}) is speaks


S, NEWS = Source, date(2026, 10, 15)
WELL: dict[Reading, list[Record]] = {
    Reading.RENEWED: [month(S.RENEWAL, "2026-09", expired=10, renewed=8)],
    Reading.POSTINGS_FALL: [
        month(S.POSTING, f"2026-{number:02}", postings=5) for number in range(3, 10)
    ],
    Reading.POWER_FALL: [
        event(S.ELECTRICITY, back, days=1, kwh=kwh, supply="normal")
        for first, kwh in ((0, 80), (364, 100))
        for back in range(first, first + 30)
    ],
    Reading.UTILITIES_OWED: [month(S.UTILITY, "2026-09/water", months_in_arrears=0)],
    Reading.RENT_OWED: [month(S.RENT, "2026-09", months_in_arrears=0)],
    Reading.INVOICES_FALL: [
        month(S.INVOICES, f"{year}-{number:02}", issued_amount=amount)
        for year, amount in ((2025, "100.00"), (2026, "80.00"))
        for number in (7, 8, 9)
    ],
    Reading.TAX_OWED: [month(S.TAX, "2026-09", owed="0.00")],
    Reading.OVERDUE: [month(S.OVERDUE, "2026-09", overdue_principal="0.00")],
}
# Reading -> what the same records show that takes it back.
ILL: dict[Reading, list[Record]] = {
    Reading.POWER_FALL: [
        event(S.ELECTRICITY, 0, days=1, kwh=80, supply="cut_off"),
    ],
    Reading.UTILITIES_OWED: [
        month(S.UTILITY, "2026-09/water", months_in_arrears=0, supply="cut_off")
    ],
    Reading.RENT_OWED: [month(S.RENT, "2026-09", months_in_arrears=0, lease="shut_out")],
    Reading.TAX_OWED: [month(S.TAX, "2026-09", owed="0.00", deferred="9.00")],
}


def against(records: list[Record], on: date = NEWS) -> set[Reading]:
    """Return what speaks against, of the feeds beside headcounts."""
    told = explain(measure(facts(records), on)[USCC], on).against
    return {one.reading for one in told} - {Reading.FALL_IN_THREE_MONTHS}


@pytest.mark.parametrize("reading", WELL, ids=list(WELL))
def test_every_feed_may_speak_against_while_it_is_news(reading: Reading) -> None:
    assert assess(measure(facts(WELL[reading]), NEWS)[USCC], NEWS).findings == ()
    assert against(WELL[reading]) == {reading}
    assert against(WELL[reading], date(2027, 1, 15)) == set()


@pytest.mark.parametrize("reading", ILL, ids=list(ILL))
def test_what_the_same_records_show_takes_it_back(reading: Reading) -> None:
    newest = [
        one for one in WELL[reading] if one.period not in {ill.period for ill in ILL[reading]}
    ]
    assert against([*newest, *ILL[reading]]) == set()


def test_what_nobody_told_is_no_health() -> None:
    assert against([month(S.TAX, "2026-09", deferred="0.00")]) == set()
    assert against([month(S.UTILITY, "2026-09/water", supply="normal")]) == set()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("reading", WELL, ids=list(WELL))
def test_what_speaks_against_has_its_words(reading: Reading, language: Language) -> None:
    told = explain(measure(facts(WELL[reading]), NEWS)[USCC], NEWS)
    (one,) = (AgainstRead.of(one, language) for one in told.against if one.reading is reading)
    assert one.source in {source.value for source in Source}
    assert one.sentence.endswith(("。", "."))
    assert "{" not in one.sentence


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
    assert parts_of((), {}, bare.likelihood) == ()
