"""The rows of a part of a file, judged by the contract, with reasons in the sender's own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.rows import Fault, Sifted, sift_numbered
from services.ingest.domain.shown import safe
from services.ingest.domain.unreadable import Named, Record, Untranslated
from services.ingest.files.entries import Entry, Unknown

Kinds = dict[tuple[str, str, str], dict[str, int | str]]


def note(found: Kinds, unknown: Unknown, *, row: int, rows: int = 1, apart: int = 0) -> None:
    """Count one more, or some more rows, of a kind of what is left out.

    `apart`: equal kinds with other numbers than this are counted by themselves.
    """
    about = "; ".join(str(value) for value in (*unknown.values.values(), apart or ""))
    kind = found.setdefault(
        (unknown.header, unknown.code, about),
        {
            "column": safe(unknown.header),
            "code": unknown.code,
            "rows": 0,
            "first_row": row,
            "value": safe(unknown.text),
            **unknown.values,
        },
    )
    kind["rows"] = int(kind["rows"]) + rows


@dataclass(frozen=True)
class Judged:
    """A part of a file: what its contract takes, and what it does not."""

    entries: Sequence[Entry]
    sifted: Sifted

    def faults(self, of_rows: Sequence[Fault]) -> list[Fault]:
        """Return every reason in the order of the records: `of_rows`, and those of unread lines.

        Here `row` is the place of a record in the part: a row of a file may be many records.
        """
        unread = [
            replace(entry.fault, row=place)
            for place, entry in enumerate(self.entries)
            if entry.fault is not None
        ]
        return sorted([*unread, *of_rows], key=lambda fault: fault.row)

    def as_sent(self, faults: Sequence[Fault]) -> list[Fault]:
        """Say such reasons in the sender's own words, with the number of the row in the file."""
        return [self.entries[fault.row].as_sent(fault) for fault in faults]

    def unknowns(self, faults: Sequence[Fault]) -> list[Mapping[str, int | str]]:
        """Return what was left out of the rows that are taken, as kinds with their counts."""
        turned_away = {fault.row for fault in faults}
        found: Kinds = {}
        for place, entry in enumerate(self.entries):
            for unknown in entry.unknowns if place not in turned_away else ():
                note(found, unknown, row=entry.number)
        return list(found.values())


def named(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the names by which records tell of enterprises that they do not number."""
    return frozenset(
        value.text
        for entry in entries
        if isinstance(entry.record, dict)
        for value in entry.record.values()
        if isinstance(value, Named)
    )


def judge(
    contract: FeedContract,
    entries: Sequence[Entry],
    *,
    today: date,
    codes: Mapping[str, Sequence[str]],
) -> Judged:
    """Let the contract judge the rows of a part of a file; `codes`: of those that were named."""
    records = {
        place: _numbered(entry.record, codes)
        for place, entry in enumerate(entries)
        if entry.record is not None
    }
    typed = frozenset(place for place in records if entries[place].typed)
    sifted = sift_numbered(contract, records.items(), today=today, typed=typed)
    rows = tuple(replace(row, number=entries[row.index].number) for row in sifted.rows)
    return Judged(entries, replace(sifted, rows=rows))


def _numbered(record: Record, codes: Mapping[str, Sequence[str]]) -> Record:
    if not isinstance(record, dict) or not any(isinstance(v, Named) for v in record.values()):
        return record
    return {
        name: _code(value.text, codes.get(value.text, ())) if isinstance(value, Named) else value
        for name, value in record.items()
    }


def _code(name: str, found: Sequence[str]) -> str | Untranslated:
    if len(found) == 1:
        return found[0]
    if not found:
        return Untranslated("enterprise_name_unknown", name, {"name": safe(name)})
    return Untranslated(
        "enterprise_name_ambiguous", name, {"name": safe(name), "count": len(found)}
    )
