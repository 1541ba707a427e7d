"""Cells mean what people write or a workbook knows: days, times, months, districts; no mapping."""

import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from services.ingest.domain.feeds import FEEDS
from services.ingest.files.judging import judge
from services.ingest.files.reading import Sending, entries, form_of
from services.ingest.files.workbook import WorkbookBounds
from tests.unit.ingest.records import uscc

TODAY = date(2020, 9, 1)
BOUNDS = WorkbookBounds()
LAYOFFS: list[object] = ["统一社会信用代码", "报告日期", "拟裁减人数", "layoff_on"]
HEADCOUNTS: list[object] = ["uscc", "month", "insured_headcount"]
TEXTS: list[object] = ["item_id", "published_at", "text", "source"]
FORMS = [
    "yyyy-mm-dd",
    "yyyy/m/d",
    'yyyy"年"m"月"d"日"',
    '[$-804]yyyy"年"m"月"d"日";@',
    "m/d/yy h:mm",
]


def new(rows: list[list[object]], form: str, *, since_1904: bool = False) -> bytes:
    """Return a workbook of today's kind."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "date_1904": since_1904}) as book:
        page, shown = book.add_worksheet(), book.add_format({"num_format": form})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    page.write_datetime(number, place, value, shown)
                else:
                    page.write(number, place, value)
    return target.getvalue()


def old(rows: list[list[object]], form: str) -> bytes:
    """Return a workbook of Excel 97."""
    book = xlwt.Workbook(encoding="utf-8")
    page, shown = book.add_sheet("Sheet1"), xlwt.easyxf(num_format_str=form)
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, datetime):
                page.write(number, place, value, shown)
            else:
                page.write(number, place, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(folder: Path, feed: str, content: bytes, name: str) -> tuple[list[Any], list[Any]]:
    """Return what the rows say and what is wrong with them."""
    file = folder / name
    file.write_bytes(content)
    sending = Sending(file, name, FEEDS[feed], None)
    with entries(sending, form_of(sending, BOUNDS), BOUNDS) as found:
        rows = [entry for entry in found if entry.passed is None]
    judged = judge(FEEDS[feed], rows, today=TODAY, codes={})
    return (
        [(row.key, dict(row.content)) for row in judged.sifted.rows],
        [(fault.column, fault.code) for fault in judged.sifted.faults],
    )


def written(rows: list[list[object]], name: str) -> bytes:
    """Return rows as a workbook or as CSV, by the name."""
    if name.endswith(".xlsx"):
        return new(rows, "@")
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("since_1904", [False, True, None], ids=["1900", "1904", "xls"])
def test_days_are_days_however_they_are_shown(
    tmp_path: Path, form: str, since_1904: bool | None
) -> None:
    rows = [
        LAYOFFS,
        [
            uscc(1),
            datetime.fromisoformat("2020-07-31"),
            30,
            datetime.fromisoformat("2020-08-15T13:30"),
        ],
    ]
    content = old(rows, form) if since_1904 is None else new(rows, form, since_1904=since_1904)
    name = "a.xls" if since_1904 is None else "a.xlsx"
    found, faults = read(tmp_path, "layoff_report", content, name)
    assert faults == []
    [(key, said)] = found
    assert key[:2] == (uscc(1), "2020-07-31")
    assert said["layoff_on"] == date(2020, 8, 15)


@pytest.mark.parametrize("make", [new, old])
@pytest.mark.parametrize("day", [1, 31])
def test_a_month_may_be_kept_as_its_first_or_last_day(tmp_path: Path, make: Any, day: int) -> None:
    rows = [HEADCOUNTS, [uscc(1), datetime.fromisoformat(f"2020-07-{day:02}"), 30]]
    content = make(rows, 'yyyy"年"m"月"')
    name = "a.xlsx" if make is new else "a.xls"
    found, faults = read(tmp_path, "insured_headcount", content, name)
    assert ([key for key, _ in found], faults) == ([(uscc(1), "2020-07")], [])


def test_another_day_is_no_month(tmp_path: Path) -> None:
    content = new(
        [HEADCOUNTS, [uscc(1), datetime.fromisoformat("2020-07-15"), 30]], 'yyyy"年"m"月"'
    )
    found, faults = read(tmp_path, "insured_headcount", content, "a.xlsx")
    assert (found, faults) == ([], [("month", "not_a_month")])


@pytest.mark.parametrize("make", [new, old])
def test_a_time_in_a_cell_is_that_of_beijing(tmp_path: Path, make: Any) -> None:
    times = [datetime.fromisoformat("2020-07-31T10:05"), datetime.fromisoformat("2020-07-31")]
    rows = [TEXTS, *([str(n), time, "欠薪", "微博"] for n, time in enumerate(times))]
    name = "a.xlsx" if make is new else "a.xls"
    found, faults = read(tmp_path, "opinion_item", make(rows, "yyyy-mm-dd hh:mm"), name)
    assert faults == []
    assert [said["published_at"].isoformat() for _, said in found] == [
        "2020-07-31T10:05:00+08:00",
        "2020-07-31T00:00:00+08:00",
    ]


def test_a_number_that_no_workbook_calls_a_day_is_none(tmp_path: Path) -> None:
    content = new([LAYOFFS, [uscc(1), 44043, 30]], "General")
    assert read(tmp_path, "layoff_report", content, "a.xlsx")[1] == [("reported_on", "not_a_date")]


@pytest.mark.parametrize(
    "text", ["2020年7月", "2020年07月", "2020/7", "2020/07", "2020-7", "202007"]
)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_month_may_be_written_as_offices_do_year_first(
    tmp_path: Path, text: str, name: str
) -> None:
    rows = [HEADCOUNTS, [uscc(1), text, 30]]
    found, faults = read(tmp_path, "insured_headcount", written(rows, name), name)
    assert ([key for key, _ in found], faults) == ([(uscc(1), "2020-07")], [])


@pytest.mark.parametrize(
    "text", ["2020年7月31日", "2020年07月31日", "2020/7/31", "2020.7.31", "2020-7-31", "20200731"]
)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_day_may_be_written_as_offices_do_year_first(
    tmp_path: Path, text: str, name: str
) -> None:
    found, faults = read(
        tmp_path, "layoff_report", written([LAYOFFS, [uscc(1), text, 30, ""]], name), name
    )
    assert ([key[:2] for key, _ in found], faults) == ([(uscc(1), "2020-07-31")], [])


@pytest.mark.parametrize(
    "text",
    ["2020.1", "2020年13月", "7/2020", "20207", "44043", "2020/7/15", "2020年7"],
)
def test_what_may_mean_several_months_or_none_is_none(tmp_path: Path, text: str) -> None:
    rows = [HEADCOUNTS, [uscc(1), text, 30]]
    found, faults = read(tmp_path, "insured_headcount", written(rows, "a.csv"), "a.csv")
    assert (found, faults) == ([], [("month", "not_a_month")])


@pytest.mark.parametrize(
    "text", ["31/7/2020", "7/31/2020", "2020年2月30日", "44043", "2020年7月", "20.7.31"]
)
def test_what_may_mean_several_days_or_none_is_none(tmp_path: Path, text: str) -> None:
    rows = [LAYOFFS, [uscc(1), text, 30, ""]]
    assert read(tmp_path, "layoff_report", written(rows, "a.csv"), "a.csv") == (
        [],
        [("reported_on", "not_a_date")],
    )


def test_json_is_taken_at_its_word(tmp_path: Path) -> None:
    line = json.dumps({"uscc": uscc(1), "month": "202007", "insured_headcount": 3}).encode()
    assert read(tmp_path, "insured_headcount", line, "a.jsonl")[1] == [("month", "not_a_month")]


REGISTER: list[object] = ["uscc", "name", "district", "status"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("朝阳区", "110105"), ("北京市朝阳区", "110105"), ("崇文区", "110101"), ("经开区", "1101K1")],
)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_district_may_be_called_by_its_name(
    tmp_path: Path, text: str, code: str, name: str
) -> None:
    rows: list[list[object]] = [REGISTER, [uscc(1), "某公司", text, "active"]]
    found, faults = read(tmp_path, "enterprise_register", written(rows, name), name)
    assert ([said["district"] for _, said in found], faults) == ([code], [])


@pytest.mark.parametrize("text", ["浦东新区", "北京市", "310101"])
def test_what_is_no_district_of_this_city_is_none(tmp_path: Path, text: str) -> None:
    rows: list[list[object]] = [REGISTER, [uscc(1), "某公司", text, "active"]]
    assert read(tmp_path, "enterprise_register", written(rows, "a.csv"), "a.csv") == (
        [],
        [("district", "division_unknown")],
    )


STATES = [
    ("存续", "active"),
    ("存续（在营、开业、在册）", "active"),
    ("存续(在营、开业、在册)", "active"),
    ("在业", "active"),
    (" 正常 ", "active"),
    ("Active", "active"),
    ("注销", "cancelled"),
    ("吊销，已注销", "cancelled"),
    ("吊销,未注销", "revoked"),
    ("吊销（未注销）", "revoked"),
    ("迁出", "moved_out"),
    ("MOVED_OUT", "moved_out"),
]


@pytest.mark.parametrize(("text", "code"), STATES)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_state_may_be_called_as_the_registers_of_the_country_do(
    tmp_path: Path, text: str, code: str, name: str
) -> None:
    rows: list[list[object]] = [REGISTER, [uscc(1), "某公司", "110105", f'"{text}"']]
    if name.endswith(".xlsx"):
        rows[1][3] = text
    found, faults = read(tmp_path, "enterprise_register", written(rows, name), name)
    assert ([said["status"] for _, said in found], faults) == ([code], [])


@pytest.mark.parametrize("text", ["撤销", "歇业", "清算中", "不详", "未注销"])
def test_what_is_none_of_our_states_is_refused_with_the_words_that_are_taken(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(
        written([REGISTER, [uscc(1), "某公司", "110105", text]], "a.csv"),
    )
    sending = Sending(file, "a.csv", FEEDS["enterprise_register"], None)
    with entries(sending, form_of(sending, BOUNDS), BOUNDS) as found:
        rows = [entry for entry in found if entry.passed is None]
    [fault] = judge(sending.contract, rows, today=TODAY, codes={}).sifted.faults
    assert (fault.code, fault.value) == ("not_allowed", text)
    assert fault.values["expected"] == "active 存续, cancelled 注销, revoked 吊销, moved_out 迁出"


def test_every_choice_has_a_word_that_means_it_in_a_cell() -> None:
    for contract in FEEDS.values():
        for column in contract.columns:
            assert list(column.labels) == list(column.choices), (contract.name, column.name)


def test_json_gives_the_codes_of_choices(tmp_path: Path) -> None:
    line = {"uscc": uscc(1), "name": "某公司", "district": "110105", "status": "存续"}
    content = json.dumps(line).encode()
    assert read(tmp_path, "enterprise_register", content, "a.jsonl")[1] == [
        ("status", "not_allowed")
    ]


WIDE_CODE = "".join(chr(ord(sign) + 0xFEE0) for sign in uscc(1))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([WIDE_CODE, "２０２０年７月", "１２８"], 128),
        ([uscc(1), "２０２０－０７", "１，２８０"], 1280),
        ([f"　{uscc(1)}　", "2020/０７", "　30　"], 30),
        # As programs write whole numbers of a column that has blanks.
        ([uscc(1), "2020-07", "128.0"], 128),
        ([uscc(1), "2020-07", "１，２８０.００"], 1280),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_what_was_typed_as_wide_as_chinese_means_the_same(
    tmp_path: Path, row: list[object], expected: int, name: str
) -> None:
    found, faults = read(tmp_path, "insured_headcount", written([HEADCOUNTS, row], name), name)
    assert (found, faults) == (
        [((uscc(1), "2020-07"), {"insured_headcount": expected})],
        [],
    )


@pytest.mark.parametrize("text", ["12.5", "128.", ".0", '"1,28.0"', "+5", "5人", "１２．５", "二"])
def test_what_is_no_whole_number_is_none(tmp_path: Path, text: str) -> None:
    rows: list[list[object]] = [HEADCOUNTS, [uscc(1), "2020-07", text]]
    found, faults = read(tmp_path, "insured_headcount", written(rows, "a.csv"), "a.csv")
    assert (found, faults) == ([], [("insured_headcount", "not_an_integer")])


@pytest.mark.parametrize("value", ["１２８", "128.0", "128"])
def test_json_says_itself_what_is_a_number(tmp_path: Path, value: str) -> None:
    line = {"uscc": uscc(1), "month": "2020-07", "insured_headcount": value}
    assert read(tmp_path, "insured_headcount", json.dumps(line).encode(), "a.jsonl")[1] == [
        ("insured_headcount", "not_an_integer")
    ]
