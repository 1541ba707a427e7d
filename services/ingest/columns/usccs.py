"""Credit codes judged by the column: shape and check character of a million in a moment."""

from typing import Final

import numpy as np
import polars as pl

from shared.codes.uscc import ALPHABET, LENGTH, WEIGHTS

_NONE: Final = 255
_VALUES: Final = np.full(256, _NONE, np.uint8)
_VALUES[np.frombuffer(ALPHABET.encode(), np.uint8)] = np.arange(len(ALPHABET), dtype=np.uint8)
_DIVISION: Final = slice(2, 8)
_TEN: Final = 10
_WEIGHTS: Final = np.array(WEIGHTS, np.int32)


def good_usccs(codes: pl.Series) -> pl.Series:
    """Tell of each text whether it is a canonical code; what is null is none."""
    whole = (codes.str.len_bytes() == LENGTH).fill_null(value=False)
    found = "".join(codes.filter(whole).to_list()).encode()
    good = np.zeros(len(codes), np.bool_)
    good[whole.to_numpy()] = _checked(np.frombuffer(found, np.uint8).reshape(-1, LENGTH))
    return pl.Series(good)


def _checked(
    letters: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]",
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    values = _VALUES[letters]
    shaped = (values != _NONE).all(axis=1) & (values[:, _DIVISION] < _TEN).all(axis=1)
    total = values[:, : LENGTH - 1].astype(np.int32) @ _WEIGHTS
    expected = -total % len(ALPHABET)
    good: np.ndarray[tuple[int], np.dtype[np.bool_]] = shaped & (values[:, -1] == expected)
    return good
