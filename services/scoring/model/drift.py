"""Drift: whether today's cases are still those that the model was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.scoring.model.arrays import Floats, Matrix

_BANDS = 10
_FLOOR = 1e-4


@dataclass(frozen=True)
class Spread:
    """How a quantity lay at training: edges, the share in each band, the share missing."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    missing: float


@dataclass(frozen=True)
class Reference:
    """What to compare with: each feature's spread, the margins' and the base rate."""

    features: tuple[str, ...]
    spreads: tuple[Spread, ...]
    margins: Spread
    base_rate: float


@dataclass(frozen=True)
class Drift:
    """By feature and of the margins: population stability index, change of the missing share."""

    feature: str
    psi: float
    missing_before: float
    missing_now: float


def refer(matrix: Matrix, names: Sequence[str], margins: Floats, labels: Floats) -> Reference:
    """Keep what later cases are compared with."""
    spreads = tuple(_spread(matrix[:, i].astype(np.float64)) for i in range(len(names)))
    return Reference(tuple(names), spreads, _spread(margins), float(labels.mean()))


def compare(reference: Reference, matrix: Matrix, margins: Floats) -> list[Drift]:
    """Return the drift of every feature and, first, of the margins; `matrix` in their order."""
    found = [_drift("margin", reference.margins, margins)]
    for place, (name, spread) in enumerate(zip(reference.features, reference.spreads, strict=True)):
        found.append(_drift(name, spread, matrix[:, place].astype(np.float64)))
    return found


def _spread(values: Floats) -> Spread:
    known = values[np.isfinite(values)]
    steps = np.linspace(0, 1, _BANDS + 1)[1:-1]
    inner: Floats = np.quantile(known, steps) if len(known) else known
    edges = tuple(float(edge) for edge in np.unique(inner))
    return Spread(edges, _shares(known, edges), 1 - len(known) / max(1, len(values)))


def _shares(known: Floats, edges: tuple[float, ...]) -> tuple[float, ...]:
    bands = np.searchsorted(np.array(edges), known, side="right")
    count = np.bincount(bands, minlength=len(edges) + 1)
    return tuple(float(share) for share in count / max(1, len(known)))


def _drift(name: str, before: Spread, values: Floats) -> Drift:
    known = values[np.isfinite(values)]
    was = np.maximum(np.array(before.shares), _FLOOR)
    now = np.maximum(np.array(_shares(known, before.edges)), _FLOOR)
    psi = float(((now - was) * np.log(now / was)).sum()) if len(known) else 0.0
    return Drift(name, psi, before.missing, 1 - len(known) / max(1, len(values)))
