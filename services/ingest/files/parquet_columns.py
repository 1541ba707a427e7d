"""Parquet as columns of text: typed values stand as people write them, a header above them."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PanicException, PolarsError

from services.ingest.files import parquet_pages
from services.ingest.files.lines import LONGEST_LINE
from services.ingest.files.refusals import refused

_SLICE: Final = 50_000
# Bytes of text at once: a word that stands once in a file may stand in every row of it.
_MOST_AT_ONCE: Final = 32 * 1024 * 1024
_MOST_UNPACKED: Final = 256 * 1024 * 1024
# A greater whole number of a float has lost digits: what it was cannot be told.
_EXACT: Final = 2**53
_FIRST: Final = 2  # below the header, as with every table


def heads(path: Path) -> list[str]:
    """Return the names of the columns. Raises FileRefused."""
    try:
        return pl.scan_parquet(path).collect_schema().names()
    except (PolarsError, PanicException, OSError):
        raise refused("parquet_unreadable") from None


def check(path: Path) -> None:
    """Look at what the file declares, and at the names of its columns. Raises FileRefused."""
    parquet_pages.groups(path)
    heads(path)


def height(path: Path) -> int:
    """Count the rows. Raises FileRefused."""
    return sum(group.rows for group in parquet_pages.groups(path))


def slices(path: Path, *, after: int = 0, size: int = _SLICE) -> Iterator[pl.DataFrame]:
    """Yield rows as text, so many at once. Raises FileRefused."""
    file = pl.scan_parquet(path)
    try:
        kinds = file.collect_schema()
        for begin, count in _spans(path, after=after, size=size):
            part = file.slice(begin, count).collect()
            if part.height != count:
                raise refused("parquet_unreadable")
            texts = part.select(_as_text(name, kind) for name, kind in kinds.items())
            yield from _cut(texts, begin)
    except (PolarsError, PanicException, OSError):
        raise refused("parquet_unreadable") from None


def _spans(path: Path, *, after: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield what to read at once: behind how many rows, and how many of them.

    The groups in which they lie are unpacked whole: small ones together, as far as memory goes.
    """
    end = 0
    begin, held = after, 0
    for group in parquet_pages.groups(path):
        if held and held + group.size > _MOST_UNPACKED and begin < end:
            yield begin, end - begin
            begin, held = end, 0
        end += group.rows
        held += group.size
        while end - begin >= size:
            yield begin, size
            begin += size
            held = group.size
        if end <= begin:
            held = 0
    if begin < end:
        yield begin, end - begin


def _cut(texts: pl.DataFrame, after: int) -> Iterator[pl.DataFrame]:
    """Yield rows in parts of bounded length; `after` stand before them. Raises FileRefused."""
    lengths = texts.select(
        pl.sum_horizontal(pl.all().str.len_bytes().cast(pl.UInt64)).alias("bytes")
    )["bytes"]
    longest = lengths.arg_max()
    if longest is not None and lengths[longest] > LONGEST_LINE:
        raise refused("row_too_long", row=after + longest + _FIRST, limit=LONGEST_LINE)
    begun, held = 0, 0
    if int(lengths.sum()) > _MOST_AT_ONCE:
        for place, length in enumerate(lengths):
            held += length
            if held > _MOST_AT_ONCE:
                yield texts[begun:place]
                begun, held = place, length
    yield texts[begun:]


def rows(path: Path) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the rows as cells with their numbers, the header first. Raises FileRefused."""
    number = 1
    yield number, heads(path)
    for part in slices(path):
        for row in part.iter_rows():
            number += 1
            yield number, [cell or "" for cell in row]


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind.is_float():
        whole = (column == column.round(0)) & (column.abs() < _EXACT)
        return (
            pl.when(whole)
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(column.cast(pl.String))
            .alias(name)
        )
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("iso:strict")
    if kind.is_nested() or isinstance(kind, pl.Binary):
        return pl.when(column.is_not_null()).then(pl.lit("{…}")).alias(name)
    return column.cast(pl.String)
