"""Of whom the rules find anything: arrays say of many what the rules say of one."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring import history
from services.scoring.domain.course import UNNOTICED
from services.scoring.domain.editions import BUILT_IN
from services.scoring.domain.findings import find, triggered
from services.scoring.features.headcount import Features, features
from services.scoring.features.measuring import measure
from services.scoring.features.months import months_before
from services.scoring.features.panel import Flags, panel_of
from services.scoring.features.screening import noticed
from services.scoring.history import Course, judge
from tests.unit.scoring.facts import LONG_AGO, Row, frame

DAYS = tuple(date(2026, month, 20) for month in (1, 2, 6, 10))


@st.composite
def headcounts(draw: st.DrawFn) -> Mapping[str, int]:
    """Draw two years of an enterprise that mostly stays as it is, and loses some now and then."""
    count = draw(st.sampled_from([2, 5, 9, 10, 20, 30, 31, 100, 250, 700]))
    months = {}
    for back in range(23, -1, -1):
        change = draw(st.sampled_from([0, 0, 0, 0, 1, -1, -2, -3, -5, -10, -20, -30, -200, 10]))
        count = max(0, count + change)
        if draw(st.integers(0, 9)):
            months[months_before("2026-10", back)] = count
    return months


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    many = draw(st.lists(headcounts(), min_size=1, max_size=6))
    return [
        Row(
            f"E{place}",
            month,
            1,
            LONG_AGO,
            count,
            arrears=draw(st.sampled_from([None, None, 0, 0, 1, 3])) if place % 2 else None,
            pay=draw(st.sampled_from([None, 5000.0, 4500.0, 3600.0])) if place % 3 else None,
        )
        for place, months in enumerate(many)
        for month, count in months.items()
    ]


@settings(deadline=None, max_examples=60)
@given(rows(), st.sampled_from(DAYS))
def test_those_are_noticed_of_whom_the_rules_find_something(given_: list[Row], day: date) -> None:
    facts = frame(given_)
    rules = BUILT_IN.on(day)
    panel = panel_of(facts.known(day).headcounts, day)

    found = noticed(features(panel), day, rules)

    measured = measure(facts, day)
    for uscc, is_noticed in zip(panel.uscc, found, strict=True):
        one = measured[uscc]
        triggers = [triggered(each, one, rules) for each in (rules.statutory, rules.scale)]
        assert is_noticed == bool(find(one, rules) or any(triggers)), (uscc, one)


def _everybody(found: Features, _as_of: date, _rules: object) -> Flags:
    return np.ones(len(found.headcount.month), np.bool_)


@settings(deadline=None, max_examples=40)
@given(rows(), st.sampled_from(DAYS))
def test_whoever_is_passed_over_had_nothing_to_say(given_: list[Row], day: date) -> None:
    recent = [*given_, *(Row(f"E{place}", "2026-01", 2, day, 7) for place in range(2))]
    facts = frame(recent)
    courses = [Course(uscc, day, day, UNNOTICED) for uscc in sorted({row.uscc for row in recent})]

    passing_over = judge(facts, courses)
    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(history, "noticed", _everybody)
        looking_at_all = judge(facts, courses)

    assert passing_over.days == looking_at_all.days
    assert {uscc: one.after for uscc, one in passing_over.today.items()} == {
        uscc: one.after for uscc, one in looking_at_all.today.items()
    }
