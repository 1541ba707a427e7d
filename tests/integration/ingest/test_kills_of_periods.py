"""A worker is killed while a file replaces a period: the period changes once, and as a whole."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from benchmarks import headcounts
from tests.integration.ingest.conftest import Door
from tests.integration.ingest.files import enrol_many, send
from tests.integration.ingest.test_kills import until, worker

ROWS: Final = 60_000
TOLD: Final = 54_000  # the period that replaces the other does not name the last tenth
CALM, KILLED, ENDED = "2020-04", "2020-05", "2020-06"
WITHIN: Final = 60.0
# Every version of a fact, with what it says; the letters of the month are left out.
KEPT: Final = """
SELECT version, withdrawn, count(*) AS rows,
    sum(hashtextextended(concat_ws(' ', enterprise_id, insured_headcount, due, paid), 0)) AS said
FROM ingest.observations_insured_headcount WHERE period = %(period)s
GROUP BY version, withdrawn ORDER BY version, withdrawn
"""
# What was told of a month: each row of each event, and how often one says what another has said.
STATED: Final = """
SELECT told.operation, told.version, count(*) AS rows, count(DISTINCT told.uscc) AS enterprises,
    sum(hashtextextended(concat_ws(' ', told.uscc, told.insured, told.due), 0)) AS said
FROM ingest.event_log, LATERAL (SELECT convert_from(payload, 'utf8')::jsonb AS body) AS read,
    ROWS FROM (
        jsonb_array_elements_text(body -> 'uscc'),
        jsonb_array_elements_text(body -> 'operation'),
        jsonb_array_elements(body -> 'version'),
        jsonb_array_elements(body -> 'values' -> 'insured_headcount'),
        jsonb_array_elements(body -> 'values' -> 'due')
    ) AS told (uscc, operation, version, insured, due)
