"""What tells more than was known beforehand is left out or asked about; nothing is silent."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from services.scoring.model.cases import Layout
from services.scoring.model.cautions import doubts, sound
from services.scoring.model.columns import typed
from services.scoring.model.errors import PanelRefused
from services.scoring.model.evaluation import Figures, Single
from services.scoring.model.folds import forward
from services.scoring.model.parts import columns_of_source, divide
from services.scoring.model.preparing import notes, prepared
from tests.unit.scoring.model.panels import firms

YEARLY = Layout("failed", "firm", "year", drop=("part",))
ROWS = Layout("failed", drop=("part", "year", "firm"))
FAILED = pl.col("failed") == 1


def last(count: int = 300) -> pl.DataFrame:
    return firms(count).filter(pl.col("year") == 2013)


def asked(frame: pl.DataFrame, layout: Layout) -> dict[str, Any]:
    """Return what is told of a panel, by code."""
    rows, odd = sound(frame.select(typed(frame[name]) for name in frame.columns), layout)
    _, _, left_out, asking = prepared(rows, layout)
    return {one.code: one.values for one in (*odd, *asking)} | {"left_out": left_out}


def test_of_a_sound_panel_nothing_is_asked() -> None:
    constant = {"left_out": {"always": "never_varies"}}
    assert asked(firms(300), YEARLY) == constant
    assert asked(firms(300), replace(YEARLY, split="part", drop=())) == constant
    assert asked(last(), ROWS) == constant


def test_a_date_that_only_events_have_tells_the_label_by_being_there() -> None:
    closed = pl.when(FAILED).then(pl.format("2015-03-{}", pl.col("firm") % 9 + 10))
    assert asked(last().with_columns(closed=closed), ROWS)["left_out"]["closed"] == "tells_label"


def test_values_that_events_alone_have_are_asked_about() -> None:
    half = FAILED & (pl.col("firm") % 2 == 0)
    frame = last(600).with_columns(
        court=pl.when(half).then(pl.col("noise")),
        state=pl.when(half).then(3).when(pl.col("firm") % 5 == 0).then(2).otherwise(1),
    )
    count = frame.filter(half).height
    assert asked(frame, ROWS)["only_events"] == {"columns": f"court ({count}), state=3 ({count})"}


def test_several_rows_of_one_case_are_noticed_where_no_id_is_named() -> None:
    found = asked(firms(300), Layout("failed", drop=("part", "year")))
    assert found["rows_of_one"] == {"columns": "firm"}


@pytest.mark.parametrize(
    ("name", "values"),
    [("cik", pl.col("firm") * 7.0), ("account", 40000 + pl.col("firm") * 97)],
)
def test_numbers_that_look_like_ids_are_asked_about(name: str, values: pl.Expr) -> None:
    assert asked(last().with_columns(values.alias(name)), ROWS)["like_ids"] == {"columns": name}


def test_text_of_which_nothing_can_be_learned_is_told() -> None:
    named = pl.format("firm {}", "firm")
    assert asked(last().with_columns(name=named), ROWS)["left_out"]["name"] == "rare_texts"


def test_who_is_learned_from_and_tested_as_well_is_told() -> None:
    by_row = pl.when(pl.col("year") % 2 == 0).then(pl.lit("train")).otherwise(pl.lit("test"))
    in_time = pl.when(pl.col("year") < 2013).then(pl.lit("train")).otherwise(pl.lit("test"))
    layout = Layout("failed", "firm", "year", "part")
    events = last().filter(FAILED).height
    both = {"count": 300, "events": events, "id": "firm"}
    assert asked(firms(300).with_columns(part=in_time), layout)["events_on_both_sides"] == both
    timeless = asked(firms(300).with_columns(part=by_row), Layout("failed", "firm", split="part"))
    assert timeless["ids_on_both_sides"] == both
    assert timeless["no_order"] == {"id": "firm"}
    # What the earlier rows say of the outcome is empty: nothing is told that was not known.
    unknown = pl.when(pl.col("part") == "test").then("failed").otherwise(1 - pl.col("failed"))
    other = asked(firms(300).with_columns(part=in_time).with_columns(failed=unknown), layout)
    assert "events_on_both_sides" not in other


def test_rows_that_are_learned_from_and_tested_again_are_told() -> None:
    again = last().head(40).with_columns(part=pl.lit("test"))
    found = asked(
        pl.concat([last().with_columns(part=pl.lit("train")), again]),
        replace(ROWS, split="part", drop=("firm", "year")),
    )
    assert found["rows_on_both_sides"]["count"] == 40


def test_histories_that_end_with_the_event_are_told() -> None:
    cut = firms(300).filter(~FAILED | (pl.col("year") < 2012))
    assert asked(cut, YEARLY)["ends_tell"] == {"id": "firm", "area": "1.00"}


def test_an_event_that_a_later_row_denies_is_told() -> None:
    """A label on the last row alone is a layout; on an earlier one it is lost."""
    by_year = [
        firms(300).with_columns(failed=pl.when(pl.col("year") == year).then("failed").otherwise(0))
        for year in (2013, 2010)
    ]
    assert "labels_change" not in asked(by_year[0], YEARLY)
    with pytest.raises(PanelRefused) as refused:
        asked(by_year[1], YEARLY)
    assert refused.value.code == "no_events_by_id"
    some = pl.concat(
        [by_year[1].filter(pl.col("firm") < 120), firms(300).filter(pl.col("firm") >= 120)]
    )
    lost = last().filter(FAILED, pl.col("firm") < 120).height
    assert asked(some, YEARLY)["labels_change"] == {"count": lost, "id": "firm"}


def test_rows_of_a_split_that_are_neither_are_set_aside_and_told() -> None:
    words = pl.when(pl.col("firm") % 6 == 0).then(pl.lit("embargo")).otherwise("part")
    found = asked(firms(300).with_columns(part=words), Layout("failed", "firm", "year", "part"))
    assert found["rows_set_aside"] == {"count": 200, "column": "part", "words": "“embargo”"}


def test_a_guess_at_the_event_is_told() -> None:
    said = pl.when(FAILED).then(pl.lit("bad")).otherwise(pl.lit("good"))
    found = asked(last().with_columns(failed=said), ROWS)
    assert found["event_guessed"] == {"column": "failed", "value": "bad"}


def test_moments_that_are_no_years_are_told() -> None:
    found = asked(firms(300).with_columns(year=pl.col("year") - 2009), YEARLY)
    assert found["time_counted"] == {"column": "year"}


def test_a_panel_is_told_as_it_was_understood() -> None:
    ended = firms(600).filter(pl.col("year") <= 2010 + pl.col("firm") % 4)
    ended = ended.with_columns(year=pl.format("{}-12-31", "year"))
    cases, *_ = prepared(ended, YEARLY)
    fold = forward(cases, 1.0)
    assert fold is not None
    said = {one.code: one.values for one in notes(ended, cases, [fold], "forward", YEARLY)}
    assert said["event"] == {"column": "failed", "value": "“1”", "others": "“0”"}
    assert said["forward"] == {"until": "2011-12", "since": "2012-12"}
    layout = Layout("failed", "firm", "year", "part")
    said = {one.code: one.values for one in notes(firms(60), cases, [fold], "split", layout)}
    assert said["split"] == {"column": "part", "tested": "“test”", "learned": "“train”"}


def test_what_is_too_good_is_asked_about() -> None:
    def figures(area: float) -> Figures:
        return Figures(200, 50, area, 0.9, None, None, {10: 1.0})

    def codes(model: float, one: float) -> list[str]:
        found = doubts(figures(model), Single("last(x)", 0.5, one), (), "last(x)")
        return [caution.code for caution in found]

    assert codes(0.95, 0.9) == []
    assert codes(0.999, 0.9) == ["too_well"]
    assert codes(0.999, 0.985) == ["one_too_well"]


def test_parts_by_too_many_values_are_refused() -> None:
    cases, *_ = prepared(last(), ROWS)
    with pytest.raises(PanelRefused) as refused:
        divide(cases, "assets")
    assert (refused.value.code, refused.value.values["count"]) == ("many_parts", 300)


def test_what_is_not_looked_at_is_no_part_and_no_source() -> None:
    cases, *_ = prepared(last(), ROWS)
    with pytest.raises(PanelRefused) as refused:
        divide(cases, "nope")
    assert refused.value.code == "not_looked_at"
    assert refused.value.values["columns"] == "always, assets, debt, noise, trade"
    assert columns_of_source(cases, "trades", ("trade", "debt")) == {
        "debt",
        "trade=bank",
        "trade=mill",
        "trade=shop",
    }
    for prefixes in (("nope",), ("a", "d", "n", "t")):
        with pytest.raises(PanelRefused) as refused:
            columns_of_source(cases, "one", prefixes)
        assert refused.value.code == "no_source"
