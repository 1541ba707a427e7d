"""Whether what the platform said to be likely happened as often, if nobody had acted.

At the end of each Sunday of the two months, every enterprise counts with the likelihood that its
warning or its entry among the potential risks has, else with 0, beside whether a mass layoff of the
untreated world begins after that day and within the horizon; not those who had one in the four
months before, as in the platform's own backtest. The error is the mean gap between said and seen
over ten bins of the likelihood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from simulation.demo.measures import BEFORE

SUNDAY: Final = 6
_BINS: Final = 10
_PLACES: Final = 4


@dataclass(frozen=True, slots=True)
class Bin:
    """Likelihoods from `lower` on: how many, their mean, the share that came true."""

    lower: float
    count: int
    said: float
    seen: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The error over everyone, and the bins that it comes of; None where nobody counts."""

    error: float | None
    bins: tuple[Bin, ...]


def calibrate(
    said: Mapping[date, Mapping[str, float]],
    layoffs: Mapping[str, Sequence[date]],
    *,
    horizon: timedelta,
) -> Calibration:
    """Compare what was said on some days with what came; of whom nothing was said, it was 0.

    `layoffs` has everybody, with the first days of their mass layoffs.
    """
    told: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for day, likelihoods in said.items():
        for uscc, days in layoffs.items():
            if any(day - BEFORE <= first <= day for first in days):
                continue
            likely = likelihoods.get(uscc, 0.0)
            came = any(day < first <= day + horizon for first in days)
            told[min(_BINS - 1, int(likely * _BINS))].append((likely, came))
    bins = tuple(_bin(place, one) for place, one in enumerate(told) if one)
    number = sum(one.count for one in bins)
    gaps = sum(abs(one.said - one.seen) * one.count for one in bins)
    return Calibration(round(gaps / number, _PLACES) if number else None, bins)


def _bin(place: int, told: list[tuple[float, bool]]) -> Bin:
    number = len(told)
    said = sum(likely for likely, _ in told) / number
    seen = sum(came for _, came in told) / number
    return Bin(place / _BINS, number, round(said, _PLACES), round(seen, _PLACES))
