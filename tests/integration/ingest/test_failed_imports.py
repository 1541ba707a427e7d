"""An import that fails by itself is tried a few times, set aside, and taken up by a person."""

import asyncio
import threading
import time
from typing import Any

import psycopg
from sqlalchemy.exc import OperationalError as DatabaseAway

from services.ingest import importing
from services.ingest.files import judging
from services.ingest.handlers import working
from services.ingest.store import leases
from services.ingest.tables import IS_AWAITED
from shared.auth.identity import Caller, CallerKind, Role
from shared.db import transaction
from tests.integration.ingest.conftest import ANALYST, BUREAU, OTHER_BUREAU, Door
from tests.integration.ingest.files import ndjson, send, work
from tests.unit.ingest.records import a_headcount, an_enterprise

ADMIN = Caller("he", CallerKind.OFFICER, "何", frozenset({Role.CITY_ADMIN}), frozenset({"110105"}))
MOST = 6
STANDING = "SELECT state, failures, attempts, failure FROM ingest.imports WHERE kind = 'file'"
WAITING = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def _due(door: Door) -> None:
    """Let what waits for its next attempt be due now."""
    with door.administrator() as connection:
        connection.execute("UPDATE ingest.imports SET due_at = now() WHERE due_at IS NOT NULL")


def _tried(door: Door, times: int) -> None:
    for _ in range(times):
        _due(door)
        assert work(door) == 1


def _sent(door: Door, number: int = 1) -> str:
    sent = send(door, "insured_headcount", ndjson(a_headcount(number)))
    assert sent.status_code == 202, sent.text
    return str(sent.headers["Location"])


def _enrol(door: Door, *numbers: int) -> None:
    records = [an_enterprise(number) for number in numbers]
    assert door.push("enterprise_register", records).status_code == 201


def test_a_file_that_cannot_be_worked_off_is_set_aside_and_taken_up_again(door: Door) -> None:
    _enrol(door, 1)
    address = _sent(door)
    digest = door.get(address, BUREAU).json()["content_sha256"]
    content = door.blobs / digest[:2] / digest
    away = content.rename(content.with_suffix(".away"))
    _tried(door, MOST - 1)
    told = door.get(address, BUREAU).json()
    assert (told["state"], told["finished_at"], told["errors"]) == ("validating", None, [])
    _tried(door, 1)
    assert work(door) == 0

    told = door.get(address, BUREAU).json()
    assert (told["state"], told["counts"]["rows"]) == ("failed", 0)
    assert told["finished_at"] is not None
    [why] = told["errors"]
    assert (why["code"], why["row"], why["place"]) == ("import_failed", None, None)
    assert why["message"].startswith("working the file off failed 6 times in a row (BlobNotFound)")
    assert told["id"] in str(door.get("/v1/imports?state=failed", ANALYST).json())
    assert door.get("/v1/imports?state=completed&feed=insured_headcount", ANALYST).json() == {
        "data": [],
        "next_cursor": None,
    }
    listed = door.get(f"{address}/errors", BUREAU).json()
    assert [error["code"] for error in listed["data"]] == ["import_failed"]

    refused = door.post(f"{address}/resumption", {}, ADMIN)
    assert (refused.status_code, refused.json()["code"]) == (410, "content_gone")
    away.rename(content)
    assert door.post(f"{address}/resumption", {}, OTHER_BUREAU).status_code == 404
    assert door.post(f"{address}/resumption", {}, ANALYST).status_code == 403
    again = door.post(f"{address}/resumption", {}, ADMIN)
    assert (again.status_code, again.json()["state"], again.json()["errors"]) == (
        200,
        "received",
        [],
    )
    assert work(door) == 1
    told = door.get(address, BUREAU).json()
    assert (told["state"], told["counts"]["accepted"]) == ("completed", 1)
    late = door.post(f"{address}/resumption", {}, BUREAU)
    assert (late.status_code, late.json()["code"]) == (409, "import_not_failed")


def test_a_file_that_was_set_aside_can_be_given_up(door: Door) -> None:
    _enrol(door, 1)
    address = _sent(door)
    digest = door.get(address, BUREAU).json()["content_sha256"]
    content = door.blobs / digest[:2] / digest
    content.rename(content.with_suffix(".away"))
    _tried(door, MOST)
    assert door.rows(STANDING)[0]["state"] == "failed"
    assert len(door.rows(f"SELECT 1 FROM ingest.imports WHERE {IS_AWAITED}")) == 1  # noqa: S608
    assert door.post(f"{address}/cancellation", {}, OTHER_BUREAU).status_code == 404

    told = door.post(f"{address}/cancellation", {}, BUREAU)
    assert (told.status_code, told.json()["state"], told.json()["errors"]) == (200, "cancelled", [])
    # Nobody waits for it any more, and nobody takes it up again.
    assert door.rows(f"SELECT 1 FROM ingest.imports WHERE {IS_AWAITED}") == []  # noqa: S608
    again = door.post(f"{address}/cancellation", {}, BUREAU)
    assert (again.status_code, again.json()["code"]) == (409, "import_ended")
    content.with_suffix(".away").rename(content)
    late = door.post(f"{address}/resumption", {}, BUREAU)
    assert (late.status_code, late.json()["code"]) == (409, "import_not_failed")
    assert work(door) == 0


