"""Figures of a ranking on cases that it was not made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.scoring.model import metrics
from services.scoring.model.arrays import Floats
from services.scoring.model.cases import Cases
from services.scoring.model.features import Feature, Kind, build, candidates

_ALONE = frozenset({Kind.LAST, Kind.CHANGE, Kind.SINCE_FIRST})


@dataclass(frozen=True)
class Figures:
    """How right a ranking was; without probabilities there is no calibration to judge."""

    n: int
    events: int
    roc_auc: float
    average_precision: float
    brier: float | None
    calibration_error: float | None
    precision_at_k: Mapping[int, float]

    @property
    def base_rate(self) -> float:
        """Return the share of events: the precision of a blind choice."""
        return self.events / self.n


@dataclass(frozen=True)
class Single:
    """How right one indicator alone was."""

    name: str
    average_precision: float
    roc_auc: float


def evaluate(labels: Floats, scores: Floats, chances: Floats | None, ks: Sequence[int]) -> Figures:
    """Judge a ranking, and its probabilities if it gives any."""
    return Figures(
        n=len(labels),
        events=int(labels.sum()),
        roc_auc=metrics.roc_auc(labels, scores),
        average_precision=metrics.average_precision(labels, scores),
        brier=None if chances is None else metrics.brier(labels, chances),
        calibration_error=(None if chances is None else metrics.calibration_error(labels, chances)),
        precision_at_k={k: metrics.precision_at(labels, scores, k) for k in ks},
    )


def single(name: str, labels: Floats, values: Floats) -> Single:
    """Judge one indicator alone."""
    return Single(name, metrics.average_precision(labels, values), metrics.roc_auc(labels, values))


def indicators(cases: Cases) -> tuple[Feature, ...]:
    """List the features that a person could rank by without a model: values and their changes."""
    return tuple(feature for feature in candidates(cases) if feature.kind in _ALONE)


def direction(column: Floats, labels: Floats) -> float:
    """Return 1 where more means more risk, -1 where less does."""
    up = metrics.average_precision(labels, column)
    return 1.0 if up >= metrics.average_precision(labels, -column) else -1.0


def filled(column: Floats, fill: float) -> Floats:
    """Return the column with `fill` where nothing is known."""
    return np.where(np.isfinite(column), column, fill)


def turned(known: Cases, asked: Cases) -> dict[str, Floats]:
    """Return each single indicator of the asked cases, turned as training says, gaps filled."""
    features = indicators(known)
    before, after = build(known, features), build(asked, features)
    found: dict[str, Floats] = {}
    for place, feature in enumerate(features):
        column = before[:, place].astype(np.float64)
        told = np.isfinite(column)
        if not told.any():
            continue
        fill = float(np.median(column[told]))
        sign = direction(filled(column, fill), known.labels)
        found[feature.name] = sign * filled(after[:, place].astype(np.float64), fill)
    return found
