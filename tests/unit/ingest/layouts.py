"""Files through a mapping, as far as the contract: for the tests of layouts."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import Fault, Row
from services.ingest.domain.unreadable import Record
from services.ingest.files.entries import Entry
from services.ingest.files.judging import judge, named
from services.ingest.files.reading import Sending, entries, form_of
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.reading import read_mapping

BOUNDS = WorkbookBounds()
TODAY = date(2020, 8, 3)


@dataclass(frozen=True)
class Outcome:
    """What a file came to: every record, what was passed over, and what the contract said."""

    records: Sequence[Record | None]
    passed: Mapping[str, int]
    rows: Sequence[Row]
    faults: Sequence[Fault]
    unknowns: Sequence[Mapping[str, Any]]
    names: frozenset[str]

    @property
    def reasons(self) -> list[tuple[int, str | None, str]]:
        """Return row, column and code of every fault."""
        return [(fault.row, fault.column, fault.code) for fault in self.faults]


def taken(
    content: str | bytes,
    mapping: str,
    *,
    name: str = "a.csv",
    codes: Mapping[str, Sequence[str]] | None = None,
    today: date = TODAY,
) -> Outcome:
    """Let a file be read by a mapping and judged. Raises FileRefused, MappingFlawed."""
    read = read_mapping(mapping.encode())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        sending = Sending(path, name, FEEDS[read.feed], read)
        with entries(sending, form_of(sending, BOUNDS), BOUNDS) as found:
            everything: list[Entry] = list(found)
    kept = [entry for entry in everything if entry.passed is None]
    passed: dict[str, int] = {}
    for entry in everything:
        if entry.passed is not None:
            passed[entry.passed.code] = passed.get(entry.passed.code, 0) + 1
    judged = judge(FEEDS[read.feed], kept, today=today, codes=codes or {})
    faults = judged.faults(judged.sifted.faults)
    assert len(judged.sifted.rows) + len({fault.row for fault in faults}) == len(kept)
    return Outcome(
        [entry.record for entry in kept],
        passed,
        judged.sifted.rows,
        judged.as_sent(faults),
        judged.unknowns(faults),
        named(kept),
    )
