"""Rule sets as documents: written and read again without loss, compared, and refused by name."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.scoring import rulebook
from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.editions_2020_1 import RULES_2020_1
from services.scoring.domain.errors import RuleSetRefused
from services.scoring.domain.rule_document import Difference, differences, plain
from services.scoring.domain.rule_faults import faults
from services.scoring.domain.rules import Family, Indicator, RuleSet, Source, Threshold
from shared.messages import known


def document() -> dict[str, Any]:
    """Write the built-in edition as somebody's draft."""
    return dict(json.loads(json.dumps(plain(RULES_2020_1))))


@pytest.mark.parametrize("rules", BUILT_IN.rule_sets, ids=lambda rules: rules.version)
def test_every_built_in_edition_is_sound_and_survives_its_document(rules: RuleSet) -> None:
    assert faults(rules) == ()
    assert rulebook.examine(json.loads(json.dumps(plain(rules)))) == rules


shares = st.floats(0.01, 0.99)


@given(
    strengths=st.lists(shares, min_size=1, max_size=4),
    thresholds=st.builds(
        Threshold,
        persons=st.none() | st.integers(1, 10_000),
        share=st.none() | shares,
        number=st.none() | shares,
        word=st.none() | st.text(max_size=5),
        above_target=st.booleans(),
    ),
    weights=st.fixed_dictionaries(dict.fromkeys(Family, shares)),
    reliability=st.fixed_dictionaries(dict.fromkeys(Source, shares)),
    day=st.dates(date(2000, 1, 1)),
    hard=st.frozensets(st.sampled_from([one.id for one in RULES_2020_1.indicators])),
)
def test_any_rule_set_comes_back_as_it_was(
    strengths: list[float],
    thresholds: Threshold,
    weights: dict[Family, float],
    reliability: dict[Source, float],
    day: date,
    hard: frozenset[str],
) -> None:
    first: Indicator = replace(
        RULES_2020_1.indicators[0], steps=tuple((thresholds, one) for one in strengths)
    )
    rules = replace(
        RULES_2020_1,
        indicators=(first, *RULES_2020_1.indicators[1:]),
        weights=weights,
        reliability=reliability,
        effective_from=day,
        hard=hard,
    )
    assert rulebook.read(json.loads(json.dumps(plain(rules)))) == rules
    shuffled = replace(rules, weights=dict(reversed(weights.items())))
    assert rulebook.digest(shuffled) == rulebook.digest(rules)


def _set(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(held: dict[str, Any]) -> None:
        inner: Any = held
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_set("indicators", 0, "family", to="weather"), ("indicators", 0, "family")),
        (_set("indicators", 0, "reading", to="moon"), ("indicators", 0, "reading")),
        (_set("weights", "weather", to=0.5), ("weights", "weather", "[key]")),
        (_set("magic", to=1), ("magic",)),
        (_set("indicators", 0, "magic", to=1), ("indicators", 0, "magic")),
        (_set("trigger_days", to="90"), ("trigger_days",)),
        (_set("family_cap", to="0.9"), ("family_cap",)),
    ],
)
def test_what_is_unknown_is_refused_where_it_stands(
    change: Callable[[dict[str, Any]], None], place: tuple[str | int, ...]
) -> None:
    told = document()
    change(told)
    with pytest.raises(ValidationError) as refused:
        rulebook.examine(told)
    assert [fault["loc"] for fault in refused.value.errors()] == [place]


