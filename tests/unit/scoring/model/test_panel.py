"""What the columns of a file hold, however it was written: numbers, moments, texts, splits."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from services.scoring.model.cases import Layout, gather
from services.scoring.model.columns import as_years, plain, typed
from services.scoring.model.errors import PanelRefused
from services.scoring.model.panel import read
from services.scoring.model.words import events


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (["1", "2.5", "?", "-3e2"], [1.0, 2.5, None, -300.0]),
        (["1,234.5", "12", "-", "1,000,000"], [1234.5, 12.0, None, 1000000.0]),
        (["12 %", "-3.5%", "", "0%"], [12.0, -3.5, None, 0.0]),
        (["1,234.5", "12345", "空", "n/a", "１２，３４５"], [1234.5, 12345.0, None, None, 12345.0]),
        (["1.2万元", "5000元", "0.3亿", "¥12"], [12000.0, 5000.0, 30000000.0, 12.0]),
        (["(1,200)", "35", "--"], [-1200.0, 35.0, None]),
        (["−3.5", "'12", "1\u00a0234"], [-3.5, 12.0, 1234.0]),
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


def test_the_few_amounts_that_are_written_with_thousands_are_no_words() -> None:
    """The largest firms alone pass a thousand: unread, they would be the unknown ones."""
    written = ["5.5"] * 99 + ["1,234"]
    assert typed(pl.Series("column", written)).to_list() == [5.5] * 99 + [1234.0]


@pytest.mark.parametrize("written", [["1,2", "3,4"], ["Room 5", "7"], ["12 % off", "3"]])
def test_what_only_looks_like_numbers_stays_text(written: list[str]) -> None:
    assert typed(pl.Series("column", written)).dtype == pl.String


def test_texts_may_be_written_as_chinese_spreadsheets_do(tmp_path: Path) -> None:
    file = tmp_path / "panel.csv"
    file.write_bytes("行业,人数\n制造业,12\n".encode("gb18030"))
    assert read(file).frame.rows() == [("制造业", 12.0)]


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
        (["2020", "2019-07"], [2020.0, 2019.5]),
        (["2020.0", "2019.25"], [2020.0, 2019.25]),
        (["2020.1.1", "2019.7.2"], [2020.0, 2019.5]),
        (["2020-01-01 00:00", "2019-07-02T08:00:00+08:00"], [2020.0, 2019.5]),
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
        ("part", ["训练集", "验证集", "测试集"]),
        ("part", ["train", "train", "validation"]),
        ("part", [None, None, "holdout"]),
        ("是否训练", ["是", "是", "否"]),
        ("是否训练", [1, 1, 0]),
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
    found = gather(read(tmp_path / "panel.parquet").frame, Layout("y", split=name), {})
    assert dict(zip(found.values["x"][:, 0], found.tested, strict=True)) == {1: 0, 2: 0, 3: 1}
    assert list(found.values) == ["x"]


def test_a_day_is_a_whole_year_after_the_same_day_of_the_year_before() -> None:
    """Else an embargo of a year leaves out a year of cases, or none, by where leap years lie."""
    days = [f"{year}-12-31" for year in range(2006, 2014)]
    assert np.diff(as_years(pl.Series("when", days))) == pytest.approx([1.0] * 7, abs=1e-9)
    assert as_years(pl.Series("when", ["2007年"])).tolist() == [2007.0]
    same = [as_years(typed(pl.Series("when", [said])))[0] for said in ("2007-12", "200712")]
    assert same == pytest.approx([2007 + 11 / 12] * 2, abs=1e-9)


def test_months_behind_a_point_are_months_as_they_are_written() -> None:
    found = as_years(plain(pl.Series("when", ["2020.1", "2019.10", "2019.7"])))
    assert found.tolist() == pytest.approx([2020.0, 2019.75, 2019.5])


def test_words_among_moments_are_named_and_the_years_are_not() -> None:
    with pytest.raises(PanelRefused) as refused:
        as_years(pl.Series("year", ["2015", "合计", "2016", "未知", "合计"]))
    assert refused.value.values == {"column": "year", "value": "“合计”, “未知”", "count": 3}


def test_a_word_among_many_numbers_says_why_there_is_none_and_is_told(tmp_path: Path) -> None:
    amounts = ["not disclosed" if i % 5 == 0 else str(i * 1.5) for i in range(60)]
    since = ["unknown" if i % 5 == 0 else str(2015 + i % 3) for i in range(60)]
    pl.DataFrame({"amount": amounts, "since": since}).write_csv(tmp_path / "panel.csv")
    panel = read(tmp_path / "panel.csv")
    # Few different years are kinds, and so is the word beside them.
    assert panel.frame.dtypes == [pl.Float64, pl.String]
    assert panel.frame["amount"].null_count() == 12
    assert [(one.code, one.values["columns"]) for one in panel.odd] == [
        ("words_unread", "amount (12: “not disclosed”)")
    ]


def test_numbers_that_cannot_be_read_are_told_and_blank_lines_are_none(tmp_path: Path) -> None:
    lines = "".join(f"{i},5;Room {i};{i}.5\n\n" for i in range(20))
    (tmp_path / "panel.csv").write_text(f"a;b;c\n{lines}")
    panel = read(tmp_path / "panel.csv")
    assert panel.frame.height == 20
    assert panel.frame.dtypes == [pl.String, pl.String, pl.Float64]
    assert [(one.code, one.values["columns"]) for one in panel.odd] == [
        ("numbers_unread", "a (“0,5”)")
    ]


def test_shares_with_and_without_their_sign_are_told(tmp_path: Path) -> None:
    (tmp_path / "panel.csv").write_text("a,b\n12%,1%\n0.12,2%\n3%,3%\n")
    panel = read(tmp_path / "panel.csv")
    assert [(one.code, one.values["columns"]) for one in panel.odd] == [("percents_mixed", "a (2)")]


@pytest.mark.parametrize("written", ["0012,1\n12,0\n", "1E5,1\n100000,0\n"])
def test_ids_stay_as_they_are_written(written: str, tmp_path: Path) -> None:
    (tmp_path / "panel.csv").write_text(f"firm,y\n{written}")
    assert read(tmp_path / "panel.csv", {"firm", "y"}).frame["firm"].n_unique() == 2


def test_the_last_digits_of_long_ids_are_not_rounded_away(tmp_path: Path) -> None:
    ids = [911100000000000001, 911100000000000002]
    for ending in ("csv", "parquet"):
        file = tmp_path / f"panel.{ending}"
        frame = pl.DataFrame({"firm": ids, "y": [0, 1]})
        frame.write_csv(file) if ending == "csv" else frame.write_parquet(file)
        found = gather(read(file, {"firm", "y"}).frame, Layout("y", "firm"), {})
        assert found.keys == tuple(str(one) for one in ids)


def test_a_name_that_the_header_repeats_is_told_and_refused_where_it_is_meant(
    tmp_path: Path,
) -> None:
    (tmp_path / "panel.csv").write_text("a,b,a,y\n1,2,3,0\n4,5,6,1\n")
    panel = read(tmp_path / "panel.csv", {"y"})
    assert panel.frame.columns == ["a", "b", "a_duplicated_0", "y"]
    assert [(one.code, one.values) for one in panel.odd] == [("headers_repeated", {"columns": "a"})]
    with pytest.raises(PanelRefused) as refused:
        read(tmp_path / "panel.csv", {"a"})
    assert (refused.value.code, refused.value.values) == ("header_repeated", {"column": "a"})


def test_a_text_two_bytes_wide_is_read(tmp_path: Path) -> None:
    (tmp_path / "panel.csv").write_bytes("行业\t 人数\n制造业\t12\n".encode("utf-16"))
    assert read(tmp_path / "panel.csv").frame.to_dicts() == [{"行业": "制造业", "人数": 12.0}]


def test_types_of_parquet_are_read_as_what_they_hold(tmp_path: Path) -> None:
    pl.DataFrame(
        {
            "amount": [Decimal("1.50"), None],
            "listed": [True, False],
            "kind": pl.Series(["a", "b"], dtype=pl.Categorical),
            "founded": [date(2019, 7, 1), date(2020, 1, 1)],
            "length": [timedelta(1), timedelta(2)],
            "many": [[1], [2]],
        }
    ).write_parquet(tmp_path / "panel.parquet")
    panel = read(tmp_path / "panel.parquet")
    assert panel.frame.rows() == [(1.5, 1.0, "a", 2019.5), (None, 0.0, "b", 2020.0)]
    assert panel.odd[0].values == {"columns": "length, many"}


@pytest.mark.parametrize(
    ("said", "positive", "wanted", "guessed"),
    [
        (["1", "0", "0"], None, {"1"}, False),
        (["1.0", "0.0", "0.0"], None, {"1"}, False),
        (["TRUE", "false", "false"], None, {"true"}, False),
        (["failed", "alive", "failed"], None, {"failed"}, False),
        (["违约", "正常", "违约"], None, {"违约"}, False),
        (["bankrupt", "going concern", "bankrupt"], None, {"bankrupt"}, False),
        (["inactive", "active", "inactive"], None, {"inactive"}, False),
        (["bad", "good", "good"], None, {"bad"}, True),
        (["2", "1", "1"], None, {"2"}, True),
        (["true", "false", "false"], "1", {"true"}, False),
        (["1", "0", "0"], "True", {"1"}, False),
        (["a", "b", "c"], "B", {"b"}, False),
    ],
)
def test_which_word_means_the_event(
    said: list[str], positive: str | None, wanted: set[str], guessed: bool
) -> None:
    assert events(pl.Series("label", said), positive) == (frozenset(wanted), guessed)
