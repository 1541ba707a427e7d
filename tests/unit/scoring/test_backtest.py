"""What a backtest counts: verdicts, shares and intervals by hand; what leaving out may change."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.backtest.calibration import calibration
from services.scoring.backtest.cases import WHOLE, Case, Week, plain, read
from services.scoring.backtest.measures import figures, gains, tallies, wilson
from services.scoring.backtest.replay import Asked, replay
from services.scoring.backtest.report import Counted, report
from services.scoring.backtest.stability import stability
from services.scoring.domain.backtest import (
    Layoff,
    Outcome,
    Period,
    Spell,
    Tally,
    Tier,
    Verdict,
    is_mass_layoff,
    merged,
    spells,
    sundays,
    tally,
    verdict,
)
from services.scoring.domain.editions import BUILT_IN
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Source
from services.scoring.domain.sources import GROUP_OF, SourceGroup
from services.scoring.features.layoffs import observe
from services.scoring.features.months import last_day
from services.scoring.features.sources import told_of, without
from tests.unit.scoring.facts import Row, frame
from tests.unit.scoring.spoken import Fact, Said
from tests.unit.scoring.test_history import other_facts, some_facts

PERIOD = Period(date(2026, 7, 1), date(2026, 9, 30), timedelta(days=90))
LONG_KNOWN = date(2027, 6, 30)


def spell(first: str, last: str | None = None) -> Spell:
    return Spell(date.fromisoformat(first), date.fromisoformat(last or first))


def a_layoff(month: str) -> Layoff:
    """A layoff that a month's headcount shows."""
    return Layoff(date.fromisoformat(f"{month}-01"), last_day(month))


def outcome(*layoffs: str, known: date | None = LONG_KNOWN, traced: str | None = None) -> Outcome:
    return Outcome(
        layoffs=tuple(map(a_layoff, layoffs)),
        known_until=known,
        traced_on=None if traced is None else date.fromisoformat(traced),
    )


def test_the_size_of_the_law_and_more_than_attrition() -> None:
    assert is_mass_layoff(20, 1_000, spread=0.0, season=0.0)
    assert is_mass_layoff(10, 100, spread=0.0, season=0.0)
    assert not is_mass_layoff(9, 100, spread=0.0, season=0.0)
    # Four of twenty may be attrition; three of ten are nearly a third, two of six are too few.
    assert not is_mass_layoff(4, 20, spread=0.0, season=0.0)
    assert is_mass_layoff(5, 20, spread=0.0, season=0.0)
    assert is_mass_layoff(3, 10, spread=0.0, season=0.0)
    assert not is_mass_layoff(2, 6, spread=0.0, season=0.0)
    # Three spreads of 8 are 24; last year's season took 20 as well.
    assert not is_mass_layoff(24, 100, spread=8.0, season=0.0)
    assert is_mass_layoff(25, 100, spread=8.0, season=0.0)
    assert not is_mass_layoff(20, 100, spread=0.0, season=20.0)


def test_layoffs_close_together_are_one() -> None:
    found = [a_layoff(month) for month in ("2026-07", "2026-03", "2026-05", "2026-12")]
    assert merged(found) == (a_layoff("2026-03"), a_layoff("2026-12"))


@pytest.mark.parametrize(
    ("warned", "came", "said"),
    [
        (spell("2026-07-10"), outcome("2026-09"), Verdict.RIGHT),
        # On the 90th day after, and one day too late.
        (spell("2026-07-03"), outcome("2026-10"), Verdict.RIGHT),
        (spell("2026-07-02"), outcome("2026-10"), Verdict.WRONG),
        # Who was warned of before, and still is, is not less right: 90 days after the last day.
        (spell("2026-07-02", "2026-07-03"), outcome("2026-10"), Verdict.RIGHT),
        (spell("2026-07-10", "2026-07-20"), outcome(known=date(2026, 10, 17)), Verdict.OPEN),
        # 29 days after the end of the month is late, 30 days are wrong.
        (spell("2026-08-29"), outcome("2026-07"), Verdict.RIGHT),
        (spell("2026-08-30"), outcome("2026-07"), Verdict.WRONG),
        # What was over before the period began is not warned of, nor is it a false alarm.
        (spell("2026-08-31"), outcome("2026-04"), Verdict.ASIDE),
        (spell("2026-08-31"), outcome("2026-02"), Verdict.WRONG),
        (spell("2026-07-10"), outcome(known=date(2026, 10, 7)), Verdict.OPEN),
        (spell("2026-07-10"), outcome(known=date(2026, 10, 8)), Verdict.WRONG),
        (spell("2026-07-10"), outcome(known=None), Verdict.OPEN),
        (spell("2026-07-10"), Outcome(known_until=LONG_KNOWN, is_helped=True), Verdict.ASIDE),
    ],
)
def test_what_a_warning_came_to(warned: Spell, came: Outcome, said: Verdict) -> None:
    assert verdict(warned, came, PERIOD) is said