def _out(pointer: str) -> tuple[str, str]:
    return pointer, "rule_out_of_range"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        (_set("orange_from", to={"S1": 2}), "/orange_from/S1", "rule_indicator_unknown"),
        (_set("chances", to={"moon": []}), "/chances/moon", "rule_admission_unknown"),
        (_set("chances", to={"none": [[0.1, 1.5]]}), "/chances/none", "rule_no_share"),
        (
            _set("chances", to={"none": [[0.5, 0.1], [0.4, 0.2]]}),
            "/chances/none",
            "rule_not_rising",
        ),
        (
            _set("chances", to={"none": [[0.4, 0.2], [0.5, 0.1]]}),
            "/chances/none",
            "rule_not_rising",
        ),
        (_set("version", to="mine"), "/version", "rule_version"),
        (_set("indicators", 0, "id", to="E99"), "/indicators/0/id", "rule_indicator_unknown"),
        (
            _set("indicators", 0, "reading", to="pay_fall"),
            "/indicators/0/reading",
            "rule_indicator_reads",
        ),
        (_set("indicators", 0, "steps", to=[]), "/indicators/0/steps", "rule_empty"),
        (
            _set("indicators", 0, "steps", 0, 1, to=0.1),
            "/indicators/0/steps",
            "rule_not_falling",
        ),
        (
            _set("indicators", 0, "steps", 0, 0, to={}),
            "/indicators/0/steps/0/0",
            "rule_threshold_empty",
        ),
        (_set("strong", "E99", to=0.5), "/strong/E99", "rule_indicator_unknown"),
        (_set("confirmed_by", "P3", "E99", to=1.0), "/confirmed_by/P3/E99", None),
        (_set("weights", "wages", to=1.5), "/weights/wages", "rule_no_share"),
        (_set("reliability", "visit", to=1.0), "/reliability/visit", "rule_certain"),
        (_set("matrix", 0, 1, 3, to="blue"), "/matrix/0/1", "rule_not_monotone"),
        (_set("matrix", 0, 0, to=0.1), "/matrix", "rule_not_falling"),
        (_set("step_down_days", to=0), "/step_down_days", "rule_out_of_range"),
        (_set("protections", 0, "id", to="H-X"), "/protections/0/id", "rule_protection_unknown"),
        (_set("statutory", "id", to="LAY-1"), "/statutory/id", "rule_indicator_unknown"),
        # 25 for 25 %, and a share that every enterprise reaches.
        (
            _set("indicators", 0, "steps", 0, 0, "share", to=25.0),
            "/indicators/0/steps/0/0/share",
            "rule_out_of_range",
        ),
        (_set("statutory", "threshold", "share", to=-0.1), *_out("/statutory/threshold/share")),
        (_set("scale", "threshold", "persons", to=0), *_out("/scale/threshold/persons")),
        (_set("impacts", 0, 0, to={"persons": -1}), *_out("/impacts/0/0/persons")),
        # JSON knows no such number, but readers of it do.
        (_set("statutory", "threshold", "share", to=nan), *_out("/statutory/threshold/share")),
        (_set("spreads", to=inf), *_out("/spreads")),
        # More than a column of numbers holds.
        (_set("trigger_days", to=10**30), *_out("/trigger_days")),
        (_set("indicators", 0, "half_life_days", to=10**9), *_out("/indicators/0/half_life_days")),
        (_set("statutory", "fewest", to=10**30), *_out("/statutory/fewest")),
        (_set("small_base", to=-1), *_out("/small_base")),
        (_set("targets", "small_until", to=-1), *_out("/targets/small_until")),
        (_set("protections", 0, "fewest", to=-1), *_out("/protections/0/fewest")),
        (_set("protections", 0, "share", to=-1.0), *_out("/protections/0/share")),
        (_set("impacts", to=[]), "/impacts", "rule_empty"),
        (_set("impacts", 0, 0, to={}), "/impacts/0/0", "rule_threshold_empty"),
        # A fall has no word, and a word no number: such a step would never be reached.
        (
            _set("indicators", 0, "steps", 0, 0, to={"word": "cancelled"}),
            "/indicators/0/steps/0/0/word",
            "rule_threshold_kind",
        ),
        (
            _set("statutory", "threshold", "number", to=20.0),
            "/statutory/threshold/number",
            "rule_threshold_kind",
        ),
        # Of whom nothing is evident nothing is likely.
        (_set("chances", to={"none": [[0.0, 0.5]]}), "/chances/none", "rule_from_nothing"),
    ],
)
def test_what_does_not_fit_together_is_refused_where_it_stands(
    change: Callable[[dict[str, Any]], None], pointer: str, code: str | None
) -> None:
    told = document()
    change(told)
    with pytest.raises(RuleSetRefused) as refused:
        rulebook.examine(told)
    found = {str(fault["pointer"]): fault["code"] for fault in refused.value.errors}
    assert found[f"/document{pointer}"] == (code or "rule_indicator_unknown")


def test_differences_name_the_place_by_the_ids_of_things() -> None:
    told = document()
    told["effective_from"] = "2021-01-01"
    told["indicators"][1]["half_life_days"] = 90
    told["indicators"].reverse()
    told["weights"]["wages"] = 0.8
    del told["protections"][0]
    after = rulebook.read(told)

    found = {one.pointer: (one.before, one.after) for one in differences(RULES_2020_1, after)}

    gone = plain(RULES_2020_1)["protections"]
    assert isinstance(gone, list)
    assert found == {
        "/effective_from": ("2020-01-01", "2021-01-01"),
        "/indicators/E2/half_life_days": (60, 90),
        "/weights/wages": (0.9, 0.8),
        "/protections/H-TRAINING": (gone[0], None),
    }
    assert differences(after, after) == ()
    assert Difference("/weights/wages", 0.8, 0.9) in differences(after, RULES_2020_1)


@pytest.mark.parametrize("rules", BUILT_IN.rule_sets, ids=lambda rules: rules.version)
def test_people_have_a_name_for_all_that_rules_find(rules: RuleSet) -> None:
    ids = [one.id for one in rules.indicators] + [one.id for one in rules.protections]
    ids += [rules.statutory.id, rules.scale.id]
    assert [one for one in ids if not known(f"words.indicator.{one}")] == []


def test_of_the_editions_the_last_one_that_has_begun_holds() -> None:
    later = replace(RULES_2020_1, version="rules-2021.1", effective_from=date(2021, 1, 1))
    editions = Editions.of([RULES_2020_1, later])
    assert editions.on(date(2020, 12, 31)) is RULES_2020_1
    assert editions.on(date(2021, 1, 1)) is later
    assert editions.on(date(1999, 1, 1)) is RULES_2020_1
