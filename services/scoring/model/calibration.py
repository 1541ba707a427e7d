"""From margins to probabilities: isotonic, monotone without steps, with an interval.

Learned only from margins of cases that the trees had not seen. Pools of adjacent violators give
levels; between their middles the probability rises in a line, so that no ranking is lost. The
interval is Wilson's for each pool.
"""

from dataclasses import dataclass

import numpy as np

from services.scoring.model.arrays import Floats

_Z = 1.96
_SMALLEST = 25  # cases in a pool: fewer say too little
_TILT = 1e-6  # keeps the order of margins within a level


@dataclass(frozen=True)
class Calibration:
    """Knots of margin, probability and its bounds."""

    margins: tuple[float, ...]
    chances: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]

    def chance(self, margins: Floats) -> Floats:
        """Return the probabilities; they rise with the margin."""
        level = np.interp(margins, self.margins, self.chances)
        tilted: Floats = (1 - _TILT) * level + _TILT / (1 + np.exp(-np.clip(margins, -40, 40)))
        return tilted

    def interval(self, margins: Floats) -> tuple[Floats, Floats]:
        """Return the bounds between which the probability lies with 95 %."""
        chance = self.chance(margins)
        low = np.interp(margins, self.margins, self.lows)
        high = np.interp(margins, self.margins, self.highs)
        return np.minimum(low, chance), np.maximum(high, chance)


def calibrate(margins: Floats, labels: Floats) -> Calibration:
    """Learn from margins of unseen cases and what became of them."""
    pools = _pools(margins, labels)
    size = np.array([pool[0] for pool in pools])
    events = np.array([pool[1] for pool in pools])
    middle = np.array([pool[2] for pool in pools]) / size
    # One case more of the base rate: no pool is sure.
    base = float(labels.mean())
    chance = np.maximum.accumulate((events + base) / (size + 1))
    spread = _Z**2 / size
    centre = (chance + spread / 2) / (1 + spread)
    half = np.sqrt(chance * (1 - chance) * spread + spread**2 / 4) / (1 + spread)
    return Calibration(
        tuple(middle.tolist()),
        tuple(chance.tolist()),
        tuple(np.maximum.accumulate(centre - half).clip(0, 1).tolist()),
        tuple(np.maximum.accumulate(centre + half).clip(0, 1).tolist()),
    )


def _pools(margins: Floats, labels: Floats) -> list[tuple[float, float, float]]:
    """Pool adjacent violators: size, events and sum of margins of each pool, upwards."""
    order = np.argsort(margins, kind="stable")
    count = max(1, min(len(order) // _SMALLEST, 400))
    pools: list[tuple[float, float, float]] = []
    for group in np.array_split(order, count):
        pool = (float(len(group)), float(labels[group].sum()), float(margins[group].sum()))
        while pools and pools[-1][1] * pool[0] >= pool[1] * pools[-1][0]:
            before = pools.pop()
            pool = (before[0] + pool[0], before[1] + pool[1], before[2] + pool[2])
        pools.append(pool)
    return pools
