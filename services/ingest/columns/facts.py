"""The facts that versions in columns state, written as `shared.events` would write them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import polars as pl

from services.ingest.columns.expressions import TYPES
from services.ingest.columns.settling import PERIOD, VERSION
from services.ingest.domain.contract import Column, FeedContract, Kind
from services.ingest.domain.facts import MAX_BYTES, MAX_ROWS
from shared.events.ingest import ObservationsRecorded, Operation

_EMPTY: Final = "[]"
_MONTH: Final = "%Y-%m"
_NOTHING: Final = "null"
_QUOTE: Final = '"'


@dataclass(frozen=True)
class _Column:
    """A column of a fact as JSON texts, or as texts that are to be quoted."""

    texts: pl.Series
    quoted: bool

    @property
    def length(self) -> int:
        """Count the bytes that it takes."""
        between = 3 if self.quoted else 1
        return int(self.texts.str.len_bytes().sum()) + between * len(self.texts)

    def joined(self, first: int, size: int) -> str:
        """Write a part of it, without brackets."""
        part = self.texts[first : first + size]
        if not self.quoted:
            return str(part.str.join(",").item())
        return _QUOTE + str(part.str.join('","').item()) + _QUOTE


def observations_recorded(
    contract: FeedContract, versions: pl.DataFrame, *, import_id: UUID, received_at: datetime
) -> Iterator[bytes]:
    """Yield the bodies of as many facts as keep each within the bounds."""
    if versions.is_empty():
        return
    shell = ObservationsRecorded(
        feed=contract.name,
        import_id=import_id,
        received_at=received_at,
        uscc=(),
        period=(),
        operation=(),
        version=(),
        values=dict.fromkeys(contract.measured, ()),
    )
    between = shell.model_dump_json().split(_EMPTY)
    columns = list(_written(contract, versions))
    total = sum(column.length for column in columns)
    size = max(1, min(MAX_ROWS, MAX_BYTES * versions.height // total))
    for first in range(0, versions.height, size):
        yield from _bodies(between, columns, first, min(size, versions.height - first))


def _bodies(between: list[str], columns: list[_Column], first: int, size: int) -> Iterator[bytes]:
    lists = [column.joined(first, size) for column in columns]
    filled = "".join(f"{text}[{said}]" for text, said in zip(between, lists, strict=False))
    body = (filled + between[-1]).encode()
    if len(body) < MAX_BYTES or size == 1:
        yield body
        return
    half = size // 2
    yield from _bodies(between, columns, first, half)
    yield from _bodies(between, columns, first + half, size - half)


def _written(contract: FeedContract, versions: pl.DataFrame) -> Iterator[_Column]:
    """Give each column of the fact, in its order."""
    by_name = {column.name: column for column in contract.columns}
    yield _Column(versions[contract.key[0]], quoted=True)
    yield _Column(_stated(versions[PERIOD], by_name[contract.key[1]]), quoted=True)
    yield _Column(_operations(versions[VERSION]), quoted=True)
    yield _Column(_stated(versions[VERSION]), quoted=False)
    for name in contract.measured:
        column, values = by_name[name], versions[name]
        texts = _stated(values, column)
        if TYPES[column.kind] == pl.String:
            yield _Column(_free(texts), quoted=False)
        elif column.kind is Kind.INTEGER:
            yield _Column(texts.fill_null(_NOTHING), quoted=False)
        elif texts.null_count():
            said = pl.select(pl.concat_str(pl.lit(_QUOTE), texts, pl.lit(_QUOTE))).to_series()
            yield _Column(said.fill_null(_NOTHING), quoted=False)
        else:
            yield _Column(texts, quoted=True)


def _operations(versions: pl.Series) -> pl.Series:
    first = versions == 1
    if first.all():
        return pl.Series([str(Operation.RECORD)]).new_from_index(0, len(versions))
    record, supersede = pl.lit(str(Operation.RECORD)), pl.lit(str(Operation.SUPERSEDE))
    return pl.select(pl.when(first).then(record).otherwise(supersede)).to_series()


def _stated(values: pl.Series, column: Column | None = None) -> pl.Series:
    if len(values) > 1 and values.null_count() == 0 and values.min() == values.max():
        return _stated(values[:1], column).new_from_index(0, len(values))
    if column is not None and column.kind is Kind.MONTH:
        return values.dt.to_string(_MONTH)
    if column is not None and column.kind is Kind.TIMESTAMP:
        return values.map_elements(datetime.isoformat, return_dtype=pl.String)
    return values.cast(pl.String)


def _free(texts: pl.Series) -> pl.Series:
    """Write text that may need escapes; an unknown is null."""
    return texts.map_elements(
        lambda text: json.dumps(text, ensure_ascii=False), return_dtype=pl.String
    ).fill_null(_NOTHING)
