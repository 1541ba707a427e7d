"""Rows of the judge as columns beside those that were surely good, and the way back."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from services.ingest.columns.expressions import TYPES
from services.ingest.columns.reading import ROW
from services.ingest.columns.settling import PERIOD
from services.ingest.domain.contract import FeedContract, Kind
from services.ingest.domain.rows import Row
from services.ingest.domain.values import Value


def in_columns(contract: FeedContract, rows: Sequence[Row]) -> pl.DataFrame:
    """Return rows as the fast way has them."""
    said = [dict(zip(contract.key, row.key, strict=True)) | dict(row.content) for row in rows]
    columns = [
        pl.Series(
            column.name,
            [_kept(column.kind, each.get(column.name)) for each in said],
            dtype=TYPES[column.kind],
        )
        for column in contract.columns
    ]
    return pl.DataFrame([pl.Series(ROW, [row.index for row in rows], pl.Int64), *columns])


def as_rows(contract: FeedContract, taken: pl.DataFrame) -> list[Row]:
    """Return good rows as the judge would have read them; their period is named so."""
    kinds = {column.name: column.kind for column in contract.columns}
    uscc, period = contract.key
    return [
        Row(
            each[ROW],
            (each[uscc], str(_read(kinds[period], each[PERIOD]))),
            {
                name: _read(kinds[name], each[name])
                for name in contract.measured
                if each[name] is not None
            },
            number=each[ROW],
        )
        for each in taken.iter_rows(named=True)
    ]


def _read(kind: Kind, value: Value) -> Value:
    return f"{value:%Y-%m}" if kind is Kind.MONTH and isinstance(value, date) else value


def _kept(kind: Kind, value: Value | None) -> Value | None:
    if isinstance(value, str) and kind is Kind.MONTH:
        return date.fromisoformat(f"{value}-01")
    return date.fromisoformat(value) if isinstance(value, str) and kind is Kind.DATE else value
