"""The challenger that an official can read: a few features in bands, points added by hand.

Each band's weight of evidence is the logarithm of its odds against those of all; a ridge logistic
regression weighs the features. 20 points double the odds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.scoring.model.arrays import Floats, Ints, Matrix

FACTOR = 20 / math.log(2)
_BANDS = 5
_FEATURES = 12
_RIDGE = 1.0
_ROUNDS = 30
_SAME = 0.9  # two features that rank so alike say one thing


@dataclass(frozen=True)
class Row:
    """A feature's bands: the edges between them, and points; the last is for the unknown."""

    feature: str
    edges: tuple[float, ...]
    points: tuple[int, ...]


@dataclass(frozen=True)
class Scorecard:
    """Points to add; the base is what everybody has."""

    base: int
    rows: tuple[Row, ...]

    def points(self, matrix: Matrix, names: Sequence[str]) -> Floats:
        """Return the sum of points of each case."""
        place = {name: i for i, name in enumerate(names)}
        total = np.full(len(matrix), float(self.base))
        for row in self.rows:
            bands = _bands(matrix[:, place[row.feature]].astype(np.float64), row.edges)
            total += np.array(row.points, dtype=np.float64)[bands]
        return total


def draw_up(matrix: Matrix, labels: Floats, names: Sequence[str]) -> Scorecard:
    """Draw up a scorecard from training cases; `names` in the order of their worth."""
    chosen: list[tuple[str, tuple[float, ...], Floats, Floats]] = []
    for place, name in enumerate(names):
        column = matrix[:, place].astype(np.float64)
        edges = _edges(column)
        evidence = _evidence(_bands(column, edges), labels, len(edges) + 2)
        told = evidence[_bands(column, edges)]
        if np.ptp(told) and not any(_alike(told, other[3]) for other in chosen):
            chosen.append((name, edges, evidence, told))
        if len(chosen) == _FEATURES:
            break
    if not chosen:
        return Scorecard(0, ())
    design = np.column_stack([np.ones(len(labels)), *(told for *_, told in chosen)])
    weights = _logistic(design, labels)
    rows = tuple(
        Row(name, edges, tuple(round(FACTOR * weight * value) for value in evidence))
        for (name, edges, evidence, _), weight in zip(chosen, weights[1:], strict=True)
    )
    return Scorecard(round(FACTOR * weights[0]), rows)


def _edges(column: Floats) -> tuple[float, ...]:
    known = column[np.isfinite(column)]
    if not len(known):
        return ()
    inner = np.quantile(known, np.linspace(0, 1, _BANDS + 1)[1:-1])
    least = known.min()
    if inner[0] == least:
        # Most have the least there is (nothing owed, nobody lost): the others' bands tell more.
        rest = known[known > least]
        above = np.quantile(rest, (0, 0.5)) if len(rest) else rest
        inner = np.concatenate([inner[inner > least], above])
    return tuple(float(edge) for edge in np.unique(inner))


def _bands(column: Floats, edges: tuple[float, ...]) -> Ints:
    bands = np.searchsorted(np.array(edges), column, side="right")
    return np.where(np.isfinite(column), bands, len(edges) + 1).astype(np.int64)


def _evidence(bands: Ints, labels: Floats, count: int) -> Floats:
    base = labels.mean()
    size = np.bincount(bands, minlength=count).astype(np.float64)
    events = np.bincount(bands, weights=labels, minlength=count)
    rate = (events + 4 * base) / (size + 4)
    evidence: Floats = np.log(rate / (1 - rate)) - math.log(base / (1 - base))
    return evidence


def _alike(one: Floats, other: Floats) -> bool:
    return abs(float(np.corrcoef(one, other)[0, 1])) > _SAME


def _logistic(design: Floats, labels: Floats) -> Floats:
    weights = np.zeros(design.shape[1])
    penalty = np.full(design.shape[1], _RIDGE)
    penalty[0] = 0.0
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (labels - chance) - penalty * weights
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(penalty + 1e-9)
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:  # noqa: PLR2004 Newton has arrived
            break
    return weights
