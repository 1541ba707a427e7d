"""Files come through the door while they come; who stalls, or sends too many, is turned away."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx2
import pytest

from gateway.settings import LimitSettings
from tests.integration.database import PlatformDatabase
from tests.integration.gateway.conftest import Platform, running

DOOR: Final = "/v1/feeds/insured_headcount/files"
MIB: Final = 1024 * 1024


@pytest.fixture(scope="module")
def narrow(
    gateway_database: PlatformDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """A gateway that takes files of 3 MiB, two at once of each and in all, within 1.5 s each."""
    limits = LimitSettings(
        body_within=timedelta(seconds=1.5),
        upload_bytes=3 * MIB,
        upload_progress_bytes=1000,
        uploads=2,
        uploads_each=1,
    )
    folder: Path = tmp_path_factory.mktemp("uploads")
    with running(gateway_database, folder, limits=limits) as platform:
        yield platform


def key() -> dict[str, str]:
    """Return the header of a new write."""
    return {"Idempotency-Key": str(uuid4())}


def test_a_file_may_be_long_and_everything_else_may_not(narrow: Platform) -> None:
    with narrow.client("agency-hrss") as client:
        long = client.post(DOOR, content=b"x" * (2 * MIB), headers=key())
        longer = client.post(DOOR, content=b"x" * (3 * MIB + 1), headers=key())
        batch = client.post(
            "/v1/feeds/insured_headcount/batches", content=b"x" * (2 * MIB), headers=key()
        )
    assert long.status_code == 201
    assert len(narrow.ingest.seen[-1].body) == 2 * MIB
    assert (longer.status_code, longer.json()["code"]) == (413, "body_too_large")
    assert (batch.status_code, batch.json()["code"]) == (413, "body_too_large")


def test_a_file_that_makes_progress_has_all_the_time_it_needs(narrow: Platform) -> None:
    pause = threading.Event()

    def steady() -> Iterator[bytes]:
        for _ in range(5):
            pause.wait(0.6)
            yield b"x" * 1000

    with narrow.client("agency-hrss") as client:
        answer = client.post(DOOR, content=steady(), headers=key())
    assert answer.status_code == 201
    assert len(narrow.ingest.seen[-1].body) == 5000


def test_a_file_that_stalls_is_given_up_and_its_place_is_free_again(narrow: Platform) -> None:
    seen = len(narrow.ingest.seen)
    told = threading.Event()

    def trickle() -> Iterator[bytes]:
        while not told.wait(0.3):
            yield b"x"  # something comes all the time, and it is nothing

    with ThreadPoolExecutor(1) as pool, narrow.client("agency-hrss") as client:
        stalled = pool.submit(client.post, DOOR, content=trickle(), headers=key())
        threading.Event().wait(0.5)
        with narrow.client("agency-hrss") as other:
            second = other.post(DOOR, content=b"x", headers=key())
        assert (second.status_code, second.json()["code"]) == (429, "uploads_busy")
        assert second.headers["retry-after"] == "5"
        threading.Event().wait(2.0)
        with narrow.client("agency-hrss") as third:
            assert third.post(DOOR, content=b"x", headers=key()).status_code == 201
        told.set()
        with suppress(httpx2.TransportError):  # the door may have closed the connection
            assert stalled.result(10).status_code == 408
    assert len(narrow.ingest.seen) == seen + 1
