"""A forest of trees that split at random: it errs elsewhere than boosted trees do.

Extremely randomised trees (Geurts, Ernst and Wehenkel 2006): each node draws some features and for
each one edge at random, and keeps the best; every leaf says the share of events in it. Edges are
drawn among quantiles, so that no unit and no outlier matters. What is unknown goes left, below
all that is known. The grown forest is written as the engine's own trees: one form to judge, to
explain exactly and to keep.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from services.scoring.model.arrays import Bins, Floats, Ints, Matrix
from services.scoring.model.engine import Trees

_EDGES: Final = 63  # of a feature
_LEAST: Final = 5  # cases in a leaf
_DEEPEST: Final = 16
_DRAWN: Final = 0.25  # of the features, at each node
_LOOKED_AT: Final = 500_000  # values at most, of all cases at once: fewer features of many cases
_ROUNDS: Final = 30


@dataclass(frozen=True)
class _Tree:
    """Nodes in arrays; `feature` is -1 in a leaf, whose `says` is its share of events."""

    feature: Ints
    edge: Ints  # of the feature's edges, by number: above it goes right
    left: Ints
    right: Ints
    says: Floats
    size: Ints


@dataclass(frozen=True)
class Forest:
    """Grown trees, and the edges of their features."""

    edges: tuple[Matrix, ...]
    trees: tuple[_Tree, ...]

    def says(self, matrix: Matrix) -> Floats:
        """Return the mean share of events in the leaves that each row falls into."""
        bins = _binned(matrix, self.edges)
        rows = np.arange(len(matrix))
        total = np.zeros(len(matrix))
        for tree in self.trees:
            at = np.zeros(len(matrix), dtype=np.int64)
            for _ in range(_DEEPEST):
                inner = tree.feature[at] >= 0
                above = bins[rows, tree.feature[at]] > tree.edge[at]
                at = np.where(inner, np.where(above, tree.right[at], tree.left[at]), at)
            total += tree.says[at]
        return total / len(self.trees)

    def as_trees(self, level: float, weight: float) -> Trees:
        """Return the engine's trees, whose margins are `level + weight * says`."""
        starts = np.cumsum([0, *(len(edges) for edges in self.edges)])
        count = len(self.trees)

        def written(tree: _Tree, node: int) -> dict[str, Any]:
            feature = int(tree.feature[node])
            if feature < 0:
                value = (level + weight * float(tree.says[node])) / count
                return {"value": value, "weight": int(tree.size[node])}
            edge = int(tree.edge[node])
            return {
                "left": written(tree, int(tree.left[node])),
                "right": written(tree, int(tree.right[node])),
                "split": {
                    "border": float(self.edges[feature][edge]),
                    "float_feature_index": feature,
                    "split_index": int(starts[feature]) + edge,
                    "split_type": "FloatFeature",
                },
            }

        features = [
            {
                "borders": [float(edge) for edge in edges],
                "feature_id": "",
                "feature_index": place,
                "flat_feature_index": place,
                "has_nans": True,
                "nan_value_treatment": "AsFalse",
            }
            for place, edges in enumerate(self.edges)
        ]
        return Trees.from_text(
            json.dumps(
                {
                    "features_info": {"float_features": features},
                    "model_info": {},
                    "scale_and_bias": [1, [0]],
                    "trees": [written(tree, 0) for tree in self.trees],
                }
            )
        )


def grow_forest(matrix: Matrix, labels: Floats, *, trees: int, seed: int) -> Forest:
    """Grow trees on these rows."""
    random = np.random.default_rng(seed)
    edges = tuple(_edges(matrix[:, place]) for place in range(matrix.shape[1]))
    bins = _binned(matrix, edges)
    return Forest(edges, tuple(_grown(bins, labels, random) for _ in range(trees)))


def as_log_odds(says: Floats, labels: Floats) -> tuple[float, float]:
    """Return level and weight of the log-odds of what a forest says of unseen cases."""
    level, weight = 0.0, 0.0
    for _ in range(_ROUNDS):  # Newton's steps; a touch of ridge lets separated cases end
        chance = 1 / (1 + np.exp(-np.clip(level + weight * says, -30, 30)))
        bend = chance * (1 - chance)
        slopes = [
            float((labels - chance).sum()),
            float(((labels - chance) * says).sum()) - weight * 1e-3,
        ]
        cross = float((bend * says).sum())
        bends = [[float(bend.sum()) + 1e-9, cross], [cross, float((bend * says**2).sum()) + 1e-3]]
        step = np.linalg.solve(np.array(bends), np.array(slopes))
        level, weight = level + float(step[0]), weight + float(step[1])
    return level, weight


