"""Credit codes judged by the column: shape and check character of a million in a moment."""

from typing import Any, Final

import numpy as np
import polars as pl

from shared.codes.uscc import ALPHABET, LENGTH, WEIGHTS

# What is no letter of a code, or of the division code, makes every sum greater than a code's is.
_NONE: Final = np.float32(1e6)
_VALUES: Final = np.full(256, _NONE, np.float32)
_VALUES[np.frombuffer(ALPHABET.encode(), np.uint8)] = np.arange(len(ALPHABET))
_DIGITS: Final = np.full(256, _NONE, np.float32)
_DIGITS[np.frombuffer(b"0123456789", np.uint8)] = np.arange(10)
_DIVISION: Final = slice(2, 8)
_BASE: Final = len(ALPHABET)
# Sums of products are whole, and small for floats: their product of matrices is exact, and fast.
_CHECK: Final = np.array(WEIGHTS, np.float32)
_HEAD: Final = np.array([_BASE * 10**6, 10**6, *(10**place for place in range(5, -1, -1))], float)
_TAIL: Final = np.array([_BASE**place for place in range(8, -1, -1)], float)
_LESSER_BITS: Final = 11
_HEAD_BITS: Final = 30

Letters = np.ndarray[tuple[int, int], np.dtype[np.uint8]]
Array = np.ndarray[tuple[int], np.dtype[Any]]


def good_usccs(codes: pl.Series) -> tuple[pl.Series, Letters]:
    """Tell of each text whether it is a canonical code, and the letters of those that are."""
    whole = (codes.str.len_bytes() == LENGTH).fill_null(value=False)
    letters = letters_of(codes if whole.all() else codes.filter(whole))
    checked = _checked(letters)
    good = np.zeros(len(codes), np.bool_)
    good[whole.to_numpy()] = checked
    return pl.Series(good), letters if checked.all() else letters[checked]


def letters_of(codes: pl.Series) -> Letters:
    """Return the letters of texts of the length of a code."""
    text = codes.str.join("").item() if len(codes) else ""
    return np.frombuffer(text.encode(), np.uint8).reshape(-1, LENGTH)


def numbers(letters: Letters) -> tuple[Array, Array]:
    """Return good codes as two numbers, the greater and the lesser part; no two share both.

    The last character follows from the others, and is left out.
    """
    values = np.take(_VALUES, letters).astype(np.float64)
    head = (values[:, : len(_HEAD)] @ _HEAD).astype(np.uint64)
    tail = (values[:, len(_HEAD) : LENGTH - 1] @ _TAIL).astype(np.uint64)
    greater = tail << np.uint64(_HEAD_BITS - _LESSER_BITS) | head >> np.uint64(_LESSER_BITS)
    return greater, (head & np.uint64((1 << _LESSER_BITS) - 1)).astype(np.uint16)


def _checked(letters: Letters) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    values = np.take(_VALUES, letters)
    values[:, _DIVISION] = np.take(_DIGITS, letters[:, _DIVISION])
    total = values[:, : LENGTH - 1] @ _CHECK
    expected = -total.astype(np.int64) % _BASE
    good: np.ndarray[tuple[int], np.dtype[np.bool_]] = (total < _NONE) & (values[:, -1] == expected)
    return good
