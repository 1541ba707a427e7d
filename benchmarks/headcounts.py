"""Headcounts of any number of enterprises, as a bureau would send them, made at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from shared.codes.uscc import ALPHABET, LENGTH, WEIGHTS

_BEGINNING: Final = (9, 1, 1, 1, 0, 1, 0, 5)
_DIGITS: Final = 9
_BROKEN: Final = 250  # each so many-th credit code is wrong
_AT_ONCE: Final = 100_000
_SEED: Final = 20200731
_LETTERS: Final = np.frombuffer(ALPHABET.encode(), np.uint8)


def usccs(start: int, stop: int) -> list[str]:
    """Return the credit codes of the enterprises with these numbers."""
    numbers = np.arange(start, stop)
    values = np.empty((len(numbers), LENGTH), np.int64)
    values[:, : len(_BEGINNING)] = _BEGINNING
    for place in range(_DIGITS):
        values[:, len(_BEGINNING) + place] = numbers // 10 ** (_DIGITS - 1 - place) % 10
    values[:, -1] = -(values[:, :-1] @ np.array(WEIGHTS)) % len(ALPHABET)
    text = _LETTERS[values].tobytes().decode()
    return [text[place : place + LENGTH] for place in range(0, len(text), LENGTH)]


def register(count: int) -> Iterator[bytes]:
    """Yield the entries of enterprises as CSV: code, version, name, district, status."""
    for start in range(0, count, _AT_ONCE):
        stop = min(start + _AT_ONCE, count)
        entries = zip(range(start, stop), usccs(start, stop), strict=True)
        yield "".join(
            f"{uscc},1,北京第{number}机械厂,110105,active\n" for number, uscc in entries
        ).encode()


def file(
    folder: Path,
    kind: str,
    *,
    rows: int,
    month: str,
    changed: float = 0.0,
    broken: bool = True,
    told: float = 1.0,
) -> Path:
    """Write a month of headcounts: a share of the rows `changed`, the first ones `told`.

    If they may be `broken`, a few credit codes are wrong.
    """
    path = folder / f"headcount.{kind}"
    frame = _frame(rows, month, changed, broken=broken).head(round(rows * told))
    match kind:
        case "csv":
            frame.write_csv(path)
        case "ndjson":
            frame.write_ndjson(path)
        case _:
            frame.write_parquet(path)
    return path


def _frame(rows: int, month: str, changed: float, *, broken: bool) -> pl.DataFrame:
    random = np.random.default_rng(_SEED)
    staff = random.integers(1, 500, rows)
    base = random.integers(400_000, 2_000_000, rows)
    joined, left = random.integers(0, 9, (2, rows))
    arrears = random.integers(0, 3, rows)
    staff = staff + (random.random(rows) < changed)
    due = _money(base * staff // 3)
    codes = pl.Series(usccs(0, rows))
    wrong = pl.Series(broken & (np.arange(rows) % _BROKEN == _BROKEN - 1))
    return pl.DataFrame(
        {
            "uscc": codes.str.slice(0, LENGTH - 1).zip_with(wrong, codes),
            "month": pl.repeat(month, rows, eager=True),
            "insured_headcount": staff,
            "months_in_arrears": arrears,
            "joined": joined,
            "left": left,
            "contribution_base_average": _money(base),
            "due": due,
            "paid": due,
        }
    )


def _money(cents: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pl.Series:
    fen = pl.Series(cents)
    return (fen // 100).cast(pl.String) + "." + (fen % 100).cast(pl.String).str.zfill(2)
