"""Divides cases: forward in time with an embargo, or into folds with equal shares of events."""

from dataclasses import dataclass

import numpy as np

from services.scoring.model.arrays import Floats, Ints
from services.scoring.model.cases import Cases

_LATEST = 0.3
_FEWEST_MOMENTS = 4
_FEWEST_EVENTS = 5


@dataclass(frozen=True)
class Fold:
    """Rows to learn from and rows to be judged by."""

    train: Ints
    test: Ints


def stratified(labels: Floats, keys: tuple[str, ...], count: int, seed: int) -> list[Fold]:
    """Divide into `count` folds; a key is in one fold only, whatever the order of the rows."""
    random = np.random.default_rng(seed)
    ordered = sorted(set(keys))
    drawn = dict(zip(ordered, random.permutation(len(ordered)).tolist(), strict=True))
    event = dict.fromkeys(ordered, 0.0)
    for key, label in zip(keys, labels, strict=True):
        event[key] = max(event[key], float(label))
    ranked = sorted(ordered, key=lambda key: (event[key], drawn[key]))
    fold_of = {key: place % count for place, key in enumerate(ranked)}
    fold = np.array([fold_of[key] for key in keys])
    return [Fold(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(count)]


def forward(cases: Cases, embargo: float) -> Fold | None:
    """Hold the latest third back, and leave out of training what is nearer than the embargo."""
    moments = cases.moments
    different = np.unique(moments)
    if len(different) < _FEWEST_MOMENTS:
        return None
    start = float(np.quantile(moments, 1 - _LATEST))
    test = np.flatnonzero(moments >= start)
    train = np.flatnonzero(moments < start - embargo + 1e-9)
    enough = all(
        _FEWEST_EVENTS <= cases.labels[part].sum() <= len(part) - _FEWEST_EVENTS
        for part in (train, test)
    )
    return Fold(train, test) if enough else None
