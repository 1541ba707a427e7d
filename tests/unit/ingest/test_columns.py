"""The fast way takes the same rows as the judge, with the same values, and leaves it the rest."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ingest.columns.mapped import goes_by_cells
from services.ingest.columns.reading import ROW, Chunk, chunks, layout_of
from services.ingest.columns.register import Codes
from services.ingest.columns.usccs import good_usccs, numbers
from services.ingest.domain.contract import Column, FeedContract, Kind, Target
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import Fault
from services.ingest.domain.values import Value
from services.ingest.files import reading
from services.ingest.files.judging import Judged, judge
from services.ingest.files.reading import Form, Sending
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.model import FeedMapping, Format
from services.ingest.mapping.reading import read_mapping
from shared.codes.uscc import ALPHABET, UsccRefused, check_character, check_uscc
from tests.unit.ingest.records import a_headcount, uscc

TODAY = date(2020, 8, 3)
HEADCOUNT = FEEDS["insured_headcount"]
LAYOFFS = FEEDS["layoff_report"]
BOUNDS = WorkbookBounds(inflated=1024 * 1024)
Taken = Mapping[int, Mapping[str, Value]]


def sending_of(path: Path, feed: str = "insured_headcount") -> Sending:
    """Return a file as it was sent, without a mapping."""
    return Sending(path, path.name, FEEDS[feed], None)


def by_rows(sending: Sending, form: Form) -> tuple[Taken, Sequence[Fault]]:
    """Return what the judge alone takes and refuses."""
    with reading.entries(sending, form, BOUNDS) as found:
        sent = [entry for entry in found if entry.passed is None]
        judged = judge(sending.contract, sent, today=TODAY, codes={})
    return taken_of(judged, sending), judged.as_sent(judged.faults(judged.sifted.faults))


def taken_of(judged: Judged, sending: Sending) -> Taken:
    """Return rows by their numbers, each with all that it says."""
    keys = sending.contract.key
    return {
        judged.entries[row.index].number: {
            **dict(zip(keys, row.key, strict=True)),
            **row.content,
        }
        for row in judged.sifted.rows
    }


def by_columns(
    sending: Sending, form: Form, *, after: int = 0
) -> tuple[Taken, Sequence[Fault], int] | None:
    """Return what the fast way takes and refuses, and how many rows it judged itself."""
    layout = layout_of(sending, form)
    if layout is None:
        return None
    taken: dict[int, Mapping[str, Value]] = {}
    faults: list[Fault] = []
    fast = rows = 0
    for chunk in chunks(sending, layout, today=TODAY, after=after):
        judged = judge(sending.contract, chunk.rest, today=TODAY, codes={})
        taken |= {**good_of(chunk, sending), **taken_of(judged, sending)}
        faults += judged.as_sent(judged.faults(judged.sifted.faults))
        fast += chunk.good.height
        rows += chunk.rows
    assert rows == layout.rows - after
    return taken, faults, fast


def good_of(chunk: Chunk, sending: Sending) -> Taken:
    """Return the good rows of a chunk as the judge would have read them."""
    months = {column.name for column in sending.contract.columns if column.kind == "month"}
    keys = set(sending.contract.key)

    def read(name: str, value: Value) -> Value:
        text = str(value)[:7] if name in months else str(value)
        return text if name in keys or name in months else value

    return {
        row[ROW]: {
            name: read(name, value)
            for name, value in row.items()
            if name != ROW and value is not None
        }
        for row in chunk.good.to_dicts()
    }


USCCS = st.one_of(
    st.integers(0, 40).map(uscc),
    st.integers(0, 40).map(lambda number: uscc(number)[:-1] + "A"),
    st.sampled_from([uscc(1).lower(), f" {uscc(2)}", uscc(3)[:17], "", "９" * 6, "9" * 18]),
)
MONTHS = st.sampled_from(
    ["2020-07", "2020-08", "2020-09", "1989-12", "1990-01", "2020-7", "2020-07-01", "0000-01", ""]
)
INTEGERS = st.one_of(
    st.integers(-2, 10_000_001).map(str),
    st.sampled_from(["", " ", "007", "-0", "1,280", "12.0", "1e3", "９", "9" * 19, "x", "true"]),
)
AMOUNTS = st.one_of(
    st.decimals(-1, 1_000_000_000_001, places=2).map(str),
    st.sampled_from(["", "1.005", "-0.00", ".5", "5.", "1,280.50", "0.10", "1e2", " 3 ", "９"]),
)
BLANKS = ("\u3000", "\x85", "\x1c")
ROWS = st.tuples(USCCS, MONTHS, INTEGERS, INTEGERS, AMOUNTS, st.sampled_from(["", "x", *BLANKS]))
HEADS = ("uscc", "所属月份", "Insured headcount", "left", "due", "")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(ROWS, min_size=1, max_size=12),
    cut=st.lists(st.integers(1, 8), min_size=12, max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
)
def test_a_table_is_judged_alike(
    tmp_path: Path, rows: list[tuple[str, ...]], cut: list[int], end: str, bom: bool
) -> None:
    path = tmp_path / "sent.csv"
    lines = [",".join(row[:many]) for row, many in zip(rows, cut, strict=False)]
    body = end.join([",".join(HEADS), *lines])
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + body.encode())
    sending = sending_of(path)
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    if found is None:
        return  # a blank line, say: the whole file goes the other way
    assert found[:2] == by_rows(sending, form)
    half = by_columns(sending, form, after=len(lines) // 2)
    assert half is not None
    assert half[0] == {row: said for row, said in found[0].items() if row > len(lines) // 2 + 1}


def test_good_rows_of_a_table_need_no_judge(tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    lines = [f"{uscc(number)},2020-07,{number},3,{number}.5,\n" for number in range(50)]
    path.write_text(",".join(HEADS) + "\n" + "".join(lines), encoding="utf-8")
    found = by_columns(sending_of(path), reading.form_of(sending_of(path), BOUNDS))
    assert found is not None
    assert (len(found[0]), found[1], found[2]) == (50, [], 50)
    assert found[0][12] == {
        "uscc": uscc(10),
        "month": "2020-07",
        "insured_headcount": 10,
        "left": 3,
        "due": Decimal("10.50"),
    }


OBJECTS = st.fixed_dictionaries(
    {
        "uscc": st.one_of(USCCS, st.none()),
        "month": st.one_of(MONTHS, st.just(202007)),
        "insured_headcount": st.one_of(
            st.integers(-2, 10_000_001),
            st.sampled_from([1.0, 1.5, True, "12", None, 10**20, [1], float("nan"), -0.0]),
        ),
    },
    optional={
        "due": st.one_of(AMOUNTS, st.integers(0, 99), st.sampled_from([1.25, 1.005, 1e30, None])),
        "left": st.one_of(st.integers(0, 9), st.none()),
        "note": st.just("x"),
    },
)
ODD_LINES = st.sampled_from(
    [
        '{"uscc":"a","uscc":"b","month":"2020-07","insured_headcount":1}',
        '{"uscc":"\\u0041","month":"2020-07","insured_headcount":01}',
        "[1]",
        "{",
        '{"month": "2020-07", "insured_headcount": 3, "uscc": "91110105000000001Y"}',
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.one_of(OBJECTS, ODD_LINES), max_size=12),
    first=st.sampled_from([{}, {"due": "1.50", "left": None}, {"left": 2, "due": 3.5}]),
    tight=st.booleans(),
)
def test_objects_are_judged_alike(
    tmp_path: Path, records: list[Any], first: dict[str, Any], tight: bool
) -> None:
    path = tmp_path / "sent.ndjson"
    separators = (",", ":") if tight else (", ", ": ")
    lines = [
        record
        if isinstance(record, str)
        else json.dumps(record, ensure_ascii=False, separators=separators)
        for record in [{**a_headcount(7), **first}, *records]
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sending = sending_of(path)
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    assert found is not None
    assert found[:2] == by_rows(sending, form)
    assert found[2] >= 1


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(USCCS, MONTHS, INTEGERS, AMOUNTS), min_size=1, max_size=8))
def test_parquet_of_texts_is_judged_alike(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    path = tmp_path / "sent.parquet"
    frame = pl.DataFrame(rows, schema=["uscc", "month", "insured_headcount", "due"], orient="row")
    frame.with_columns(uscc=pl.col("uscc").replace("", "x")).write_parquet(path)
    sending = sending_of(path)
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    assert found is not None
    assert found[:2] == by_rows(sending, form)


def test_typed_parquet_means_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "sent.parquet"
    pl.DataFrame(
        {
            "uscc": [uscc(1), uscc(2), uscc(3)],
            "month": ["2020-07"] * 3,
            "insured_headcount": [12.0, 7.0, 1.5],
            "due": pl.Series(["1.50", "2", None]).cast(pl.Decimal(12, 2)),
            "left": pl.Series([1, None, 3], dtype=pl.UInt8),
        }
    ).write_parquet(path)
    found = by_columns(sending_of(path), Form(Format.PARQUET, None))
    assert found is not None
    assert [(said["insured_headcount"], said.get("due")) for said in found[0].values()] == [
        (12, Decimal("1.50")),
        (7, Decimal("2.00")),
    ]
    assert [(fault.row, fault.code) for fault in found[1]] == [(4, "not_an_integer")]


@pytest.mark.parametrize(
    "body",
    [
        'uscc,month,insured_headcount\n"a,2020-07,1\nb",2020-07,2\n',
        'uscc,month,insured_headcount\na"b,2020-07,1\nc,"2020-07,2\n',
        'uscc,month,insured_headcount\n"a""b",2020-07,1\n',
        'uscc,month,insured_headcount\n "a",2020-07,1\n',
        'uscc,month,insured_headcount\n"a" ,2020-07,1\n',
        'uscc,month,insured_headcount\na,2020-07,1\n"","",""\n',
        '"uscc","month","insured_headcount"\n"a","2020-07","1"\n"uscc","month","x"\n',
        "uscc,month,insured_headcount\na,2020-07,1\n\n",
        "uscc,month,insured_headcount\n\na,2020-07,1\n",
        "uscc,month,insured_headcount\na,2020-07,1\n,\u3000, \n",
        "uscc,month,insured_headcount\na,2020-07,1\n  ",
        "uscc,month,insured_headcount\na,2020-07,1\n uscc,month,insured_headcount\n",
        "uscc,month,insured_headcount\na,2020-07,1\rb,2020-07,2\n",
        "uscc,month,insured_headcount\na,2020-07," + "1" * 200_000 + "\n",
    ],
)
def test_a_table_whose_lines_may_be_no_rows_goes_the_other_way(tmp_path: Path, body: str) -> None:
    path = tmp_path / "sent.csv"
    path.write_bytes(body.encode())
    assert layout_of(sending_of(path), Form(Format.CSV, "utf-8")) is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_cell_behind_a_blank_one_without_a_header_is_not_lost(tmp_path: Path, end: str) -> None:
    path = tmp_path / "sent.csv"
    rows = [f"{uscc(number)},2020-07,3{more}" for number, more in enumerate(["", ",", ",,x", ",,"])]
    path.write_bytes(end.join(["uscc,month,insured_headcount", *rows, ""]).encode())
    sending = sending_of(path)
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    assert found is not None
    assert found[:2] == by_rows(sending, form)
    assert [(fault.row, fault.code) for fault in found[1]] == [(4, "cell_without_header")]


def an_object(number: int, *, due: str = "null") -> bytes:
    """Return a line of JSON."""
    members = f'"uscc":"{uscc(number)}","month":"2020-07","insured_headcount":3,"due":{due}'
    return f"{{{members}}}".encode()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (an_object(5) + b",", "not_json"),
        (an_object(5) + b",,{}", "not_json"),
        (an_object(5, due='1.5"'), "not_json"),
        (an_object(5, due='"1.5'), "not_json"),
        ("\u3000".encode() + an_object(5), "not_json"),
        (an_object(5).replace(b"2020", b"\xff\xfe"), "not_utf8"),
        (b"\xe4", "not_utf8"),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_that_is_no_json_spoils_itself_alone(
    tmp_path: Path, line: bytes, code: str, end: bytes
) -> None:
    path = tmp_path / "sent.ndjson"
    before, behind = an_object(1, due='"2.50"'), an_object(2, due="2.5")
    path.write_bytes(end.join([before, line, line, behind, b""]))
    sending = sending_of(path)
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    assert found is not None
    assert found[:2] == by_rows(sending, form)
    assert [(fault.row, fault.code) for fault in found[1]] == [(2, code), (3, code)]
    assert found[0].keys() == {1, 4}


def test_a_last_line_that_is_cut_off_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "sent.ndjson"
    path.write_bytes(an_object(1) + b"\n" + an_object(2)[:-9])
    sending = sending_of(path)
    found = by_columns(sending, reading.form_of(sending, BOUNDS))
    assert found is not None
    assert [(fault.row, fault.code) for fault in found[1]] == [(2, "line_truncated")]


OTHERS = [
    contract
    for contract in FEEDS.values()
    if contract.target is Target.OBSERVATIONS and contract.period.name in contract.key
]
ODD = st.one_of(
    st.sampled_from(["", " ", "x", "是", "null", "\u3000", "a\u200eb"]),
    st.sampled_from(["+5", "-1", "007", "0", "1.5", "1.005", "1e3", "９", "9" * 20]),
    st.sampled_from(
        ["2020-07", "2020-13", "2020-07-15", "2020-07-15T08:00:00+08:00", "2030-01-01"]
    ),
)


def cells_of(column: Column) -> st.SearchStrategy[str]:
    """Return what may stand in a column: mostly what the contract itself gives for an example."""
    good = [*column.examples, *column.choices] or ["1"]
    if column.kind is Kind.USCC:
        return st.one_of(USCCS, st.integers(0, 40).map(uscc))
    return st.one_of(st.sampled_from(good), st.sampled_from(good), ODD)


@pytest.mark.parametrize("contract", OTHERS, ids=lambda contract: contract.name)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(["csv", "ndjson", "parquet"]))
def test_each_row_of_any_feed_has_one_fate(
    tmp_path: Path, contract: FeedContract, data: st.DataObject, kind: str
) -> None:
    names = [column.name for column in contract.columns]
    row = st.tuples(*(cells_of(column) for column in contract.columns))
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    path = tmp_path / f"sent.{kind}"
    match kind:
        case "csv":
            frame.write_csv(path, quote_style="never")
        case "ndjson":
            frame.write_ndjson(path)
        case _:
            frame.write_parquet(path)
    sending = Sending(path, path.name, contract, None)
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    if found is None:
        assert kind == "csv"  # a blank line: the whole file goes the other way
        return
    taken, faults, _ = found
    assert (taken, faults) == by_rows(sending, form)
    refused = {fault.row for fault in faults}
    assert len(taken) + len(refused) == len(rows)
    assert not refused & taken.keys()


def quoted(cell: str, how: bool) -> str:
    """Write a cell in quotes, as one with a comma has to be."""
    return f'"{cell}"' if how or "," in cell else cell


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(ROWS, st.lists(st.booleans(), min_size=6, max_size=6)), min_size=1),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_cells_in_quotes_and_of_any_encoding_are_judged_alike(
    tmp_path: Path, rows: list[tuple[tuple[str, ...], list[bool]]], encoding: str, end: str
) -> None:
    path = tmp_path / "sent.csv"
    lines = [",".join(map(quoted, row, how)) for row, how in rows]
    heads = ",".join(quoted(head, how=bool(head)) for head in HEADS)
    path.write_bytes(end.join([heads, *lines, ""]).encode(encoding))
    sending = sending_of(path)
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    assert found is not None
    assert found[:2] == by_rows(sending, form)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_good_rows_in_quotes_need_no_judge(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "sent.csv"
    rows = [f'"{uscc(number)}","2020-07","{number}","3","","1,280.50"' for number in range(50)]
    rows += [f'"{uscc(99)}","2020-07","5","3","",""']
    heads = ["统一社会信用代码", "所属月份", "Insured headcount", "left", "joined", "due"]
    path.write_text("\n".join([",".join(heads), *rows]) + "\n", encoding=encoding)
    sending = sending_of(path)
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    assert found is not None
    assert found[:2] == by_rows(sending, form)
    # A comma in an amount is no cut between cells: the judge takes those lines apart.
    assert (len(found[0]), found[2]) == (51, 1)
    assert found[0][2]["due"] == Decimal("1280.50")


MAPPED = """
feed: insured_headcount
file: {format: csv, delimiter: ;}
nulls: ["—"]
columns:
  uscc: {first: [代码, 备用代码]}
  month: {from: 期间, date: [YYYY年M月, YYYYMM]}
  insured_headcount: {from: 人数, number: {units: {人: 1}}}
  left: {from: 减员, unreadable: unknown, number: plain, optional: true}
  due: {from: 应缴, amount: {units: {"": 10000, 元: 1}, currencies: {人民币: 1}, currency: 人民币}}
