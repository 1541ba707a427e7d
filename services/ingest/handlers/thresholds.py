"""Whether a file has too many rows that its contract rejects: found out before any is taken.

Files are committed part by part, and what is committed cannot be taken back without lying about
what was known when. But what the contract says needs no database: it is asked before the first.
Rows about enterprises that nobody knows yet are not counted: that is no fault of the sender's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from services.ingest.domain.rows import Fault
from services.ingest.files.judging import judge
from services.ingest.files.reading import Form, Sending, entries
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.store.imports import MOST_ERRORS

_PART: Final = 1000
# No database is asked here: who is meant by a name is not known yet.
_BY_NAME: Final = "enterprise_name_unknown"


@dataclass(frozen=True)
class TooMany:
    """A file is refused for the number of its rejected rows; `count` counts all reasons."""

    faults: Sequence[Fault]
    count: int


def too_many(
    sending: Sending, form: Form, bounds: WorkbookBounds, *, above: float, today: date
) -> TooMany | None:
    """Judge all rows of a file by its contract; None if not more than `above` percent fail."""
    cells = form.cells or sending.mapping is not None
    kept: list[Fault] = []
    rows, rejected, count = 0, 0, 0
    with entries(sending, form, bounds) as found:
        records = (entry for entry in found if entry.passed is None)
        while part := list(islice(records, _PART)):
            judged = judge(sending.contract, part, today=today, cells=cells, codes={})
            found_wrong = judged.faults(judged.sifted.faults)
            faults = [fault for fault in found_wrong if fault.code != _BY_NAME]
            rows += len(part)
            rejected += len({fault.row for fault in faults})
            count += len(faults)
            kept += judged.as_sent(faults[: MOST_ERRORS - len(kept)])
    if rejected * 100 <= above * rows:
        return None
    values: dict[str, int | str] = {"rejected": rejected, "rows": rows, "limit": f"{above:g}"}
    return TooMany([Fault(0, None, "too_many_rejected", None, values), *kept], count + 1)
