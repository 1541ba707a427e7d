"""Whether a file has too many rows that its contract rejects: found out before any is taken.

Files are committed part by part, and what is committed cannot be taken back without lying about
what was known when. But what the contract says needs no database: it is asked before the first.
Rows about enterprises that nobody knows yet are not counted: that is no fault of the sender's.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.ingest.columns.parts import Layout
from services.ingest.columns.reading import chunks
from services.ingest.domain.rows import Fault
from services.ingest.files.entries import part as part_of
from services.ingest.files.judging import Judged, judge
from services.ingest.files.reading import Form, Sending, entries
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.store.imports import MOST_ERRORS

_PART: Final = 1000
# No database is asked here: who is meant by a name is not known yet.
_BY_NAME: Final = "enterprise_name_unknown"

Parts = Generator[tuple[int, Judged], None, None]
"""How many rows, and those of them that had to be judged one by one."""


@dataclass(frozen=True)
class Threshold:
    """Of how many rows at most how many percent may fail."""

    above: float
    rows: int

    def allows(self, rejected: int) -> bool:
        """Tell whether so many may be rejected."""
        return rejected * 100 <= self.above * self.rows


@dataclass(frozen=True)
class TooMany:
    """A file is refused for the number of its rejected rows; `count` counts all reasons."""

    faults: Sequence[Fault]
    count: int


def too_many(
    sending: Sending,
    form: Form,
    bounds: WorkbookBounds,
    layout: Layout | None,
    *,
    above: Threshold,
    today: date,
) -> TooMany | None:
    """Judge the rows of a file by its contract; None if no more than `above` fail.

    It is read on only as long as its rest could still be too much.
    """
    if layout is None:
        parts = _by_rows(sending, form, bounds, today=today)
    else:
        parts = _by_columns(sending, layout, today=today)
    kept: list[Fault] = []
    rows, rejected, count = 0, 0, 0
    with closing(parts):
        for size, judged in parts:
            found_wrong = judged.faults(judged.sifted.faults)
            faults = [fault for fault in found_wrong if fault.code != _BY_NAME]
            rows += size
            rejected += len({fault.row for fault in faults})
            count += len(faults)
            kept += judged.as_sent(faults[: MOST_ERRORS - len(kept)])
            if above.allows(rejected + above.rows - rows):
                return None
    values: dict[str, int | str] = {
        "rejected": rejected,
        "rows": rows,
        "limit": f"{above.above:g}",
    }
    return TooMany([Fault(0, None, "too_many_rejected", None, values), *kept], count + 1)


def _by_rows(sending: Sending, form: Form, bounds: WorkbookBounds, *, today: date) -> Parts:
    with entries(sending, form, bounds) as found:
        records = (entry for entry in found if entry.passed is None)
        while part := part_of(records, most=_PART):
            yield len(part), judge(sending.contract, part, today=today, codes={})


def _by_columns(sending: Sending, layout: Layout, *, today: date) -> Parts:
    for chunk in chunks(sending, layout, today=today, after=0):
        rest = judge(sending.contract, chunk.rest, today=today, codes={})
        yield chunk.rows, rest
