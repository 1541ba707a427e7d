"""Whether what was said to be likely happened as often: ten bins of the likelihood, week by week.

Each enterprise counts on the last day of each week of which it is known what followed. Of whom
nothing is said, the likelihood is 0: most of a city, which makes the error over everyone small.
That of the noticed alone is told beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from services.scoring.backtest.cases import Case
from services.scoring.backtest.measures import Floats, Share, resampled
from services.scoring.domain.backtest import Period, follows, is_known, sundays
from services.scoring.domain.places import Place

_BINS: Final = 10
_ONE_DAY: Final = timedelta(days=1)
_PLACES: Final = 4


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Likelihoods from `lower` to under `upper`: how many, their mean, the share that came true."""

    lower: float
    upper: float
    count: int
    said: float | None
    seen: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """The mean gap between said and seen, over everyone and over those who stood somewhere."""

    error: Share
    noticed_error: Share
    bins: tuple[CalibrationBin, ...]


def calibration(cases: Sequence[Case], period: Period, *, quiet_weeks: int) -> Calibration:
    """Compare said and seen; `quiet_weeks` are known weeks of enterprises with nothing to say."""
    every, noticed = _tables(cases, period)
    quiet = np.zeros(every.shape[1])
    quiet[0] = quiet_weeks
    sums = every.sum(axis=0) + quiet
    count, said, seen = sums[:_BINS], sums[_BINS : 2 * _BINS], sums[2 * _BINS :]
    return Calibration(
        error=resampled(every, _error, constant=quiet),
        noticed_error=resampled(noticed, _error),
        bins=tuple(
            CalibrationBin(
                lower=place / _BINS,
                upper=(place + 1) / _BINS,
                count=int(count[place]),
                said=round(float(said[place] / count[place]), _PLACES) if count[place] else None,
                seen=round(float(seen[place] / count[place]), _PLACES) if count[place] else None,
            )
            for place in range(_BINS)
        ),
    )


def _tables(cases: Sequence[Case], period: Period) -> tuple[Floats, Floats]:
    """Sum up each case by bin: how many weeks, what was said in them, what was seen after."""
    every = np.zeros((len(cases), 3 * _BINS))
    noticed = np.zeros_like(every)
    for row, case in enumerate(cases):
        said = {week.monday: week for week in case.weeks}
        for sunday in sundays(period):
            if not is_known(case.outcome, sunday, period):
                continue
            week = said.get(sunday + _ONE_DAY)
            likelihood = 0.0 if week is None else week.likelihood
            came = float(follows(case.outcome, sunday, period))
            stands = week is not None and week.place is not Place.NONE
            place = min(_BINS - 1, int(likelihood * _BINS))
            for table in (every, noticed) if stands else (every,):
                table[row, place] += 1
                table[row, _BINS + place] += likelihood
                table[row, 2 * _BINS + place] += came
    return every, noticed


def _error(sums: Floats) -> Floats:
    """Return the mean gap of rows of sums: a bin's gap by the weeks that lie in it."""
    count, said, seen = sums[:, :_BINS], sums[:, _BINS : 2 * _BINS], sums[:, 2 * _BINS :]
    with np.errstate(invalid="ignore", divide="ignore"):
        errors: Floats = np.abs(said - seen).sum(axis=1) / count.sum(axis=1)
    return errors
