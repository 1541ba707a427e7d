"""Senders get their own table back with its reasons, hear how far it is, and may end it."""

import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
import python_calamine

from services.ingest.files import returned
from services.ingest.handlers import working
from services.ingest.store import imports
from tests.integration.ingest.conftest import ANALYST, BUREAU, OTHER_BUREAU, Door
from tests.integration.ingest.files import (
    book_of,
    csv_of,
    imported,
    ndjson,
    put_mapping,
    send,
    work,
    workbook,
)
from tests.integration.ingest.test_files import HEADS, counts, enrol
from tests.unit.ingest.archives import old_workbook, packed
from tests.unit.ingest.records import a_headcount, uscc

REASON = "错误原因"


def given_back(door: Door, told: Any, query: str = "") -> bytes:
    """Return the workbook of an import."""
    answer = door.get(f"/v1/imports/{told['id']}/errors.xlsx{query}", BUREAU)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    content: bytes = answer.content
    return content


def tables(content: bytes) -> dict[str, list[list[Any]]]:
    """Return the sheets of a workbook with their cells."""
    book = python_calamine.load_workbook(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def styles(content: bytes) -> dict[str, str]:
    """Return, of the cells of the first sheet, those that are not plain, by their format."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    cells = (part.split(">", 1)[0] for part in sheet.split("<c ")[1:])
    found = {}
    for cell in cells:
        marks = dict(mark.split("=", 1) for mark in cell.replace('"', "").split())
        found[marks["r"]] = marks.get("s", "")
    return found


def test_an_old_workbook_comes_back_with_its_reasons_as_well(door: Door) -> None:
    enrol(door, 1, 2)
    body = old_workbook(HEADS, [uscc(1), "2020-07", 3, 4], [uscc(2), "2020-13", 1, 1])
    told = imported(door, "insured_headcount", body, filename="a.xls")
    assert counts(told) == (2, 1, 0, 0, 1)
    content = given_back(door, told)
    (name, _about) = tables(content)
    head, good, bad = tables(content)[name]
    assert head == [*HEADS, REASON]
    assert good == [uscc(1), "2020-07", "3", "4", ""]
    assert bad[:2] == [uscc(2), "2020-13"]
    assert bad[4]
    # Of the bad row the month and the reason are coloured, of the good one nothing.
    plain = styles(content).get("A2")
    marked = {cell for cell, style in styles(content).items() if style != plain}
    assert {"B3", "E3"} <= marked
    assert not {"A2", "B2", "C2", "D2"} & marked


def test_a_page_that_is_called_a_workbook_comes_back_with_its_reasons(door: Door) -> None:
    enrol(door, 1, 2)
    rows = [HEADS, [uscc(1), "2020-07", 3, 4], [uscc(2), "2020-13", 1, 1]]
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    body = ("<table border=1>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>").encode()
    told = imported(door, "insured_headcount", body, filename="导出.xls")
    assert (told["format"], counts(told)) == ("xls", (2, 1, 0, 0, 1))
    content = given_back(door, told)
    (name, _about) = tables(content)
    assert name == "Sheet1"
    assert tables(content)[name][2][:2] == [uscc(2), "2020-13"]


def test_a_workbook_comes_back_with_its_reasons_and_is_taken_when_mended(door: Door) -> None:
    enrol(door, 1, 2)
    body = workbook(
        HEADS,
        [uscc(1), "2020-07", 128, 352000.5],
        [],
        [uscc(2), "2020-13", "-x", 1],
        sheet="七月",
    )
    told = imported(door, "insured_headcount", body, filename="a.xlsx")
    assert counts(told) == (2, 1, 0, 0, 1)
    content = given_back(door, told)
    sheets = tables(content)
    assert list(sheets) == ["七月", "About"]
    assert sheets["七月"][0] == [*HEADS, REASON]
    assert sheets["七月"][1] == [uscc(1), "2020-07", "128", "352000.5", ""]
    assert sheets["七月"][3][:4] == [uscc(2), "2020-13", "-x", "1"]
    reasons = sheets["七月"][3][4].split("\n")
    assert [reason.split(":")[0] for reason in reasons] == ["month", "insured_headcount"]
    looks = styles(content)
    assert looks["B4"] != looks["A4"] == looks["A2"]
    assert looks["C4"] not in {looks["A4"], looks["B4"]}  # red, and marked as text
    assert f"{told['id']}" in sheets["About"][0][0]

    mended = [list(row) for row in sheets["七月"]]
    mended[3][1:3] = ["2020-06", "5"]
    again = imported(door, "insured_headcount", workbook(*mended, sheet="七月"), filename="a.xlsx")
    assert (again["state"], counts(again)) == ("completed", (2, 1, 1, 0, 0))


def test_a_clerk_sees_what_is_wrong_without_moving_anything(door: Door) -> None:
    enrol(door, 1)
    body = workbook(HEADS, [uscc(1), "2020-13", "-x", 1], sheet="七月")
    content = given_back(door, imported(door, "insured_headcount", body, filename="a.xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E2"
    assert sheet.column_dimensions["A"].width > 18
    reason = sheet["E2"]
    assert "\n" in reason.value
    assert reason.alignment.wrap_text
    assert sheet.column_dimensions["E"].width > 40
    assert [cell.font.bold for cell in sheet[1]] == [True] * 5


def test_a_file_in_another_layout_comes_back_with_what_to_do_in_front(door: Door) -> None:
    body = workbook(["参保月报"], ["代码", "月份"], [uscc(1), "2020-07"], sheet="七月")
    told = imported(door, "insured_headcount", body, filename="a.xlsx")
    assert told["state"] == "rejected"
    book = openpyxl.load_workbook(io.BytesIO(given_back(door, told)))
    assert book.active is not None
    assert book.active.title == "About"
    lines = [row[0] for row in book.active.iter_rows(values_only=True)]
    assert any(
        str(line).startswith("row 1 Unified social credit code (uscc): ") for line in lines
    ), lines
    assert "wengang feeds map insured_headcount" in str(lines[-1])


@pytest.mark.parametrize("filename", ["a.csv", "a.jsonl"])
def test_other_files_come_back_as_a_workbook_of_their_rows(door: Door, filename: str) -> None:
    enrol(door, 1)
    rows: list[list[object]] = [[uscc(1), "2020-07", 3, 1], [uscc(1), "2020-05", "-x", 1]]
    lines = ndjson(*(dict(zip(map(str, HEADS), row, strict=True)) for row in rows))
    body = csv_of(HEADS, *rows) if filename == "a.csv" else lines
    told = imported(door, "insured_headcount", body, filename=filename)
    assert counts(told)[-1] == 1
    table = next(iter(tables(given_back(door, told)).values()))
    assert REASON in table[0]
    (bad,) = (row for row in table[1:] if row[table[0].index(REASON)])
    at = table[0].index("insured_headcount")
    assert bad[at] == "-x"
    bad[at] = "4"
    again = imported(door, "insured_headcount", workbook(*table), filename="a.xlsx")
    assert again["counts"]["rejected"] == 0
    assert again["counts"]["accepted"] == 1


MAPPED = """
feed: insured_headcount
file: {format: FORMAT, skip_lines: SKIPPED}
columns: {uscc: 代码, month: {from: 月份, date: YYYY年M月}, insured_headcount: 人数}
"""


@pytest.mark.parametrize("most", [3, 20_000])
@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_what_came_back_is_read_by_the_mapping_of_what_was_sent(
    door: Door, monkeypatch: pytest.MonkeyPatch, kind: str, most: int
) -> None:
    monkeypatch.setattr(returned, "MOST_ROWS", most)
    enrol(door, 1)
    heads: list[object] = ["代码", "月份", "人数"]
    rows: list[list[object]] = [[uscc(1), f"2020年{n}月", n] for n in range(1, 6)]
    rows.append([uscc(1), "2020年13月", 6])
    document = MAPPED.replace("FORMAT", kind).replace("SKIPPED", "1" if kind == "csv" else "0")
    assert put_mapping(door, "own", document).status_code in {200, 201}
    body = csv_of(["参保月报", "", ""], heads, *rows, encoding="gb18030")
    if kind == "ndjson":
        body = ndjson(*(dict(zip(map(str, heads), row, strict=True)) for row in rows))
    told = imported(door, "insured_headcount", body, filename=f"a.{kind}", mapping="own")
    assert counts(told) == (6, 5, 0, 0, 1)
    table = next(iter(tables(given_back(door, told)).values()))
    (bad,) = (row for row in table if "2020年13月" in row)
    bad[bad.index("2020年13月")] = "2020年6月"
    again = imported(door, "insured_headcount", workbook(*table), filename="a.xlsx", mapping="own")
    assert (again["state"], again["counts"]["accepted"]) == ("completed", 1), again["errors"]


def test_of_a_long_table_only_the_bad_rows_come_back(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(door, 1)
    monkeypatch.setattr(returned, "MOST_ROWS", 3)
    rows: list[list[object]] = [[uscc(1), f"2019-{n:02}", 1, 1] for n in range(1, 14)]
    told = imported(door, "insured_headcount", csv_of(HEADS, *rows), filename="a.csv")
    sheets = tables(given_back(door, told))
    table = sheets["a.csv"]
    assert table[0] == [*HEADS, REASON, "原文件行号"]
    assert [(row[1], row[5]) for row in table[1:]] == [("2019-13", "14")]
    assert any("3 rows" in row[0] for row in sheets["About"])
    table[1][1] = "2018-12"
    again = imported(door, "insured_headcount", workbook(*table), filename="a.xlsx")
    assert counts(again) == (1, 1, 0, 0, 0)


def test_what_is_too_much_is_cut_and_said(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    enrol(door, 1)
    monkeypatch.setattr(returned, "MOST_CELLS", 20)
    monkeypatch.setattr(imports, "MOST_ERRORS", 9)
    body = csv_of(HEADS, *([uscc(1), "2019-13", "x", 1] for _ in range(10)))
    told = imported(door, "insured_headcount", body, filename="a.csv")
    assert (told["error_count"], len(told["errors"])) == (20, 9)
    assert told["counts"]["rejected"] == 10
    sheets = tables(given_back(door, told))
    assert len(sheets["a.csv"]) == 4
    assert sum("too m" in row[0] for row in sheets["About"]) == 2


def test_the_files_of_an_archive_come_back_as_sheets(door: Door) -> None:
    enrol(door, 1)
    good, bad = [uscc(1), "2020-07", 1, 1], [uscc(1), "2020-13", 1, 1]
    body = packed(
        {"a.csv": csv_of(HEADS, good), "b.csv": csv_of(HEADS, bad), "c[1].csv": csv_of(HEADS, bad)}
    )
    told = imported(door, "insured_headcount", body, filename="a.zip")
    assert list(tables(given_back(door, told))) == ["b.csv", "c_1_.csv", "About"]
    assert list(tables(given_back(door, told, "?member=3"))) == ["c_1_.csv", "About"]


def test_the_sheets_of_a_workbook_are_one_import_and_come_back_as_sheets(door: Door) -> None:
    enrol(door, 1)
    columns = "columns: {uscc: uscc, month: month, insured_headcount: n}"
    document = f"feed: insured_headcount\nfile: {{sheets: ['*月']}}\n{columns}"
    assert put_mapping(door, "months", document).status_code == 200
    head: list[object] = ["uscc", "month", "n"]
    sheets: dict[str, list[list[object]]] = {
        "6月": [head, [uscc(1), "2020-06", 1]],
        "7月": [head, [uscc(1), "2020-07", 2], [uscc(1), "2020-13", 3]],
        "说明": [["text"]],
    }
    body = book_of(**sheets)
    told = imported(door, "insured_headcount", body, filename="a.xlsx", mapping="months")
    assert (told["members"], counts(told)) == (["6月", "7月"], (3, 2, 0, 0, 1))
    (error,) = told["errors"]
    assert (error["member"], error["row"], error["code"]) == ("7月", 3, "not_a_month")
    assert list(tables(given_back(door, told))) == ["7月", "About"]
    read = door.get(f"/v1/imports/{told['id']}/readings?records=3", BUREAU).json()["data"]
    assert [each["row"] for each in read if each["column"] == "month"] == [2, 2, 3]


def test_a_file_that_cannot_be_read_and_a_batch_have_their_workbook_too(door: Door) -> None:
    enrol(door, 1)
    told = imported(door, "insured_headcount", b"%PDF-1.4", filename="a.csv")
    sheets = tables(given_back(door, told))
    assert list(sheets) == ["About"]
    assert "PDF" in sheets["About"][-1][0]
    batch = door.push("insured_headcount", [a_headcount(1), a_headcount(1, month="x")]).json()
    table = tables(given_back(door, batch))["records"]
    assert table[1][table[0].index("month")] == "x"
    assert "2" in table[1]
    where = f"/v1/imports/{batch['id']}/errors.xlsx"
    assert door.get(where, OTHER_BUREAU).status_code == 404
    assert door.get(where, ANALYST).status_code == 403


def test_a_file_with_too_many_bad_rows_is_refused_before_any_is_taken(door: Door) -> None:
    enrol(door, 1)
    rows: list[list[object]] = [[uscc(1), f"2019-{n:02}", 1, 1] for n in range(1, 14)]
    body = csv_of(HEADS, *rows)
    told = imported(door, "insured_headcount", body, filename="a.csv", reject_above="7.5")
    assert (told["state"], counts(told), told["total"]) == ("rejected", (13, 0, 0, 0, 13), 13)
    assert [error["code"] for error in told["errors"]] == ["too_many_rejected", "not_a_month"]
    assert (told["errors"][0]["row"], told["errors"][1]["row"]) == (None, 14)
    assert told["error_count"] == 2
    assert door.rows("SELECT 1 FROM ingest.observations_insured_headcount") == []
    told = imported(door, "insured_headcount", body, filename="a.csv", reject_above="7.7")
    assert (told["state"], counts(told)) == ("completed_with_errors", (13, 12, 0, 0, 1))
    assert send(door, "insured_headcount", body, reject_above="101").status_code == 400


def test_without_a_threshold_of_its_own_a_file_has_that_of_its_contract(door: Door) -> None:
    enrol(door, 1)
    heads: list[object] = ["uscc", "month", "expired", "renewed"]
    good: list[list[object]] = [[uscc(1), f"2019-{n:02}", 9, 8] for n in range(1, 13)]
    bad: list[list[object]] = [[uscc(1), "2019-13", 9, 8]]
    told = {}
    # CSV goes in columns; as a workbook the same rows are judged one by one.
    for kind, made in (("csv", csv_of), ("xlsx", workbook)):
        for many in (12, 13):
            sent = send(
                door, "contract_renewal", made(heads, *bad * many, *good), filename=f"a.{kind}"
            )
            work(door)
            told[kind, many] = door.get(sent.headers["Location"], BUREAU).json()
    assert {told[each]["reject_above"] for each in told} == {50}
    assert {each: told[each]["state"] for each in told} == {
        ("csv", 12): "completed_with_errors",
        ("csv", 13): "rejected",
        ("xlsx", 12): "completed_with_errors",
        ("xlsx", 13): "rejected",
    }
    assert told["csv", 13]["errors"] == told["xlsx", 13]["errors"]
    assert door.get("/v1/feeds/contract_renewal", BUREAU).json()["reject_above"] == 50


def events(text: str) -> list[dict[str, str]]:
    """Return the events of a stream."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = [line.split(": ", 1) for line in block.split("\n") if not line.startswith(":")]
        found.append(dict(lines))
    return found


def test_the_events_of_an_import_end_with_its_end_and_tell_what_a_look_tells(door: Door) -> None:
    enrol(door, 1)
    told = imported(door, "insured_headcount", csv_of(HEADS, [uscc(1), "2020-07", 1, 1]))
    where = f"/v1/imports/{told['id']}/events"
    answer = door.get(where, BUREAU)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    first, last = events(answer.text)
    assert first == {"retry": "2000"}
    assert (last["event"], last["id"]) == ("ended", "completed:1:1")
    seen = json.loads(last["data"])
    assert seen == {name: told[name] for name in seen}
    assert door.get(where, OTHER_BUREAU).status_code == 404
    assert door.get(where, ANALYST).status_code == 200


def test_an_import_is_deleted_by_ending_it_and_what_was_taken_is_told(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(door, *range(1, 5))
    monkeypatch.setattr(working, "PART", 2)
    # A blank line at the end: such a file goes row by row.
    body = ndjson(*(a_headcount(n) for n in range(1, 5))) + b"\n"
    sent = send(door, "insured_headcount", body)
    where = sent.headers["Location"]
    taken = working.take_part
    seen: list[Any] = []

    async def cancelled_meanwhile(*args: Any, **more: Any) -> Any:
        if not seen:
            seen.append(await taken(*args, **more))
            return seen[0]
        headers = {**door._headers(BUREAU, "DELETE", where), "Idempotency-Key": "end"}
        ended = door.client.delete(where, headers=headers)
        assert (ended.status_code, ended.json()["state"]) == (200, "cancelled")
        return await taken(*args, **more)

    monkeypatch.setattr(working, "take_part", cancelled_meanwhile)
    work(door)
    told = door.get(where, BUREAU).json()
    assert (told["state"], told["total"], counts(told)) == ("cancelled", 4, (2, 2, 0, 0, 0))
    assert len(door.rows("SELECT 1 FROM ingest.observations_insured_headcount")) == 2
    headers = {**door._headers(BUREAU, "DELETE", where), "Idempotency-Key": "again"}
    assert door.client.delete(where, headers=headers).json()["code"] == "import_ended"


def test_a_dry_run_that_is_cancelled_leaves_nothing_behind(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(door, *range(1, 5))
    monkeypatch.setattr(working, "PART", 2)
    body = ndjson(*(a_headcount(n) for n in range(1, 5)))
    where = send(door, "insured_headcount", body, dry_run="true").headers["Location"]
    taken = working.take_part
    seen: list[Any] = []

    async def cancelled_meanwhile(*args: Any, **more: Any) -> Any:
        if not seen:
            seen.append(await taken(*args, **more))
            return seen[0]
        assert len(door.rows("SELECT 1 FROM ingest.trial_versions")) == 2
        assert door.post(f"{where}/cancellation", {}, BUREAU).json()["state"] == "cancelled"
        return await taken(*args, **more)

    monkeypatch.setattr(working, "take_part", cancelled_meanwhile)
    work(door)
    told = door.get(where, BUREAU).json()
    assert (told["state"], counts(told)) == ("cancelled", (2, 2, 0, 0, 0))
    assert door.rows("SELECT 1 FROM ingest.trial_versions") == []
