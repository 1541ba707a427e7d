"""The facts that versions in columns state, written as `shared.events` would write them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final, Literal, Protocol
from uuid import UUID

import numpy as np
import polars as pl

from services.ingest.columns.expressions import TYPES
from services.ingest.columns.settling import PERIOD, VERSION
from services.ingest.domain.contract import Column, FeedContract, Kind
from services.ingest.domain.facts import MAX_BYTES, MAX_ROWS, between_columns
from shared.events.ingest import Operation

_COMMA: Final = b","
_MONTH: Final = "%Y-%m"
_NOTHING: Final = "null"
_QUOTE: Final = '"'

Places = np.ndarray[tuple[int], np.dtype[Any]]
CsvQuoteStyle = Literal["always", "never"]


class _Column(Protocol):
    """A column of a fact, which writes parts of itself."""

    @property
    def length(self) -> int:
        """Count the bytes that it takes."""
        ...

    def joined(self, first: int, size: int) -> bytes:
        """Write a part of it, without brackets."""
        ...


@dataclass(frozen=True)
class _Same:
    """A column that says one thing, as most say of period and operation."""

    text: bytes
    length: int

    def joined(self, first: int, size: int) -> bytes:  # noqa: ARG002  any part is like another
        return (self.text + _COMMA) * (size - 1) + self.text


@dataclass(frozen=True)
class _Written:
    """A column that is written already, and the places behind each of its values."""

    text: bytes
    ends: Places

    @property
    def length(self) -> int:
        return len(self.text)

    def joined(self, first: int, size: int) -> bytes:
        begin = int(self.ends[first - 1]) if first else 0
        return self.text[begin : int(self.ends[first + size - 1]) - len(_COMMA)]


def observations_recorded(
    contract: FeedContract, versions: pl.DataFrame, *, import_id: UUID, received_at: datetime
) -> Iterator[bytes]:
    """Yield the bodies of as many facts as keep each within the bounds."""
    if versions.is_empty():
        return
    between = between_columns(contract, import_id, received_at)
    columns = list(_written(contract, versions))
    total = sum(column.length for column in columns)
    size = max(1, min(MAX_ROWS, MAX_BYTES * versions.height // total))
    for first in range(0, versions.height, size):
        yield from _bodies(between, columns, first, min(size, versions.height - first))


def _bodies(between: list[bytes], columns: list[_Column], first: int, size: int) -> Iterator[bytes]:
    lists = [column.joined(first, size) for column in columns]
    filled = [part for pair in zip(between, lists, strict=False) for part in _bracketed(*pair)]
    body = b"".join((*filled, between[-1]))
    if len(body) < MAX_BYTES or size == 1:
        yield body
        return
    half = size // 2
    yield from _bodies(between, columns, first, half)
    yield from _bodies(between, columns, first + half, size - half)


def _bracketed(before: bytes, said: bytes) -> tuple[bytes, ...]:
    return before, b"[", said, b"]"


def _written(contract: FeedContract, versions: pl.DataFrame) -> Iterator[_Column]:
    """Give each column of the fact, in its order."""
    by_name = {column.name: column for column in contract.columns}
    yield _quoted(versions[contract.key[0]])
    yield _values(versions[PERIOD], by_name[contract.key[1]])
    yield _operations(versions[VERSION])
    yield _numbers(versions[VERSION])
    for name in contract.measured:
        yield _values(versions[name], by_name[name])


def _operations(versions: pl.Series) -> _Column:
    record, supersede = str(Operation.RECORD), str(Operation.SUPERSEDE)
    first = versions == 1
    if first.all():
        return _same(json.dumps(record), len(versions))
    said = pl.when(first).then(pl.lit(record)).otherwise(pl.lit(supersede))
    return _quoted(pl.select(said).to_series())


def _values(values: pl.Series, column: Column) -> _Column:
    if len(values) > 1 and values.null_count() == 0 and values.min() == values.max():
        one = _values(values[:1], column).joined(0, 1)
        return _same(one.decode(), len(values))
    if column.kind is Kind.INTEGER:
        return _numbers(values)
    if column.kind is Kind.MONTH:
        return _quoted(values.dt.to_string(_MONTH))
    if column.kind is Kind.TIMESTAMP:
        return _quoted(values.map_elements(datetime.isoformat, return_dtype=pl.String))
    return _free(values) if TYPES[column.kind] == pl.String else _quoted(values)


def _same(text: str, count: int) -> _Column:
    said = text.encode()
    return _Same(said, (len(said) + len(_COMMA)) * count)


def _numbers(values: pl.Series) -> _Column:
    return _separated(values, quote_style="never")


def _quoted(values: pl.Series) -> _Column:
    """Write values whose texts hold no commas, quotes or what JSON escapes."""
    if values.null_count():
        quotes = pl.lit(_QUOTE)
        said = pl.select(pl.concat_str(quotes, values.cast(pl.String), quotes)).to_series()
        return _separated(said, quote_style="never")
    return _separated(values, quote_style="always")


def _separated(values: pl.Series, *, quote_style: CsvQuoteStyle) -> _Column:
    # What writes lines of one cell writes a list: the fastest way from numbers to text there is.
    buffer = BytesIO()
    values.to_frame().write_csv(
        buffer,
        include_header=False,
        line_terminator=_COMMA.decode(),
        quote_style=quote_style,
        null_value=_NOTHING,
    )
    text = buffer.getvalue()
    commas = np.frombuffer(text, np.uint8) == ord(_COMMA)
    return _Written(text, np.flatnonzero(commas) + len(_COMMA))


def _free(texts: pl.Series) -> _Column:
    """Write text that may need escapes; an unknown is null."""
    said = [
        (_NOTHING if text is None else json.dumps(text, ensure_ascii=False)).encode()
        for text in texts
    ]
    ends = np.cumsum([len(each) + len(_COMMA) for each in said], dtype=np.int64)
    return _Written(b"".join(each + _COMMA for each in said), ends)
