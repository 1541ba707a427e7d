"""Words are taken for codes, and codes are shown as words; rows are counted as people count."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said

WARNING: dict[str, Any] = {
    "enterprise": {"name": "京华食品厂", "district": "110105"},
    "state": "standing",
    "level": "red",
}


def _page(*rows: dict[str, Any]) -> Said:
    return Said(200, {"data": list(rows), "next_cursor": None})


def test_districts_are_named_and_asked_for_by_name_or_code(
    signed_in: Door, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENGANG_LANG", "zh-CN")
    signed_in.on("GET", "/v1/warnings", _page(WARNING))

    _, table, _ = wengang("warnings", "list", "--district", "亦庄", "--level", "红色")
    _, values, _ = wengang("warnings", "list", "-o", "csv", "--level", "RED", "--state", "Lifted")
    wengang("warnings", "list", "--district", "浦东")

    assert "朝阳区" in table
    assert "110105" not in table
    assert "110105" in values
    asked = [dict(seen.query) for seen in signed_in.seen]
    assert (asked[0]["district"], asked[0]["level"]) == ("1101K1", "red")
    assert (asked[1]["level"], asked[1]["state"]) == ("red", "lifted")
    # What is no district is for the gateway to refuse.
    assert asked[2]["district"] == "浦东"


def test_several_statuses_of_cases_are_asked_for_by_their_words(
    signed_in: Door, wengang: Wengang
) -> None:
    signed_in.on("GET", "/v1/cases", _page())

    wengang("cases", "list", "--status", "已派单", "--status", "Pending-Review", "--level", "橙")

    assert signed_in.seen[0].query == [
        ("limit", "200"),
        ("status", "dispatched"),
        ("status", "pending_review"),
        ("level", "orange"),
    ]


def test_a_number_that_no_case_has_is_told(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/cases", _page())

    code, _, error = wengang("cases", "show", "110105-2026-000099")

    assert code == 1
    assert error == (
        "Error: There is no case of the number 110105-2026-000099 in your districts.\n"
    )
    assert [seen.path for seen in signed_in.seen] == ["/v1/cases"]


def test_rows_of_an_import_count_from_one_for_people(signed_in: Door, wengang: Wengang) -> None:
    fault = {
        "row": 0,
        "place": 1,
        "column": "uscc",
        "code": "missing",
        "message": "required",
        "value": None,
    }
    counts = {"rows": 7, "rejected": 1}
    taken = {"state": "completed_with_errors", "counts": counts, "errors": [fault]}
    signed_in.on("GET", "/v1/imports/i1", Said(200, taken))
    signed_in.on("GET", "/v1/imports/i1/errors", _page(fault))

    _, shown, _ = wengang("imports", "show", "i1")
    _, table, _ = wengang("imports", "errors", "i1")
    _, raw, _ = wengang("imports", "errors", "i1", "-o", "json")

    assert "row 1 uscc: required" in shown
    assert "{" not in shown
    assert table.splitlines()[-1].split()[:2] == ["1", "uscc"]
    assert json.loads(raw)[0]["row"] == 0


def test_a_feed_is_shown_in_words(signed_in: Door, wengang: Wengang) -> None:
    column = {"name": "month", "kind": "month", "title": "Month", "required": True}
    contract = {
        "cadence": "P1M",
        "classification": "confidential",
        "on_error": "take_good_rows",
        "columns": [column],
        "batch_schema": {},
        "name": "f",
        "versions": [
            {"version": "1.0.0", "deprecated_on": "2026-01-01", "sunset_on": "2027-01-01"}
        ],
    }
    signed_in.on("GET", "/v1/feeds/f", Said(200, contract))

    _, out, err = wengang("feeds", "show", "f", "--version", "1.0.0")

    assert signed_in.at("GET", "/v1/feeds/f")[0].query == [("version", "1.0.0")]
    assert "version 1.0.0 of the contract of f is taken until 2027-01-01" in err
    assert "monthly" in out
    assert "good rows are taken, bad ones rejected" in out
    assert "P1M" not in out


def test_a_template_is_written_to_a_file(signed_in: Door, wengang: Wengang, tmp_path: Path) -> None:
    signed_in.on("GET", "/v1/feeds/f", Said(200, {"name": "f", "version": "1.1.0"}))
    signed_in.on("GET", "/v1/feeds/f/template.xlsx", Said(200, "PK workbook"))
    file = tmp_path / "t.xlsx"

    code, _, err = wengang("feeds", "template", "f", "--out", str(file))

    assert (code, file.read_text()) == (0, "PK workbook")
    assert str(file) in "".join(err.split("\n"))
    lost = tmp_path / "none" / "t.xlsx"
    assert wengang("feeds", "template", "f", "--out", str(lost))[0] == 1


def test_what_a_contract_changed_is_told_by_weight(signed_in: Door, wengang: Wengang) -> None:
    row = {"weight": "addition", "column": "due", "code": "column_added", "message": "is new"}
    signed_in.on("GET", "/v1/feeds/f/changes", Said(200, {"data": [row], "next_cursor": None}))

    _, out, _ = wengang("feeds", "diff", "f", "1.0.0")

    assert out.splitlines()[-1].split() == ["addition", "due", "is", "new"]
    assert signed_in.at("GET", "/v1/feeds/f/changes")[0].query == [("since", "1.0.0")]


def test_a_contract_that_changed_nothing_says_so_once(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/feeds/f/changes", Said(200, {"data": [], "next_cursor": None}))

    _, out, err = wengang("feeds", "diff", "f", "1.0.0")
    _, values, silent = wengang("feeds", "diff", "f", "1.0.0", "-o", "json")

    assert (out, err.split("\n")) == ("", ["No difference", ""])
    assert (json.loads(values), silent) == ([], "")


def test_late_feeds_are_told_alone_on_request(signed_in: Door, wengang: Wengang) -> None:
    row = {"feed": "electricity", "agency": "agency-power", "late": True, "working_days_late": 2}
    other = {**row, "feed": "invoices", "late": False}
    signed_in.on("GET", "/v1/freshness", Said(200, {"data": [row, other], "next_cursor": None}))

    _, every, _ = wengang("feeds", "freshness", "-o", "csv")
    _, late, _ = wengang("feeds", "freshness", "--late", "-o", "csv")

    told = [[line.split(",")[0] for line in out.splitlines()[1:]] for out in (every, late)]
    assert told == [["electricity", "invoices"], ["electricity"]]
