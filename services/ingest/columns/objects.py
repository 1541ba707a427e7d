"""Lines of JSON objects as columns of text: those that look as the first one does."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from services.ingest.columns.parts import Part, lines_after
from services.ingest.columns.scan import pieces, scan
from services.ingest.domain import strict_json
from services.ingest.domain.contract import Column, FeedContract, Kind
from services.ingest.domain.rows import Fault
from services.ingest.files import lines
from services.ingest.files.encodings import UTF_8
from services.ingest.files.entries import Entry

# No escapes: what they mean is for a reader of JSON.
_STRING: Final = r'"([^"\\\x00-\x1f]*)"'
_INTEGER: Final = "(-?(?:0|[1-9][0-9]{0,17}))"
_NUMBER: Final = r"(-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,2})?)"
_SHAPES: Final = {Kind.INTEGER: _INTEGER, Kind.CNY: f"(?:{_STRING}|{_NUMBER})"}
_AGAIN: Final = "_"
_FIRST_LINE: Final = 128 * 1024


class ObjectLines:
    """A plain file of JSON objects."""

    cells = False

    def __init__(self, path: Path, contract: FeedContract) -> None:
        """Look at the first line: that is how the others may look."""
        self._path = path
        self._columns = {column.name: column for column in contract.columns}
        self.headers: Mapping[str, str] = {name: name for name in self._columns}
        scanned = scan(path, delimiter=b"\n", quoted=True)
        self._named = self._seen() if scanned.plain else ()
        self.rows = scanned.count if self._named else 0
        members = ", ?".join(_member(self._columns[name]) for name in self._named)
        self._template = rf"^\{{{members}\}}\r?$"

    def parts(self, *, after: int) -> Iterator[Part]:
        """Yield the rows behind the first `after`."""
        for before, piece in lines_after(self._path, after):
            held = piece.decode().removesuffix("\n").split("\n")
            series = pl.Series("line", held, pl.String)
            found = series.str.extract_groups(self._template).struct.unnest()
            texts = found.select(
                pl.coalesce(name, name + _AGAIN) if name + _AGAIN in found.columns else pl.col(name)
                for name in self._named
            )
            doubt = ~series.str.contains(self._template)
            yield Part(before + 1, texts, doubt, partial(_entries, before + 1, held))

    def _seen(self) -> tuple[str, ...]:
        first = next(pieces(self._path, size=_FIRST_LINE), b"").split(b"\n", 1)[0]
        try:
            record = strict_json.loads(first.decode())
        except (ValueError, RecursionError):
            return ()
        if not isinstance(record, dict) or not record.keys() <= self._columns.keys():
            return ()
        return tuple(record)


def _entries(first: int, held: list[str], places: list[int]) -> list[Entry]:
    found = []
    for place in places:
        number = first + place
        record = lines.record_of(held[place].strip().encode(), number, UTF_8, whole=True)
        fault = record if isinstance(record, Fault) else None
        found.append(Entry(number, None if isinstance(record, Fault) else record, fault))
    return found


def _member(column: Column) -> str:
    shape = _SHAPES.get(column.kind, _STRING)
    names = iter((column.name, column.name + _AGAIN))
    named = re.sub(r"\((?!\?)", lambda _group: f"(?P<{next(names)}>", shape)
    return f'"{re.escape(column.name)}": ?(?:{named}|null)'
