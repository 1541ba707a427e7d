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
_DATES = ("%Y-%m-%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f")
_RAGGED = "found more fields"  # as polars says so
_ARCHIVE = b"PK\x03\x04"  # an .xlsx is one, too
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_DAYS = 365.25


def read(path: Path) -> pl.DataFrame:
    """Read a panel; what means "missing" becomes null, columns of numbers become Float64."""
    try:
        frame = _read(path)
    except pl.exceptions.ComputeError as why:
        code = "ragged" if _RAGGED in str(why) else "unreadable"
        raise PanelRefused(code, file=path.name, reason=str(why)) from why
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
    flat = [name for name, kind in frame.schema.items() if not kind.is_nested()]
    return frame.select(typed(frame[name]) for name in flat)


def _read(path: Path) -> pl.DataFrame:
    if path.suffix in {".parquet", ".pq"}:
        return pl.read_parquet(path)
    data = _UNPACK.get(path.suffix, bytes)(path.read_bytes())
    if data.startswith(_ARCHIVE):
        raise PanelRefused("workbook", file=path.name)
    try:
        data.decode()
    except UnicodeDecodeError:  # Chinese spreadsheets write another code
        data = data.decode("gb18030").encode()
    return pl.read_csv(io.BytesIO(data), infer_schema=False, separator=_separator(data))


def _separator(data: bytes) -> str:
    head = data[:65536].split(b"\n", 1)[0].decode("utf-8", "replace")
    return max(",;\t|", key=head.count)


def typed(column: pl.Series) -> pl.Series:
    """Return a column as Float64 if it holds numbers or dates (in years), else as text."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64).fill_nan(None)
    if isinstance(column.dtype, pl.Date | pl.Datetime):
        moments = column.cast(pl.Datetime) if column.dtype == pl.Date else column
        column = moments.dt.to_string("%Y-%m-%d %H:%M:%S")
    text = column.cast(pl.String, strict=False).str.strip_chars()
    text = text.set(text.is_in(MISSING), None)
    held = text.len() - text.null_count()
    for read_ in (_numbers, _written, _moments):
        numbers = read_(text)
        if held and numbers.len() - numbers.null_count() >= _NUMERIC_SHARE * held:
            return numbers
    return text


def _numbers(text: pl.Series) -> pl.Series:
    return text.cast(pl.Float64, strict=False).fill_nan(None)


def _written(text: pl.Series) -> pl.Series:
    """Read numbers as people write them: 1,234.5 and 12 %."""
    written = text.str.extract(r"^([-+]?[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?)\s*%?$")
    return _numbers(written.str.replace_all(",", ""))


def _moments(text: pl.Series) -> pl.Series:
    """Read days, months and quarters as years and fractions: of a quarter, its first day."""
    plain = text.str.replace(r"^([0-9]{4})年$", "$1-01").str.replace_all("[/年月]", "-")
    plain = plain.str.strip_chars_end("-日")
    quarter = plain.str.extract(r"^[0-9]{4}-?[Qq]([1-4])$").cast(pl.Int32) * 3 - 2
    first = plain.str.head(4) + "-" + quarter.cast(pl.String).str.zfill(2) + "-01"
    moments = pl.select(
        pl.coalesce(
            [plain.str.to_datetime(form, strict=False) for form in _DATES]
            + [
                (part + end).str.to_datetime("%Y-%m-%d", strict=False)
                for part, end in ((plain, "-01"), (first, ""))
            ]
        )
    ).to_series()
    years: pl.Series = (1970.0 + moments.dt.epoch("s") / (86400.0 * _DAYS)).rename(text.name)
    return years


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
    moments = _moments(column.cast(pl.String).str.strip_chars())
    if moments.null_count() > column.null_count():
        odd = column.filter(moments.is_null() & column.is_not_null())
        raise PanelRefused("no_time", column=column.name, value=odd[0])
    return moments.to_numpy().astype(np.float64)