def test_early_is_thirty_days_ahead_of_a_layoff_that_left_a_trace_by_then() -> None:
    came = outcome("2026-09", traced="2026-07-20")
    early = tally([spell("2026-08-02", "2026-09-30")], came, PERIOD)
    assert (early.caught, early.traced, early.early, early.leads) == (1, 1, 1, (30,))
    late = tally([spell("2026-08-03", "2026-09-30")], came, PERIOD)
    assert (late.caught, late.traced, late.early, late.leads) == (1, 1, 0, (29,))
    unseen = tally([], outcome("2026-09", traced="2026-08-03"), PERIOD)
    assert (unseen.layoffs, unseen.traced) == (1, 0)
    # The thirtieth day before the loss is before the platform's own first day.
    too_soon = tally([], outcome("2026-07", traced="2026-07-01"), PERIOD)
    assert (too_soon.layoffs, too_soon.traced) == (1, 0)


def test_spells_are_days_in_a_row_at_the_level() -> None:
    first = date(2026, 7, 1)
    course = [Place.BLUE, Place.ORANGE, Place.POTENTIAL_RISK, Place.RED, Place.NONE]
    places = {first + timedelta(days=number): place for number, place in enumerate(course)}
    assert spells(places, Tier.EVERY) == (spell("2026-07-01", "2026-07-02"), spell("2026-07-04"))
    assert spells(places, Tier.HIGH) == (spell("2026-07-02"), spell("2026-07-04"))


def test_wilsons_interval() -> None:
    # 8 of 10, from a table: .490 to .943.
    share = wilson(8, 10)
    assert (share.value, share.low, share.high) == (0.8, 0.4902, 0.9433)
    assert wilson(0, 0).value is None


def a_case(
    uscc: str,
    came: Outcome,
    *warned: Spell,
    without_pay: tuple[Spell, ...] | None = None,
    weeks: tuple[Week, ...] = (),
) -> Case:
    ways = {WHOLE: {Tier.EVERY: warned, Tier.HIGH: ()}}
    if without_pay is not None:
        ways["wages"] = {Tier.EVERY: without_pay, Tier.HIGH: ()}
    return Case(uscc, is_micro=False, outcome=came, warned=ways, weeks=weeks)


def test_figures_by_hand() -> None:
    cases = [
        a_case("A", outcome("2026-09", traced="2026-07-01"), spell("2026-07-10")),
        a_case("B", outcome("2026-09", traced="2026-07-01"), spell("2026-08-25")),
        a_case("C", outcome("2026-09"), spell("2026-05-01")),
        a_case("D", outcome(), spell("2026-07-10"), spell("2026-08-10")),
    ]
    found = figures(tallies(cases, lambda case: case.by(WHOLE)[Tier.EVERY], PERIOD))
    # C was warned of 123 days before; D twice, for nothing.
    assert (found.warnings, found.right, found.wrong) == (5, 2, 3)
    assert found.precision.value == 0.4
    assert (found.layoffs, found.caught, found.recall.value) == (3, 2, 0.6667)
    assert (found.traced, found.early, found.early_recall.value) == (2, 1, 0.5)
    # Leads of 53 and 7 days.
    assert found.lead_days is not None
    assert (found.lead_days.lower, found.lead_days.median, found.lead_days.upper) == (
        18.5,
        30.0,
        41.5,
    )