def test_what_was_recorded_before_it_failed_stays_and_the_rest_follows(
    door: Door, monkeypatch: Any
) -> None:
    numbers = range(1, 1501)
    _enrol(door, *range(1, 1001))
    _enrol(door, *range(1001, 1501))
    body = ndjson(*(a_headcount(number) for number in numbers))
    # A dry run goes row by row, a thousand at a time.
    sent = send(door, "insured_headcount", body, dry_run="true")
    address = str(sent.headers["Location"])
    judge = judging.judge

    def failing(contract: Any, part: Any, **more: Any) -> Any:
        if len(part) < 1000:
            raise ZeroDivisionError
        return judge(contract, part, **more)

    monkeypatch.setattr(working, "judge", failing)
    _tried(door, MOST)
    told = door.get(address, BUREAU).json()
    assert (told["state"], told["counts"]["rows"], told["total"]) == ("failed", 1000, 1500)
    monkeypatch.setattr(working, "judge", judge)
    again = door.post(f"{address}/resumption", {}, BUREAU).json()
    assert (again["state"], again["counts"]["rows"]) == ("validating", 1000)
    assert work(door) == 1
    told = door.get(address, BUREAU).json()
    assert (told["state"], told["counts"]["accepted"]) == ("completed", 1500)


def test_the_same_file_sent_again_is_judged_again(door: Door) -> None:
    _enrol(door, 1)
    first = _sent(door)
    digest = door.get(first, BUREAU).json()["content_sha256"]
    (door.blobs / digest[:2] / digest).unlink()
    _tried(door, MOST)
    second = _sent(door)
    assert second != first
    assert work(door) == 1
    told = door.get(second, BUREAU).json()
    assert (told["state"], told["repeats"]) == ("completed", None)


def test_a_lost_database_does_not_count_against_an_import(door: Door) -> None:
    _enrol(door, 1)
    address = _sent(door)
    for _ in range(2):
        _due(door)
        with door.administrator() as lock:
            lock.execute("LOCK TABLE ingest.enterprises IN ACCESS EXCLUSIVE MODE")
            worker = threading.Thread(target=work, args=(door,))
            worker.start()
            with psycopg.connect(door.database.admin_url, autocommit=True) as killer:
                until = time.monotonic() + 120
                while not (waiting := killer.execute(WAITING).fetchall()):
                    assert time.monotonic() < until
                    time.sleep(0.05)
                killer.execute("SELECT pg_terminate_backend(%s)", waiting[0])
            lock.rollback()
            worker.join()
    [standing] = door.rows(STANDING)
    assert (standing["failures"], standing["attempts"]) == (0, 2)
    _tried(door, 1)
    assert door.get(address, BUREAU).json()["state"] == "completed"


def test_a_lease_is_given_back_as_soon_as_the_database_is_there(
    door: Door, monkeypatch: Any
) -> None:
    _enrol(door, 1)
    address = _sent(door)
    tries = 0
    give_back = leases.give_back

    async def away(*_: object, **__: object) -> None:
        raise DatabaseAway("SELECT 1", {}, psycopg.OperationalError("away"))

    async def away_at_first(*given: Any, **more: Any) -> None:
        nonlocal tries
        tries += 1
        await (away() if tries == 1 else give_back(*given, **more))

    with monkeypatch.context() as broken:
        broken.setattr(importing, "sending_of", away)
        broken.setattr(leases, "give_back", away_at_first)
        assert work(door) == 1
    assert tries == 2
    _tried(door, 1)
    [standing] = door.rows(STANDING)
    assert (standing["state"], standing["failures"]) == ("completed", 0)
    assert door.get(address, BUREAU).json()["state"] == "completed"


def test_a_file_of_which_every_worker_dies_is_set_aside(door: Door) -> None:
    _enrol(door, 1)
    address = _sent(door)

    async def taken_by_one_who_dies() -> None:
        async with (
            door.database.sessions("ingest", "worker") as sessions,
            transaction(sessions, actor="service:ingest") as session,
        ):
            assert await leases.claim(session, within=working.LEASE) is not None

    for _ in range(MOST):
        _due(door)
        asyncio.run(taken_by_one_who_dies())
    [standing] = door.rows(STANDING)
    assert (standing["state"], standing["failures"]) == ("validating", MOST - 1)
    _tried(door, 1)
    told = door.get(address, BUREAU).json()
    assert told["state"] == "failed"
    [why] = told["errors"]
    assert why["message"].startswith("working the file off failed 6 times in a row (WorkerLost)")

    assert door.post(f"{address}/resumption", {}, BUREAU).json()["state"] == "received"
    assert work(door) == 1
    assert door.get(address, BUREAU).json()["state"] == "completed"
