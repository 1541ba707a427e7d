"""Columns as PostgreSQL has them in binary: rows for COPY, and arrays that it sends back."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import numpy as np
import polars as pl

Array = np.ndarray[Any, np.dtype[Any]]


class Field(StrEnum):
    """How PostgreSQL keeps a column whose values have one length."""

    SMALLINT = ">i2"
    INTEGER = ">i4"
    BIGINT = ">i8"
    BOOLEAN = "u1"
    DATE = "date"
    MONEY = "numeric"


UNKNOWN: Final = -(2**63)
"""Stands for null in arrays that are read, which then have places of one length."""
BEFORE: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
BEHIND: Final = b"\xff\xff"
"""What a binary COPY begins and ends with."""
_LENGTH: Final = 4  # bytes that tell the length of a value
_NO_VALUE: Final = -1
_DAYS: Final = 10_957  # from 1970, where polars begins to count, to 2000
_CENTS: Final = 100
_DIGIT: Final = 10_000  # a numeric is digits of four places each
_NEGATIVE: Final = 0x4000
_PLACES: Final = 2
_ARRAY_HEAD: Final = 20


def rows(columns: Sequence[tuple[pl.Series, Field]]) -> bytes:
    """Write columns of one length as rows of a binary COPY."""
    values = [_values(series, field) for series, field in columns]
    kinds = [("", ">i2"), *(("", np.dtype([("", ">i4"), *_inner(each)])) for each in values)]
    layout = np.dtype(kinds)
    # What all rows have is written once, and copied: lengths, and the heads of numerics.
    row = np.zeros(1, layout)
    written = np.empty(len(columns[0][0]), layout)
    names = layout.names or ()
    row[names[0]] = len(columns)
    for name, parts in zip(names[1:], values, strict=True):
        inner = row.dtype[name].names or ()
        row[name][inner[0]] = row.dtype[name].itemsize - _LENGTH if parts else _NO_VALUE
        for each, part in zip(inner[1:], parts, strict=True):
            if not isinstance(part, np.ndarray):
                row[name][each] = part
    flat = written.view(np.uint8).reshape(len(written), -1)
    flat[:] = row.view(np.uint8)
    kept: Array | None = None
    place = 2
    for name, parts, (series, _) in zip(names[1:], values, columns, strict=True):
        field = written[name]
        inner = field.dtype.names or ()
        size = field.dtype.itemsize - _LENGTH
        for each, part in zip(inner[1:], parts, strict=True):
            if isinstance(part, np.ndarray):
                field[each] = part
        if parts and series.null_count():
            nulls = series.is_null().to_numpy()
            field[inner[0]][nulls] = _NO_VALUE
            kept = np.ones(flat.shape, np.bool_) if kept is None else kept
            kept[nulls, place + _LENGTH : place + _LENGTH + size] = False
        place += _LENGTH + size
    return (flat if kept is None else flat[kept]).tobytes()


def column(array: bytes, kind: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Read an array of bigint: days since 1970, cents, flags or numbers; UNKNOWN is null."""
    place = np.dtype([("length", ">i4"), ("value", ">i8")])
    read = pl.Series(np.frombuffer(array, place, offset=_ARRAY_HEAD)["value"].astype(np.int64))
    unknown = read == UNKNOWN
    read = read.set(unknown, None) if unknown.any() else read
    if isinstance(kind, pl.Decimal):
        return (read.cast(pl.Decimal(38, 2)) / _CENTS).cast(kind)
    return read.cast(pl.Int32).cast(pl.Date) if kind == pl.Date else read.cast(kind)


def _values(series: pl.Series, field: Field) -> list[Array | int]:
    """Return the parts of each value in their order; none if no value is known."""
    if series.null_count() == len(series):
        return []
    numbers = _numbers(series)
    if field is Field.MONEY:
        return _digits(numbers)
    if field is Field.DATE:
        return [(numbers - _DAYS).astype(">i4")]
    return [numbers.astype(field.value)]


def _numbers(series: pl.Series) -> Array:
    """Return what stands for values, and nothing for those that are not known."""
    known = series.to_physical()
    known = known.cast(pl.Int64) if isinstance(series.dtype, pl.Decimal) else known
    if not known.null_count():
        return known.to_numpy()
    return known.fill_null(value=False if known.dtype == pl.Boolean else 0).to_numpy()


def _digits(cents: Array) -> list[Array | int]:
    """Write amounts as numerics, all with as many digits as the greatest needs."""
    size = np.abs(cents)
    whole = size // _CENTS
    digits = [((size - whole * _CENTS) * _CENTS).astype(">i2")]
    most = int(whole.max())
    while True:
        above = whole // _DIGIT
        digits.insert(0, (whole - above * _DIGIT).astype(">i2"))
        whole, most = above, most // _DIGIT
        if not most:
            break
    sign = np.where(cents < 0, _NEGATIVE, 0).astype(">i2") if (cents < 0).any() else 0
    return [len(digits), len(digits) - 2, sign, _PLACES, *digits]


def _inner(parts: list[Array | int]) -> list[tuple[str, Any]]:
    return [("", part.dtype if isinstance(part, np.ndarray) else ">i2") for part in parts]
