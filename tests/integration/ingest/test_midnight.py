"""A day begins at midnight in Beijing, whatever zone the database tells its instants in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shared.calendar import SHANGHAI
from shared.clock import set_replay
from tests.integration.ingest.conftest import BUREAU, NOW, Door
from tests.integration.ingest.files import csv_of, imported, ndjson, send, work, workbook
from tests.integration.ingest.test_quarantine import release
from tests.unit.ingest.records import a_headcount, an_enterprise, uscc

FEED = "insured_headcount"
# Still July in Greenwich.
NIGHT = datetime(2020, 8, 1, 0, 30, tzinfo=SHANGHAI)
HEADS: list[object] = ["uscc", "month", "insured_headcount"]
FILES: dict[str, Callable[[], bytes]] = {
    "a.csv": lambda: csv_of(HEADS, [uscc(1), "2020-08", 5]),
    "a.ndjson": lambda: ndjson({"uscc": uscc(1), "month": "2020-08", "insured_headcount": 5}),
    "a.xlsx": lambda: workbook(HEADS, [uscc(1), "2020-08", 5]),
}


def at(door: Door, moment: datetime) -> None:
    """Let it be that time."""
    set_replay(door.blobs.parent / "now", moment)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("query", [{}, {"dry_run": "true"}, {"replaces_period": "2020-08"}])
def test_what_began_today_is_taken_in_the_first_hours(
    door: Door, name: str, query: dict[str, Any]
) -> None:
    door.push("enterprise_register", [an_enterprise(1)])
    at(door, NIGHT)
    assert door.push(FEED, [a_headcount(1, month="2020-08")]).json()["counts"]["accepted"] == 1
    told = imported(door, FEED, FILES[name](), filename=name, reject_above="0", **query)
    assert (told["errors"], told["counts"]["superseding"]) == ([], 1)


def test_what_waited_since_the_first_hours_is_taken_when_its_enterprise_comes(door: Door) -> None:
    at(door, NIGHT)
    for name, content in FILES.items():
        sent = send(door, FEED, content(), filename=name)
        work(door)
    # The same again: what waits says it already.
    told = door.get(sent.headers["Location"], BUREAU).json()
    assert (told["counts"]["duplicate"], told["errors"]) == (1, [])
    at(door, NOW)
    door.push("enterprise_register", [an_enterprise(1)])
    release(door)
    kept = door.rows("SELECT state, fate FROM ingest.quarantine")
    assert [tuple(row.values()) for row in kept] == [("released", "accepted")]
