"""Real files of other authorities go the whole way by a mapping alone, to the last row."""

import csv
import io
import lzma
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.integration.ingest.conftest import ANALYST, Door
from tests.integration.ingest.files import imported, put_mapping
from tests.unit.ingest.layouts import taken
from tests.unit.ingest.records import an_enterprise, uscc

DATA = os.environ.get("WENGANG_DATA")
MAPPINGS = Path(__file__).parents[3] / "mappings"
pytestmark = pytest.mark.skipif(DATA is None, reason="WENGANG_DATA is not set: no real files")


def body_of(*names: str) -> bytes:
    """Return a file as it was sent."""
    path = Path(DATA or "", *names)
    return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()


def rows_of(body: bytes, *, delimiter: str = ",") -> list[list[str]]:
    """Read a file as anybody would: its rows below the header that are not blank."""
    text = io.StringIO(body.decode("utf-8-sig"), newline="")
    rows = [row for row in csv.reader(text, delimiter=delimiter) if any(map(str.strip, row))]
    return rows[1:]


def enrol(door: Door, *names: str) -> None:
    """Bring enterprises of these names into the register."""
    records = [an_enterprise(n, name=name) for n, name in enumerate(names, start=1)]
    assert door.push("enterprise_register", records).json()["counts"]["accepted"] == len(names)


def sent(door: Door, feed: str, mapping: str, body: bytes) -> Any:
    """Send a file by a bundled mapping; every row of it ends in exactly one fate."""
    assert put_mapping(door, mapping, (MAPPINGS / f"{mapping}.yaml").read_text()).is_success
    told = imported(door, feed, body, mapping=mapping, filename="a.csv")
    fates = {name: count for name, count in told["counts"].items() if name != "rows"}
    assert sum(fates.values()) == told["counts"]["rows"] == told["total"]
    errors, cursor = 0, ""
    while cursor is not None:
        path = f"/v1/imports/{told['id']}/errors?limit=200{cursor and '&cursor=' + cursor}"
        page = door.get(path, ANALYST).json()
        errors += len(page["data"])
        cursor = page["next_cursor"]
    assert errors >= fates["rejected"]
    assert (errors > 0) == (fates["rejected"] > 0)
    return told


def test_new_yorks_notices_with_amendments_in_a_cell(door: Door) -> None:
    enrol(door, "DynaServ Industries, Inc.", "Sykes Enterprises, Incorporated")
    body = body_of("warn_ny", "2017.csv.xz")
    told = sent(door, "layoff_report", "warn_ny", body)
    assert told["counts"]["rows"] == len(rows_of(body))
    assert told["counts"]["accepted"] >= 2
    assert {error["code"] for error in told["errors"]} <= {
        "enterprise_name_unknown",
        "missing",
        "too_small",
    }
    # The notice was given on the first of the days in the cell.
    kept = door.rows(
        "SELECT o.*, e.uscc FROM ingest.observations_layoff_report o "
        "JOIN ingest.enterprises e ON e.id = o.enterprise_id WHERE uscc = %(uscc)s",
        uscc=uscc(1),
    )
    assert any({"2017-09-11", 77} <= set(row.values()) for row in kept)


@pytest.mark.parametrize("state", ["mo", "tx", "ny", "pa"])
def test_notices_of_states_whose_rows_are_ragged_or_of_16384_columns(
    door: Door, state: str
) -> None:
    enrol(door, "StarTek", "Cognosante, LLC", "Qualfon", "57th Street Associates")
    body = body_of("warn_states", f"{state}.csv.xz")
    told = sent(door, "layoff_report", "warn_states", body)
    assert told["counts"]["rows"] == len(rows_of(body))


def test_all_states_are_read_by_one_mapping_to_the_last_row() -> None:
    mapping = (MAPPINGS / "warn_states.yaml").read_text()
    files = sorted(Path(DATA or "", "warn_states").glob("*.csv.xz"))
    assert len(files) > 40
    for file in files:
        body = body_of("warn_states", file.name)
        outcome = taken(body, mapping, today=date(2026, 1, 1))
        # A row of nothing but commas is told of, and is no record.
        assert set(outcome.passed) <= {"row_blank"}
        assert len(outcome.records) == len(rows_of(body)), file


def test_french_head_counts_of_119_columns_become_months(door: Door) -> None:
    enrol(door, "甲", "乙")
    for number, siret in ((1, "54236870268934"), (2, "31672661744173")):
        path = f"/v1/enterprises/{uscc(number)}/aliases"
        assert door.put(path, {"aliases": [f"SIRET {siret}"]}, ANALYST).is_success
    body = body_of("signaux_faibles", "effectif", "effectifTestData.csv")
    told = sent(door, "insured_headcount", "signaux_faibles_effectif", body)
    months = [[cell for cell in row[5:-2] if cell] for row in rows_of(body, delimiter=";")]
    assert told["counts"]["rows"] == sum(map(len, months))
    assert told["counts"]["accepted"] == len(months[0]) + len(months[2])
    # The one whose number nobody has told us of: each of its months by its own column.
    assert told["counts"]["rejected"] == len(months[1])
    assert {error["row"] for error in told["errors"]} == {3}
    counted = door.rows(
        "SELECT count(*) AS n, min(o.insured_headcount) AS least "
        "FROM ingest.observations_insured_headcount o"
    )
    assert counted[0]["n"] == told["counts"]["accepted"]


def test_reports_of_the_press_become_texts(door: Door) -> None:
    body = body_of("layoffs_fyi", "layoffs_2020_2023.csv.xz")
    told = sent(door, "opinion_item", "layoffs_fyi", body)
    rows = rows_of(body)
    later = [row for row in rows if _day(row[3]) > date(2020, 8, 3)]
    assert told["counts"]["rows"] == len(rows)
    # On the morning of 3 August 2020 most of them lie ahead.
    assert told["counts"]["rejected"] == len(later)
    texts = door.rows("SELECT text FROM ingest.opinion_versions WHERE text LIKE 'Uber 裁员%%'")
    assert any("3700 人" in row["text"] for row in texts)


def test_a_year_of_the_register_of_beijing(door: Door) -> None:
    body = body_of("registry_cn", "csv", "1992", "北京.csv.xz")
    told = sent(door, "enterprise_register", "registry_cn", body)
    assert told["counts"]["rows"] == len(rows_of(body))
    assert told["counts"]["accepted"] > 0.99 * told["counts"]["rows"]


def _day(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)
