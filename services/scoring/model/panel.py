"""Reads a panel: CSV (plain, .xz, .gz) or Parquet, into numbers, texts and nothing else."""

import gzip
import io
import lzma
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from services.scoring.model.arrays import Floats
from services.scoring.model.errors import PanelRefused

MISSING = ("", "?", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "none", "-", "--", "\\N")
_UNPACK: Mapping[str, Callable[[bytes], bytes]] = {
    ".xz": lzma.decompress,
    ".gz": gzip.decompress,
}
# Of what a column holds, this share must read as numbers for it to be one.
_NUMERIC_SHARE = 0.98
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_DAYS = 365.25


def read(path: Path) -> pl.DataFrame:
    """Read a panel; what means "missing" becomes null, columns of numbers become Float64."""
    try:
        frame = _read(path)
    except (
        OSError,
        EOFError,
        lzma.LZMAError,
        UnicodeDecodeError,
        pl.exceptions.PolarsError,
    ) as why:
        raise PanelRefused("unreadable", file=path.name, reason=str(why)) from why
    if frame.is_empty():
        raise PanelRefused("empty", file=path.name)
    return frame.select(typed(frame[name]) for name in frame.columns)


def _read(path: Path) -> pl.DataFrame:
    if path.suffix in {".parquet", ".pq"}:
        return pl.read_parquet(path)
    data = _UNPACK.get(path.suffix, bytes)(path.read_bytes())
    return pl.read_csv(io.BytesIO(data), infer_schema=False, separator=_separator(data))


def _separator(data: bytes) -> str:
    head = data[:65536].split(b"\n", 1)[0].decode("utf-8", "replace")
    return max(",;\t|", key=head.count)


def typed(column: pl.Series) -> pl.Series:
    """Return a column as Float64 if it holds numbers, else as text."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64).fill_nan(None)
    if column.dtype.is_temporal():
        return column.cast(pl.String)
    text = column.cast(pl.String, strict=False).str.strip_chars()
    text = text.set(text.is_in(MISSING), None)
    numbers = text.cast(pl.Float64, strict=False).fill_nan(None)
    held, read_ = text.len() - text.null_count(), numbers.len() - numbers.null_count()
    return numbers if held and read_ >= _NUMERIC_SHARE * held else text


def as_key(column: pl.Series) -> pl.Series:
    """Return ids as text, a whole number without its point."""
    if column.dtype == pl.Float64 and (column.drop_nulls() % 1 == 0).all():
        column = column.cast(pl.Int64)
    return column.cast(pl.String)


def as_years(column: pl.Series) -> Floats:
    """Return moments as years and fractions: from years, YYYYMM, YYYY-MM, dates or numbers."""
    if column.dtype == pl.Float64:
        numbers = column.to_numpy().astype(np.float64)
        known = numbers[np.isfinite(numbers)]
        if len(known) and (known >= _FIRST_YEAR * 100).all() and (known < _LAST_YEAR * 100).all():
            return np.floor(numbers / 100) + (numbers % 100 - 1) / 12
        if len(known) and (known >= _FIRST_YEAR * 10000).all() and (known % 1 == 0).all():
            column = column.cast(pl.Int64).cast(pl.String)
        else:
            return numbers
    text = column.cast(pl.String).str.strip_chars()
    moments = pl.coalesce(
        [text.str.to_datetime(form, strict=False) for form in _DATES]
        + [(text.str.replace("/", "-") + "-01").str.to_datetime("%Y-%m-%d", strict=False)]
    )
    days = pl.select(moments.dt.epoch("s") / 86400.0).to_series().to_numpy().astype(np.float64)
    if np.isfinite(days).sum() < len(text) - text.null_count():
        raise PanelRefused("no_time", column=column.name)
    return 1970.0 + days / _DAYS
