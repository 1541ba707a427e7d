"""Measures, calendar and calibration against values worked out by hand."""

import numpy as np
import polars as pl
import pytest

from services.scoring.model import metrics
from services.scoring.model.calibration import calibrate
from services.scoring.model.columns import as_years, typed

LABELS = np.array([0.0, 1.0, 0.0, 1.0])
SCORES = np.array([0.1, 0.4, 0.4, 0.9])


def test_measures_of_a_small_ranking() -> None:
    assert metrics.roc_auc(LABELS, SCORES) == pytest.approx(3.5 / 4)
    # 0.9: precision 1 at recall 1/2; the tie of two: precision 2/3 at recall 1.
    assert metrics.average_precision(LABELS, SCORES) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert metrics.brier(LABELS, SCORES) == pytest.approx((0.01 + 0.36 + 0.16 + 0.01) / 4)
    assert metrics.precision_at(LABELS, SCORES, 1) == 1
    assert metrics.precision_at(LABELS, SCORES, 2) == pytest.approx((1 + 0.5) / 2)


@pytest.mark.parametrize(
    ("said", "years"),
    [
        (["2012", "2013.0"], [2012, 2013]),
        (["201201", "201207"], [2012, 2012.5]),
        (["2012-01", "2012-07"], [2012, 2012.5]),
        (["2012/01/01", "2012/07/01"], [2012, 2012.5]),
        (["20120101", "20120701"], [2012, 2012.5]),
    ],
)
def test_moments_are_years(said: list[str], years: list[float]) -> None:
    assert as_years(typed(pl.Series("time", said))) == pytest.approx(years, abs=0.01)


def test_missing_marks_are_missing_and_texts_stay_texts() -> None:
    assert typed(pl.Series("x", ["1", "?", "", "2.5"])).to_list() == [1.0, None, None, 2.5]
    assert typed(pl.Series("x", ["a", "NA", "b"])).to_list() == ["a", None, "b"]


def test_calibration_finds_the_chances_that_made_the_labels() -> None:
    random = np.random.default_rng(3)
    margins = random.normal(0, 2, 20_000)
    labels = (random.random(20_000) < 1 / (1 + np.exp(-(0.5 * margins - 1)))).astype(float)
    learned = calibrate(margins, labels)
    asked = np.array([-2.0, 0.0, 2.0])
    assert learned.chance(asked) == pytest.approx([0.119, 0.269, 0.5], abs=0.06)
    low, high = learned.interval(asked)
    assert (low < learned.chance(asked)).all()
    assert (learned.chance(asked) < high).all()
