"""From what each enterprise came to, to shares with their intervals and what a source adds.

Intervals hold 95 %. That of a share is Wilson's; that of a difference, and of what is no share of
counts, comes of resampled enterprises (Poisson weights, by a fixed seed): both ways of judging are
weighted alike, so what they have in common cancels out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.backtest.cases import Case
from services.scoring.domain.backtest import Period, Spell, Tally, tally

Floats = NDArray[np.float64]
# How a case is warned of by some way of judging.
WarnedOf = Callable[[Case], Sequence[Spell]]

_Z: Final = 1.959964
_LEVELS: Final = (2.5, 97.5)
_ROUNDS: Final = 1_000
_SEED: Final = 20_200_731
_PLACES: Final = 4
_QUARTERS: Final = (25, 50, 75)


@dataclass(frozen=True, slots=True)
class Share:
    """A share or a difference of shares, with the interval that holds 95 %; None of nothing."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Days from the first right warning to the first day of a layoff: median and quartiles."""

    lower: float
    median: float
    upper: float


@dataclass(frozen=True, slots=True)
class WarningFigures:
    """How right one way of warning was; the terms are those of `domain/backtest.py`."""

    warnings: int
    right: int
    wrong: int
    aside: int
    open: int
    layoffs: int
    caught: int
    traced: int
    early: int
    precision: Share
    recall: Share
    early_recall: Share
    lead_days: LeadTime | None

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall; 0 where either is missing."""
        precision, recall = self.precision.value, self.recall.value
        return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


@dataclass(frozen=True, slots=True)
class WarningGains:
    """What one way of warning has over another."""

    precision: Share
    recall: Share
    early_recall: Share


# Name -> (what is counted, of what) in the columns of `_columns`.
_SHARES: Final[Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]] = {
    "precision": ((0,), (0, 1)),
    "recall": ((2,), (3,)),
    "early_recall": ((4,), (5,)),
}


def tallies(cases: Sequence[Case], warned: WarnedOf, period: Period) -> list[Tally]:
    """Count what a way of warning came to, case by case."""
    return [tally(warned(case), case.outcome, period) for case in cases]


def figures(counted: Sequence[Tally]) -> WarningFigures:
    """Sum up what a way of warning came to."""

    def total(name: str) -> int:
        return sum(getattr(one, name) for one in counted)

    right, wrong, aside, still = (total(name) for name in ("right", "wrong", "aside", "open"))
    leads = [lead for one in counted for lead in one.leads]
    return WarningFigures(
        warnings=right + wrong + aside + still,
        right=right,
        wrong=wrong,
        aside=aside,
        open=still,
        layoffs=total("layoffs"),
        caught=total("caught"),
        traced=total("traced"),
        early=total("early"),
        precision=wilson(right, right + wrong),
        recall=wilson(total("caught"), total("layoffs")),
        early_recall=wilson(total("early"), total("traced")),
        lead_days=LeadTime(*map(float, np.percentile(leads, _QUARTERS))) if leads else None,
    )


def gains(whole: Sequence[Tally], part: Sequence[Tally]) -> WarningGains:
    """Return what `whole` has over `part`, case by case the same enterprises."""
    all_of, some_of = _columns(whole), _columns(part)
    # Whom neither counts cannot move anything: only the others are drawn.
    counts = (all_of + some_of).any(axis=1)
    weights = _weights(int(counts.sum()))
    drawn = [weights @ table[counts] for table in (all_of, some_of)]
    sums = [table.sum(axis=0) for table in (all_of, some_of)]
    return WarningGains(**{name: _gain(sums, drawn, *share) for name, share in _SHARES.items()})


def wilson(part: int, whole: int) -> Share:
    """Return a share with Wilson's interval."""
    if not whole:
        return Share(None, None, None)
    share, spread = part / whole, _Z * _Z / whole
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z * sqrt(share * (1 - share) / whole + spread / whole / 4) / (1 + spread)
    return _share(share, max(0.0, middle - reach), min(1.0, middle + reach))


def resampled(
    table: Floats, figure: Callable[[Floats], Floats], *, constant: Floats | None = None
) -> Share:
    """Return a figure of the sums of a table's rows (one a case), and its interval.

    `constant` is added to the sums of every draw; `figure` takes rows of sums.
    """
    fixed = np.zeros(table.shape[1]) if constant is None else constant
    value = figure((table.sum(axis=0) + fixed)[None, :])[0]
    drawn = figure(_weights(len(table)) @ table + fixed)
    return _interval(float(value), drawn)


def _gain(
    sums: Sequence[Floats],
    drawn: Sequence[Floats],
    part: tuple[int, ...],
    whole: tuple[int, ...],
) -> Share:
    first, second = (_ratio(each[None, :], part, whole)[0] for each in sums)
    differences = _ratio(drawn[0], part, whole) - _ratio(drawn[1], part, whole)
    return _interval(float(first - second), differences)


def _ratio(sums: Floats, part: tuple[int, ...], whole: tuple[int, ...]) -> Floats:
    above, below = sums[:, list(part)].sum(axis=1), sums[:, list(whole)].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = np.where(below > 0, above / below, np.nan)
    return shares


def _interval(value: float, drawn: Floats) -> Share:
    drawn = drawn[~np.isnan(drawn)]
    if np.isnan(value) or not len(drawn):
        return Share(None, None, None)
    low, high = np.percentile(drawn, _LEVELS)
    return _share(value, float(low), float(high))


def _share(value: float, low: float, high: float) -> Share:
    # Adding 0.0 makes a negative zero a plain one.
    return Share(*(round(each, _PLACES) + 0.0 for each in (value, low, high)))


def _columns(counted: Sequence[Tally]) -> Floats:
    rows = [
        (one.right, one.wrong, one.caught, one.layoffs, one.early, one.traced) for one in counted
    ]
    return np.array(rows, np.float64).reshape(len(rows), 6)


def _weights(cases: int) -> Floats:
    random = np.random.default_rng(_SEED)
    return random.poisson(1.0, (_ROUNDS, cases)).astype(np.float64)