WHERE subject = 'ingest.observations.recorded.v1' AND body -> 'period' ->> 0 = %(month)s
GROUP BY told.operation, told.version ORDER BY told.operation, told.version
"""
# Files grow before their transaction ends.
WRITTEN: Final = "SELECT pg_relation_size('ingest.observations_insured_headcount') AS bytes"
UNENDED: Final = "SELECT state FROM ingest.imports WHERE finished_at IS NULL"
FURTHER: Final = 200 * 1024  # bytes: behind the first rows that are written
# The commit of an import that has ended waits for whoever holds this lock, and keeps nobody out.
GATE: Final = 20200731
GATED: Final = f"""
CREATE FUNCTION public.wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({GATE});
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate AFTER UPDATE ON ingest.imports DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL) EXECUTE FUNCTION public.wait_at_the_gate()
"""
AT_THE_GATE: Final = """
SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND objid = %(gate)s AND NOT granted AND datname = current_database()
"""


@contextmanager
def closed_gate(door: Door) -> Iterator[psycopg.Connection]:
    """Let no import end until the connection is closed, or the lock of the gate is given back."""
    with door.administrator() as connection:
        connection.autocommit = True
        connection.execute(GATED.encode())
        connection.execute("SELECT pg_advisory_lock(%s)", (GATE,))
        try:
            yield connection
        finally:
            connection.execute("SELECT pg_advisory_unlock_all()")
            connection.execute("DROP TRIGGER gate ON ingest.imports")
            connection.execute("DROP FUNCTION public.wait_at_the_gate")


def soon(found: Callable[[], Any]) -> Any:
    """Return what is found as soon as there is something."""
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        if result := found():
            return result
        time.sleep(0.01)
    raise AssertionError("nothing was found in time")


def sent(door: Door, path: Path, **query: Any) -> str:
    """Send a file; return where its import is."""
    answer = send(door, "insured_headcount", path.read_bytes(), filename=path.name, **query)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def replacing(door: Door, folder: Path, kind: str, month: str) -> str:
    """Send a month as it is after all: some enterprises otherwise, some no more."""
    share = TOLD / ROWS
    path = headcounts.file(
        folder, kind, rows=ROWS, month=month, changed=0.05, broken=False, told=share
    )
    return sent(door, path, replaces_period=month)


@pytest.fixture
def months(door: Door, nats_url: str, tmp_path: Path) -> Door:
    """A register, and three months that were reported as a whole."""
    enrol_many(door, ROWS)
    where = [
        sent(door, headcounts.file(tmp_path, "parquet", rows=ROWS, month=month, broken=False))
        for month in (CALM, KILLED, ENDED)
    ]
    with worker(door, nats_url, tmp_path / "worker"):
        for address in where:
            told = until(door, address, lambda told: told["finished_at"])
            assert told["counts"]["accepted"] == ROWS
    return door


def written(door: Door) -> int:
    """Return how many bytes are written of all months, committed or not."""
    return int(door.rows(WRITTEN)[0]["bytes"])


def grown(door: Door, size: int) -> bool:
    """Tell whether so many bytes are written."""
    return written(door) >= size


def free(door: Door) -> None:
    """Let the lease of a worker that is dead be over: nobody wants to wait for its end."""
    door.rows("UPDATE ingest.imports SET due_at = now() WHERE due_at IS NOT NULL RETURNING 1")


def account(door: Door, month: str) -> Any:
    """Return what is on record of a month, and what was told of it."""
    return door.rows(KEPT, period=f"{month}-01"), door.rows(STATED, month=month)


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_a_worker_killed_while_it_replaces_a_period_leaves_it_replaced_once(
    months: Door, nats_url: str, tmp_path: Path, kind: str
) -> None:
    door, folder = months, tmp_path / "worker"
    calm = replacing(door, tmp_path, kind, CALM)
    with worker(door, nats_url, folder):
        undisturbed = until(door, calm, lambda told: told["finished_at"])
    changed = undisturbed["counts"]["superseding"]
    assert undisturbed["counts"]["rows"] == TOLD
    assert undisturbed["counts"]["duplicate"] == TOLD - changed
    assert undisturbed["withdrawn"] == ROWS - TOLD
    assert 0 < changed < TOLD

    before = account(door, KILLED)
    killed = replacing(door, tmp_path, kind, KILLED)
    # In the midst of its rows, the second time further on.
    for further in (1, FURTHER):
        size = written(door) + further
        with worker(door, nats_url, folder):
            soon(partial(grown, door, size))
        assert [row["state"] for row in door.rows(UNENDED)] == ["committing"]
        free(door)
        assert account(door, KILLED) == before
    # At its commit, which comes to nothing: the connection is gone with the worker.
    with closed_gate(door) as gate:
        with worker(door, nats_url, folder):
            (at_gate,) = soon(lambda: door.rows(AT_THE_GATE, gate=GATE))
        gate.execute("SELECT pg_terminate_backend(%s, 10000)", (at_gate["pid"],))
    free(door)
    assert account(door, KILLED) == before
    with worker(door, nats_url, folder):
        ended = until(door, killed, lambda told: told["finished_at"])
    assert ended["state"] == undisturbed["state"] == "completed"
    assert ended["counts"] == undisturbed["counts"]
    assert ended["withdrawn"] == undisturbed["withdrawn"]
    assert account(door, KILLED) == account(door, CALM)

    # At its commit, of which the worker does not hear any more: it holds, and nobody begins anew.
    committed = replacing(door, tmp_path, kind, ENDED)
    with closed_gate(door), worker(door, nats_url, folder):
        soon(lambda: door.rows(AT_THE_GATE, gate=GATE))
    free(door)
    last = until(door, committed, lambda told: told["finished_at"])
    assert (last["counts"], last["withdrawn"]) == (ended["counts"], ended["withdrawn"])
    with worker(door, nats_url, folder):
        again = replacing(door, tmp_path, kind, ENDED)
        repeated = until(door, again, lambda told: told["finished_at"])
    assert repeated["counts"]["duplicate"] == TOLD
    assert account(door, ENDED) == account(door, CALM)
    for row in account(door, CALM)[1]:
        assert row["rows"] == row["enterprises"]
