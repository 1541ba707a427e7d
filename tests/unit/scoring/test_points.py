"""What shares of a score do to the likelihood: parts of it that sum to it exactly."""

from decimal import Decimal
from math import exp

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.scoring.domain.points import Curve, in_points

GRAIN = 2.0**-30
steps = st.integers(-8 * 2**30, 8 * 2**30).map(lambda count: count * GRAIN)


def straight(score: float) -> float:
    """Rise from 0 at a score of -5 to 1 at 5."""
    return min(1.0, max(0.0, (score + 5) / 10))


def steep(score: float) -> float:
    """Rise within a hundredth, as pools of few cases may."""
    return min(0.9, max(0.1, 0.1 + 80 * score))


def logistic(score: float) -> float:
    return 1 / (1 + exp(-score))


def test_on_a_straight_line_a_share_is_worth_what_it_is() -> None:
    # From .5, one adds .2 and one takes .1: each in its own right, whatever the other does.
    start, parts = in_points((2.0, -1.0), base=0.0, likely=0.6, curve=straight)
    assert (start, parts) == (0.5, (0.2, -0.1))


def test_what_raises_is_the_mean_of_alone_and_beside_what_lowers() -> None:
    # The line ends at 1: alone, the 8 add .5; beside the -6 they lead from 0 to .7.
    # So they add .6, and the -6 take .4; of the 8, those 2 a quarter.
    start, parts = in_points((6.0, -6.0, 2.0), base=0.0, likely=0.7, curve=straight)
    assert (start, parts) == (0.5, (0.45, -0.4, 0.15))


def test_shares_that_cancel_out_say_no_more_than_the_curve_can_rise() -> None:
    start, parts = in_points((4.0, -4.0), base=0.005, likely=0.5, curve=steep)
    assert start == 0.5
    assert parts == (0.4, -0.4)


@given(st.lists(steps, max_size=18), steps, st.sampled_from([straight, steep, logistic]))
@example([], 0.0, logistic)
@example([0.0], 1.0, steep)
@example([GRAIN, -GRAIN], 0.0, steep)
@example([-GRAIN] * 3, 0.0, steep)
def test_with_the_start_they_sum_to_the_likelihood_and_no_sign_turns(
    shares: list[float], base: float, curve: Curve
) -> None:
    likely = round(curve(base + sum(shares)), 4)
    start, parts = in_points(shares, base=base, likely=likely, curve=curve)
    assert sum((Decimal(str(one)) for one in parts), Decimal(str(start))) == Decimal(str(likely))
    for share, part in zip(shares, parts, strict=True):
        assert part == pytest.approx(0, abs=0.0001) or (part > 0) == (share > 0)
        assert abs(part) <= 1
