"""Lines of JSON objects as columns of text: those that look as the first one does."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from services.ingest.columns.fields import fields
from services.ingest.columns.parts import Part, lines_after
from services.ingest.columns.scan import Block, pieces, scan
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
_COMMA: Final = ","
_QUOTE: Final = '"'
_END: Final = "}"
_NULL: Final = "null"
_ZEROS: Final = "^-?0[0-9]"
"""No number of JSON begins so."""
_ZERO: Final = "0"
_MINUS: Final = "-"
_ESCAPES: Final = r'["\\\x00-\x1f]'
_FIRST_LINE: Final = 128 * 1024
_WIDE: Final = 3  # names make lines longer than cells
# A text with an escape is no value of these kinds as it stands: the judge reads it again.
_WITHOUT_ESCAPES: Final = frozenset({Kind.USCC, Kind.MONTH, Kind.DATE, Kind.CNY})


class ObjectLines:
    """A plain file of JSON objects."""

    def __init__(self, path: Path, contract: FeedContract) -> None:
        """Look at the first line: that is how the others may look."""
        self._path = path
        self._columns = {column.name: column for column in contract.columns}
        self.headers: Mapping[str, str] = {name: name for name in self._columns}
        scanned = scan(path, delimiter=b"\n", quoted=True)
        first = next(pieces(path, size=_FIRST_LINE), b"").split(b"\n", 1)[0]
        self._named = self._seen(first) if scanned.plain else ()
        self.rows = scanned.count if self._named else 0
        self._ended = scanned.ended
        members = ", ?".join(_member(self._columns[name]) for name in self._named)
        self._template = rf"^\{{{members}\}}\r?$"
        comma = ", " if b'", "' in first or b', "' in first else ","
        colon = ": " if b'": ' in first else ":"
        prefixes = [
            f"{comma[1:] if place else '{'}{_QUOTE}{name}{_QUOTE}{colon}"
            for place, name in enumerate(self._named)
        ]
        self._begun = [Begun(prefix, f"{prefix}{_QUOTE}".encode() in first) for prefix in prefixes]

    def parts(self, *, after: int) -> Iterator[Part]:
        """Yield the rows behind the first `after`."""
        for before, block in lines_after(self._path, after, wide=_WIDE):
            broken = block.broken()
            readable = block.without(broken) if broken else block
            texts, doubt = self._members(readable)
            if doubt.any():
                texts, doubt = self._again(readable, texts, doubt)
            yield Part(before + 1, texts, doubt, partial(self._entries, before + 1, block))

    def _members(self, block: Block) -> tuple[pl.DataFrame, pl.Series]:
        """Return the texts of the members of each line, and which lines do not look so.

        What stands between two commas is a member, if no text holds one.
        """
        cells, more = fields(block, self._named, delimiter=_COMMA)
        texts: dict[str, pl.Series] = {}
        sure = ~more
        for name, begun in zip(self._named, self._begun, strict=True):
            member = cells[name]
            if name == self._named[-1]:
                sure = sure & member.str.ends_with(_END)
                member = member.str.strip_suffix(_END)
            texts[name], may_be = begun.said(member, self._columns[name].kind)
            sure = sure & may_be
        return pl.DataFrame(texts), ~sure.fill_null(value=False)

    def _again(
        self, block: Block, texts: pl.DataFrame, doubt: pl.Series
    ) -> tuple[pl.DataFrame, pl.Series]:
        """Look at lines as a whole: they may have commas in their texts, or other blanks."""
        places = doubt.arg_true()
        held = pl.Series("line", [block.line(place).decode() for place in places], pl.String)
        found = held.str.extract_groups(self._template).struct.unnest()
        named = found.select(
            pl.coalesce(name, name + _AGAIN) if name + _AGAIN in found.columns else pl.col(name)
            for name in self._named
        )
        mended = {name: texts[name].scatter(places, named[name]) for name in self._named}
        return pl.DataFrame(mended), doubt.scatter(places, ~held.str.contains(self._template))

    def _entries(self, first: int, block: Block, places: list[int]) -> list[Entry]:
        found = []
        for place in places:
            number = first + place
            whole = number < self.rows or self._ended
            record = lines.record_of(block.line(place).strip(), number, UTF_8, whole=whole)
            if isinstance(record, Fault):
                found.append(Entry(number, None, record))
            else:
                found.append(Entry(number, record, typed=True))
        return found

    def _seen(self, first: bytes) -> tuple[str, ...]:
        try:
            record = strict_json.loads(first.decode())
        except (ValueError, RecursionError):
            return ()
        if not isinstance(record, dict) or not record.keys() <= self._columns.keys():
            return ()
        return tuple(record)


@dataclass(frozen=True)
class Begun:
    """How a member begins, and whether a quote follows, in the first line."""

    prefix: str
    quoted: bool

    def said(self, members: pl.Series, kind: Kind) -> tuple[pl.Series, pl.Series]:
        """Return what values of members say as text, and which are values of JSON for sure.

        Only of those that the contract will take; another is judged by whoever reads the line.
        """
        if self.quoted and kind is not Kind.INTEGER:
            prefix = self.prefix + _QUOTE
            sure = members.str.starts_with(prefix)
            # Where all begin alike, and none says nothing.
            if sure.all():
                ended = members.str.strip_prefix(prefix)
                text = ended.str.strip_suffix(_QUOTE)
                sure = ended.str.len_bytes() != text.str.len_bytes()
                return text, sure if kind in _WITHOUT_ESCAPES else sure & _without_escapes(text)
        values = members.str.strip_prefix(self.prefix)
        text, sure = said(values, kind)
        return text, sure & members.str.starts_with(self.prefix)


def said(values: pl.Series, kind: Kind) -> tuple[pl.Series, pl.Series]:
    """Return what values say as text, and which are values of JSON for sure."""
    null = values == _NULL
    values = values.set(null, None) if null.any() else values
    if kind is Kind.INTEGER:
        return values, null | _number(values)
    begun = values.str.starts_with(_QUOTE)
    quoted = begun & values.str.ends_with(_QUOTE) & (values.str.len_bytes() > len(_QUOTE))
    text = values.str.strip_prefix(_QUOTE).str.strip_suffix(_QUOTE)
    if kind is Kind.CNY:
        number = ~begun & ~values.str.ends_with(_QUOTE) & _number(values)
        return text, null | quoted | number
    return text, null | (quoted if kind in _WITHOUT_ESCAPES else quoted & _without_escapes(text))


def _without_escapes(texts: pl.Series) -> pl.Series:
    return ~texts.str.contains(_ESCAPES)


def _number(values: pl.Series) -> pl.Series:
    """Tell which values are numbers of JSON, if they are numbers at all."""
    begun = values.str.starts_with(_ZERO) & (values.str.len_bytes() > len(_ZERO))
    doubtful = (begun | values.str.starts_with(_MINUS)).arg_true()
    sure = pl.repeat(value=True, n=len(values), eager=True, dtype=pl.Boolean)
    if doubtful.is_empty():
        return sure
    # Amounts below one begin so, and whoever owes nothing: few of a column.
    return sure.scatter(doubtful, ~values.gather(doubtful).str.contains(_ZEROS))


def _member(column: Column) -> str:
    shape = _SHAPES.get(column.kind, _STRING)
    names = iter((column.name, column.name + _AGAIN))
    named = re.sub(r"\((?!\?)", lambda _group: f"(?P<{next(names)}>", shape)
    return f'"{re.escape(column.name)}": ?(?:{named}|null)'
