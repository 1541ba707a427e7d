"""What the columns of a file hold, however it was written: numbers, moments, texts, splits."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from services.scoring.model.cases import Layout, gather
from services.scoring.model.panel import as_years, read, typed


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (["1", "2.5", "?", "-3e2"], [1.0, 2.5, None, -300.0]),
        (["1,234.5", "12", "-", "1,000,000"], [1234.5, 12.0, None, 1000000.0]),
        (["12 %", "-3.5%", "", "0%"], [12.0, -3.5, None, 0.0]),
        (
            ["2020-01-01", "2020/1/1", "NA", "2020-01-01 00:00:00.000"],
            [2020.0, 2020.0, None, 2020.0],
        ),
    ],
)
def test_numbers_as_people_write_them(written: list[str], numbers: list[float | None]) -> None:
    found = typed(pl.Series("column", written))
    assert found.dtype == pl.Float64
    assert found.round(2).to_list() == numbers


@pytest.mark.parametrize("written", [["1,2", "3,4"], ["Room 5", "7"], ["12 % off", "3"]])
def test_what_only_looks_like_numbers_stays_text(written: list[str]) -> None:
    assert typed(pl.Series("column", written)).dtype == pl.String


def test_texts_may_be_written_as_chinese_spreadsheets_do(tmp_path: Path) -> None:
    file = tmp_path / "panel.csv"
    file.write_bytes("行业,人数\n制造业,12\n".encode("gb18030"))
    assert read(file).rows() == [("制造业", 12.0)]


@pytest.mark.parametrize(
    ("moments", "years"),
    [
        ([2019, 2020], [2019.0, 2020.0]),
        ([201907, 202001], [2019.5, 2020.0]),
        ([20200101, 20190702], [2020.0, 2019.5]),
        (["2020-01", "2019-07"], [2020.0, 2019.5]),
        (["2020年", "2019年7月"], [2020.0, 2019.5]),
        (["2020年1月1日", "2019/7/2"], [2020.0, 2019.5]),
        (["2020Q1", "2019-Q3"], [2020.0, 2019.5]),
        ([date(2020, 1, 1), date(2019, 7, 2)], [2020.0, 2019.5]),
        ([datetime(2020, 1, 1, tzinfo=UTC), datetime(2019, 7, 2, 8, tzinfo=UTC)], [2020.0, 2019.5]),
    ],
)
def test_moments_are_years_and_fractions(moments: list[object], years: list[float]) -> None:
    found = as_years(typed(pl.Series("when", moments)))
    assert found.tolist() == pytest.approx(years, abs=0.01)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("part", ["train", "train", "test"]),
        ("part", ["Train", "validation", "TEST"]),
        ("tested", [False, False, True]),
        ("is_train", [1, 1, 0]),
    ],
)
def test_a_split_is_in_words_or_a_flag(name: str, words: list[object], tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"x": [1.0, 2.0, 3.0], "y": [0, 1, 1], name: words, "nested": [[1], [2], [3]]},
        strict=False,
    )
    frame.write_parquet(tmp_path / "panel.parquet")
    found = gather(read(tmp_path / "panel.parquet"), Layout("y", split=name), {})
    assert dict(zip(found.values["x"][:, 0], found.tested, strict=True)) == {1: 0, 2: 0, 3: 1}
    assert list(found.values) == ["x"]
