"""Trouble of those who belong together: what spreads, to whom, for how long, and who says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from services.scoring.domain.assessment import assess
from services.scoring.domain.editions import BUILT_IN
from services.scoring.domain.editions_2020_2 import RULES_2020_2
from services.scoring.domain.editions_2020_3 import RULES_2020_3
from services.scoring.domain.findings import find
from services.scoring.domain.level import likelihood
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Family, Source
from services.scoring.domain.troubles import Trouble, Turn, own_troubles, turns
from services.scoring.features.affiliations import ascribed
from services.scoring.features.facts import AFFILIATIONS, TROUBLES, Facts
from services.scoring.features.measuring import measure
from services.scoring.schemas.judged import spoken
from shared.messages import Language
from tests.unit.scoring.facts import IMPORT, LONG_AGO, USCC
from tests.unit.scoring.recorded import TODAY, ago, event, facts, judged

OTHER, THIRD = "91110105MA00000002", "91110105MA00000003"


@dataclass(frozen=True)
class Link:
    """One version of a relation of USCC."""

    other: str
    relation: str
    since: date = LONG_AGO
    until: date | None = None
    told_of: str = USCC
    received_on: date = LONG_AGO
    version: int = 1
    is_withdrawn: bool = False


def links(told: Sequence[Link]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                **vars(one),
                "uscc": USCC,
                "import_id": str(IMPORT),
                "period": f"{one.since}/{one.other if one.told_of == USCC else USCC}",
            }
            for one in told
        ],
        schema=AFFILIATIONS,
    )


def known(told: Sequence[Link], *turned: tuple[str, Turn], refuted: date | None = None) -> Facts:
    relations = links(told)
    rows = [
        {"other": other, "kind": one.kind.value, "on": one.on, "state": one.state}
        for other, one in turned
    ]
    schema = {name: TROUBLES[name] for name in ("other", "kind", "on", "state")}
    troubles = ascribed(pl.DataFrame(rows, schema=schema), relations)
    return replace(facts([], refuted=refuted), affiliations=relations, troubles=troubles)


def said(given: Facts, on: date = TODAY) -> list[dict[str, Any]]:
    """Return what the reasons say of belonging together."""
    measured = measure(given, on)[USCC]
    return [
        {"indicator": one.indicator, "strength": one.strength, "period": one.period, **of}
        for one in find(measured, RULES_2020_3)
        for of in [one.parameters]
    ]


def red(days_ago: int, other: str = OTHER) -> tuple[str, Turn]:
    return other, Turn(Trouble.LEVEL, ago(days_ago), "red")


def orange(days_ago: int, other: str = OTHER) -> tuple[str, Turn]:
    return other, Turn(Trouble.LEVEL, ago(days_ago), "orange")


def over(days_ago: int, other: str = OTHER) -> tuple[str, Turn]:
    return other, Turn(Trouble.LEVEL, ago(days_ago), None)


def default(state: str, days_ago: int = 0) -> tuple[str, Turn]:
    return OTHER, Turn(Trouble.DEFAULT, ago(days_ago), state)


@pytest.mark.parametrize("relation", ["parent", "subsidiary", "common_control"])
def test_an_affiliate_that_is_red_is_a_reason_with_its_relation(relation: str) -> None:
    assert said(known([Link(OTHER, relation)], red(3))) == [
        {
            "indicator": "X1-GROUP",
            "strength": 0.6,
            "period": f"2020-01-01/{OTHER}",
            "other": OTHER,
            "relation": relation,
            "level": "red",
            "began_on": "2026-10-12",
            "told_of": USCC,
        }
    ]


def test_orange_counts_for_half_and_what_is_over_not_at_all() -> None:
    group = [Link(OTHER, "parent")]
    assert [one["strength"] for one in said(known(group, orange(3)))] == [0.3]
    assert said(known(group, red(9), over(2))) == []
    assert [one["level"] for one in said(known(group, red(9), over(5), orange(2)))] == ["orange"]
    # as known four days ago, between the two
    assert said(known(group, red(9), over(5), orange(2)), ago(4)) == []


@pytest.mark.parametrize(
    ("relation", "state", "strength"),
    [
        ("major_customer", "F5", 0.6),
        ("major_customer", "F4-DISHONEST", 0.6),
        ("major_customer", "F4", 0.3),
        ("debtor", "F5", 0.6),
        ("major_supplier", "F5", None),
        ("guarantor", "F5", None),
        ("parent", "F5", None),
    ],
)
def test_who_cannot_pay_is_missed_by_whom_it_owes(
    relation: str, state: str, strength: float | None
) -> None:
    found = said(known([Link(OTHER, relation)], default(state)))
    assert [(one["indicator"], one["strength"]) for one in found] == (
        [] if strength is None else [("X1-CUSTOMER", strength)]
    )


def test_a_customer_that_is_red_but_pays_is_no_reason() -> None:
    assert said(known([Link(OTHER, "major_customer")], red(3))) == []


def test_a_relation_holds_from_its_first_to_its_last_day() -> None:
    ended = Link(OTHER, "parent", until=ago(1))
    assert said(known([ended], red(3))) == []
    assert len(said(known([replace(ended, until=TODAY)], red(3)))) == 1
    assert said(known([Link(OTHER, "parent", since=TODAY)], red(3)), ago(1)) == []


def test_a_relation_that_is_taken_back_or_not_yet_told_says_nothing() -> None:
    told = Link(OTHER, "parent", received_on=ago(5))
    gone = replace(told, version=2, is_withdrawn=True, received_on=ago(2))
    both = known([told, gone], red(9))
    assert [len(said(both, ago(day))) for day in (6, 5, 3, 2, 0)] == [0, 1, 1, 0, 0]


def test_the_gravest_of_several_is_told_of_equals_the_newest() -> None:
    group = [Link(OTHER, "subsidiary"), Link(THIRD, "common_control")]
    (one,) = said(known(group, orange(1), red(20, THIRD)))
    assert (one["other"], one["level"]) == (THIRD, "red")
    (one,) = said(known(group, red(1), red(20, THIRD)))
    assert one["other"] == OTHER


def test_alone_it_is_not_noticed_and_half_as_much_after_ninety_days() -> None:
    given = known([Link(OTHER, "parent")], red(90))
    alone = assess(measure(given, TODAY)[USCC], TODAY)
    # .6 * .90 * 2^(-90/90) = .27, of which context counts .3
    assert alone.families == {Family.CONTEXT: 0.27}
    assert (alone.evident, alone.place) == (0.081, Place.NONE)
    fresh = assess(measure(known([Link(OTHER, "parent")], red(0)), TODAY)[USCC], TODAY)
    assert fresh.evident == likelihood({Family.CONTEXT: 0.54}, RULES_2020_3) == 0.162
    assert fresh.place is Place.NONE


def test_what_was_known_when_a_warning_was_found_false_is_no_evidence() -> None:
    group = [Link(OTHER, "parent")]
    assert said(known(group, red(5), refuted=ago(3))) == []
    # the relation is still known, and a later turn is news
    assert len(said(known(group, orange(5), red(2), refuted=ago(3)))) == 1


def test_a_reason_names_whose_observation_told_of_it() -> None:
    (one,) = said(known([Link(OTHER, "parent", told_of=OTHER)], red(0)))
    assert (one["told_of"], one["period"]) == (OTHER, f"2020-01-01/{USCC}")


def test_reasons_in_words() -> None:
    given = known(
        [Link(OTHER, "parent"), Link(OTHER, "debtor", since=ago(9))], red(3), default("F5")
    )
    found = find(measure(given, TODAY)[USCC], RULES_2020_3)
    reasons = [
        {
            "indicator": one.indicator,
            "family": one.family.value,
            "strength": one.strength,
            "parameters": one.parameters,
            "period": one.period,
            "source": one.source.value,
            "import_id": one.import_id,
            "rule_version": "rules-2020.5",
        }
        for one in found
    ]
    assert [one.sentence for one in spoken(reasons, Language.ZH_CN)] == [
        f"母公司（{OTHER}）自 2026-10-12 起，就其自身情况研判为红色，可能波及本企业。",
        f"被担保人（{OTHER}）自 2026-10-15 起被法院受理破产，可能波及本企业。",
    ]
    assert [one.sentence for one in spoken(reasons, Language.EN)] == [
        (
            f"The parent ({OTHER}) has been at level red by its own facts since 2026-10-12;"
            " that may spread to this enterprise."
        ),
        (
            f"The debtor whose loans it guarantees ({OTHER}) has been bankrupt (accepted by court)"
            " since 2026-10-15; that may spread to this enterprise."
        ),
    ]


def test_the_editions_before_do_not_look_at_it_and_are_as_they_were() -> None:
    given = measure(known([Link(OTHER, "parent")], red(0)), TODAY)[USCC]
    assert find(given, RULES_2020_2) == ()
    added = {one.id for one in RULES_2020_3.indicators} - {
        one.id for one in RULES_2020_2.indicators
    }
    assert added == {"X1-GROUP", "X1-CUSTOMER"}
    as_before = replace(
        RULES_2020_2,
        version=RULES_2020_3.version,
        effective_from=RULES_2020_3.effective_from,
        indicators=RULES_2020_3.indicators,
        reliability={**RULES_2020_2.reliability, Source.AFFILIATION: 0.90},
    )
    assert as_before == RULES_2020_3


def test_own_troubles_leave_out_what_came_of_others() -> None:
    bankrupt = event(Source.COURT, 1, kind="bankruptcy_accepted", state="in_force")
    alone = facts([bankrupt])
    own = measure(alone, TODAY)[USCC]
    assert judged(bankrupt).place is Place.ORANGE
    assert own_troubles(assess(own, TODAY), own, BUILT_IN.on(TODAY)) == {
        Trouble.LEVEL: "orange",
        Trouble.DEFAULT: "F5",
    }
    # with an affiliate that is red two families speak: what is told on stays what its own say
    spread = known([Link(OTHER, "parent")], red(0))
    both = measure(
        replace(alone, affiliations=spread.affiliations, troubles=spread.troubles), TODAY
    )[USCC]
    assert assess(both, TODAY).likelihood > assess(own, TODAY).likelihood
    assert own_troubles(assess(both, TODAY), both, BUILT_IN.on(TODAY)) == {
        Trouble.LEVEL: "orange",
        Trouble.DEFAULT: "F5",
    }


def test_only_what_turns_is_told() -> None:
    level, failed = Trouble.LEVEL, Trouble.DEFAULT
    days = [
        (ago(5), {level: "orange"}),
        (ago(4), {level: "orange"}),
        (ago(3), {level: "red", failed: "F5"}),
        (ago(2), {failed: "F5"}),
        (ago(1), {}),
    ]
    assert turns(days, {}) == [
        Turn(level, ago(5), "orange"),
        Turn(level, ago(3), "red"),
        Turn(failed, ago(3), "F5"),
        Turn(level, ago(2), None),
        Turn(failed, ago(1), None),
    ]
    assert turns(days[:2], {level: "orange"}) == []
    assert turns(days[:1], {level: "red", failed: "F4"}) == [
        Turn(level, ago(5), "orange"),
        Turn(failed, ago(5), None),
    ]
