"""What was received earlier and worked off later: recorded as history, never above newer facts."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.ingest.columns import parts
from services.ingest.handlers import withdrawals
from shared.clock import set_replay
from tests.integration.ingest.conftest import ANALYST, BUREAU, NOW, OTHER_BUREAU, REGISTRAR, Door
from tests.integration.ingest.files import csv_of, ndjson, send, work
from tests.integration.ingest.test_failed_imports import ADMIN
from tests.unit.ingest.records import a_headcount, an_enterprise, uscc

FEED = "insured_headcount"
HEADS: list[object] = ["uscc", "month", "insured_headcount"]
STATED = """
SELECT convert_from(payload, 'utf8')::jsonb AS body FROM ingest.event_log
WHERE subject = 'ingest.observations.recorded.v1'
"""


def _at(door: Door, moment: datetime) -> None:
    set_replay(door.blobs.parent / "now", moment)


def _day(door: Door, days: int) -> None:
    _at(door, NOW + timedelta(days=days))


def _sent(door: Door, body: bytes, feed: str = FEED, **query: str) -> str:
    caller = REGISTRAR if feed == "enterprise_register" else BUREAU
    sent = send(door, feed, body, caller=caller, reject_above="100", **query)
    assert sent.status_code == 202, sent.text
    return str(sent.headers["Location"])


def _set_aside(door: Door, address: str) -> None:
    """Set an import aside as a worker does after its last attempt."""
    with door.administrator() as connection:
        connection.execute(
            "UPDATE ingest.imports SET state = 'failed', failure = 'OSError', failures = 6,"
            " finished_at = received_at, due_at = NULL WHERE id = %s",
            [address.rpartition("/")[2]],
        )


def _resumed(door: Door, address: str) -> dict[str, Any]:
    assert door.post(f"{address}/resumption", {}, ADMIN).status_code == 200
    assert work(door) == 1
    told: dict[str, Any] = door.get(address, BUREAU).json()
    return told


def _counts(told: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in told["counts"].items() if count}


def _known(door: Door, number: int, on: int | None = None) -> int | None:
    """Return the headcount as known at the end of a day after the first; now if none is given."""
    day = "" if on is None else f"&known_on={(NOW + timedelta(days=on)).date()}"
    path = f"/v1/observations?feed={FEED}&uscc={uscc(number)}{day}"
    found = door.get(path, ANALYST).json()["data"]
    return found[0]["values"]["insured_headcount"] if found else None


def _push(door: Door, *counts: tuple[int, int]) -> None:
    records = [
        {"uscc": uscc(number), "month": "2020-07", "insured_headcount": count}
        for number, count in counts
    ]
    assert door.push(FEED, records).status_code in {200, 201}


def _stated(door: Door, number: int, *, day: int | None = None) -> list[int | None]:
    """Return what consumers hold the headcount to be, by version: of what they knew on a day."""
    held: dict[int, int | None] = {}
    for row in door.rows(STATED):
        body = row["body"]
        received = datetime.fromisoformat(body["received_at"])
        if day is not None and received > NOW + timedelta(days=day):
            continue
        counts = body["values"]["insured_headcount"]
        for code, version, count in zip(body["uscc"], body["version"], counts, strict=True):
            if code == uscc(number):
                assert version not in held
                held[version] = count
    return [held[version] for version in sorted(held)]


def _table(layout: str, *counts: tuple[int, int]) -> bytes:
    if layout == "columns":
        return csv_of(HEADS, *([uscc(number), "2020-07", count] for number, count in counts))
    # A quotation mark makes a file go row by row.
    rows = [[uscc(number), '"2020-07"', count] for number, count in counts]
    return csv_of(HEADS, *rows)


@pytest.mark.parametrize("layout", ["columns", "rows"])
def test_an_import_taken_up_late_is_history(door: Door, layout: str) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in range(5)])
    _push(door, (1, 10), (2, 20))
    _day(door, 1)
    late = _sent(door, _table(layout, (1, 11), (2, 20), (3, 31), (4, 41)))
    _set_aside(door, late)
    _day(door, 2)
    _push(door, (1, 12), (2, 22), (3, 32))
    _day(door, 5)

    told = _resumed(door, late)

    # As if it had been worked off in time: one was new by then, one superseded, one the same.
    assert _counts(told) == {"rows": 4, "accepted": 2, "duplicate": 1, "superseding": 1}
    [note] = told["unknowns"]
    assert (note["code"], note["rows"], note["first_row"]) == ("row_overtaken", 2, 2)
    assert [_known(door, number) for number in (1, 2, 3, 4)] == [12, 22, 32, 41]
    assert [_known(door, number, on=1) for number in (1, 2, 3, 4)] == [11, 20, 31, 41]
    assert [_known(door, number, on=0) for number in (1, 2, 3, 4)] == [10, 20, None, None]
    for number in (1, 2, 3, 4):
        assert _stated(door, number)[-1] == _known(door, number)
        assert _stated(door, number, day=1)[-1] == _known(door, number, on=1)


@pytest.mark.parametrize("layout", ["columns", "rows"])
def test_several_late_ones_end_in_the_order_of_their_receipt(door: Door, layout: str) -> None:
    door.push("enterprise_register", [an_enterprise(1)])
    addresses = []
    for day in range(4):
        _day(door, day)
        # The last of a file's rows about a key is what the file says.
        addresses.append(_sent(door, _table(layout, (1, 100 + day), (1, 10 + day))))
        _set_aside(door, addresses[-1])
    for day in (1, 3, 0, 2):
        _resumed(door, addresses[day])
        _day(door, 9)
    assert _known(door, 1) == 13
    assert [_known(door, 1, on=day) for day in range(4)] == [10, 11, 12, 13]
    assert [_stated(door, 1, day=day)[-1] for day in range(4)] == [10, 11, 12, 13]


@pytest.mark.parametrize("again", ["columns", "rows", "batch"])
def test_what_was_only_repeated_since_stands_as_well(door: Door, again: str) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in (1, 2)])
    _push(door, (1, 10), (2, 20))
    _day(door, 1)
    wrong = _sent(door, _table("columns", (1, 11), (2, 21)))
    _set_aside(door, wrong)
    _day(door, 2)
    # The sender sends what was right again, while the wrong file waits.
    for _ in range(2):
        if again == "batch":
            _push(door, (1, 10), (2, 20))
        else:
            _sent(door, _table(again, (1, 10), (2, 20), (2, 20)))
            assert work(door) == 1
    kept = door.rows("SELECT version FROM ingest.observations_insured_headcount")
    # Said again once, not each time.
    assert sorted(row["version"] for row in kept) == [1, 1, 2, 2]
    counted = door.rows(
        "SELECT sum(duplicate)::int AS same, sum(superseding)::int AS other FROM ingest.imports"
        " WHERE feed = 'insured_headcount'"
    )
    assert counted[0]["other"] == 0
    _day(door, 3)
    assert _counts(_resumed(door, wrong)) == {"rows": 2, "superseding": 2}
    assert [_known(door, number) for number in (1, 2)] == [10, 20]
    assert [_known(door, number, on=1) for number in (1, 2)] == [11, 21]
    assert [_known(door, number, on=0) for number in (1, 2)] == [10, 20]
    assert [_stated(door, number)[-1] for number in (1, 2)] == [10, 20]
    # Nothing is awaited any more: a repetition leaves no trace.
    _push(door, (1, 10))
    assert len(door.rows("SELECT 1 FROM ingest.observations_insured_headcount")) == 8


def test_two_files_whose_parts_alternate(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in range(40)])
    monkeypatch.setattr(parts, "PIECE", 500)
    early = _sent(door, _table("columns", *((n, 1000 + n) for n in range(40))))
    _at(door, NOW + timedelta(seconds=1))
    newer = _sent(door, _table("columns", *((n, 2000 + n) for n in reversed(range(40)))))
    with door.administrator() as connection:
        connection.execute(
            "UPDATE ingest.imports SET due_at = due_at - interval '1 minute' WHERE id = %s",
            [newer.rpartition("/")[2]],
        )
    assert work(door) == 2
    assert [_known(door, n) for n in range(40)] == [2000 + n for n in range(40)]
    for address in (early, newer):
        assert _counts(door.get(address, BUREAU).json())["rows"] == 40


def test_what_was_withdrawn_meanwhile_stays_withdrawn(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in (1, 2, 3)])
    door.push(FEED, [a_headcount(1, insured_headcount=10)])
    _day(door, 1)
    late = _sent(door, ndjson(*(a_headcount(n, insured_headcount=n * 10 + 1) for n in (1, 2, 3))))
    _set_aside(door, late)
    _day(door, 2)
    why = {"reason": "口径有误"}
    path = f"/v1/feeds/{FEED}/periods/2020-07/withdrawals"
    assert door.post(path, why, BUREAU).status_code == 201
    _day(door, 3)
    door.push(FEED, [a_headcount(3, insured_headcount=33)])
    _resumed(door, late)
    assert [_known(door, number) for number in (1, 2, 3)] == [None, None, 33]
    assert [_known(door, number, on=2) for number in (1, 2, 3)] == [None, None, None]
    assert [_known(door, number, on=1) for number in (1, 2, 3)] == [11, 21, 31]


def test_a_period_replaced_meanwhile_stays_as_it_was_replaced(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in (1, 2, 3)])
    door.push(FEED, [a_headcount(1, insured_headcount=10)])
    _day(door, 1)
    late = _sent(door, ndjson(*(a_headcount(n, insured_headcount=n * 10 + 1) for n in (1, 2))))
    _set_aside(door, late)
    _day(door, 2)
    whole = ndjson(a_headcount(1, insured_headcount=10), a_headcount(3, insured_headcount=30))
    _sent(door, whole, replaces_period="2020-07")
    assert work(door) == 1
    _day(door, 3)
    _resumed(door, late)
    assert [_known(door, number) for number in (1, 2, 3)] == [10, None, 30]
    assert [_known(door, number, on=1) for number in (1, 2, 3)] == [11, 21, None]


@pytest.mark.parametrize("layout", ["columns", "rows"])
def test_a_late_file_that_replaces_a_period_takes_nothing_newer_back(
    door: Door, layout: str
) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in range(1, 8)])
    _push(door, (2, 20), (4, 40), (5, 50), (6, 60))
    door.push(FEED, [a_headcount(7, insured_headcount=70)], caller=OTHER_BUREAU)
    _day(door, 1)
    late = _sent(door, _table(layout, (1, 11), (5, 51)), replaces_period="2020-07")
    _set_aside(door, late)
    _day(door, 2)
    _push(door, (3, 32), (4, 42), (5, 52))
    _day(door, 3)
    # It says what it said: the withdrawal that comes late must not stand above it.
    _push(door, (6, 60))
    door.push(FEED, [a_headcount(7, insured_headcount=73)], caller=OTHER_BUREAU)
    _day(door, 4)

    told = _resumed(door, late)

    numbers = range(1, 8)
    # Taken back are those of 2, and of 4 and 6, which were said again since.
    assert (told["withdrawn"], _counts(told)["rows"]) == (3, 2)
    assert [_known(door, number) for number in numbers] == [11, None, 32, 42, 52, 60, 73]
    assert [_known(door, number, on=0) for number in numbers] == [None, 20, None, 40, 50, 60, 70]
    known = [11, None, None, None, 51, None, 70]
    assert [_known(door, number, on=1) for number in numbers] == known
    assert [_known(door, number, on=2) for number in numbers] == [11, None, 32, 42, 52, None, 70]
    for number in numbers:
        assert _stated(door, number)[-1] == _known(door, number)


@pytest.mark.parametrize("layout", ["columns", "rows"])
def test_what_another_agency_took_back_of_its_own_takes_nothing_of_a_late_file(
    door: Door, layout: str
) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in range(1, 5)])
    theirs = [{"uscc": uscc(n), "month": "2020-07", "insured_headcount": n * 10} for n in (1, 2, 3)]
    door.push(FEED, theirs, caller=OTHER_BUREAU)
    _day(door, 1)
    # The second says of 2 what the other agency has said: it is what both say.
    late = _sent(door, _table(layout, (1, 11), (2, 20), (4, 41)))
    _set_aside(door, late)
    _day(door, 2)
    path = f"/v1/feeds/{FEED}/periods/2020-07/withdrawals"
    assert door.post(path, {"reason": "重复报送"}, OTHER_BUREAU).status_code == 201
    _day(door, 3)

    told = _resumed(door, late)

    assert _counts(told) == {"rows": 3, "accepted": 1, "superseding": 1, "duplicate": 1}
    # They came late and stand nevertheless: none of them is told as overtaken.
    assert told["unknowns"] == []
    numbers = range(1, 5)
    assert [_known(door, number) for number in numbers] == [11, 20, None, 41]
    assert [_known(door, number, on=0) for number in numbers] == [10, 20, 30, None]
    assert [_known(door, number, on=1) for number in numbers] == [11, 20, 30, 41]
    assert [_known(door, number, on=2) for number in numbers] == [11, 20, None, 41]
    for number in numbers:
        assert _stated(door, number)[-1] == _known(door, number)


@pytest.mark.parametrize("layout", ["columns", "rows"])
def test_a_file_that_replaced_a_period_has_not_said_what_it_left_to_another_agency(
    door: Door, layout: str
) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in (1, 2)])
    theirs = [{"uscc": uscc(1), "month": "2020-07", "insured_headcount": 10}]
    door.push(FEED, theirs, caller=OTHER_BUREAU)
    _day(door, 1)
    late = _sent(door, _table(layout, (1, 11)))
    _set_aside(door, late)
    _day(door, 2)
    _sent(door, _table(layout, (2, 22)), replaces_period="2020-07")
    assert work(door) == 1
    _day(door, 3)

    told = _resumed(door, late)

    # In time it would have been taken back by the file that replaced its agency's period, and what
    # the other agency says would have stood again.
    assert _counts(told) == {"rows": 1, "superseding": 1}
    assert [_known(door, number) for number in (1, 2)] == [10, 22]
    assert [_known(door, 1, on=day) for day in range(3)] == [10, 11, 10]
    assert _stated(door, 1)[-1] == 10


@pytest.mark.parametrize("at_once", [1, 2])
def test_much_that_newer_files_overtook_is_taken_back_part_by_part(
    door: Door, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(withdrawals, "_BEHIND", at_once)
    numbers = range(1, 6)
    door.push("enterprise_register", [an_enterprise(number) for number in range(1, 7)])
    _push(door, *((number, 10) for number in numbers))
    _day(door, 1)
    late = _sent(door, _table("columns", (6, 61)), replaces_period="2020-07")
    _set_aside(door, late)
    _day(door, 2)
    _push(door, *((number, 12) for number in numbers))
    assert _resumed(door, late)["withdrawn"] == 5
    assert [_known(door, number, on=1) for number in numbers] == [None] * 5
    assert [_known(door, number) for number in numbers] == [12] * 5


@pytest.mark.parametrize("layout", ["columns", "rows"])
def test_a_fact_with_too_many_versions_is_turned_away_by_name(door: Door, layout: str) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in (1, 2)])
    _push(door, (1, 10), (2, 20))
    with door.administrator() as connection:
        connection.execute(
            "INSERT INTO ingest.observations_insured_headcount"
            " (enterprise_id, period, import_no, version, withdrawn, insured_headcount)"
            " SELECT o.enterprise_id, period, import_no, 31999, withdrawn, 31"
            " FROM ingest.observations_insured_headcount o JOIN ingest.enterprises e"
            " ON e.id = o.enterprise_id WHERE e.uscc = %s",
            [uscc(1)],
        )
    body = _table(layout, (1, 11), (1, 12), (2, 22), (1, 13))
    address = _sent(door, body)
    assert work(door) == 1
    told = door.get(address, BUREAU).json()
    assert _counts(told) == {"rows": 4, "superseding": 2, "rejected": 2}
    assert [(error["place"], error["code"]) for error in told["errors"]] == [
        (3, "too_many_versions"),
        (5, "too_many_versions"),
    ]
    assert [_known(door, number) for number in (1, 2)] == [11, 22]
    batch = door.push(FEED, [{"uscc": uscc(1), "month": "2020-07", "insured_headcount": 9}])
    assert [error["code"] for error in batch.json()["errors"]] == ["too_many_versions"]
    tried = _sent(door, body, dry_run="true")
    assert work(door) == 1
    assert _counts(door.get(tried, BUREAU).json()) == {"rows": 4, "duplicate": 2, "rejected": 2}


def test_the_register_keeps_what_came_last(door: Door) -> None:
    late = _sent(door, ndjson(an_enterprise(1, name="旧名")), "enterprise_register")
    _set_aside(door, late)
    _day(door, 1)
    door.push("enterprise_register", [an_enterprise(1, name="新名")])
    _resumed(door, late)
    [entry] = door.rows("SELECT version, name FROM ingest.enterprises")
    versions = door.rows("SELECT version, name FROM ingest.enterprise_versions ORDER BY version")
    assert (entry["version"], entry["name"]) == (3, "新名")
    assert [row["name"] for row in versions] == ["新名", "旧名", "新名"]


def test_texts_and_lists_keep_what_came_last(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(1)])
    text = {"item_id": "1", "published_at": "2020-07-30T10:00:00+08:00", "source": "weibo"}
    entry = {
        "uscc": uscc(1),
        "list_kind": "key",
        "edition": "2020-1",
        "valid_from": "2020-07-01",
    }
    texts = _sent(door, ndjson({**text, "text": "旧文"}), "opinion_item")
    lists = _sent(door, ndjson({**entry, "valid_until": "2020-08-01"}), "protection_list")
    _set_aside(door, texts)
    _set_aside(door, lists)
    _day(door, 1)
    door.push("opinion_item", [{**text, "text": "新文"}])
    door.push("protection_list", [{**entry, "valid_until": "2020-09-01"}])
    for address in (texts, lists):
        assert door.post(f"{address}/resumption", {}, ADMIN).status_code == 200
    assert work(door) == 2
    said = door.rows("SELECT text FROM ingest.opinion_versions ORDER BY version")
    assert [row["text"] for row in said] == ["新文", "旧文", "新文"]
    assert door.rows("SELECT version FROM ingest.opinion_items") == [{"version": 3}]
    until = door.rows("SELECT valid_until FROM ingest.protection_list_entries ORDER BY version")
    assert [str(row["valid_until"]) for row in until] == ["2020-09-01", "2020-08-01", "2020-09-01"]
    assert json.dumps(door.get(texts, BUREAU).json()["counts"]).count("1") == 2
