"""Panels as people bring them: refused with the way out, or used and what is odd told."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from services.scoring.model.backtest import Asked, Reported, backtest
from services.scoring.model.cases import Layout
from services.scoring.model.columns import typed
from services.scoring.model.errors import PanelRefused
from services.scoring.model.panel import read
from services.scoring.model.report import as_json, page
from services.scoring.model.training import Options
from shared.messages import Language, say
from tests.unit.scoring.model.panels import firms

LAYOUT = Layout("failed", "firm", "year", "part")
ROWS = Layout("failed", drop=("part",))
Change = Callable[[pl.DataFrame], pl.DataFrame]


def written(frame: pl.DataFrame) -> pl.DataFrame:
    """Read it as it would be read from a file."""
    return frame.select(typed(frame[name]) for name in frame.columns)


def nothing_of(column: str) -> Change:
    return lambda frame: frame.with_columns(pl.lit(None, pl.String).alias(column))


def always(column: str, value: object) -> Change:
    return lambda frame: frame.with_columns(pl.lit(value).alias(column))


@pytest.mark.parametrize(
    ("change", "layout", "code", "said"),
    [
        (nothing_of("firm"), LAYOUT, "no_ids", "--id"),
        (nothing_of("year"), LAYOUT, "no_times", "--time"),
        (nothing_of("failed"), LAYOUT, "no_labels", "--label"),
        (always("failed", 1), LAYOUT, "one_outcome", "Add cases to which it did not happen"),
        (always("failed", 0), LAYOUT, "no_events_by_id", "--positive"),
        (always("failed", 0), ROWS, "no_events", "--positive"),
        (always("part", "train"), LAYOUT, "no_split", "It holds: “train”."),
        (always("year", "第二年"), LAYOUT, "no_time", "“第二年”"),
        (lambda frame: frame.head(10), ROWS, "few_events", "--id and --time"),
        (lambda frame: frame.head(40), LAYOUT, "few_events_by_id", "Is firm what names a case?"),
        # Whoever takes a year for the id has four cases, none of which may be an event.
        (
            lambda frame: frame.with_columns(firm="year"),
            Layout("failed", "firm", "year"),
            "few_events_by_id",
            "leave --id and --time out",
        ),
        (
            lambda frame: frame.select("firm", "year", "failed", "part", "always"),
            LAYOUT,
            "no_features",
            "constant",
        ),
        (
            lambda frame: frame.select("failed", "part", told=pl.col("failed") * 2),
            ROWS,
            "no_features",
            "(told)",
        ),
    ],
)
def test_what_cannot_be_learned_from_is_refused_with_a_way_out(
    change: Change, layout: Layout, code: str, said: str
) -> None:
    with pytest.raises(PanelRefused) as refused:
        backtest(written(change(firms(200))), Asked(layout))
    assert refused.value.code == code
    assert said in told(refused.value, Language.EN)
    assert told(refused.value, Language.ZH_CN)


def told(refused: PanelRefused, language: Language) -> str:
    return say(f"model.refused_{refused.code}", language, **refused.values)


def test_an_option_about_a_column_that_is_not_there_is_no_silent_wish() -> None:
    asked = Asked(LAYOUT, Options(monotone={"debts": 1}))
    with pytest.raises(PanelRefused) as refused:
        backtest(written(firms()), asked)
    assert refused.value.code == "not_looked_at"
    assert "debts. It looks at: always, assets, debt, noise, trade" in told(
        refused.value, Language.EN
    )


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"a,b,y\n1,2,0\n1,2,3,4\n", "ragged"),
        ("a.csv", b"PK\x03\x04 and so on", "workbook"),
        ("a.xlsx", b"PK\x03\x04 and so on", "workbook"),
        ("a.parquet", b"hello", "unreadable"),
        ("a.csv", b"", "unreadable"),
        ("a.csv", b"a,b\n", "empty"),
        ("a.csv.gz", b"a,b\n1,2\n", "unreadable"),
    ],
)
def test_files_that_are_none_are_refused(
    name: str, content: bytes, code: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(PanelRefused) as refused:
        read(file)
    assert refused.value.code == code
    assert name in told(refused.value, Language.EN)


def cautions(found: Reported) -> dict[str, Mapping[str, Any]]:
    return {one.code: one.values for one in found.cautions}


def test_what_is_odd_about_a_panel_is_told_and_the_rest_is_used() -> None:
    frame = firms(300)
    odd = pl.concat(
        [
            frame,
            frame.head(3),
            frame.head(5).with_columns(pl.lit(None, pl.Int64).alias("firm")),
            frame.head(2).with_columns(pl.lit(None, pl.Int32).alias("year"), noise=pl.lit(9.0)),
        ]
    )
    found = backtest(written(odd), Asked(LAYOUT, groups=("always", "assets<0")))
    told_ = cautions(found)
    assert told_["rows_repeated"] == {"count": 3}
    assert told_["rows_without_id"] == {"count": 5, "column": "firm"}
    assert told_["rows_without_time"] == {"count": 2, "column": "year"}
    assert told_["parts_silent"] == {"parts": "assets<0"}
    assert found.groups.keys() == {"always=7", "assets>=0"}
    assert (found.cases, found.rows) == (300, 1205)
    assert as_json(found)["cautions"][0]["code"] == "rows_without_id"
    for language in Language:
        shown = page(found, language)
        assert all(
            say(f"model.caution_{code}", language, **values) in shown
            for code, values in told_.items()
        )


def test_figures_by_few_events_or_no_better_than_one_column_say_so() -> None:
    noise = firms(200).select("firm", "year", "part", "noise", "failed")
    few = noise.filter((pl.col("part") == "train") | (pl.col("firm") < 140))
    found = cautions(backtest(written(few), Asked(LAYOUT)))
    assert found["few_tested"]["events"] < 10
    sound = backtest(written(firms()), Asked(LAYOUT))
    assert cautions(sound) == {}
    # Of 200 tested, those ranked first hold far more events than any ten would.
    assert "In words: of the 10 ranked first" in page(sound, Language.EN)
