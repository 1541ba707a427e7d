"""Agencies push: batches within the bounds of the door, each by a key of its content."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from simulation.demo.doors import Doors
from simulation.world.records import Push, Record

_MOST_RECORDS: Final = 1_000
_MOST_BYTES: Final = 900_000


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push."""

    feed: str
    rows: int
    taken: int
    rejected: int


def push(doors: Doors, one: Push) -> Pushed:
    """Push records to their feed, several batches at a time."""
    door = doors.of(one.agency)

    def send(batch: Sequence[Record]) -> tuple[int, int]:
        body = {"records": list(batch)}
        content = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
        key = f"push/{one.feed}/{hashlib.sha256(content.encode()).hexdigest()[:32]}"
        counts = door.post(f"/v1/feeds/{one.feed}/batches", body, key=key)["counts"]
        # Who pushes a city's records in order has no rows that wait for the register either.
        return int(counts["rows"]), int(counts["rejected"]) + int(counts["quarantined"])

    told = list(doors.pool.map(send, batches(one.records)))
    rows, rejected = sum(each for each, _ in told), sum(each for _, each in told)
    return Pushed(str(one.feed), rows, rows - rejected, rejected)


def batches(records: Sequence[Record]) -> Iterator[list[Record]]:
    """Split records into batches that the door takes; neighbours of one enterprise stay together.

    What is known of an enterprise is then judged at once, and not in halves.
    """
    batch: list[Record] = []
    size = 0
    for _, group in groupby(enumerate(records), key=_together):
        together = [record for _, record in group]
        length = sum(map(_length, together))
        full = len(batch) + len(together) > _MOST_RECORDS or size + length > _MOST_BYTES
        if batch and full:
            yield batch
            batch, size = [], 0
        batch += together
        size += length
    if batch:
        yield batch


def _together(placed: tuple[int, Record]) -> object:
    """Name what belongs together: the enterprise, or the record alone where it names none."""
    place, record = placed
    return record.get("uscc", place)


def _length(record: Record) -> int:
    return len(json.dumps(record, ensure_ascii=False, default=str).encode()) + 1
