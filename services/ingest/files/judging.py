"""The rows of a part of a file, judged by the contract, with reasons in the sender's own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.rows import Fault, Sifted, sift_numbered
from services.ingest.domain.shown import safe
from services.ingest.files.entries import Entry


@dataclass(frozen=True)
class Judged:
    """A part of a file: what its contract takes, and what it does not."""

    entries: Sequence[Entry]
    sifted: Sifted

    def faults(self, of_rows: Sequence[Fault]) -> list[Fault]:
        """Return every reason in the order of the rows: `of_rows`, and those of unread lines."""
        by_number = {entry.number: entry for entry in self.entries}
        unread = [entry.fault for entry in self.entries if entry.fault is not None]
        told = [by_number[fault.row].as_sent(fault) for fault in of_rows]
        return sorted([*unread, *told], key=lambda fault: fault.row)

    def unknowns(self, faults: Sequence[Fault]) -> list[Mapping[str, int | str]]:
        """Return what was left out of the rows that are taken, as kinds with their counts."""
        turned_away = {fault.row for fault in faults}
        found: dict[tuple[str, str, str], dict[str, int | str]] = {}
        for entry in self.entries:
            for unknown in entry.unknowns if entry.number not in turned_away else ():
                about = "; ".join(str(value) for value in unknown.values.values())
                kind = found.setdefault(
                    (unknown.header, unknown.code, about),
                    {
                        "column": safe(unknown.header),
                        "code": unknown.code,
                        "rows": 0,
                        "first_row": entry.number,
                        "value": safe(unknown.text),
                        **unknown.values,
                    },
                )
                kind["rows"] = int(kind["rows"]) + 1
        return list(found.values())


def judge(contract: FeedContract, entries: Sequence[Entry], *, today: date, cells: bool) -> Judged:
    """Let the contract judge the rows of a part of a file."""
    records = [(entry.number, entry.record) for entry in entries if entry.record is not None]
    return Judged(entries, sift_numbered(contract, records, today=today, cells=cells))
