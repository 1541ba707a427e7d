"""What each share of a score does to the likelihood: log-odds put as parts of a percentage.

A score is a sum of shares; the likelihood is that score, calibrated by a curve that only rises. So
what all raising shares add depends on whether the lowering ones are there, and the other way round.
Neither goes first: what the raising ones add is the mean of what they add alone and what they add
beside the others (Shapley's value of these two), and likewise the lowering ones. Within each of the
two, a share gets as much as it is of their sum. So a share never says more than the curve can rise,
its sign is that of the log-odds, and with the start all of them sum to the likelihood.
"""

from collections.abc import Callable, Sequence

from services.scoring.domain.contributions import UNITS, apportion, units

Curve = Callable[[float], float]


def in_points(
    shares: Sequence[float], *, base: float, likely: float, curve: Curve
) -> tuple[float, tuple[float, ...]]:
    """Return the likelihood at the start, and what each share adds to it, in their order.

    `base` and `shares` sum to a score (log-odds) of which `likely` is the likelihood by the
    `curve`, rounded to four places. So are the results; as decimals they sum to it exactly.
    """
    raising = sum(one for one in shares if one > 0)
    lowering = sum(one for one in shares if one < 0)
    start = units(curve(base))
    change = units(likely) - start
    alone = curve(base + raising) - curve(base)
    beside = curve(base + raising + lowering) - curve(base + lowering)
    # Rounding leaves no part with the wrong sign; where all point one way, all of it goes there.
    up = max(units((alone + beside) / 2), change, 0)
    if not raising or not lowering:
        up = max(change, 0)
    added = apportion(up, [max(0.0, one) for one in shares])
    taken = apportion(up - change, [max(0.0, -one) for one in shares])
    parts = (more - less for more, less in zip(added, taken, strict=True))
    return start / UNITS, tuple(one / UNITS for one in parts)
