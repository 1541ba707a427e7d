"""Of what is grown, that stays which tells unseen cases best."""

import numpy as np
import pytest

from services.scoring.model.arrays import Floats
from services.scoring.model.engine import Shape
from services.scoring.model.fitted import Model
from services.scoring.model.shadow import cases_of
from services.scoring.model.training import Options, train

MEMBERS = 2
FEW = Options(members=MEMBERS, shape=Shape(trees=120, depth=3, rate=0.1), pairs=False)
BOOSTED = 2 * MEMBERS  # of few cases there are two rounds


def _trained(columns: Floats, labels: Floats, options: Options = FEW) -> Model:
    named = {f"x{place}": columns[:, place] for place in range(columns.shape[1])}
    keys = [str(place) for place in range(len(labels))]
    return train(cases_of(named, keys=keys, labels=labels), {}, options)


def test_where_one_column_of_many_says_all_there_are_none() -> None:
    """Splits that are drawn at random seldom find it."""
    columns = np.random.default_rng(1).normal(size=(800, 30))
    model = _trained(columns, (np.abs(columns[:, 0]) < 0.3).astype(np.float64))
    assert len(model.members) == BOOSTED


def test_where_many_columns_say_a_little_there_is_one_beside_each_member() -> None:
    random = np.random.default_rng(1)
    columns = random.normal(size=(800, 12))
    labels = columns.sum(axis=1) + random.normal(0, 3, 800) > 4
    model = _trained(columns, labels.astype(np.float64))
    assert len(model.members) == 2 * BOOSTED


def test_a_forest_looks_at_all_columns_and_the_boosted_trees_at_those_worth_it() -> None:
    """A screen leaves to chance which of many weak columns stay; a forest averages over them."""
    random = np.random.default_rng(3)
    columns = random.normal(size=(1600, 30))
    labels = (columns.sum(axis=1) + random.normal(0, 5, 1600) > 4).astype(np.float64)
    asked = Options(members=MEMBERS, features=10, shape=FEW.shape, pairs=False)
    model = _trained(columns, labels, asked)
    assert [len(member.features) for member in model.members] == [10, 10, 30, 30]
    assert len(model.features) == 30


def test_of_few_cases_the_view_stays_that_tells_unseen_ones_best() -> None:
    """What ratios alone say is lost to single columns, and the other way round."""
    random = np.random.default_rng(2)
    columns = np.exp(random.normal(size=(600, 14)))
    ratios = Options(members=2, shape=Shape(trees=40, depth=4, rate=0.1), forests=False)
    by_ratio = _trained(columns, (columns[:, 0] > columns[:, 1]).astype(np.float64), ratios)
    assert any(feature.other for feature in by_ratio.features)
    drawn = random.random(600) < 0.2 + 0.5 * (columns[:, 0] > 2)
    alone = _trained(columns, drawn.astype(np.float64), ratios)
    assert {feature.other for feature in alone.features} == {""}


@pytest.mark.parametrize("columns", [1, 2])
def test_one_column_is_enough_to_train_on(columns: int) -> None:
    """Of few features a tree draws a share of them: never none, of which no tree can be made."""
    drawn = np.random.default_rng(4).normal(size=(1600, columns))
    named = {f"x{place}": drawn[:, place] for place in range(columns)}
    high = drawn[:, 0] > 1
    keys = [str(place) for place in range(len(drawn))]
    cases = cases_of(named, keys=keys, labels=high.astype(np.float64))
    said = train(cases, {}, Options(shape=FEW.shape)).predict(cases).margins
    assert said[high].mean() > said[~high].mean() + 1