def test_a_gain_is_the_difference_and_the_same_way_gains_nothing() -> None:
    right = Tally(right=1, layoffs=1, caught=1, traced=1, early=1)
    missed = Tally(layoffs=1, traced=1)
    whole, part = [right] * 30 + [missed] * 10, [right] * 20 + [missed] * 20
    gain = gains(whole, part)
    assert gain.recall.value == 0.25
    assert gain.precision.value == 0.0
    assert gain.recall.low is not None
    assert gain.recall.high is not None
    # By the binomial: .25 ± 1.96 · sqrt(.25 · .75 / 40) = .116 to .384.
    assert gain.recall.low == pytest.approx(0.116, abs=0.03)
    assert gain.recall.high == pytest.approx(0.384, abs=0.03)
    same = gains(whole, whole)
    assert (same.recall.value, same.recall.low, same.recall.high) == (0.0, 0.0, 0.0)


def test_said_and_seen_by_hand() -> None:
    short = Period(date(2026, 7, 6), date(2026, 7, 12), timedelta(days=90))
    monday = date(2026, 7, 13)
    assert sundays(short) == (date(2026, 7, 12),)
    weeks = [(Week(monday, Place.BLUE, said, 10),) for said in (0.35, 0.35, 0.85)]
    cases = [
        a_case("A", outcome("2026-09"), weeks=weeks[0]),
        a_case("B", outcome(), weeks=weeks[1]),
        a_case("C", outcome("2026-09"), weeks=weeks[2]),
        # Its horizon is not known.
        a_case("D", outcome(known=date(2026, 8, 31)), weeks=weeks[2]),
    ]
    found = calibration(cases, short, quiet_weeks=7)
    assert [(one.count, one.said, one.seen) for one in found.bins if one.count] == [
        (7, 0.0, 0.0),
        (2, 0.35, 0.5),
        (1, 0.85, 1.0),
    ]
    # (2 · .15 + 1 · .15) of ten weeks, and of three.
    assert found.error.value == 0.045
    assert found.noticed_error.value == 0.15


def test_who_stays_on_the_list_by_hand() -> None:
    two = Period(date(2026, 7, 6), date(2026, 7, 19), timedelta(days=90))

    def standing(uscc: str, *places: Place) -> Case:
        mondays = (date(2026, 7, 13), date(2026, 7, 20))
        weeks = tuple(
            Week(monday, place, 0.5, 10) for monday, place in zip(mondays, places, strict=False)
        )
        return a_case(uscc, outcome(), weeks=weeks)

    cases = [
        standing("A", Place.RED, Place.RED),
        standing("B", Place.ORANGE),
        standing("C", Place.YELLOW, Place.ORANGE),
    ]
    found = stability(cases, two, capacity=2)
    # A and B, then A and C: one of two stays.
    assert (found.weeks, found.mean_length, found.stays.value) == (2, 2.0, 0.5)


def test_a_case_is_read_as_it_was_written() -> None:
    case = a_case(
        "A",
        outcome("2026-09", known=None, traced="2026-07-01"),
        spell("2026-07-10", "2026-07-20"),
        without_pay=(),
        weeks=(Week(date(2026, 7, 13), Place.RED, 0.85, 12),),
    )
    assert read("A", plain(case)) == case


