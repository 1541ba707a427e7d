"""A worker is killed in the midst of a large file, again and again: it ends as if it never was."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks import headcounts
from launcher.ports import hold
from shared.auth.identity import Caller
from tests.integration.database import KEYS, TRUST
from tests.integration.ingest.conftest import BUREAU, Door
from tests.integration.ingest.files import enrol_many, send

ROWS = 200_000
WRONG = ROWS // 250
MONTHS = ("2020-05", "2020-06")
WITHIN = 120.0
KEPT = """
SELECT count(*) AS rows, count(DISTINCT enterprise_id) AS enterprises, max(version) AS newest,
    sum(hashtextextended(concat_ws(' ', enterprise_id, insured_headcount, due, paid), 0)) AS said
FROM ingest.observations_insured_headcount WHERE period = %(period)s
"""
# Each row of a fact is counted once, however often its chunk was begun.
STATED = """
SELECT coalesce(sum(jsonb_array_length(convert_from(payload, 'utf8')::jsonb -> 'uscc')), 0) AS rows
FROM ingest.event_log WHERE subject = 'ingest.observations.recorded.v1'
    AND convert_from(payload, 'utf8')::jsonb -> 'period' ->> 0 = %(month)s
"""
REFUSED = """
SELECT count(*) AS reasons, count(DISTINCT row_index) AS rows
FROM ingest.import_errors GROUP BY import_id
"""


@contextmanager
def worker(door: Door, bus: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run ingest's worker as it is run anywhere; kill it at the end."""
    folder.mkdir(exist_ok=True)
    (folder / "key.json").write_text(KEYS["ingest"].private_json())
    (folder / "trust.json").write_text(TRUST.public_json())
    own = hold()
    given = {
        "DATABASE__URL": door.database.url("ingest", "worker"),
        "BUS__URL": bus,
        "BLOBS__ROOT": str(door.blobs),
        "CLOCK__REPLAY_FILE": str(door.blobs.parent / "now"),
        "KEYS__PRIVATE_KEY_FILE": str(folder / "key.json"),
        "KEYS__TRUST_FILE": str(folder / "trust.json"),
        "LISTEN__PORT": str(own.number),
    }
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.ingest", "worker"],
            env={**os.environ, **{f"INGEST_{name}": value for name, value in given.items()}},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        own.release()


def until(door: Door, address: str, what: Any, *, caller: Caller = BUREAU) -> Any:
    """Return the import, as its sender sees it, as soon as it is so."""
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        told = door.get(address, caller).json()
        if what(told):
            return told
        time.sleep(0.02)
    raise AssertionError(told)


def _further(told: Any, rows: int) -> bool:
    """Tell whether an import has got further than so many rows, or has ended."""
    began = told["state"] == "committing" and told["counts"]["rows"] > rows
    return began or told["finished_at"] is not None


def _sent(door: Door, folder: Path, kind: str, month: str) -> str:
    path = headcounts.file(folder, kind, rows=ROWS, month=month)
    sent = send(door, "insured_headcount", path.read_bytes(), filename=path.name)
    assert sent.status_code == 202, sent.text
    return str(sent.headers["Location"])


@pytest.mark.parametrize("kind", ["csv", "ndjson", "parquet"])
def test_a_worker_killed_at_any_point_leaves_the_same_in_the_end(
    door: Door, nats_url: str, tmp_path: Path, kind: str
) -> None:
    enrol_many(door, ROWS)
    calm = _sent(door, tmp_path, kind, MONTHS[0])
    with worker(door, nats_url, tmp_path / "worker"):
        undisturbed = until(door, calm, lambda told: told["finished_at"])
    assert undisturbed["counts"]["accepted"] == ROWS - WRONG
    killed = _sent(door, tmp_path, kind, MONTHS[1])
    points = random.Random(kind)  # noqa: S311  the same points at each run
    reached: list[int] = []
    for _ in range(3):
        with worker(door, nats_url, tmp_path / "worker"):
            before = reached[-1] if reached else -1
            until(door, killed, lambda told, n=before: _further(told, n))
            time.sleep(points.uniform(0, 0.4))
        told = door.get(killed, BUREAU).json()
        reached.append(told["counts"]["rows"])
        # The lease of the dead still holds; nobody wants to wait for its end.
        door.rows("UPDATE ingest.imports SET due_at = now() WHERE due_at IS NOT NULL RETURNING 1")
    with worker(door, nats_url, tmp_path / "worker"):
        ended = until(door, killed, lambda told: told["finished_at"])
    assert reached[0] < ROWS
    assert ended["counts"] == undisturbed["counts"]
    assert ended["state"] == undisturbed["state"]
    months = [
        door.rows(KEPT, period=f"{month}-01") + door.rows(STATED, month=month) for month in MONTHS
    ]
    assert months[0] == months[1]
    assert months[1][0]["rows"] == months[1][1]["rows"] == ROWS - WRONG
    assert door.rows(REFUSED) == [{"reasons": WRONG, "rows": WRONG}] * 2
