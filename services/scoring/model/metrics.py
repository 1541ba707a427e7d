"""Measures of a ranking and of probabilities, ties taken together."""

import numpy as np

from services.scoring.model.arrays import Flags, Floats

_BINS = 10


def roc_auc(labels: Floats, scores: Floats) -> float:
    """Return the chance that an event is ranked above a non-event."""
    events = labels > 0
    many, few = int(events.sum()), int((~events).sum())
    if not many or not few:
        return float("nan")
    return float((ranks(scores)[events].sum() - many * (many + 1) / 2) / (many * few))


def ranks(values: Floats) -> Floats:
    """Return the rank of each value from 1, ties at their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    means: Floats = (ends - (counts - 1) / 2)[inverse]
    return means


def average_precision(labels: Floats, scores: Floats) -> float:
    """Return the area under precision by recall, as steps."""
    order = np.argsort(-scores, kind="stable")
    ranked, sorted_ = labels[order], scores[order]
    total = float(ranked.sum())
    if not total:
        return float("nan")
    last = np.append(np.flatnonzero(np.diff(sorted_)), len(sorted_) - 1)
    hits = np.cumsum(ranked)[last]
    return float((np.diff(hits, prepend=0) * hits / (last + 1)).sum() / total)


def brier(labels: Floats, chances: Floats) -> float:
    """Return the mean squared error of the probabilities."""
    return float(np.mean((chances - labels) ** 2))


def calibration_error(labels: Floats, chances: Floats) -> float:
    """Return the mean gap between said and seen, over ten groups of equal size."""
    groups = np.array_split(np.argsort(chances, kind="stable"), _BINS)
    gaps = [abs(chances[g].mean() - labels[g].mean()) * len(g) for g in groups if len(g)]
    return float(sum(gaps) / len(labels))


def precision_at(labels: Floats, scores: Floats, k: int) -> float:
    """Return the share of events among the k highest; ties at the edge count by their mean."""
    edge = np.sort(scores)[-k]
    above: Flags = scores > edge
    at: Flags = scores == edge
    room = k - int(above.sum())
    return float((labels[above].sum() + room * labels[at].mean()) / k)


def gain_interval(
    labels: Floats, whole: Floats, part: Floats, *, seed: int, rounds: int = 400
) -> tuple[float, float, float]:
    """Return what `whole` has over `part` in average precision, and 95 % of the resampled gains."""
    random = np.random.default_rng(seed)
    gains = []
    for _ in range(rounds):
        drawn = random.integers(0, len(labels), len(labels))
        if labels[drawn].any():
            gains.append(
                average_precision(labels[drawn], whole[drawn])
                - average_precision(labels[drawn], part[drawn])
            )
    low, high = np.quantile(gains, [0.025, 0.975])
    gain = average_precision(labels, whole) - average_precision(labels, part)
    return gain, float(low), float(high)
