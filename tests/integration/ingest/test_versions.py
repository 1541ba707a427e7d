"""Old versions of a contract: taken with a warning until their sunset; and its template."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from services.ingest import schemas
from services.ingest.domain import feeds as declared
from services.ingest.domain.feeds import VERSIONS
from services.ingest.handlers import feeds, mappings, quarantine
from shared.calendar import SHANGHAI
from shared.clock import set_replay
from tests.integration.ingest.conftest import ANALYST, BUREAU, NOW, REGISTRAR, Door
from tests.integration.ingest.files import csv_of, imported, put_mapping, send, work
from tests.integration.ingest.test_quarantine import release
from tests.unit.ingest.records import a_headcount, an_enterprise, uscc

FEED = "/v1/feeds/insured_headcount"
BATCHES = f"{FEED}/batches"


@pytest.fixture
def later(door: Door) -> Iterator[Door]:
    """The API on the day after the sunset of the first version of the headcounts."""
    file = door.blobs.parent / "now"
    set_replay(file, datetime(2027, 7, 1, 9, tzinfo=SHANGHAI))
    yield door
    set_replay(file, NOW)


@pytest.fixture
def tightened(door: Door, monkeypatch: pytest.MonkeyPatch) -> Door:
    """The API after a second version was given out by which headcounts have to say who left.

    Both earlier ones are taken until the end of September.
    """
    first, second = VERSIONS["insured_headcount"]
    columns = tuple(
        replace(column, required=column.required or column.name == "left")
        for column in second.columns
    )
    newest = replace(second, version="2.0.0", columns=columns)
    last = date(2020, 9, 30)
    old = (replace(each, deprecated_on=NOW.date(), sunset_on=last) for each in (first, second))
    given = (*old, newest)
    versions = {**VERSIONS, "insured_headcount": given}
    for module in (declared, feeds, mappings, schemas):
        monkeypatch.setattr(module, "VERSIONS", versions)
    for module in (declared, feeds, quarantine):
        monkeypatch.setattr(module, "FEEDS", {**declared.FEEDS, "insured_headcount": newest})
    return door


@pytest.fixture
def ended(tightened: Door) -> Iterator[Door]:
    """The same on the first of October."""
    file = tightened.blobs.parent / "now"
    set_replay(file, datetime(2020, 10, 1, 9, tzinfo=SHANGHAI))
    yield tightened
    set_replay(file, NOW)


def push(door: Door, *records: dict[str, Any], version: str) -> Any:
    path = f"{BATCHES}?contract_version={version}"
    return door.post(path, {"records": list(records)}, BUREAU)


def enrol(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(1)])


def test_an_old_version_is_taken_with_a_warning_and_judged_by_itself(door: Door) -> None:
    enrol(door)
    taken = push(door, a_headcount(1), version="1.0.0")
    assert taken.status_code == 201
    assert taken.json()["contract_version"] == "1.0.0"
    assert taken.json()["contract_sunset_on"] == "2027-06-30"
    assert taken.headers["Deprecation"] == "@1782835200"
    assert taken.headers["Sunset"] == "Wed, 30 Jun 2027 16:00:00 GMT"
    assert taken.headers["Link"] == f'<{FEED}>; rel="successor-version"'
    wrong = push(door, a_headcount(1, month="2020-06", due="1.00"), version="1.0.0").json()
    assert [(e["column"], e["code"]) for e in wrong["errors"]] == [("due", "unknown_column")]
    current = door.push("insured_headcount", [a_headcount(1, month="2020-06", due="1.00")])
    assert current.json()["contract_version"] == "1.1.0"
    assert current.json()["contract_sunset_on"] is None
    assert not {"Deprecation", "Sunset"} & {name.title() for name in current.headers}


def test_a_file_keeps_to_its_version_when_it_is_worked_off(door: Door) -> None:
    enrol(door)
    body = f"uscc,month,insured_headcount,due\n{uscc(1)},2020-07,12,3.00\n".encode()
    old = imported(door, "insured_headcount", body, filename="a.csv", contract_version="1.0.0")
    assert [error["code"] for error in old["errors"]] == ["unknown_column"]
    sent = send(door, "insured_headcount", body, filename="b.csv", contract_version="1.0.0")
    assert sent.headers["Sunset"] == "Wed, 30 Jun 2027 16:00:00 GMT"
    new = imported(door, "insured_headcount", body, filename="c.csv", contract_version="1.1.0")
    assert new["counts"]["accepted"] == 1


def test_after_its_sunset_a_version_is_refused(later: Door) -> None:
    enrol(later)
    for refused in (
        push(later, a_headcount(1), version="1.0.0"),
        send(later, "insured_headcount", b"uscc\n", filename="a.csv", contract_version="1.0.0"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (410, "contract_sunset")
        assert "2027-06-30" in refused.json()["detail"]
        assert "1.1.0" in refused.json()["detail"]
    assert push(later, a_headcount(1), version="1.1.0").status_code == 201


def test_a_version_that_never_was_is_refused(door: Door) -> None:
    refused = push(door, a_headcount(1), version="9.9.9")
    assert (refused.status_code, refused.json()["code"]) == (404, "contract_version_unknown")
    assert push(door, a_headcount(1), version="latest").status_code == 400


def test_the_versions_of_a_feed_and_what_changed(door: Door) -> None:
    shown = door.get(FEED, BUREAU).json()
    assert shown["version"] == "1.1.0"
    assert shown["versions"] == [
        {"version": "1.0.0", "deprecated_on": "2026-07-01", "sunset_on": "2027-06-30"},
        {"version": "1.1.0", "deprecated_on": None, "sunset_on": None},
    ]
    assert (shown["freshness_working_days"], shown["freshness_after"]) == (15, "month")
    assert door.get(f"{FEED}?version=1.0.0", ANALYST).json()["version"] == "1.0.0"
    told = door.get(f"{FEED}/changes?since=1.0.0", BUREAU).json()["data"]
    assert ("addition", "due", "column_added") in [
        (each["weight"], each["column"], each["code"]) for each in told
    ]
    assert door.get(f"{FEED}/changes?since=1.1.0", BUREAU).json()["data"] == []
    assert door.get(f"{FEED}/changes?since=1.0.0", REGISTRAR).status_code == 404


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_template_is_filled_in_and_pushed_without_a_mapping(
    door: Door, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    enrol(door)
    monkeypatch.setattr(door, "language", language)
    answer = door.get(f"{FEED}/template.xlsx", BUREAU)
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert 'filename="insured_headcount-1.1.0.xlsx"' in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    for place, value in enumerate([uscc(1), "2020-07", 128, None, 3, 5, 9500.5], start=1):
        sheet.cell(2, place, value)
    filled = io.BytesIO()
    book.save(filled)
    told = imported(door, "insured_headcount", filled.getvalue(), filename="填报.xlsx")
    assert (told["counts"]["accepted"], told["counts"]["rows"]) == (1, 1), told


_OWN_NAMES = """
feed: insured_headcount
columns: {uscc: 代码, month: 月份, insured_headcount: 人数}
"""
_WITH_LEFT = _OWN_NAMES.replace("人数}", "人数, left: 减少}")
_HEADS: list[object] = ["代码", "月份", "人数"]


def test_who_never_named_a_version_goes_on_until_what_they_send_has_ended(
    tightened: Door,
) -> None:
    enrol(tightened)
    record = {"uscc": uscc(1), "month": "2020-07", "insured_headcount": 12}
    told = tightened.push("insured_headcount", [record])
    assert (told.json()["contract_version"], told.json()["counts"]["accepted"]) == ("1.1.0", 1)
    assert told.headers["Sunset"] == "Wed, 30 Sep 2020 16:00:00 GMT"
    body = csv_of(["uscc", "month", "insured_headcount"], [uscc(1), "2020-06", 11])
    file = imported(tightened, "insured_headcount", body, filename="a.csv")
    assert (file["contract_version"], file["counts"]["accepted"]) == ("1.1.0", 1)
    shown = tightened.get(FEED, BUREAU).json()
    assert (shown["version"], "left" in shown["batch_schema"]["required"]) == ("1.1.0", False)
    book = tightened.get(f"{FEED}/template.xlsx", BUREAU)
    assert 'filename="insured_headcount-1.1.0.xlsx"' in book.headers["content-disposition"]
    [change] = tightened.get(f"{FEED}/changes?since=1.1.0", BUREAU).json()["data"]
    assert (change["weight"], change["column"]) == ("breaking", "left")
    # Who is ready says so.
    strict = push(tightened, record, version="2.0.0").json()
    assert [error["code"] for error in strict["errors"]] == ["missing"]


def test_after_the_last_day_the_next_version_is_the_one_for_all(ended: Door) -> None:
    enrol(ended)
    record = {"uscc": uscc(1), "month": "2020-07", "insured_headcount": 12}
    told = ended.push("insured_headcount", [record]).json()
    assert (told["contract_version"], told["errors"][0]["code"]) == ("2.0.0", "missing")
    assert push(ended, record, version="1.1.0").status_code == 410


def test_a_mapping_serves_the_version_that_it_was_written_for(tightened: Door) -> None:
    enrol(tightened)
    # Written before, or after by who still sends the old version: it may be edited, too.
    assert put_mapping(tightened, "old", _OWN_NAMES).status_code == 200
    body = csv_of(_HEADS, [uscc(1), "2020-07", 12])
    asked: dict[str, Any] = {"filename": "a.csv", "mapping": "old"}
    for number, version in enumerate((None, "1.0.0", "1.1.0")):
        named = {} if version is None else {"contract_version": version}
        told = imported(tightened, "insured_headcount", body, **asked, **named)
        assert told["state"] == "completed", told
        assert told["counts"]["accepted" if number == 0 else "duplicate"] == 1
    refused = send(tightened, "insured_headcount", body, **asked, contract_version="2.0.0")
    assert (refused.status_code, refused.json()["code"]) == (409, "mapping_outdated")
    assert "old@1" in refused.json()["detail"]
    assert [error["code"] for error in refused.json()["errors"]] == ["mapping_column_needed"]
    assert tightened.rows("SELECT count(*)::int AS n FROM ingest.imports")[0]["n"] == 4
    put_mapping(tightened, "old", _WITH_LEFT)
    both = csv_of([*_HEADS, "减少"], [uscc(1), "2020-07", 12, 3])
    told = imported(tightened, "insured_headcount", both, **asked, contract_version="2.0.0")
    assert told["counts"]["superseding"] == 1
    told = imported(tightened, "insured_headcount", body, filename="a.csv", mapping="old@1")
    assert told["counts"]["superseding"] == 1


def test_a_mapping_that_no_version_takes_is_told_by_the_one_for_who_names_none(
    tightened: Door,
) -> None:
    wrong = put_mapping(tightened, "wrong", _OWN_NAMES.replace("人数}", "人数, gone: 无}"))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "mapping_flawed")
    assert [error["code"] for error in wrong.json()["errors"]] == ["mapping_column_unknown"]


def test_a_file_whose_mapping_has_ended_since_it_came_is_refused_by_name(
    door: Door, request: pytest.FixtureRequest
) -> None:
    put_mapping(door, "old", _OWN_NAMES)
    body = csv_of(_HEADS, [uscc(1), "2020-07", 12])
    sent = send(door, "insured_headcount", body, filename="a.csv", mapping="old")
    with door.administrator() as connection:
        connection.execute("UPDATE ingest.imports SET contract_version = '2.0.0'")
    request.getfixturevalue("tightened")
    assert work(door) == 1
    told = door.get(sent.headers["Location"], BUREAU).json()
    assert (told["state"], [error["code"] for error in told["errors"]]) == (
        "rejected",
        ["mapping_outdated"],
    )
    book = door.get(f"{sent.headers['Location']}/errors.xlsx", BUREAU)
    [notes] = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets
    assert any("old@1" in str(row[0]) for row in notes.iter_rows(values_only=True))


def test_a_row_that_waited_is_released_by_the_version_that_it_was_sent_by(
    door: Door, request: pytest.FixtureRequest
) -> None:
    record = {"uscc": uscc(1), "month": "2020-07", "insured_headcount": 12}
    told = door.push("insured_headcount", [record]).json()
    assert told["counts"]["quarantined"] == 1
    request.getfixturevalue("tightened")
    enrol(door)
    release(door)
    after = door.get(f"/v1/imports/{told['id']}", BUREAU).json()
    assert (after["quarantine"]["released"], after["quarantine"]["rejected"]) == (1, 0)
