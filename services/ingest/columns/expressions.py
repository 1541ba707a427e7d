"""A contract compiled to columns: which texts are surely good values, and what they are.

Every doubt ends in "not surely": the value is then read by `domain/values.py`, which is the only
judge. What is surely good here is the same there, to the same value; a test holds both together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

import polars as pl

from services.ingest.columns.usccs import good_usccs
from services.ingest.domain.contract import Column, FeedContract, Kind
from services.ingest.domain.values import Reader, ValueRefused, reader_for
from shared.calendar import SHANGHAI

MONEY: Final = pl.Decimal(20, 2)
TYPES: Final[Mapping[Kind, pl.DataType | type[pl.DataType]]] = {
    **dict.fromkeys(Kind, pl.String),
    Kind.DATE: pl.Date,
    Kind.MONTH: pl.Date,
    Kind.TIMESTAMP: pl.Datetime("us", SHANGHAI.key),
    Kind.INTEGER: pl.Int64,
    Kind.CNY: MONEY,
}
"""How columns hold values; a month is its first day."""

_PLUS: Final = "+"
_AMOUNT: Final = r"^-?[0-9]{1,16}(\.[0-9]{1,2})?$"
_MONTH: Final = "^[0-9]{4}-(0[1-9]|1[0-2])$"
_DAY: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DAY_FORMAT: Final = "%Y-%m-%d"
_FIRST: Final = "-01"
# As `domain/shown.py` has it; lone surrogates cannot be in a column of text.
_UNPRINTABLE: Final = (
    r"[\x00-\x1f\x7f-\x{9f}\x{2028}\x{2029}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
)
_BLANK_EDGES: Final = r"^\s|\s$"

# From present texts to values; null where it is not sure.
Compiled = Callable[[pl.Series], pl.Series]
Bound = int | str | date | None


@dataclass(frozen=True)
class Judgement:
    """The columns of rows that are surely good, and which rows those are."""

    values: pl.DataFrame
    good: pl.Series


class Compiler:
    """The contract, as of a day, for texts in columns."""

    def __init__(self, contract: FeedContract, *, today: date) -> None:
        self._columns = contract.columns
        self._compiled = {
            column.name: _compiled(column, today=today) for column in contract.columns
        }

    def judge(self, texts: pl.DataFrame) -> Judgement:
        """Judge rows; a column that they do not have is absent from all of them."""
        good = pl.repeat(value=True, n=texts.height, eager=True, dtype=pl.Boolean)
        values: dict[str, pl.Series] = {}
        for column in self._columns:
            if column.name not in texts.columns:
                values[column.name] = pl.Series(
                    column.name, [None], dtype=TYPES[column.kind]
                ).new_from_index(0, texts.height)
                good = good & (not column.required)
                continue
            raw = texts[column.name]
            read = self._compiled[column.name](raw)
            values[column.name] = read.alias(column.name)
            if read.null_count():
                sure = read.is_not_null()
                good = good & (sure if column.required else sure | _absent(raw, sure))
        return Judgement(pl.DataFrame(values), good)


def _compiled(column: Column, *, today: date) -> Compiled:
    compiler = _COMPILERS.get(column.kind)
    if compiler is not None:
        return partial(compiler, column=column, today=today)
    read = reader_for(column, today=today)
    return lambda texts: _each(_where(texts, ~_blank(texts)), read, TYPES[column.kind])


def _absent(raw: pl.Series, sure: pl.Series) -> pl.Series:
    """Tell which texts say nothing; most are known to say something."""
    doubtful = (~sure).arg_true()
    asked = raw.gather(doubtful)
    said = pl.repeat(value=False, n=len(raw), eager=True, dtype=pl.Boolean)
    return said.scatter(doubtful.filter(asked.is_null() | _blank(asked)), True)


def _blank(texts: pl.Series) -> pl.Series:
    return ~texts.str.contains(r"\S").fill_null(value=True)


def _usccs(texts: pl.Series, **_: object) -> pl.Series:
    return _where(texts, good_usccs(texts)[0])


def _integers(texts: pl.Series, *, column: Column, **_: object) -> pl.Series:
    # What a cast refuses is no integer, and it takes no more than digits with a sign before them.
    read = texts.cast(pl.Int64, strict=False)
    if texts.str.starts_with(_PLUS).any():
        read = _where(read, ~texts.str.starts_with(_PLUS))
    return _between(read, column.minimum, column.maximum)


def _amounts(texts: pl.Series, *, column: Column, **_: object) -> pl.Series:
    return _between(_matched(texts, _AMOUNT).cast(MONEY), column.minimum, column.maximum)


def _once(read: Callable[..., pl.Series]) -> Callable[..., pl.Series]:
    """Read one text where a column has no other: a file is mostly about one period."""

    def read_once(texts: pl.Series, *, column: Column, today: date) -> pl.Series:
        if len(texts) > 1 and texts[0] is not None and (texts == texts[0]).all(ignore_nulls=False):
            return read(texts[:1], column=column, today=today).new_from_index(0, len(texts))
        return read(texts, column=column, today=today)

    return read_once


@_once
def _months(texts: pl.Series, *, column: Column, today: date) -> pl.Series:
    first = date.fromisoformat(f"{column.minimum}{_FIRST}")
    return _between(_day(_matched(texts, _MONTH) + _FIRST), first, today.replace(day=1))


@_once
def _days(texts: pl.Series, *, column: Column, today: date) -> pl.Series:
    last = today if column.maximum is None else date.fromisoformat(str(column.maximum))
    return _between(_day(_matched(texts, _DAY)), date.fromisoformat(str(column.minimum)), last)


def _plain(texts: pl.Series, *, column: Column, **_: object) -> pl.Series:
    bad = texts.str.contains(_UNPRINTABLE) | texts.str.contains(_BLANK_EDGES) | (texts == "")
    return _where(texts, ~bad & (texts.str.len_chars() <= column.max_length))


def _choices(texts: pl.Series, *, column: Column, **_: object) -> pl.Series:
    return _where(texts, texts.is_in(column.choices))


def _matched(texts: pl.Series, pattern: str) -> pl.Series:
    return _where(texts, texts.str.contains(pattern))


def _where(texts: pl.Series, good: pl.Series) -> pl.Series:
    bad = ~good.fill_null(value=False)
    return texts.set(bad, None) if bad.any() else texts


def _day(texts: pl.Series) -> pl.Series:
    return texts.str.to_date(_DAY_FORMAT, strict=False)


def _between(values: pl.Series, first: Bound, last: Bound) -> pl.Series:
    bad = ~values.is_between(first, last).fill_null(value=False)
    return values.set(bad, None) if bad.any() else values


def _each(texts: pl.Series, read: Reader, kind: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Read each text once by the judge itself: codes and the like repeat."""
    told: dict[str, object] = {}
    for text in texts.drop_nulls().unique():
        try:
            told[text] = read(text)
        except ValueRefused:
            continue
    values = [
        value.astimezone(SHANGHAI) if isinstance(value, datetime) else value
        for value in told.values()
    ]
    return texts.replace_strict(
        pl.Series(list(told), dtype=pl.String),
        pl.Series(values, dtype=kind),
        default=None,
        return_dtype=kind,
    )


_COMPILERS: Final[Mapping[Kind, Callable[..., pl.Series]]] = {
    Kind.USCC: _usccs,
    Kind.INTEGER: _integers,
    Kind.CNY: _amounts,
    Kind.MONTH: _months,
    Kind.DATE: _days,
    Kind.TEXT: _plain,
    Kind.CHOICE: _choices,
}
