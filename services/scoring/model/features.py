"""Generates features from any panel: scale-free, by kind, each defined once.

Amounts of a small and of a large firm are compared by their ratios. A ratio is kept as the angle
of its two parts: the same order as the quotient, yet defined for zero and negative denominators.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

import numpy as np

from services.scoring.model.arrays import Floats, Matrix
from services.scoring.model.cases import Cases

_PAIRED: Final = 70  # of more columns than this, the best filled are paired


class Kind(StrEnum):
    """What a feature says of a column, or of two."""

    LAST = "last"
    COUNT = "count"
    AGE = "age"
    CHANGE = "change"  # against the value before
    CHANGE_2 = "change_2"
    SINCE_FIRST = "since_first"
    LEVEL = "level"  # the last value against the mean
    PEAK = "peak"  # the last value against the greatest
    SLOPE = "slope"
    VOLATILITY = "volatility"
    MEAN = "mean"
    RATIO = "ratio"
    RATIO_CHANGE = "ratio_change"
    RATIO_LEVEL = "ratio_level"


@dataclass(frozen=True, order=True)
class Feature:
    """One feature: what it says, and of which columns."""

    kind: Kind
    column: str
    other: str = ""

    @property
    def name(self) -> str:
        """Return a name that says it all: `change(EMPNUM)`, `ratio(ebit/net_sales)`."""
        of = f"{self.column}/{self.other}" if self.other else self.column
        return f"{self.kind}({of})"

    @property
    def rises_with_column(self) -> bool:
        """Say whether it is the column's own last value."""
        return self.kind is Kind.LAST


def candidates(cases: Cases) -> tuple[Feature, ...]:
    """List every feature that these cases give; constant columns give none."""
    columns = [name for name in sorted(cases.values) if _varies(cases.values[name])]
    found: list[Feature] = []
    for name in columns:
        found.append(Feature(Kind.LAST, name))
        counts, ages = cases.counts[name], cases.ages[name]
        if np.ptp(counts):
            found.append(Feature(Kind.COUNT, name))
        if np.isfinite(ages).any() and np.nanmax(ages) > np.nanmin(ages):
            found.append(Feature(Kind.AGE, name))
        if cases.values[name].shape[1] > 1 and np.isfinite(cases.values[name][:, 1]).any():
            found += [Feature(kind, name) for kind in _HISTORY]
    for one, other in combinations(_paired(cases, columns), 2):
        found.append(Feature(Kind.RATIO, one, other))
        if cases.values[one].shape[1] > 1 and not _aligned_never(cases, one, other):
            found.append(Feature(Kind.RATIO_CHANGE, one, other))
            found.append(Feature(Kind.RATIO_LEVEL, one, other))
    return tuple(found)


def build(cases: Cases, features: Sequence[Feature]) -> Matrix:
    """Return the matrix of these features; what is unknown is nan."""
    matrix = np.empty((len(cases), len(features)), dtype=np.float32, order="F")
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a case with no value at all
        for place, feature in enumerate(features):
            matrix[:, place] = _value(cases, feature)
    matrix[~np.isfinite(matrix)] = np.nan
    return matrix


def _value(cases: Cases, feature: Feature) -> Floats:
    if feature.kind is Kind.COUNT:
        return cases.counts[feature.column]
    if feature.kind is Kind.AGE:
        return cases.ages[feature.column]
    values = cases.values[feature.column]
    if not feature.other:
        return _OF_ONE[feature.kind](values)
    angle = np.arctan2(values, cases.values[feature.other])
    return _OF_TWO[feature.kind](angle)


def _share(new: Floats, old: Floats) -> Floats:
    """Return the change between -1 and 1, the same for any unit."""
    share: Floats = (new - old) / (np.abs(new) + np.abs(old))
    return share


def _before(values: Floats, back: int) -> Floats:
    if values.shape[1] <= back:
        return np.full(len(values), np.nan)
    return values[:, back]


def _first(values: Floats) -> Floats:
    filled = np.isfinite(values).sum(axis=1)
    first: Floats = values[np.arange(len(values)), np.maximum(filled - 1, 0)]
    return first


def _size(values: Floats) -> Floats:
    size: Floats = np.nanmean(np.abs(values), axis=1)
    return size


def _slope(values: Floats) -> Floats:
    steps = np.where(np.isfinite(values), -np.arange(values.shape[1], dtype=np.float64), np.nan)
    off = steps - np.nanmean(steps, axis=1, keepdims=True)
    rise = np.nansum(off * (values - np.nanmean(values, axis=1, keepdims=True)), axis=1)
    slope: Floats = rise / np.nansum(off**2, axis=1) / _size(values)
    return slope


_HISTORY: Final = (
    Kind.CHANGE,
    Kind.CHANGE_2,
    Kind.SINCE_FIRST,
    Kind.LEVEL,
    Kind.PEAK,
    Kind.SLOPE,
    Kind.VOLATILITY,
    Kind.MEAN,
)
_OF_ONE: Final[Mapping[Kind, Callable[[Floats], Floats]]] = {
    Kind.LAST: lambda values: values[:, 0],
    Kind.CHANGE: lambda values: _share(values[:, 0], _before(values, 1)),
    Kind.CHANGE_2: lambda values: _share(values[:, 0], _before(values, 2)),
    Kind.SINCE_FIRST: lambda values: _share(values[:, 0], _first(values)),
    Kind.LEVEL: lambda values: values[:, 0] / _size(values),
    Kind.PEAK: lambda values: values[:, 0] / np.nanmax(np.abs(values), axis=1),
    Kind.SLOPE: _slope,
    Kind.VOLATILITY: lambda values: np.nanstd(values, axis=1) / _size(values),
    Kind.MEAN: lambda values: np.nanmean(values, axis=1),
}
_OF_TWO: Final[Mapping[Kind, Callable[[Floats], Floats]]] = {
    Kind.RATIO: lambda angle: angle[:, 0],
    Kind.RATIO_CHANGE: lambda angle: angle[:, 0] - _before(angle, 1),
    Kind.RATIO_LEVEL: lambda angle: angle[:, 0] - np.nanmean(angle, axis=1),
}


def _varies(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 0 and bool(known.min() < known.max())


def _paired(cases: Cases, columns: Sequence[str]) -> Iterator[str]:
    """Name the columns worth a ratio: measured, not counted in two or three values."""
    measured = [name for name in columns if len(np.unique(cases.values[name][:, 0])) > _FEW]
    filled = {name: int(np.isfinite(cases.values[name][:, 0]).sum()) for name in measured}
    best = sorted(measured, key=lambda name: (-filled[name], name))[:_PAIRED]
    return iter(sorted(best))


_FEW: Final = 12


def _aligned_never(cases: Cases, one: str, other: str) -> bool:
    """Say whether the two are filled at different times, so that steps back do not match."""
    return not np.array_equal(cases.counts[one], cases.counts[other])
