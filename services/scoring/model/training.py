"""Trains a model on cases: members on parts of them, calibrated on what each had not seen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from services.scoring.model.arrays import Floats, Ints, Matrix
from services.scoring.model.calibration import calibrate
from services.scoring.model.cases import Cases
from services.scoring.model.drift import refer
from services.scoring.model.engine import SCREEN, Shape, Trees, grow
from services.scoring.model.features import Feature, build, candidates
from services.scoring.model.fitted import Member, Model
from services.scoring.model.folds import Fold, stratified
from services.scoring.model.forest import Forest, as_log_odds, grow_forest
from services.scoring.model.scorecard import draw_up

# Of fewer cases than this, ratios drown in chance: half of the members see single columns only,
# and the trees grow more slowly.
_FEW = 1500
_SMALL = Shape(trees=250, depth=4, rate=0.04)
_FEWEST_FEATURES = 60
# Of the trees that are grown, these shares are tried.
_SHARES = (0.1, 0.2, 0.3, 0.45, 0.65, 1.0)
_FOREST = 60  # trees beside each boosted member


@dataclass(frozen=True)
class Options:
    """How to train. `monotone`: by column, +1 where more may only mean more risk, or -1.

    `pairs`: look at ratios of columns as well; needless where the columns are ratios already.
    `forests`: beside each boosted member a forest on the same features, half of what is said
    where that is better for unseen cases.
    """

    members: int = 4
    features: int = 160
    seed: int = 0
    shape: Shape | None = None  # None: by the number of cases
    pairs: bool = True
    forests: bool = True
    monotone: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Grown:
    """What was grown on a part of the cases, and the rows of the cases that it has not seen."""

    features: tuple[Feature, ...]
    trees: Trees
    forest: Forest | None
    fold: Fold
    held: Matrix


def train(cases: Cases, kinds: Mapping[str, tuple[str, ...]], options: Options) -> Model:
    """Train on these cases, all of which have a label."""
    offered = candidates(cases)
    if not options.pairs:
        offered = tuple(feature for feature in offered if not feature.other)
    matrix, labels = build(cases, offered), cases.labels
    grown = [
        _grown(matrix, labels, offered, within, fold, options, number)
        for number, (within, fold) in enumerate(_parts(cases, offered, options))
    ]
    unseen = _enough(grown, labels)
    judges = [Member(one.features, one.trees) for one in grown]
    if options.forests:
        unseen, beside = _beside(grown, unseen, labels)
        judges += beside
    worth = _worth(judges)
    place = {feature: i for i, feature in enumerate(offered)}
    used = matrix[:, [place[feature] for feature in worth]]
    names = [feature.name for feature in worth]
    model = Model(
        members=tuple(judges),
        features=tuple(worth),
        worth=tuple(worth.values()),
        kinds=dict(kinds),
        calibration=calibrate(unseen, labels),
        scorecard=draw_up(used, labels, names),
        reference=refer(used, names, unseen, labels),
        seed=options.seed,
    )
    # What is judged later is judged by all members together, whose margins lie closer to each other
    # than those of one alone: only with their like can they be compared.
    margins = model.predict_matrix(used).margins
    return replace(model, reference=refer(used, names, margins, labels))


def _parts(
    cases: Cases, offered: tuple[Feature, ...], options: Options
) -> Iterator[tuple[Ints, Fold]]:
    """Yield which features each member may see, and which cases it learns from and is tried on."""
    every = np.arange(len(offered))
    plain = np.array([place for place, feature in enumerate(offered) if not feature.other])
    rounds = [every] if len(cases) >= _FEW else [plain, every]
    for number, within in enumerate(rounds):
        for fold in stratified(cases.labels, cases.keys, options.members, options.seed + number):
            yield within, fold


def _grown(
    matrix: Matrix,
    labels: Floats,
    offered: tuple[Feature, ...],
    within: Ints,
    fold: Fold,
    options: Options,
    number: int,
) -> _Grown:
    """Grow a member, and a forest beside it, on the features that are worth it."""
    seed = options.seed * 1000 + number
    shape = options.shape or (_SMALL if len(labels) < _FEW else Shape())
    seen = labels[fold.train]
    chosen = within[_screen(matrix[np.ix_(fold.train, within)], seen, options, number)]
    features = tuple(offered[i] for i in chosen)
    known = matrix[np.ix_(fold.train, chosen)]
    trees = grow(
        known, seen, shape=shape, seed=seed, monotone=_monotone(features, options.monotone)
    )
    forest = grow_forest(known, seen, trees=_FOREST, seed=seed) if options.forests else None
    return _Grown(features, trees, forest, fold, matrix[np.ix_(fold.test, chosen)])


def _screen(matrix: Matrix, labels: Floats, options: Options, number: int) -> Ints:
    """Return the features worth keeping, judged on these rows alone; of few rows, few."""
    most = min(options.features, max(_FEWEST_FEATURES, len(matrix) // 10))
    if matrix.shape[1] <= most:
        return np.arange(matrix.shape[1])
    seed = options.seed * 1000 + 500 + number
    found = grow(matrix, labels, shape=SCREEN, seed=seed).importance()
    best = np.argsort(-found, kind="stable")[:most]
    return np.sort(best[: max(1, int((found[best] > 0).sum()))])


def _enough(grown: Sequence[_Grown], labels: Floats) -> Floats:
    """Cut all members to the number of trees that is best for unseen cases; return their margins.

    One number for all: chosen by so little, the margins stay those of unseen cases.
    """
    least, best, kept = np.inf, 1.0, np.zeros(len(labels))
    for share in _SHARES:
        margins = _unseen(
            [one.fold for one in grown],
            [one.trees.margins_after(one.held, _share(one.trees, share)) for one in grown],
            len(labels),
        )
        loss = _loss(margins, labels)
        if loss < least:
            least, best, kept = loss, share, margins
    for one in grown:
        one.trees.cut(_share(one.trees, best))
    return kept


def _share(trees: Trees, share: float) -> int:
    return max(1, round(share * trees.count))


def _unseen(folds: Sequence[Fold], said: Sequence[Floats], count: int) -> Floats:
    """Return the mean of what was said of each case by those who had not seen it."""
    total, held_out = np.zeros(count), np.zeros(count)
    for fold, values in zip(folds, said, strict=True):
        total[fold.test] += values
        held_out[fold.test] += 1
    mean: Floats = total / held_out
    return mean


def _loss(margins: Floats, labels: Floats) -> float:
    """Return how far log-odds are from what came, by the logarithm of its chance."""
    return float(np.mean(np.logaddexp(0, margins) - labels * margins))


def _beside(grown: Sequence[_Grown], unseen: Floats, labels: Floats) -> tuple[Floats, list[Member]]:
    """Return margins of unseen cases and the members that the forests add: none if they mislead."""
    forests = [(one, one.forest) for one in grown if one.forest is not None]
    says = _unseen(
        [one.fold for one, _ in forests],
        [forest.says(one.held) for one, forest in forests],
        len(labels),
    )
    level, weight = as_log_odds(says, labels)
    together = (unseen + level + weight * says) / 2
    if _loss(together, labels) >= _loss(unseen, labels):
        return unseen, []
    return together, [
        Member(one.features, forest.as_trees(level, weight)) for one, forest in forests
    ]


def _worth(judges: Sequence[Member]) -> dict[Feature, float]:
    """Return each feature's mean share of what the members say, the greatest first."""
    worth: dict[Feature, float] = {}
    for judge in judges:
        for feature, share in zip(judge.features, judge.trees.importance(), strict=True):
            worth[feature] = worth.get(feature, 0.0) + float(share) / len(judges)
    return dict(sorted(worth.items(), key=lambda one: (-one[1], one[0])))


def _monotone(features: tuple[Feature, ...], wanted: Mapping[str, int]) -> dict[int, int]:
    return {
        i: wanted[feature.column]
        for i, feature in enumerate(features)
        if feature.rises_with_column and feature.column in wanted
    }
