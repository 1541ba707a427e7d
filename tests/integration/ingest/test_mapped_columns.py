"""Tables by a mapping that go in columns end as they would row by row."""

from services.ingest.columns.mapped import goes_by_cells
from services.ingest.mapping.reading import read_mapping
from tests.integration.ingest.conftest import ANALYST, Door
from tests.integration.ingest.files import csv_of, imported, put_mapping
from tests.unit.ingest.records import an_enterprise, uscc

MAPPING = """
feed: insured_headcount
columns:
  uscc: 信用代码
  month: {from: 所属期, date: YYYY年M月}
  insured_headcount: {from: 参保人数, number: {units: {人: 1}}}
  left: {from: 减员, number: plain, unreadable: unknown}
"""
ROWS: list[list[object]] = [
    ["信用代码", "所属期", "参保人数", "减员"],
    [f'"{uscc(1)}"', "2020年7月", "10人", "若干"],  # left out: how many left
    [f'"{uscc(2)}"', "2020年7月", "5人", "1"],
    [f'"{uscc(1)}"', "2020年7月", "12人", "3"],
    [f'"{uscc(9)}"', "2020年7月", "7人", "若干"],  # the register does not know it yet
    [f'"{uscc(2)}"', "2020年13月", "6人", "1"],
    [f'"{uscc(2)}"', "2020年7月", "5人", "1"],
]


def test_what_is_left_out_waits_or_comes_twice_is_told_as_row_by_row(door: Door) -> None:
    assert goes_by_cells(read_mapping(MAPPING.encode()))
    door.push("enterprise_register", [an_enterprise(number) for number in range(3)])
    assert put_mapping(door, "office", MAPPING).status_code == 200
    body = csv_of(*ROWS, encoding="gb18030")
    told = imported(door, "insured_headcount", body, mapping="office", filename="七月.csv")
    assert told["encoding"] == "gb18030"
    assert told["counts"] == {
        "rows": 6,
        "accepted": 2,
        "duplicate": 1,
        "superseding": 1,
        "rejected": 1,
        "quarantined": 1,
    }
    assert [(each["row"], each["column"], each["code"]) for each in told["errors"]] == [
        (6, "所属期", "date_unlike"),
    ]
    assert [
        (each["column"], each["code"], each["rows"], each["first_row"], each["value"])
        for each in told["unknowns"]
    ] == [("减员", "number_unreadable", 2, 2, "若干")]
    found = door.get(f"/v1/observations?feed=insured_headcount&uscc={uscc(1)}", ANALYST).json()
    (fact,) = found["data"]
    assert (fact["version"], fact["values"]) == (2, {"insured_headcount": 12, "left": 3})
