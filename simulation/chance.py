"""Chance that depends on what it is drawn for, never on when: keyed by seed, subject, purpose."""

import math
import random
from hashlib import blake2b
from typing import Final

_BYTES: Final = 8
_EIGHT_BYTES: Final = 2**64
# Above this mean a Poisson number is drawn as a rounded normal one.
_LARGE_MEAN: Final = 60.0


class Chance:
    """All the chance of one seed."""

    __slots__ = ("_key",)

    def __init__(self, seed: int) -> None:
        self._key = str(seed).encode()

    def number(self, *about: str | int) -> float:
        """Return a number in [0, 1) that belongs to what it is about."""
        return self._whole(about) / _EIGHT_BYTES

    def numbers(self, how_many: int, *about: str | int) -> list[float]:
        """Return a few numbers in [0, 1) that belong to what they are about (at most eight)."""
        size = how_many * _BYTES
        digest = blake2b(_name(about), digest_size=size, key=self._key).digest()
        return [
            int.from_bytes(digest[place : place + _BYTES], "big") / _EIGHT_BYTES
            for place in range(0, size, _BYTES)
        ]

    def stream(self, *about: str | int) -> random.Random:
        """Return a source of many numbers that belong to what they are about."""
        return random.Random(self._whole(about))  # noqa: S311 a simulation, not a secret

    def label(self, *about: str | int) -> str:
        """Return ten characters that belong to what they are about, and tell nothing of it."""
        return f"{self._whole(about) >> 24:010x}"

    def _whole(self, about: tuple[str | int, ...]) -> int:
        digest = blake2b(_name(about), digest_size=_BYTES, key=self._key).digest()
        return int.from_bytes(digest, "big")


def _name(about: tuple[str | int, ...]) -> bytes:
    return "|".join(map(str, about)).encode()


def poisson(mean: float, number: float) -> int:
    """Return the Poisson count that a uniform number stands for: more of a mean, never less.

    The same number with another mean gives a count that differs only as the means do.
    """
    if mean <= 0:
        return 0
    if mean > _LARGE_MEAN:
        return max(0, round(mean + math.sqrt(mean) * normal(number)))
    count, term = 0, math.exp(-mean)
    total = term
    while number > total and count < _LARGE_MEAN * 4:
        count += 1
        term *= mean / count
        total += term
    return count


def normal(number: float) -> float:
    """Return the standard normal value that a uniform number stands for (within 5e-4)."""
    tail = min(max(number, 1e-12), 1 - 1e-12)
    sign = -1.0 if tail < 0.5 else 1.0  # noqa: PLR2004 the middle
    # Abramowitz and Stegun, 26.2.23.
    root = math.sqrt(-2 * math.log(min(tail, 1 - tail)))
    above = 2.515517 + root * (0.802853 + root * 0.010328)
    below = 1 + root * (1.432788 + root * (0.189269 + root * 0.001308))
    return sign * (root - above / below)


def between(low: float, high: float, number: float) -> float:
    """Return the value between two bounds that a uniform number stands for."""
    return low + (high - low) * number


def day_between(bounds: tuple[int, int], number: float) -> int:
    """Return the whole number within bounds, both included, that a uniform number stands for."""
    low, high = bounds
    return low + int(number * (high - low + 1))
