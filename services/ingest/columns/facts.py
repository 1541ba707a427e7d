"""The facts that versions in columns state, written as `shared.events` would write them."""

import json
from collections.abc import Iterator
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
    written = versions.select(
        text.alias(str(place)) for place, text in enumerate(_written(contract))
    )
    total = sum(int(column.str.len_bytes().sum()) + len(column) for column in written)
    size = max(1, min(MAX_ROWS, MAX_BYTES * written.height // total))
    for part in written.iter_slices(size):
        yield from _bodies(between, part)


def _bodies(between: list[str], part: pl.DataFrame) -> Iterator[bytes]:
    lists = part.select(pl.all().str.join(",")).row(0)
    filled = "".join(f"{text}[{said}]" for text, said in zip(between, lists, strict=False))
    body = (filled + between[-1]).encode()
    if len(body) < MAX_BYTES or part.height == 1:
        yield body
        return
    half = part.height // 2
    yield from _bodies(between, part[:half])
    yield from _bodies(between, part[half:])


def _written(contract: FeedContract) -> Iterator[pl.Expr]:
    """Give each column of the fact, in its order, as JSON texts."""
    by_name = {column.name: column for column in contract.columns}
    yield _text(pl.col(contract.key[0]))
    yield _text(_stated(pl.col(PERIOD), by_name[contract.key[1]]))
    first = pl.col(VERSION) == 1
    yield (
        pl.when(first)
        .then(pl.lit(f'"{Operation.RECORD}"'))
        .otherwise(pl.lit(f'"{Operation.SUPERSEDE}"'))
    )
    yield pl.col(VERSION).cast(pl.String)
    for name in contract.measured:
        column = by_name[name]
        stated = _stated(pl.col(name), column)
        if TYPES[column.kind] == pl.String:
            yield _free(stated)
        elif column.kind is Kind.INTEGER:
            yield stated.fill_null(_NOTHING)
        else:
            yield _text(stated).fill_null(_NOTHING)


def _stated(value: pl.Expr, column: Column) -> pl.Expr:
    if column.kind is Kind.MONTH:
        return value.dt.to_string(_MONTH)
    if column.kind is Kind.TIMESTAMP:
        return value.map_elements(datetime.isoformat, return_dtype=pl.String)
    return value.cast(pl.String)


def _text(value: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit('"'), value, pl.lit('"'))


def _free(value: pl.Expr) -> pl.Expr:
    """Write text that may need escapes; an unknown is null."""
    return value.map_elements(
        lambda text: json.dumps(text, ensure_ascii=False), return_dtype=pl.String
    ).fill_null(_NOTHING)
