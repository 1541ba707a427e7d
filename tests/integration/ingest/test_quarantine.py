"""Rows that come before their enterprises wait, and become what they would have been."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from services.ingest.handlers import quarantine
from services.ingest.handlers.pending import pending
from shared.db import transaction
from tests.integration.ingest.conftest import ANALYST, BUREAU, NOW, OTHER_BUREAU, Door
from tests.integration.ingest.files import csv_of, imported, ndjson, workbook
from tests.unit.ingest.archives import packed
from tests.unit.ingest.records import a_headcount, a_protected, an_enterprise, uscc

FACTS = """
    SELECT convert_from(payload, 'utf8')::jsonb AS body FROM ingest.event_log
    WHERE subject = 'ingest.observations.recorded.v1' ORDER BY event_id
"""


def enrol(door: Door, *numbers: int) -> None:
    """Bring enterprises into the register."""
    door.push("enterprise_register", [an_enterprise(n) for n in numbers])


def release(door: Door, *, after: timedelta = timedelta(0)) -> None:
    """Let the worker release what can be, and give up what is too old."""

    async def turns() -> None:
        async with door.database.sessions("ingest", "worker") as sessions:
            for chore in (quarantine.release, quarantine.expire):
                more: bool | None = True
                while more:
                    async with transaction(sessions, actor="service:ingest") as session:
                        more = await chore(session, NOW + after)

    asyncio.run(turns())


def waits(door: Door) -> int:
    """Return whether rows could be released."""

    async def ask() -> int:
        async with (
            door.database.sessions("ingest", "api") as sessions,
            transaction(sessions, actor="service:ingest") as session,
        ):
            return (await pending(session))["rows_to_release"]

    return asyncio.run(ask())


def stated(door: Door) -> list[tuple[Any, ...]]:
    """Return what was stated of headcounts: enterprise, month, version, insured, import."""
    return [
        (*row, body["import_id"], body["received_at"])
        for body in (row["body"] for row in door.rows(FACTS))
        for row in zip(
            body["uscc"],
            body["period"],
            body["version"],
            body["values"]["insured_headcount"],
            strict=True,
        )
    ]


def shown(door: Door, id_: str) -> Any:
    """Return an import as its sender sees it."""
    return door.get(f"/v1/imports/{id_}", BUREAU).json()


def test_a_row_that_came_too_early_becomes_a_version_of_its_import(door: Door) -> None:
    early = door.push("insured_headcount", [a_headcount(1), a_headcount(2)]).json()
    assert early["counts"]["quarantined"] == 2
    assert early["state"] == "completed"
    later = door.push("insured_headcount", [a_headcount(1, insured_headcount=90)]).json()
    assert (stated(door), waits(door)) == ([], 0)
    release(door)
    assert shown(door, early["id"])["quarantine"]["held"] == 2

    enrol(door, 1)
    assert waits(door) == 1
    behind = door.push("insured_headcount", [a_headcount(1, insured_headcount=80)]).json()
    assert behind["counts"]["quarantined"] == 1
    release(door)

    assert waits(door) == 0
    received = early["received_at"].replace("+08:00", "Z").replace("T09", "T01")
    assert stated(door) == [
        (uscc(1), "2020-07", 1, 128, early["id"], received),
        (uscc(1), "2020-07", 2, 90, later["id"], received),
        (uscc(1), "2020-07", 3, 80, behind["id"], received),
    ]
    assert shown(door, early["id"])["quarantine"] == {
        "held": 1,
        "released": 1,
        "rejected": 0,
        "withdrawn": 0,
        "expired": 0,
    }
    assert shown(door, early["id"])["counts"] == early["counts"]


def test_the_order_of_row_and_entry_makes_no_difference(door: Door) -> None:
    pushes = [
        a_headcount(1),
        a_headcount(1, insured_headcount=90),
        a_headcount(1),
        a_headcount(1, month="2020-06"),
    ]
    enrol(door, 1)
    for record in pushes:
        door.push("insured_headcount", [record])
    known = [row[1:4] for row in stated(door)]
    for record in pushes:
        door.push("insured_headcount", [{**record, "uscc": uscc(2)}])
    enrol(door, 2)
    release(door)
    assert [row[1:4] for row in stated(door) if row[0] == uscc(2)] == known
    assert len(known) == 4


def test_what_is_sent_again_while_it_waits_is_the_same_import(door: Door) -> None:
    first = door.push("insured_headcount", [a_headcount(1)])
    again = door.push("insured_headcount", [a_headcount(1)])
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json()["id"], again.json()["repeated"]) == (first.json()["id"], True)
    other = door.push("insured_headcount", [a_headcount(1)], caller=OTHER_BUREAU).json()
    assert other["counts"]["quarantined"] == 1
    assert len(door.rows("SELECT id FROM ingest.quarantine")) == 2


def test_a_sender_sees_its_rows_and_takes_them_back(door: Door) -> None:
    told = door.push("insured_headcount", [a_headcount(1), a_headcount(2)]).json()
    door.push("protection_list", [a_protected(3)], caller=OTHER_BUREAU)
    (second, first) = door.get("/v1/quarantine", BUREAU).json()["data"]
    assert (first["uscc"], first["row"], first["state"]) == (uscc(1), 0, "held")
    assert second["record"]["month"] == "2020-07"
    city = door.get("/v1/quarantine?state=held", ANALYST).json()["data"]
    assert {row["feed"] for row in city} == {"insured_headcount", "protection_list"}
    assert {row["record"] for row in city} == {None}

    where = f"/v1/imports/{told['id']}/quarantine/withdrawal"
    assert door.post(where, {}, OTHER_BUREAU).status_code == 404
    assert door.post(where, {}, BUREAU).json()["quarantine"]["withdrawn"] == 2
    enrol(door, 1, 2, 3)
    release(door)
    assert stated(door) == []
    assert door.rows("SELECT edition FROM ingest.protection_list_entries") == [
        {"edition": "2020-Q3"}
    ]
    assert door.get("/v1/quarantine?state=held", ANALYST).json()["data"] == []
    assert door.push("insured_headcount", [a_headcount(1)]).json()["counts"]["accepted"] == 1


def test_what_nobody_enters_in_time_is_given_up_and_its_sender_reads_why(door: Door) -> None:
    told = door.push("insured_headcount", [a_headcount(1)]).json()
    release(door, after=quarantine.EXPIRES_AFTER)
    assert shown(door, told["id"])["quarantine"]["held"] == 1
    release(door, after=quarantine.EXPIRES_AFTER + timedelta(seconds=1))
    after = shown(door, told["id"])
    assert after["quarantine"]["expired"] == 1
    assert [(e["row"], e["code"], e["value"]) for e in after["errors"]] == [
        (0, "enterprise_unknown", uscc(1))
    ]
    enrol(door, 1)
    release(door)
    assert stated(door) == []


def test_what_its_contract_no_longer_takes_is_rejected_at_its_release(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = door.push("insured_headcount", [a_headcount(1), a_headcount(2)]).json()
    enrol(door, 1, 2)
    with door.administrator() as connection:
        connection.execute(
            "UPDATE ingest.quarantine SET record = record || '{\"left\": -1}' WHERE uscc = %s",
            (uscc(2),),
        )
    release(door)
    after = shown(door, told["id"])
    assert (after["quarantine"]["released"], after["quarantine"]["rejected"]) == (1, 1)
    assert [(e["row"], e["column"], e["code"]) for e in after["errors"]] == [
        (1, "left", "too_small")
    ]
    late = door.push(
        "layoff_report", [{"uscc": uscc(3), "reported_on": "2020-08-02", "planned_layoffs": 30}]
    ).json()
    enrol(door, 3)
    monkeypatch.setattr(quarantine, "FEEDS", {})
    release(door)
    assert [e["code"] for e in shown(door, late["id"])["errors"]] == ["feed_ended"]


def test_a_dry_run_counts_what_would_wait_and_holds_nothing(door: Door) -> None:
    body = ndjson(a_headcount(1), a_headcount(1), a_headcount(1, left=9))
    tried = imported(door, "insured_headcount", body, dry_run="true")
    assert door.rows("SELECT id FROM ingest.quarantine") == []
    done = imported(door, "insured_headcount", body)
    assert tried["counts"] == done["counts"]
    assert (done["counts"]["quarantined"], done["counts"]["duplicate"]) == (2, 1)


def test_no_row_is_forgotten_when_row_and_entry_come_at_once(door: Door) -> None:
    numbers = range(1, 41)

    def push(n: int) -> None:
        door.push("insured_headcount", [a_headcount(n)])

    with ThreadPoolExecutor(8) as pool:
        tasks = [pool.submit(push, n) for n in numbers]
        tasks += [pool.submit(enrol, door, n) for n in numbers]
        for task in tasks:
            task.result()
    release(door)
    assert sorted(row[0] for row in stated(door)) == sorted(uscc(n) for n in numbers)
    assert all(
        row["state"] == "released" for row in door.get("/v1/quarantine", ANALYST).json()["data"]
    )


def test_the_next_rows_to_release_are_found_without_sorting_all_that_wait(door: Door) -> None:
    with door.administrator() as connection:
        for way in ("seqscan", "bitmapscan"):
            connection.execute(f"SET enable_{way} = off".encode())
        plan = connection.execute(
            "EXPLAIN SELECT * FROM ingest.quarantine"
            " WHERE state = 'held' AND enterprise_id IS NOT NULL AND feed = 'insured_headcount'"
            " ORDER BY received_at, id LIMIT 1000"
        ).fetchall()

    told = "\n".join(line for (line,) in plan)
    assert "ix_quarantine_due" in told
    assert "Sort" not in told


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl", "zip"])
def test_a_row_that_waits_has_the_number_that_its_sender_sees(door: Door, kind: str) -> None:
    enrol(door, 1)
    heads: list[object] = ["uscc", "month", "insured_headcount"]
    rows: list[list[object]] = [
        *([uscc(number), "2020-07", 3] for number in (1, 2, 1)),
        [uscc(3), "2020-13", 3],
        [uscc(4), "2020-07", 3],
    ]
    table = csv_of(heads, *rows)
    lines = ndjson(*(dict(zip(map(str, heads), row, strict=True)) for row in rows))
    body = {
        "csv": table,
        "xlsx": workbook(heads, *rows),
        "jsonl": lines,
        "zip": packed({"a.csv": csv_of(heads, rows[0]), "b.csv": table}),
    }[kind]
    told = imported(door, "insured_headcount", body, filename=f"a.{kind}")
    assert told["counts"]["quarantined"] == 2
    held = door.get(f"/v1/quarantine?import_id={told['id']}", BUREAU).json()["data"]
    first = 0 if kind == "jsonl" else 1
    assert sorted((row["row"], row["uscc"]) for row in held) == [
        (first + 2, uscc(2)),
        (first + 5, uscc(4)),
    ]
    assert {row["member"] for row in held} == {"b.csv" if kind == "zip" else None}
    assert [error["row"] for error in told["errors"]] == [first + 4]
