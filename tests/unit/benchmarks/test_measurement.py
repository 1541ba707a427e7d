"""Ratios and percentiles."""

import pytest

from benchmarks.measurement import percentile
from tests.unit.benchmarks.made import FAST, SLOW


def test_a_ratio_is_the_figure_by_the_limit() -> None:
    assert FAST.ratio == 0.75
    assert SLOW.ratio == 2.5


def test_json_has_the_six_keys() -> None:
    assert FAST.as_json() == {
        "name": "made/fast",
        "figure": 900.0,
        "unit": "events/s",
        "limit": 1200.0,
        "limit_name": "bare",
        "ratio": 0.75,
    }


@pytest.mark.parametrize(
    ("share", "expected"), [(0.01, 1.0), (0.5, 50.0), (0.501, 51.0), (0.99, 99.0), (1.0, 100.0)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    values = [float(value) for value in range(100, 0, -1)]

    assert percentile(values, share) == expected


def test_the_percentile_of_one_value_is_itself() -> None:
    assert percentile([7.0], 0.99) == 7.0
