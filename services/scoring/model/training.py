"""Trains a model on cases: members on parts of them, calibrated on what each had not seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from services.scoring.model.arrays import Floats, Ints, Matrix
from services.scoring.model.calibration import calibrate
from services.scoring.model.cases import Cases
from services.scoring.model.drift import Reference, refer
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


def train(cases: Cases, kinds: Mapping[str, tuple[str, ...]], options: Options) -> Model:
    """Train on these cases, all of which have a label."""
    offered = candidates(cases)
    if not options.pairs:
        offered = tuple(feature for feature in offered if not feature.other)
    matrix = build(cases, offered)
    labels = cases.labels
    shape = options.shape or (_SMALL if len(cases) < _FEW else Shape())
    plain = np.array([place for place, feature in enumerate(offered) if not feature.other])
    rounds = [np.arange(len(offered))] if len(cases) >= _FEW else [plain, np.arange(len(offered))]
    parts = [
        (within, fold)
        for number, within in enumerate(rounds)
        for fold in stratified(labels, cases.keys, options.members, options.seed + number)
    ]
    members: list[tuple[tuple[Feature, ...], Trees, Fold, Matrix]] = []
    forests: list[tuple[tuple[Feature, ...], Forest, Fold, Matrix]] = []
    for number, (within, fold) in enumerate(parts):
        chosen = within[
            _screen(matrix[np.ix_(fold.train, within)], labels[fold.train], options, number)
        ]
        features = tuple(offered[i] for i in chosen)
        trees = grow(
            matrix[np.ix_(fold.train, chosen)],
            labels[fold.train],
            shape=shape,
            seed=options.seed * 1000 + number,
            monotone=_monotone(features, options.monotone),
        )
        held = matrix[np.ix_(fold.test, chosen)]
        members.append((features, trees, fold, held))
        if options.forests:
            forest = grow_forest(
                matrix[np.ix_(fold.train, chosen)],
                labels[fold.train],
                trees=_FOREST,
                seed=options.seed * 1000 + number,
            )
            forests.append((features, forest, fold, held))
    unseen = _enough([(trees, fold, held) for _, trees, fold, held in members], labels)
    judges = [Member(features, trees) for features, trees, _, _ in members]
    if forests:
        unseen, beside = _beside(forests, unseen, labels)
        judges += beside
    worth: dict[Feature, float] = {}
    for judge in judges:
        for feature, share in zip(judge.features, judge.trees.importance(), strict=True):
            worth[feature] = worth.get(feature, 0.0) + float(share) / len(judges)
    ranked = sorted(worth, key=lambda feature: (-worth[feature], feature))
    place = {feature: i for i, feature in enumerate(offered)}
    used = matrix[:, [place[feature] for feature in ranked]]
    model = Model(
        members=tuple(judges),
        features=tuple(ranked),
        worth=tuple(worth[feature] for feature in ranked),
        kinds=dict(kinds),
        calibration=calibrate(unseen, labels),
        scorecard=draw_up(used, labels, [feature.name for feature in ranked]),
        reference=_reference(used, ranked, unseen, labels),
        seed=options.seed,
    )
    # What is judged later is judged by all members together, whose margins lie closer to each other
    # than those of one alone: only with their like can they be compared.
    margins = model.predict_matrix(used).margins
    return replace(model, reference=_reference(used, ranked, margins, labels))


def _screen(matrix: Matrix, labels: Floats, options: Options, number: int) -> Ints:
    """Return the features worth keeping, judged on these rows alone; of few rows, few."""
    most = min(options.features, max(_FEWEST_FEATURES, len(matrix) // 10))
    if matrix.shape[1] <= most:
        return np.arange(matrix.shape[1])
    seed = options.seed * 1000 + 500 + number
    found = grow(matrix, labels, shape=SCREEN, seed=seed).importance()
    best = np.argsort(-found, kind="stable")[:most]
    return np.sort(best[: max(1, int((found[best] > 0).sum()))])


def _enough(members: list[tuple[Trees, Fold, Matrix]], labels: Floats) -> Floats:
    """Cut all members to the number of trees that is best for unseen cases; return their margins.

    One number for all: chosen by so little, the margins stay those of unseen cases.
    """
    held_out = np.zeros(len(labels))
    for _, fold, _ in members:
        held_out[fold.test] += 1
    least, best, kept = np.inf, 1.0, np.zeros(len(labels))
    for share in _SHARES:
        margins = np.zeros(len(labels))
        for trees, fold, held in members:
            margins[fold.test] += trees.margins_after(held, max(1, round(share * trees.count)))
        margins /= held_out
        loss = _loss(margins, labels)
        if loss < least:
            least, best, kept = loss, share, margins
    for trees, _, _ in members:
        trees.cut(max(1, round(best * trees.count)))
    return kept


def _loss(margins: Floats, labels: Floats) -> float:
    """Return how far log-odds are from what came, by the logarithm of its chance."""
    return float(np.mean(np.logaddexp(0, margins) - labels * margins))


def _beside(
    forests: list[tuple[tuple[Feature, ...], Forest, Fold, Matrix]], unseen: Floats, labels: Floats
) -> tuple[Floats, list[Member]]:
    """Return margins of unseen cases and the members that the forests add: none if they mislead."""
    by_forests, level, weight = _scaled(
        [(forest, fold, held) for _, forest, fold, held in forests], labels
    )
    together = (unseen + by_forests) / 2
    if _loss(together, labels) >= _loss(unseen, labels):
        return unseen, []
    return together, [
        Member(features, forest.as_trees(level, weight)) for features, forest, _, _ in forests
    ]


def _scaled(
    forests: list[tuple[Forest, Fold, Matrix]], labels: Floats
) -> tuple[Floats, float, float]:
    """Return the forests' margins of unseen cases, and what makes margins of what they say."""
    says, held_out = np.zeros(len(labels)), np.zeros(len(labels))
    for forest, fold, held in forests:
        says[fold.test] += forest.says(held)
        held_out[fold.test] += 1
    says /= held_out
    level, weight = as_log_odds(says, labels)
    return level + weight * says, level, weight


def _monotone(features: tuple[Feature, ...], wanted: Mapping[str, int]) -> dict[int, int]:
    return {
        i: wanted[feature.column]
        for i, feature in enumerate(features)
        if feature.rises_with_column and feature.column in wanted
    }


def _reference(
    matrix: Matrix, features: list[Feature], margins: Floats, labels: Floats
) -> Reference:
    return refer(matrix, [feature.name for feature in features], margins, labels)