def counts(uscc: str, *said: int, since: int = 1) -> list[Row]:
    """Write months from January 2026 on, each known on the tenth of the next."""
    return [
        Row(
            uscc,
            f"2026-{month:02d}",
            1,
            date(2026 + month // 12, month % 12 + 1, 10),
            headcount,
            0,
        )
        for month, headcount in enumerate(said, since)
    ]


def test_layoffs_are_seen_in_the_months_afterwards() -> None:
    rows = [
        *counts("A", 100, 100, 100, 100, 100, 100, 100, 80, 80, 80, 80, 80),
        *counts("B", 100, 100, 100, 100, 100, 100, 99, 98, 97, 96, 95, 94),
        # August and September were never reported: the loss lies between.
        *counts("C", 50, 50, 50, 50, 50, 50, 50),
        *counts("C", 20, 20, 20, since=10),
        *counts("D", 9, 9, 9, 9, 9, 9, 9, 9, 0),
    ]
    seen = observe(frame(rows), PERIOD)
    assert {uscc: one.layoffs for uscc, one in seen.items()} == {
        "A": (a_layoff("2026-08"),),
        "B": (),
        "C": (Layoff(date(2026, 8, 1), date(2026, 10, 31)),),
        "D": (a_layoff("2026-09"),),
    }
    assert seen["A"].known_until == date(2026, 12, 31)
    assert seen["D"].known_until == date.max
    assert {uscc: one.staff for uscc, one in seen.items()} == {"A": 100, "B": 100, "C": 50, "D": 9}


def test_history_is_judged_with_and_without_each_source() -> None:
    steady = counts("B", *[100] * 12)
    falling = counts("A", *[100] * 6, 70, *[70] * 5)
    owing = [
        Row(row.uscc, row.period, row.version, row.received_on, row.headcount, int(month >= 4))
        for month, row in enumerate(falling)
    ]
    asked = Asked(PERIOD, BUILT_IN)
    found = replay(frame([*steady, *owing]), ["A", "B"], asked)
    assert found.quiet == 1
    # Thirteen Sundays from 5 July to 27 September; 90 days after each, B's December was known.
    assert found.quiet_weeks == 13
    assert found.told[SourceGroup.EMPLOYMENT] == 2
    assert found.told[SourceGroup.OPINION] == 0
    (case,) = found.cases
    assert case.outcome.layoffs == (a_layoff("2026-07"),)
    # May is known on 10 June: owed before the period began, so it stands there from its first day.
    assert case.by(WHOLE)[Tier.EVERY][0].first == date(2026, 7, 1)
    # Without the contributions nothing was seen before July's headcounts came on 10 August.
    blind = case.by(SourceGroup.SOCIAL_INSURANCE.value)[Tier.EVERY]
    assert blind[0].first == date(2026, 8, 10)
    told = report(
        [case],
        Counted(2, found.quiet_weeks, found.told, capacity=20, known_until=date(2026, 12, 31)),
        PERIOD,
    )
    by_source = {one.source: one for one in told.ablation}
    assert told.whole.every.recall.value == 1.0
    assert told.best_single is not None
    # E1 and S1 are each right of all that there is: the first by name.
    assert told.best_single.indicator == "E1"
    # As long as it is not known what came of anybody, no indicator is better than the others.
    unknown = replace(case, outcome=Outcome(layoffs=(), known_until=None, traced_on=None))
    early = report([unknown], Counted(2, 13, found.told, capacity=20, known_until=None), PERIOD)
    assert (early.best_single, early.singles != ()) == (None, True)
    insurance = by_source[SourceGroup.SOCIAL_INSURANCE]
    assert (insurance.enterprises, insurance.changed) == (2, 1)
    # A warning ten days after July is late, but right.
    assert (insurance.every.recall.value, insurance.every.early_recall.value) == (0.0, None)
    assert by_source[SourceGroup.OPINION].changed == 0


def test_every_source_belongs_to_one_group() -> None:
    assert GROUP_OF.keys() == set(Source) - {Source.HEADCOUNT}
    assert np.isin(list(GROUP_OF.values()), list(SourceGroup)).all()


@settings(max_examples=5, deadline=None)
@given(some_facts(), other_facts(), st.sampled_from(SourceGroup))
def test_a_source_that_said_nothing_changes_nothing_when_left_out(
    rows: list[Row], others: list[Fact], group: SourceGroup
) -> None:
    facts = Said.of({*rows, *others}).facts()
    told = told_of(facts, group)
    silent = sorted({"A", "B"} - told)
    period = Period(date(2026, 10, 11), date(2026, 11, 3), timedelta(days=90))
    both = [
        replay(facts, silent, Asked(period, BUILT_IN, left_out))
        for left_out in (frozenset(), frozenset({group}))
    ]
    assert [case.by(WHOLE) for case in both[0].cases] == [case.by(WHOLE) for case in both[1].cases]
    assert told_of(without(facts, [group]), group) == frozenset()