ignore: [备注]
"""
SAID = st.tuples(
    st.one_of(USCCS, st.just("—")),
    USCCS,
    st.sampled_from(["2020年7月", "202007", "2020年13月", "七月", "", "—"]),
    st.one_of(INTEGERS, st.integers(0, 99).map("{}人".format), st.just("—")),
    st.sampled_from(["3", "", "—", "若干", "4人"]),
    st.sampled_from(["1.5", "15000元", "", "—", "若干", "9" * 30]),
    st.sampled_from(["", "x", "—"]),
)


def mapping_of(text: str) -> FeedMapping:
    """Read a mapping."""
    return read_mapping(text.encode())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(SAID, min_size=1, max_size=12))
def test_a_table_with_a_mapping_is_judged_alike(
    tmp_path: Path, rows: list[tuple[str, ...]]
) -> None:
    path = tmp_path / "sent.csv"
    heads = ("代码", "备用代码", "期间", "人数", "减员", "应缴", "备注")
    path.write_text("\n".join(map(";".join, [heads, *rows])) + "\n", encoding="utf-8")
    sending = Sending(path, path.name, HEADCOUNT, mapping_of(MAPPED))
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    if found is None:
        assert any(not "".join(row).strip() for row in rows)  # a blank line
        return
    assert found[:2] == by_rows(sending, form)


def test_good_rows_of_a_mapping_need_no_judge(tmp_path: Path) -> None:
    path = tmp_path / "202007.csv"
    rows = [f"{uscc(number)},{number}人,{'若干' if number == 7 else 2}" for number in range(50)]
    path.write_text("\n".join(["code,staff,left", *rows]) + "\n", encoding="utf-8")
    mapping = mapping_of(
        "feed: insured_headcount\ncolumns:\n  uscc: code\n"
        "  month: {from: $file, pattern: '^([0-9]{6})', date: YYYYMM}\n"
        "  insured_headcount: {from: staff, number: {units: {人: 1}}}\n"
        "  left: {from: left, number: plain, unreadable: unknown}\n"
    )
    sending = Sending(path, path.name, HEADCOUNT, mapping)
    form = reading.form_of(sending, BOUNDS)
    found = by_columns(sending, form)
    assert found is not None
    assert found[:2] == by_rows(sending, form)
    assert (len(found[0]), found[1], found[2]) == (50, [], 49)
    assert found[0][12] == {
        "uscc": uscc(10), "month": "2020-07", "insured_headcount": 10, "left": 2
    }  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        "file: {skip_lines: 1}",
        "rows: {skip: [合计]}",
        "wide: {headers: '^eff([0-9]{6})$'}",
    ],
)
def test_a_mapping_of_rows_that_depend_on_others_goes_row_by_row(more: str) -> None:
    mapping = mapping_of(
        "feed: insured_headcount\ncolumns:\n"
        f"  uscc: code\n  month: month\n  insured_headcount: staff\n{more}\n"
    )
    assert not goes_by_cells(mapping)


@pytest.mark.parametrize(
    "staff",
    [
        f"{{from: staff, before: {'9' * 200}}}",
        "{from: staff, replace: {'1': '1000'}}",
        "{from: staff, codes: {一: " + "1" * 200 + "}}",
        "{from: [" + ", ".join(["staff"] * 11) + "]}",
        "{parts: [" + ", ".join(["staff"] * 11) + "]}",
    ],
)
def test_a_mapping_that_makes_much_out_of_little_goes_row_by_row(staff: str) -> None:
    mapping = mapping_of(
        "feed: insured_headcount\ncolumns:\n"
        f"  uscc: code\n  month: month\n  insured_headcount: {staff}\n"
    )
    assert not goes_by_cells(mapping)


def test_a_mapping_of_short_words_goes_in_columns() -> None:
    mapping = mapping_of(
        "feed: insured_headcount\ncolumns:\n"
        "  uscc: {from: [head, rest]}\n  month: month\n"
        "  insured_headcount: {from: staff, replace: {人: ''}, before: '0', codes: {一: '1'}}\n"
    )
    assert goes_by_cells(mapping)


def test_a_parquet_file_with_a_mapping_is_judged_alike(tmp_path: Path) -> None:
    path = tmp_path / "sent.parquet"
    pl.DataFrame(
        {
            "代码": [uscc(1), uscc(2), None, uscc(4)],
            "备用代码": [None, None, uscc(3), None],
            "期间": ["202007", "2020年7月", "202007", "202013"],
            "人数": [12, 7, None, 3],
            "减员": ["2", None, "若干", "1"],
            "应缴": pl.Series(["1.50", "2", None, "3"]).cast(pl.Decimal(12, 2)),
            "备注": ["x", None, "", "y"],
        }
    ).write_parquet(path)
    mapping = mapping_of(MAPPED.replace("{format: csv, delimiter: ;}", "{format: parquet}"))
    sending = Sending(path, path.name, HEADCOUNT, mapping)
    form = Form(Format.PARQUET, None)
    found = by_columns(sending, form)
    assert found is not None
    assert found[:2] == by_rows(sending, form)
    assert found[0][2] == {
        "uscc": uscc(1),
        "month": "2020-07",
        "insured_headcount": 12,
        "left": 2,
        "due": Decimal("15000.00"),
    }


def test_a_mapping_that_looks_names_up_goes_row_by_row() -> None:
    mapping = mapping_of(
        "feed: insured_headcount\ncolumns:\n  uscc: {from: name, lookup: enterprise_name}\n"
        "  month: month\n  insured_headcount: staff\n"
    )
    assert not goes_by_cells(mapping)


@settings(max_examples=40)
@given(st.lists(st.one_of(USCCS, st.text(max_size=19), st.none()), max_size=20))
def test_credit_codes_are_told_as_one_by_one(codes: list[str | None]) -> None:
    def good(code: str | None) -> bool:
        try:
            return code is not None and check_uscc(code) == code
        except UsccRefused:
            return False

    told, letters = good_usccs(pl.Series(codes, dtype=pl.String))
    assert told.to_list() == [good(code) for code in codes]
    kept = [code for code in codes if code is not None and good(code)]
    assert letters.tobytes().decode() == "".join(kept)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10**6 - 1), st.integers(0, 31**9))))
def test_no_two_credit_codes_have_the_same_numbers(parts: list[tuple[int, int, int]]) -> None:
    def code(first: int, division: int, rest: int) -> str:
        body = "".join(ALPHABET[rest // 31**place % 31] for place in range(9))
        given = f"{ALPHABET[first]}{ALPHABET[-1 - first]}{division:06}{body}"
        return given + check_character(given)

    codes = {code(*part) for part in parts}
    _, letters = good_usccs(pl.Series(sorted(codes), dtype=pl.String))
    assert len(letters) == len(codes)
    greater, lesser = numbers(letters)
    assert len(set(zip(greater.tolist(), lesser.tolist(), strict=True))) == len(codes)


@given(
    known=st.sets(st.integers(0, 60)),
    few=st.sets(st.integers(0, 60)),
    asked=st.lists(st.integers(0, 80)),
)
def test_numbers_of_enterprises_are_found(known: set[int], few: set[int], asked: list[int]) -> None:
    def written(numbers: set[int]) -> bytes:
        return b"".join((n + 1).to_bytes(4, "big") + uscc(n).encode() for n in numbers)

    codes = Codes()
    half = {number for number in known if number % 2}
    codes.learn(written(half))
    codes.learn(written(known))
    codes.learn_few(written(few))
    found = codes.ids(pl.Series([uscc(number) for number in asked], dtype=pl.String))
    assert found.to_list() == [number + 1 if number in known | few else None for number in asked]
    assert codes.newest == max((number + 1 for number in known), default=0)


def test_a_table_whose_first_line_tells_the_delimiter_goes_the_other_way(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"sep=,\nuscc,month,insured_headcount\n{uscc(1)},2020-07,12\n")
    assert layout_of(sending_of(file), Form(Format.CSV, "utf-8")) is None
    taken, faults = by_rows(sending_of(file), Form(Format.CSV, "utf-8"))
    assert (list(taken), faults) == ([2], [])


def test_rows_that_were_typed_wide_are_judged_one_by_one_and_taken(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    rows = [f"{uscc(n)},2020-07,{n}" for n in range(1, 4)]
    rows[1] = rows[1].replace(",2", ",２")
    file.write_text("\n".join(["uscc,month,insured_headcount", *rows]) + "\n", encoding="utf-8")
    found = by_columns(sending_of(file), Form(Format.CSV, "utf-8"))
    assert found is not None
    taken, faults, fast = found
    assert ([taken[row]["insured_headcount"] for row in (2, 3, 4)], faults, fast) == (
        [1, 2, 3],
        [],
        2,
    )
