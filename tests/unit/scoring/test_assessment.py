"""Whole judgements by hand: reliability 0.95, half-life 60 days, family weights .9 and .7."""

from collections.abc import Mapping
from datetime import date

import pytest

from services.scoring.domain.assessment import assess
from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.editions_2020_1 import RULES_2020_1
from services.scoring.domain.editions_2020_2 import RULES_2020_2
from services.scoring.domain.editions_2020_3 import RULES_2020_3
from services.scoring.domain.editions_2020_4 import RULES_2020_4
from services.scoring.domain.editions_2020_5 import RULES_2020_5
from services.scoring.domain.places import Place
from tests.unit.scoring.facts import measured

# 300 to 240: E1 is 20 of 260 = 7.7 % -> .3; E2 is 60 of 300 -> 1.0; 60 persons are I3.
TO_240 = {"2026-06": 300, "2026-07": 280, "2026-08": 260, "2026-09": 240}
# 1,000 to 800 at once: E1 is 20 % -> .9; E2 is 200 -> 1.0; 200 persons are I4.
TO_800 = {"2026-06": 1000, "2026-07": 1000, "2026-08": 1000, "2026-09": 800}
END, AFTER_30, AFTER_60 = date(2026, 9, 30), date(2026, 10, 30), date(2026, 11, 29)

CASES = {
    # fresh: 1 - (1 - .285)(1 - .95) = .96425, capped .9; L = .9 * .9; the matrix says red, but
    # one family with a reduction of statutory size says yellow at most
    "a loss of 60 alone, fresh": (TO_240, {}, END, 0.81, Place.YELLOW),
    # 60 days: 1 - (1 - .1425)(1 - .475) = .5498; L = .9 * .5498 = .4948; I3 -> yellow
    "a loss of 60 alone, 60 days old": (TO_240, {}, AFTER_60, 0.4948, Place.YELLOW),
    # S1 = .6 * .95 = .57; L = 1 - (1 - .81)(1 - .7 * .57) = 1 - .19 * .601 = .8858; I3 -> red
    "with two months of arrears, fresh": (TO_240, {"2026-09": 2}, END, 0.8858, Place.RED),
    # 30 days: 2^-.5 = .70711, so r d = .67175; E = 1 - (1 - .20153)(1 - .67175) = .7379;
    # S = .4031; L = 1 - (1 - .66411)(1 - .28217) = .7589; I3 -> orange
    "with two months of arrears, 30 days old": (
        TO_240,
        {"2026-09": 2},
        AFTER_30,
        0.7589,
        Place.ORANGE,
    ),
    # 60 days: S = .285; L = 1 - (1 - .49482)(1 - .1995) = 1 - .50518 * .8005 = .5956 -> yellow
    "with two months of arrears, 60 days old": (
        TO_240,
        {"2026-09": 2},
        AFTER_60,
        0.5956,
        Place.YELLOW,
    ),
    # the same cap; 200 at once is orange, no less and, of one family, no more
    "200 at once alone": (TO_800, {}, END, 0.81, Place.ORANGE),
    # 60 days: 1 - (1 - .4275)(1 - .475) = .6994; L = .6295; still orange by the trigger
    "200 at once alone, 60 days old": (TO_800, {}, AFTER_60, 0.6295, Place.ORANGE),
    # S1 is one month: .3 * .95 = .285; L = 1 - .19 * (1 - .1995) = .8479; I4 -> red
    "200 at once with a month of arrears": (TO_800, {"2026-09": 1}, END, 0.8479, Place.RED),
    # .9 * .95 = .855; L = .7 * .855 = .5985; admitted alone, of 50 one expects to lose 15: I3
    "three months of arrears alone": (
        {"2026-08": 50, "2026-09": 50},
        {"2026-09": 3},
        END,
        0.5985,
        Place.YELLOW,
    ),
    # E1 is 6 of 100 -> .285, S1 .855; L = 1 - (1 - .2565)(1 - .5985) = .7015; of 94 one expects to
    # lose 29: I3 -> orange
    "a small loss with three months of arrears": (
        {"2026-08": 100, "2026-09": 94},
        {"2026-09": 3},
        END,
        0.7015,
        Place.ORANGE,
    ),
    # .285 * .9 = .2565: one family, under the statutory size
    "a small loss alone": ({"2026-08": 100, "2026-09": 94}, {}, END, 0.2565, Place.POTENTIAL_RISK),
    # as above after 30 days: .2565 * .70711 = .1814
    "a small loss alone, 30 days old": (
        {"2026-08": 100, "2026-09": 94},
        {},
        AFTER_30,
        0.1814,
        Place.NONE,
    ),
    # 3 of 8 persons: E1 .9, E2 1.0 -> capped; I3, but one family, and fewer than five persons
    "three of eight": ({"2026-08": 8, "2026-09": 5}, {}, END, 0.81, Place.POTENTIAL_RISK),
    "two of eight": ({"2026-08": 8, "2026-09": 6}, {}, END, 0.0, Place.NONE),
    # nobody is left of whom a warning could be
    "all thirty": ({"2026-08": 30, "2026-09": 0}, {}, END, 0.81, Place.POTENTIAL_RISK),
    # .9 * .3 * .95 = .2565 * .7 = .1996: a first trace, seen by nobody but for the trace
    "one month of arrears": (
        {"2026-08": 100, "2026-09": 100},
        {"2026-09": 1},
        END,
        0.1995,
        Place.BLUE,
    ),
    # three may be lost of three, of two none that count
    "one month of arrears of three": ({"2026-09": 3}, {"2026-09": 1}, END, 0.1995, Place.BLUE),
    "one month of arrears of two": ({"2026-09": 2}, {"2026-09": 1}, END, 0.1995, Place.NONE),
    # .7 * .9 * .95 = .5985, two witnesses with the loss of two in four, but hardly anybody is left
    "two of four with long arrears": (
        {"2026-08": 4, "2026-09": 2},
        {"2026-09": 3},
        END,
        0.5985,
        Place.POTENTIAL_RISK,
    ),
    # 10 of 100 more: who takes on staff is not about to part with it; relief .05
    "one month of arrears while hiring": (
        {"2026-06": 100, "2026-09": 110},
        {"2026-09": 1},
        END,
        0.1995,
        Place.NONE,
    ),
    "growth": ({"2026-08": 30, "2026-09": 60}, {"2026-09": 0}, END, 0.0, Place.NONE),
}


