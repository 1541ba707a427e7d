"""Why the model says what it says: shares that sum, months that decide, the same as in shadow."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.city import in_shadow, judge_panel
from services.scoring.examples import NAMES
from services.scoring.features.facts import HEADCOUNTS, Facts
from services.scoring.features.headcount import features
from services.scoring.features.lookups import looks
from services.scoring.features.months import month_at, number_of
from services.scoring.features.panel import PANEL_MONTHS, Panel, panel_of
from services.scoring.foreseen import Foreseen, Part, foresee
from services.scoring.learning import options_of
from services.scoring.model import artifact
from services.scoring.model.shadow import MonthsModel, cases_of
from services.scoring.model.training import train
from services.scoring.schemas.explaining import LearnedPartRead
from shared.messages import Language, fields
from tests.unit.scoring.facts import IMPORT, LONG_AGO, USCC, Row, frame

TODAY = date(2026, 10, 15)
LAST = number_of("2026-10")
OTHER = "91110105MA01234575"
Month = tuple[int | None, int | None, float | None, float | None, float | None]

counts = st.none() | st.integers(0, 400)
amounts = st.none() | st.integers(0, 3).map(float)
months = st.lists(
    st.tuples(
        counts, st.none() | st.integers(0, 6), st.none() | st.integers(30, 90).map(float),
        amounts, amounts,
    ),
    min_size=1,
    max_size=PANEL_MONTHS,
)  # fmt: skip


def rows(history: list[Month], uscc: str = USCC) -> list[Row]:
    """Date months, the last one September 2026; one of which nothing is said is none."""
    return [
        Row(uscc, month_at(LAST - len(history) + place), 1, LONG_AGO, *said[:2],
            pay=said[2], due=said[3], paid=said[4])
        for place, said in enumerate(history)
        if said != (None,) * 5
    ]  # fmt: skip


@cache
def champion() -> MonthsModel:
    """Train a model on many histories, in the way of the platform, and read it from its text."""
    chance = np.random.default_rng(3)
    drawn = []
    for number in range(700):
        staff = float(chance.integers(5, 300))
        history: list[Month] = []
        for _ in range(int(chance.integers(3, PANEL_MONTHS))):
            staff = max(0.0, staff * (1 + chance.normal(-0.01, 0.06)))
            owed = int(chance.integers(0, 4)) if chance.random() < 0.4 else None
            pay = float(chance.integers(30, 90)) if chance.random() < 0.5 else None
            said = int(staff) if chance.random() < 0.9 else None
            history.append((said, owed, pay, None, None))
        drawn += rows(history, f"9111010500{number:08d}")
    named = features(panel_of(frame(drawn).known(TODAY).headcounts, TODAY)).named()
    risk = np.nan_to_num(named["cumulated_share"]) + 0.2 * np.nan_to_num(named["arrears"])
    labels = (risk + chance.normal(0, 0.1, len(risk)) > 0.2).astype(np.float64)
    keys = [str(place) for place in range(len(risk))]
    model = train(cases_of(named, keys=keys, labels=labels), {}, options_of(0))
    return MonthsModel("learned-1", artifact.from_text(*artifact.to_text(model)))


def foreseen(facts: Facts, uscc: str = USCC) -> Foreseen:
    found = foresee(facts, uscc, TODAY, champion())
    assert found is not None
    return found


@settings(deadline=None, max_examples=25)
@given(history=months, more=months)
def test_the_shares_sum_to_the_score_and_the_likelihood_is_the_one_that_was_kept(
    history: list[Month], more: list[Month]
) -> None:
    both = frame([*rows(history), *rows(more, OTHER)])
    found = foresee(both, USCC, TODAY, champion())
    if not rows(history):
        assert found is None
        return
    assert found is not None
    # To the last bit, whatever the order in which they are added.
    assert found.base + sum(one.contribution for one in found.parts) == found.margin
    assert sum(one.contribution for one in reversed(found.parts)) + found.base == found.margin
    # And what they do to the likelihood sums to it, as it is shown.
    points = sum((Decimal(str(one.points)) for one in found.parts), Decimal(str(found.start)))
    assert points == Decimal(str(found.likelihood))
    assert {one.feature for one in found.parts} <= set(NAMES)
    # What is said of one is what was kept fact by fact, and what a full judgement wrote.
    kept = in_shadow(both, {USCC, OTHER}, TODAY, champion()).filter(pl.col("uscc") == USCC)
    assert kept.select("likelihood", "low", "high").row(0) == (
        found.likelihood,
        found.low,
        found.high,
    )
    city = judge_panel(panel_of(both.known(TODAY).headcounts, TODAY), TODAY, champion())
    of_city = city.likelihoods.filter(pl.col("uscc") == USCC)
    assert of_city["learned"].to_list() == [found.likelihood]


@settings(deadline=None, max_examples=60)
@given(history=months, added=st.integers(1, 50))
def test_a_month_that_a_feature_was_not_read_from_does_not_change_it(
    history: list[Month], added: int
) -> None:
    if not rows(history):
        return
    panel = panel_of(frame(rows(history)).known(TODAY).headcounts, TODAY)
    named, seen = features(panel).named(), looks(panel, 0)
    for feature, look in seen.items():
        other = features(changed_elsewhere(panel, look.rows, added)).named()[feature]
        assert np.array_equal(named[feature], other, equal_nan=True), feature
    unseen = set(named) - set(seen)
    assert all(np.isnan(named[feature]).all() for feature in unseen)
    # Whatever is known was read from somewhere, but that nothing is owed of no month at all.
    for feature, look in seen.items():
        if not np.isnan(named[feature][0]) and feature != "arrears_before":
            assert look.rows, feature


def changed_elsewhere(panel: Panel, kept: tuple[int, ...], added: int) -> Panel:
    """Return the panel with other numbers wherever one is known, but in the rows that are kept.

    What is due and what is paid grow alike: whether a month is settled decides of others, too.
    """
    change = np.full((PANEL_MONTHS, 1), float(added))
    change[list(kept)] = 0.0
    told = {"headcount": panel.headcount + change}
    for name in ("arrears", "pay", "due", "paid"):
        values = getattr(panel, name)
        told[name] = None if values is None else values + change
    return replace(panel, **told)


def test_sentences_say_what_was_seen_and_name_the_observations() -> None:
    history: list[Month] = [(300, 0, 90.0, None, None)] * 14
    history += [(280, 0, 90.0, None, None), (240, 2, 60.0, None, None)]
    found = {one.feature: one for one in foreseen(frame(rows(history))).parts}

    lost = found["cumulated_share"]
    assert lost.value == pytest.approx(0.2)
    assert lost.parameters == {
        "value": 0.2, "percent": 20.0, "since": "2026-06", "period": "2026-09",
        "before": 300, "now": 240, "change": -60,
    }  # fmt: skip
    assert [(one.uscc, one.period, one.import_id) for one in lost.observations] == [
        (USCC, "2026-06", IMPORT),
        (USCC, "2026-09", IMPORT),
    ]
    assert spoken(lost) == (
        "Insured headcount went from 300 in 2026-06 to 240 in 2026-09: a loss of 20.0 % within"
        " three months."
    )
    assert spoken(found["arrears"], Language.ZH_CN) == "截至 2026-09，欠缴社会保险费 2 个月。"
    assert spoken(found["pay_fall"]).endswith("from 2026-03 on was CNY 90: a fall of 33.3 %.")
    assert len(found["pay_fall"].observations) == 7


def test_what_is_not_known_is_said_to_be_so() -> None:
    found = foreseen(frame(rows([(300, None, None, None, None)])))
    for one in found.parts:
        if one.feature == "headcount":
            continue
        assert (one.value, one.observations) == (None, ())
        assert "not known" in spoken(one)


def test_months_of_a_predecessor_are_named_as_its_own() -> None:
    own = frame(rows([(100, None, None, None, None)] * 2)).headcounts
    theirs = own.with_columns(pl.lit(OTHER).alias("origin"), pl.lit(7, pl.Int64).alias("version"))
    rule = {
        "uscc": USCC, "version": 1, "is_withdrawn": False, "received_on": LONG_AGO,
        "other": OTHER, "by": OTHER, "counts": "from", "month": "2026-08", "since": None,
    }  # fmt: skip
    facts = Facts(
        headcounts=pl.concat([own, theirs.select(HEADCOUNTS.names())]),
        successions=pl.DataFrame([rule], schema=Facts().successions.schema),
    )
    (count,) = (one for one in foreseen(facts).parts if one.feature == "headcount")
    assert count.value == 200
    assert [(one.uscc, one.version) for one in count.observations] == [(USCC, 1), (OTHER, 7)]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("feature", NAMES)
def test_every_feature_has_a_sentence(feature: str, language: Language) -> None:
    told = {"value", "since", "period", "before", "now", "percent", "moved"}
    assert fields(f"reasons_learned.{feature}", language) <= told
    unknown = Part(feature, None, 0.0, 0.0, {}, ())
    assert LearnedPartRead.of(unknown, language).sentence


MOVED = {
    # Persons before and now, the share that the feature says: how it is told, in both languages.
    ("month_persons", 300, 240, 0.2): ("减少 60 人", "a loss of 60"),
    ("month_persons", 240, 300, -0.25): ("增加 60 人", "a gain of 60"),
    ("year_persons", 300, 300, 0.0): ("没有变化", "no change"),
    ("window_season", 1, 1_200_001, -1.2e6): ("增加 1,200,000 人", "a gain of 1,200,000"),
    ("month_share", 300, 240, 0.2): ("减少 20.0%", "a loss of 20.0 %"),
    ("cumulated_share", 300, 317, -0.0567): ("增加 5.7%", "a gain of 5.7 %"),
    ("rolling_share", 300, 300, -0.0): ("没有变化", "no change"),
    ("year_share", 10_000, 9_999, 0.0001): ("变动不足 0.1%", "a change of less than 0.1 %"),
    ("year_share", 9_999, 10_000, -0.0001): ("变动不足 0.1%", "a change of less than 0.1 %"),
    ("month_share", 2, 100, -49.0): ("增加 4,900.0%", "a gain of 4,900.0 %"),
    ("pay_fall", 9_000.5, 6_000, 0.3334): ("降低 33.3%", "a fall of 33.3 %"),
    ("pay_fall", 8_656, 9_186.25, -0.0613): ("提高 6.1%", "a rise of 6.1 %"),
    ("pay_fall", 8_656, 8_656, 0.0): ("没有变化", "no change"),
    ("pay_fall", 8_656, 8_656.01, -1.2e-6): ("变动不足 0.1%", "a change of less than 0.1 %"),
}


@pytest.mark.parametrize("case", MOVED)
def test_a_rise_is_no_negative_fall(case: tuple[str, float, float, float]) -> None:
    feature, before, now, share = case
    said: dict[str, int | float | str] = {
        "value": share, "since": "2026-06", "period": "2026-09", "before": before, "now": now,
        "change": round(now - before, 2), "percent": round(100 * share, 1),
    }  # fmt: skip
    part = Part(feature, share, 0.1, 0.01, said, ())
    told = [spoken(part, language) for language in (Language.ZH_CN, Language.EN)]
    assert [moved in text for moved, text in zip(MOVED[case], told, strict=True)] == [True, True]
    assert not any(sign in text.replace("2026-0", "") for text in told for sign in "-+")


def test_a_share_is_told_in_words_that_an_officer_reads() -> None:
    part = Part("arrears", None, 0.31, 0.0321, {}, ())
    told = LearnedPartRead.of(part, Language.EN)
    assert told.effect == "raises the likelihood by 3.21 percentage points"
    lowers = LearnedPartRead.of(replace(part, points=-0.1), Language.ZH_CN)
    assert lowers.effect == "使可能性下降 10.00 个百分点"
    hardly = LearnedPartRead.of(replace(part, points=0.0), Language.ZH_CN)
    assert hardly.effect == "对可能性的影响不足 0.01 个百分点"


def spoken(part: Part, language: Language = Language.EN) -> str:
    return LearnedPartRead.of(part, language).sentence
