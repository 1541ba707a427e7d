"""Reads a panel: CSV (plain, .xz, .gz) or Parquet, into numbers, texts and nothing else."""

import codecs
import csv
import gzip
import io
import lzma
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from services.scoring.model.columns import look_like_numbers, percents, plain, shown, typed, unread
from services.scoring.model.errors import Caution, PanelRefused

_UNPACK: Mapping[str, Callable[[bytes], bytes]] = {
    ".xz": lzma.decompress,
    ".gz": gzip.decompress,
}
_RAGGED: Final = "found more fields"  # as polars says so
_ARCHIVE: Final = b"PK\x03\x04"  # an .xlsx is one, too
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Panel:
    """A panel as read, and what was odd about the file."""

    frame: pl.DataFrame
    odd: tuple[Caution, ...] = ()


def read(path: Path, named: Collection[str] = ()) -> Panel:
    """Read a panel; what means "missing" becomes null, columns of numbers become Float64.

    `named`: columns that are no measures (id, label, moment, split) stay as they are written, for
    0012 is not 12, and the last digits of a long id are not rounded away.
    """
    try:
        frame, odd = _read(path, named)
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
    frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))  # blank lines say nothing
    if frame.is_empty():
        raise PanelRefused("empty", file=path.name)
    flat = [name for name, kind in frame.schema.items() if _is_flat(kind)]
    if nested := [name for name in frame.columns if name not in flat]:
        odd.append(Caution("columns_nested", {"columns": ", ".join(nested)}))
    columns = [
        typed(frame[name]) if name not in named or _is_measured(frame[name]) else plain(frame[name])
        for name in flat
    ]
    read_ = [(frame[column.name], column) for column in columns if column.dtype == pl.Float64]
    texts = [one for one in columns if one.dtype == pl.String and one.name not in named]
    if looking := [
        f"{one.name} ({shown(one.drop_nulls().head(1))})" for one in texts if look_like_numbers(one)
    ]:
        odd.append(Caution("numbers_unread", {"columns": ", ".join(looking)}))
    return Panel(pl.DataFrame(columns), (*odd, *_misread(read_)))


def _misread(columns: Sequence[tuple[pl.Series, pl.Series]]) -> Iterator[Caution]:
    """Tell of what stands in columns of numbers and is none, or of two kinds."""
    words, mixed = [], []
    for column, numbers in columns:
        if column.dtype != pl.String:
            continue
        text = plain(column)
        if len(none := unread(text, numbers)):
            words.append(f"{column.name} ({len(none)}: {shown(none)})")
        if 0 < (shares := percents(text)) < numbers.len() - numbers.null_count():
            mixed.append(f"{column.name} ({shares})")
    for code, found in (("words_unread", words), ("percents_mixed", mixed)):
        if found:
            yield Caution(code, {"columns": "; ".join(found)})


def _is_measured(column: pl.Series) -> bool:
    return column.dtype.is_float() or column.dtype.is_decimal()


def _is_flat(kind: pl.DataType) -> bool:
    return not (kind.is_nested() or isinstance(kind, pl.Binary | pl.Duration | pl.Object))


def _read(path: Path, named: Collection[str]) -> tuple[pl.DataFrame, list[Caution]]:
    if path.suffix in {".parquet", ".pq"}:
        return pl.read_parquet(path), []
    data = _UNPACK.get(path.suffix, bytes)(path.read_bytes())
    if data.startswith(_ARCHIVE):
        raise PanelRefused("workbook", file=path.name)
    try:
        # Spreadsheets write "Unicode text" two bytes wide, and Chinese ones another code.
        if data.startswith(_WIDE):
            data = data.decode("utf-16").encode()
        data.decode()
    except UnicodeDecodeError:
        data = data.decode("gb18030").encode()
    separator = _separator(data)
    frame = pl.read_csv(io.BytesIO(data), infer_schema=False, separator=separator)
    odd = []
    counted = Counter(next(csv.reader(_head(data).splitlines(), delimiter=separator)))
    if repeated := [name for name, times in counted.items() if times > 1]:
        if meant := [name for name in repeated if name in named]:
            raise PanelRefused("header_repeated", column=meant[0])
        odd.append(Caution("headers_repeated", {"columns": ", ".join(repeated)}))
    names = [name.strip() for name in frame.columns]
    if len(set(names)) == len(names):
        frame.columns = names
    return frame, odd


def _head(data: bytes) -> str:
    return data[:65536].decode("utf-8-sig", "replace")


def _separator(data: bytes) -> str:
    return max(",;\t|", key=_head(data).split("\n", 1)[0].count)