@pytest.mark.parametrize(
    ("headcounts", "arrears", "as_of", "evident", "expected"), CASES.values(), ids=CASES.keys()
)
def test_judgements(
    headcounts: Mapping[str, int],
    arrears: Mapping[str, int],
    as_of: date,
    evident: float,
    expected: Place,
) -> None:
    judged = assess(measured(as_of, headcounts, arrears), as_of)

    assert judged.evident == pytest.approx(evident, abs=0.00011)
    assert judged.place is expected
    assert judged.rules == "rules-2020.5"


@pytest.mark.parametrize(
    ("headcounts", "arrears", "likely"),
    [
        # alone, whatever adds up: .01 + .01 * (.81 - .05) / .95
        (TO_240, 0, 0.018),
        # with a witness: .45 + .10 * (.8858 - .05) / .95
        (TO_240, 2, 0.538),
        # a first trace: .30 + .10 * (.1995 - .05) / .95
        ({"2026-08": 100, "2026-09": 100}, 1, 0.3157),
        ({"2026-08": 100, "2026-09": 100}, 0, 0.0),
    ],
)
def test_the_likelihood_is_how_often_like_evidence_came_true(
    headcounts: Mapping[str, int], arrears: int, likely: float
) -> None:
    judged = assess(measured(END, headcounts, {"2026-09": arrears}), END)
    assert judged.likelihood == pytest.approx(likely, abs=0.00011)


def test_the_editions_before_say_what_adds_up() -> None:
    judged = assess(measured(END, TO_240), END, Editions.of([RULES_2020_3]))
    assert judged.likelihood == judged.evident == 0.81


def test_one_more_of_nine_is_no_hiring() -> None:
    hired = measured(END, {"2026-06": 9, "2026-09": 10}, {"2026-09": 1})
    assert assess(hired, END).place is Place.BLUE
    assert assess(hired, END, Editions.of([RULES_2020_3])).place is Place.NONE


@pytest.mark.parametrize(
    ("headcounts", "jobs"),
    [
        (TO_240, 60),
        (TO_800, 200),
        ({"2026-08": 30, "2026-09": 0}, 0),  # whoever could go has gone
        ({"2026-08": 30, "2026-09": 10}, 10),  # twenty went, ten are left
        ({"2026-08": 30, "2026-09": 60}, 0),
        ({"2026-09": 60}, 0),
    ],
)
def test_jobs_at_risk_are_as_many_again_if_they_are_there(
    headcounts: Mapping[str, int], jobs: int
) -> None:
    assert assess(measured(END, headcounts), END).jobs_at_risk == jobs


@pytest.mark.parametrize(
    ("headcounts", "arrears", "jobs"),
    [
        ({"2026-09": 60}, 1, 0),  # one month unpaid is no distress yet
        ({"2026-09": 60}, 2, 18),  # 30 %
        ({"2026-09": 61}, 2, 19),
        ({"2026-08": 90, "2026-09": 60}, 2, 30),  # as many as went are more
        ({"2026-08": 61, "2026-09": 60}, 2, 18),  # one that went is no measure
        ({"2026-08": 60, "2026-09": 0}, 2, 0),
    ],
)
def test_in_distress_a_share_of_the_staff_is_at_risk(
    headcounts: Mapping[str, int], arrears: int, jobs: int
) -> None:
    assert assess(measured(END, headcounts, {"2026-09": arrears}), END).jobs_at_risk == jobs


def test_reasons_are_findings_then_triggers() -> None:
    judged = assess(measured(END, TO_800, {"2026-09": 1}), END)

    assert [one.indicator for one in judged.findings] == ["E1", "E2", "S1", "LAY-15", "SCALE-200"]


@pytest.mark.parametrize(
    ("as_of", "is_silent"), [(date(2026, 12, 1), False), (date(2026, 12, 2), True)]
)
def test_a_source_is_silent_after_a_missed_month(as_of: date, is_silent: bool) -> None:
    assert assess(measured(as_of, {"2026-09": 60}), as_of).is_silent is is_silent


def test_the_rules_of_the_day_judge_and_the_first_ones_judge_what_was_before() -> None:
    assert BUILT_IN.on(date(2020, 9, 30)) is RULES_2020_5
    assert BUILT_IN.on(date(2020, 7, 25)) is RULES_2020_5
    assert BUILT_IN.on(date(2020, 7, 24)) is RULES_2020_4
    assert BUILT_IN.on(date(2020, 7, 20)) is RULES_2020_4
    assert BUILT_IN.on(date(2020, 7, 19)) is RULES_2020_3
    assert BUILT_IN.on(date(2020, 7, 15)) is RULES_2020_3
    assert BUILT_IN.on(date(2020, 7, 14)) is RULES_2020_2
    assert BUILT_IN.on(date(2020, 7, 1)) is RULES_2020_2
    assert BUILT_IN.on(date(2020, 6, 30)) is RULES_2020_1
    assert BUILT_IN.on(date(2019, 12, 31)) is RULES_2020_1
