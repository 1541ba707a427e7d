"""Old versions of a contract: taken with a warning until their sunset; and its template."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from shared.calendar import SHANGHAI
from shared.clock import set_replay
from tests.integration.ingest.conftest import ANALYST, BUREAU, NOW, REGISTRAR, Door
from tests.integration.ingest.files import imported, send
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
    assert taken.headers["Deprecation"] == "@1782835200"
    assert taken.headers["Sunset"] == "Wed, 30 Jun 2027 16:00:00 GMT"
    assert taken.headers["Link"] == f'<{FEED}>; rel="successor-version"'
    wrong = push(door, a_headcount(1, month="2020-06", due="1.00"), version="1.0.0").json()
    assert [(e["column"], e["code"]) for e in wrong["errors"]] == [("due", "unknown_column")]
    current = door.push("insured_headcount", [a_headcount(1, month="2020-06", due="1.00")])
    assert current.json()["contract_version"] == "1.1.0"
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
