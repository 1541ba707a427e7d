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
from services.scoring.model.metrics import average_precision
from services.scoring.model.scorecard import draw_up

# Of fewer cases than this, ratios may drown in chance: members that see single columns only are
# grown as well, and those stay that tell unseen cases best. A screen would choose by chance too: it
# is for far more features than the cases can tell of.
_FEW = 1500
_SMALL = Shape(trees=160, depth=6, rate=0.03)
_MANY_FEATURES = 300
# Members of different parts differ the more, the fewer cases there are: more of them say less by
# chance.
_MEMBERS, _MEMBERS_OF_FEW = 4, 8
# Of the trees that are grown, these shares are tried.
_SHARES = (0.1, 0.2, 0.3, 0.45, 0.65, 1.0)
_FORESTS = 240  # trees of the forests beside the members of a view, together


@dataclass(frozen=True)
class Options:
    """How to train. `monotone`: by column, +1 where more may only mean more risk, or -1.

    `pairs`: look at ratios of columns as well; needless where the columns are ratios already.
    `forests`: beside each boosted member a forest on the same features, half of what is said
    where that is better for unseen cases.
    """

    members: int | None = None  # None: by the number of cases
    features: int = 160
    seed: int = 0
    shape: Shape | None = None  # None: by the number of cases
    pairs: bool = True
    forests: bool = True
    monotone: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Grown:
    """What was grown on a part of the cases, and the rows of the cases that it has not seen.

    The forest looks at all that is offered (`view`), the boosted trees at what is worth it.
    """

    features: tuple[Feature, ...]
    view: tuple[Feature, ...]  # what it was offered
    trees: Trees
    forest: Forest | None
    fold: Fold
    held: Matrix
    says: Floats  # the forest, of the cases that it has not seen


def train(cases: Cases, kinds: Mapping[str, tuple[str, ...]], options: Options) -> Model:
    """Train on these cases, all of which have a label."""
    offered = candidates(cases)
    if not options.pairs:
        offered = tuple(feature for feature in offered if not feature.other)
    matrix, labels = build(cases, offered), cases.labels
    grown = [
        _grown(matrix, labels, offered, part, options, number)
        for number, part in enumerate(_parts(cases, offered, options))
    ]
    _cut(grown, labels)
    best, unseen = _best_view(grown, labels)
    judges = [Member(one.features, one.trees) for one in best]
    if options.forests:
        unseen, beside = _beside(best, unseen, labels)
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
    """Yield the features that a member sees, and which cases it learns from and is tried on."""
    every = np.arange(len(offered))
    plain = np.array([place for place, feature in enumerate(offered) if not feature.other])
    rounds = [every] if len(cases) >= _FEW else [plain, every]
    members = _members(len(cases), options)
    for number, within in enumerate(rounds):
        for fold in stratified(cases.labels, cases.keys, members, options.seed + number):
            yield within, fold


def _members(cases: int, options: Options) -> int:
    return options.members or (_MEMBERS if cases >= _FEW else _MEMBERS_OF_FEW)


def _grown(
    matrix: Matrix,
    labels: Floats,
    offered: tuple[Feature, ...],
    part: tuple[Ints, Fold],
    options: Options,
    number: int,
) -> _Grown:
    """Grow a member on the features that are worth it, and a forest beside it on all."""
    within, fold = part
    seed = options.seed * 1000 + number
    few = len(labels) < _FEW
    seen = labels[fold.train]
    most = _MANY_FEATURES if few else min(options.features, len(seen) // 10)
    chosen = within[_screen(matrix[np.ix_(fold.train, within)], seen, most, seed + 500)]
    features = tuple(offered[i] for i in chosen)
    known = matrix[np.ix_(fold.train, chosen)]
    trees = grow(
        known,
        seen,
        shape=options.shape or (_SMALL if few else Shape()),
        seed=seed,
        monotone=_monotone(features, options.monotone),
    )
    forest, says = None, np.zeros(len(fold.test))
    if options.forests:
        offer = matrix[np.ix_(fold.train, within)]
        count = max(1, _FORESTS // _members(len(labels), options))
        forest = grow_forest(offer, seen, trees=count, seed=seed)
        says = forest.says(matrix[np.ix_(fold.test, within)])
    held = matrix[np.ix_(fold.test, chosen)]
    view = tuple(offered[i] for i in within)
    return _Grown(features, view, trees, forest, fold, held, says)


def _screen(matrix: Matrix, labels: Floats, most: int, seed: int) -> Ints:
    """Return the features worth keeping, judged on these rows alone."""
    if matrix.shape[1] <= most:
        return np.arange(matrix.shape[1])
    found = grow(matrix, labels, shape=SCREEN, seed=seed).importance()
    best = np.argsort(-found, kind="stable")[:most]
    return np.sort(best[: max(1, int((found[best] > 0).sum()))])


def _cut(grown: Sequence[_Grown], labels: Floats) -> None:
    """Cut all members to the number of trees that is best for unseen cases.

    One number for all: chosen by so little, the margins stay those of unseen cases.
    """

    def loss(share: float) -> float:
        said = [one.trees.margins_after(one.held, _share(one.trees, share)) for one in grown]
        return _loss(_unseen([one.fold for one in grown], said, len(labels)), labels)

    best = min(_SHARES, key=loss)
    for one in grown:
        one.trees.cut(_share(one.trees, best))


def _best_view(grown: Sequence[_Grown], labels: Floats) -> tuple[Sequence[_Grown], Floats]:
    """Return the members of the view that tells unseen cases best, or all, and their margins."""
    views = [
        [one for one in grown if one.view == view]
        for view in sorted({one.view for one in grown}, key=len)
    ]
    tried = [
        (
            part,
            _unseen(
                [one.fold for one in part],
                [one.trees.margins(one.held) for one in part],
                len(labels),
            ),
        )
        for part in ([*views, grown] if len(views) > 1 else views)
    ]
    return min(tried, key=lambda one: _loss(one[1], labels))


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
    """Return margins of unseen cases and the members that the forests add.

    None, unless what is said of unseen cases is nearer and better ranked with them.
    """
    forests = [(one, one.forest) for one in grown if one.forest is not None]
    says = _unseen([one.fold for one, _ in forests], [one.says for one, _ in forests], len(labels))
    level, weight = as_log_odds(says, labels)
    together = (unseen + level + weight * says) / 2
    nearer = _loss(together, labels) < _loss(unseen, labels)
    if not (nearer and average_precision(labels, together) > average_precision(labels, unseen)):
        return unseen, []
    return together, [Member(one.view, forest.as_trees(level, weight)) for one, forest in forests]


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