def _edges(column: Matrix) -> Matrix:
    known = column[np.isfinite(column)]
    if not len(known):
        return np.zeros(1, dtype=np.float32)
    inner = np.quantile(known, np.linspace(0, 1, _EDGES + 1)[:-1], method="lower")
    # Below the least: parts what is unknown from all that is known.
    least = np.nextafter(known.min(), np.float32(-np.inf))
    edges: Matrix = np.unique(np.append(inner.astype(np.float32), least))
    return edges


def _binned(matrix: Matrix, edges: Sequence[Matrix]) -> Bins:
    bins = np.empty(matrix.shape, dtype=np.uint8)
    for place, of_it in enumerate(edges):
        column = matrix[:, place]
        bins[:, place] = np.where(np.isfinite(column), np.searchsorted(of_it, column), 0)
    return bins


def _grown(bins: Bins, labels: Floats, random: np.random.Generator) -> _Tree:
    """Grow one tree, a level at a time: all nodes of a level are split at once."""
    drawn = max(1, min(round(_DRAWN * bins.shape[1]), _LOOKED_AT // len(labels)))
    feature, edge, left, right = [-1], [0], [-1], [-1]
    says, size = [float(labels.mean())], [len(labels)]
    rows = np.arange(len(labels))  # in nodes that may be split, those of a node together
    nodes, starts = np.array([0]), np.array([0])
    for _ in range(_DEEPEST):
        if not len(nodes):
            break
        sizes = np.diff(np.append(starts, len(rows)))
        owner = np.repeat(np.arange(len(nodes)), sizes)
        offered = random.integers(0, bins.shape[1], (len(nodes), drawn))
        values = bins[rows[:, None], offered[owner]]
        low = np.minimum.reduceat(values, starts)
        room = np.maximum.reduceat(values, starts) - low
        cuts = low + np.floor(random.random(low.shape) * room).astype(np.uint8)
        above = values > cuts[owner]
        many = np.add.reduceat(above, starts, dtype=np.float64)
        events = np.add.reduceat(labels[rows], starts)[:, None]
        found = np.add.reduceat(above * labels[rows][:, None], starts)
        few = sizes[:, None] - many
        fits = (many >= _LEAST) & (few >= _LEAST) & (room > 0)
        # The gain in squared error, but for what is the same for every split of the node.
        gain = np.where(
            fits,
            found**2 / np.maximum(many, 1) + (events - found) ** 2 / np.maximum(few, 1),
            -np.inf,
        )
        best = gain.argmax(axis=1)
        every = np.arange(len(nodes))
        splits = np.isfinite(gain[every, best])
        side = above[np.arange(len(rows)), best[owner]]
        kept_rows: list[Ints] = []
        kept_nodes: list[int] = []
        for number in np.flatnonzero(splits):
            node = int(nodes[number])
            part = slice(starts[number], starts[number] + sizes[number])
            feature[node] = int(offered[number, best[number]])
            edge[node] = int(cuts[number, best[number]])
            for goes, below in ((False, left), (True, right)):
                inside = rows[part][side[part] == goes]
                below[node] = len(feature)
                share = float(labels[inside].mean())
                if len(inside) >= 2 * _LEAST and 0 < share < 1:
                    kept_nodes.append(len(feature))
                    kept_rows.append(inside)
                feature.append(-1)
                edge.append(0)
                left.append(-1)
                right.append(-1)
                says.append(share)
                size.append(len(inside))
        nodes = np.array(kept_nodes, dtype=np.int64)
        rows = np.concatenate(kept_rows) if kept_rows else rows[:0]
        starts = np.cumsum([0, *(len(inside) for inside in kept_rows)])[:-1]
    return _Tree(
        np.array(feature),
        np.array(edge),
        np.array(left),
        np.array(right),
        np.array(says),
        np.array(size),
    )
