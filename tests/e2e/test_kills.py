"""Every process dies at random while rows and texts stream in: nothing lost, nothing doubled.

Small by default; `wengang test --full` sends 20,000 rows and kills many times more.
"""

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from shared.codes.uscc import check_character
from tests.e2e.city import MONTHS, entry
from tests.platform import Platform, running

FULL = bool(os.environ.get("WENGANG_FULL"))
ENTERPRISES = 5_000 if FULL else 400
BATCH = 500 if FULL else 100
ROUNDS = 5 if FULL else 1  # how often each kind of process is killed
EVERY_TENTH = 10  # enterprise sheds staff, and is in arrears
PATIENCE = 600.0 if FULL else 240.0
SEED = 20201
AGENCIES = {
    "enterprise_register": "agency-amr",
    "opinion_item": "agency-opinion",
    "insured_headcount": "agency-hrss",
}


@pytest.fixture
def fragile(tmp_path: Path) -> Iterator[Platform]:
    """A platform whose reconciler is quick, because the test will not wait for a minute."""
    grace = {f"{name}_RECONCILE__GRACE": "4" for name in ("INGEST", "SCORING", "CASES", "GATEWAY")}
    with running(tmp_path, **grace) as platform:
        yield platform


def code_of(number: int) -> str:
    """Return the credit code of an enterprise."""
    body = f"91110105MA{number:07d}"
    return body + check_character(body)


def batches() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """List the stream: the register, then a text about each, then month after month."""
    register = [
        entry(code_of(each), f"北京企业{each:05d}", "110105") for each in range(ENTERPRISES)
    ]
    months: list[dict[str, object]] = [
        {
            "uscc": code_of(each),
            "month": month,
            "insured_headcount": (100, 90, 75, 60)[place] if each % EVERY_TENTH == 0 else 100,
            "months_in_arrears": place if each % EVERY_TENTH == 0 else 0,
        }
        for place, month in enumerate(MONTHS)
        for each in range(ENTERPRISES)
    ]
    texts: list[dict[str, object]] = [
        {
            "item_id": f"text-{each}",
            "published_at": "2026-11-01T10:00:00+08:00",
            "text": f"网友路过北京企业{each:05d}门口，说那里的花开了。",
            "source": "论坛",
        }
        for each in range(ENTERPRISES)
    ]
    stream = (
        ("enterprise_register", register),
        ("opinion_item", texts),
        ("insured_headcount", months),
    )
    for feed, rows in stream:
        for start in range(0, len(rows), BATCH):
            yield feed, rows[start : start + BATCH]


def push_until_taken(
    platform: Platform, feed: str, rows: list[dict[str, object]], key: str
) -> None:
    """Push a batch as a patient agency does: again with the same key until it is answered."""
    agency = AGENCIES[feed]
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(httpx2.TransportError, AssertionError):  # no answer; or no token just now
            answer = platform.call(
                agency, "POST", f"/v1/feeds/{feed}/batches", key=key, json={"records": rows}
            )
            if answer.status_code < 300:
                told = answer.json()["counts"]
                assert told["accepted"] + told["duplicate"] == len(rows), told
                return
            assert answer.status_code in {401, 429, 500, 502, 503, 504}, answer.text
        time.sleep(0.3)
    raise AssertionError(f"{feed} {key} was never taken")


class Killer(threading.Thread):
    """Kills every kind of process, and wipes the disk of the bus once, in a seeded order."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(daemon=True)
        self._platform = platform
        self._chance = random.Random(SEED)  # noqa: S311 a dice, not a secret
        self.killed: list[str] = []
        self.stop = threading.Event()

    def run(self) -> None:
        """Kill until everyone had their turns, or until told to stop."""
        turns = [name for name in self._platform.pids() if name != "launcher"] * ROUNDS
        turns.append("wipe")
        self._chance.shuffle(turns)
        for turn in turns:
            if self.stop.wait(self._chance.uniform(0.3, 2.0)):
                return
            name = "nats" if turn == "wipe" else turn
            with suppress(ProcessLookupError, KeyError):
                os.kill(self._platform.pids()[name], signal.SIGKILL)
                if turn == "wipe":
                    shutil.rmtree(self._platform.data / "nats" / "store", ignore_errors=True)
                self.killed.append(turn)


@pytest.mark.timeout(PATIENCE * 2)
def test_nothing_is_lost_and_nothing_doubled(fragile: Platform) -> None:
    platform = fragile
    for name in AGENCIES.values():
        platform.token(name)
    killer = Killer(platform)
    killer.start()
    for number, (feed, rows) in enumerate(batches()):
        push_until_taken(platform, feed, rows, f"{feed}-{number}")
    killer.join(PATIENCE)
    killer.stop.set()
    assert "wipe" in killer.killed
    assert {
        "postgres",
        "nats",
        "gateway-api",
        "ingest-api",
        "scoring-worker",
        "cases-worker",
    } <= set(killer.killed)

    # All drained: every fact applied by everyone who wants it, whatever the bus forgot.
    def drained() -> bool:
        with suppress(Exception):  # PostgreSQL itself may still be coming back
            waiting = platform.rows("SELECT count(*) FROM ingest.opinions_waiting")
            return waiting == [(0,)] and platform.unapplied() == {} and cases() == shedding
        return False

    def cases() -> int:
        return int(platform.rows("SELECT count(*) FROM cases.cases")[0][0])

    shedding = ENTERPRISES // EVERY_TENTH
    platform.wait(drained, within=PATIENCE)

    one = (
        "SELECT count(*), count(DISTINCT (enterprise_id, period))"
        " FROM ingest.observations_insured_headcount"
    )
    assert platform.rows(one) == [(ENTERPRISES * len(MONTHS), ENTERPRISES * len(MONTHS))]
    seen = "SELECT count(*), count(DISTINCT (uscc, period)) FROM scoring.observations"
    assert platform.rows(seen) == [(ENTERPRISES * len(MONTHS), ENTERPRISES * len(MONTHS))]
    links = (
        "SELECT count(*), count(DISTINCT (item, uscc)), max(version) FROM ingest.opinion_mentions"
    )
    assert platform.rows(links) == [(ENTERPRISES, ENTERPRISES, 1)]
    stated = (
        "SELECT count(*) FROM ingest.event_log, jsonb_array_elements("
        "convert_from(payload, 'utf8')::jsonb->'item') WHERE subject = 'ingest.opinions.linked.v1'"
    )
    assert platform.rows(stated) == [(ENTERPRISES,)]
    listed = "SELECT count(*), count(DISTINCT uscc) FROM scoring.warnings WHERE lifted_at IS NULL"
    assert platform.rows(listed) == [(shedding, shedding)]
    opened = "SELECT count(*), count(DISTINCT uscc) FROM cases.cases"
    assert platform.rows(opened) == [(shedding, shedding)]
    heard = "SELECT count(*) FROM matchmaking.warned_enterprises"
    assert platform.rows(heard) == [(shedding,)]
    for service in ("scoring", "cases", "matchmaking", "gateway"):
        dead = f"SELECT count(*) FROM {service}.inbox_dead"  # noqa: S608 a literal of the test
        assert platform.rows(dead) == [(0,)], service
