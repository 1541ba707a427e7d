"""A forest ranks unseen cases, knows no unit, and is written as it judges."""

import numpy as np
import pytest

from services.scoring.model.arrays import Floats, Matrix
from services.scoring.model.engine import Trees
from services.scoring.model.forest import Forest, as_log_odds, grow_forest
from services.scoring.model.metrics import roc_auc


def _panel(seed: int) -> tuple[Matrix, Floats]:
    """An event when one column is far above another, which has gaps; the rest is noise."""
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(600, 5)).astype(np.float32)
    labels = (matrix[:, 0] - matrix[:, 1] > 1).astype(np.float64)
    matrix[random.random(600) < 0.2, 1] = np.nan
    return matrix, labels


@pytest.fixture(scope="module")
def grown() -> Forest:
    return grow_forest(*_panel(1), trees=40, seed=3)


def test_it_ranks_unseen_cases_far_better_than_chance(grown: Forest) -> None:
    matrix, labels = _panel(2)
    says = grown.says(matrix)
    assert roc_auc(labels, says) > 0.85
    assert says.min() >= 0
    assert says.max() <= 1


def test_the_same_seed_grows_the_same_forest_and_another_another(grown: Forest) -> None:
    matrix, _ = _panel(2)
    again = grow_forest(*_panel(1), trees=40, seed=3)
    other = grow_forest(*_panel(1), trees=40, seed=4)
    assert (again.says(matrix) == grown.says(matrix)).all()
    assert (other.says(matrix) != grown.says(matrix)).any()


def test_units_and_outliers_change_nothing(grown: Forest) -> None:
    """Edges lie among quantiles: only the order of the values counts."""
    matrix, labels = _panel(1)
    bent = np.exp(3 * matrix)
    assert (grow_forest(bent, labels, trees=40, seed=3).says(bent) == grown.says(matrix)).all()


def test_what_is_unknown_is_told_from_all_that_is_known() -> None:
    column = np.where(np.arange(200) % 4 == 0, np.nan, np.arange(200) % 7).astype(np.float32)
    labels = np.isnan(column).astype(np.float64)
    said = grow_forest(column[:, None], labels, trees=20, seed=0).says(column[:, None])
    assert said[labels > 0].min() > said[labels == 0].max()


def test_the_engines_trees_say_the_same_and_split_it_exactly(grown: Forest) -> None:
    matrix, _ = _panel(2)
    trees = grown.as_trees(-2.0, 5.0)
    margins = trees.margins(matrix)
    assert margins == pytest.approx(-2.0 + 5.0 * grown.says(matrix), abs=1e-9)
    assert trees.shares(matrix[:50]).sum(axis=1) == pytest.approx(margins[:50], abs=1e-9)
    again = Trees.from_text(trees.to_text())
    assert again.margins(matrix) == pytest.approx(margins, abs=1e-12)
    assert trees.importance()[:2].min() > trees.importance()[2:].max()


def test_log_odds_are_those_that_made_the_labels() -> None:
    random = np.random.default_rng(5)
    says = random.random(20_000)
    labels = (random.random(20_000) < 1 / (1 + np.exp(-(-2 + 4 * says)))).astype(np.float64)
    assert as_log_odds(says, labels) == pytest.approx((-2, 4), abs=0.2)


def test_constant_and_empty_columns_leave_one_leaf() -> None:
    matrix = np.full((50, 2), np.nan, dtype=np.float32)
    matrix[:, 0] = 1
    labels = (np.arange(50) % 5 == 0).astype(np.float64)
    assert grow_forest(matrix, labels, trees=3, seed=0).says(matrix) == pytest.approx(0.2)
