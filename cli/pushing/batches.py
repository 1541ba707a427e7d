"""Cuts records into batches that a feed takes, each with a key under which it takes effect once."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cli.pushing.records import Record
from cli.refusals import ExitCode, Refused
from cli.texts import text

# A feed takes 1,000 records and 1 MiB; half of that keeps its transactions short.
MOST_RECORDS: Final = 500
MOST_BYTES: Final = 900_000
_OPEN: Final = b'{"records":['
_CLOSE: Final = b"]}"


@dataclass(frozen=True)
class Batch:
    """One request: its body, and where each of its records stands in the file."""

    number: int
    body: bytes
    places: tuple[int, ...]

    def key(self, *, feed: str, run: str) -> str:
        """Return the idempotency key: of the feed, the content, its place in the push, the push."""
        digest = hashlib.sha256(f"{run}\n{feed}\n{self.number}\n".encode())
        digest.update(self.body)
        return f"push-{digest.hexdigest()}"


def batches(records: Iterable[Record]) -> Iterator[Batch]:
    """Fill batches in the order of the records. Raises Refused for a record that fits in none."""
    number = 0
    held: list[Record] = []
    size = len(_OPEN) + len(_CLOSE)
    for record in records:
        more = len(record.raw) + 1
        if len(_OPEN) + len(_CLOSE) + more > MOST_BYTES:
            raise Refused(
                text("push.record_too_large", place=record.place, limit=MOST_BYTES),
                exit_code=ExitCode.USAGE,
            )
        if held and (len(held) == MOST_RECORDS or size + more > MOST_BYTES):
            yield _batch(number, held)
            number, held, size = number + 1, [], len(_OPEN) + len(_CLOSE)
        held.append(record)
        size += more
    if held:
        yield _batch(number, held)


def _batch(number: int, held: list[Record]) -> Batch:
    body = _OPEN + b",".join(record.raw for record in held) + _CLOSE
    return Batch(number, body, tuple(record.place for record in held))
