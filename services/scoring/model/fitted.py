"""A trained model: predicts, and splits each score exactly among its features."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.scoring.model.arrays import Floats, Ints, Matrix
from services.scoring.model.calibration import Calibration
from services.scoring.model.cases import Cases
from services.scoring.model.drift import Drift, Reference, compare
from services.scoring.model.engine import Trees
from services.scoring.model.features import Feature, build
from services.scoring.model.scorecard import Scorecard

# Margins are kept in steps of this: sums of such numbers are exact.
_GRAIN = 2.0**-30
_PIECE = 100_000  # rows judged at once


@dataclass(frozen=True)
class Member:
    """Trees and the features that they read, in their order."""

    features: tuple[Feature, ...]
    trees: Trees


@dataclass(frozen=True)
class Prediction:
    """Of each case: the margin, the probability, and between what it lies."""

    margins: Floats
    chances: Floats
    lows: Floats
    highs: Floats


@dataclass(frozen=True)
class Explanation:
    """Of each case: base + the sum of its row of contributions = its margin, to the last bit."""

    features: tuple[Feature, ...]
    base: Floats
    contributions: Floats
    margins: Floats


@dataclass(frozen=True)
class Model:
    """What training made; `features` by their worth, the greatest first."""

    members: tuple[Member, ...]
    features: tuple[Feature, ...]
    worth: tuple[float, ...]
    kinds: Mapping[str, tuple[str, ...]]
    calibration: Calibration
    scorecard: Scorecard
    reference: Reference
    seed: int

    def predict(self, cases: Cases, *, threads: int = 1) -> Prediction:
        """Judge cases."""
        return self.predict_matrix(build(cases, self.features), threads=threads)

    def explain(self, cases: Cases, *, threads: int = 1) -> Explanation:
        """Split the margin of each case among the features."""
        return self.explain_matrix(build(cases, self.features), threads=threads)

    def predict_matrix(self, matrix: Matrix, *, threads: int = 1) -> Prediction:
        """Judge rows whose columns are `features` in their order; nan is unknown."""
        margins = self._margins(matrix, threads)
        low, high = self.calibration.interval(margins)
        return Prediction(margins, self.calibration.chance(margins), low, high)

    def explain_matrix(self, matrix: Matrix, *, threads: int = 1) -> Explanation:
        """Split the margin of each row among the columns, which are `features` in their order."""
        margins = self._margins(matrix, threads)
        shares = np.zeros((len(matrix), len(self.features)))
        base = np.zeros(len(matrix))
        for member, columns in zip(self.members, self._columns(), strict=True):
            found = member.trees.shares(matrix[:, columns], threads=threads)
            shares[:, columns] += found[:, :-1]
            base += found[:, -1]
        shares, base = _grained(shares / len(self.members)), _grained(base / len(self.members))
        # What rounding left over, some billionths, goes to the greatest share.
        rest = margins - (base + shares.sum(axis=1))
        rows = np.arange(len(matrix))
        shares[rows, np.abs(shares).argmax(axis=1)] += rest
        return Explanation(self.features, base, shares, margins)

    def points(self, cases: Cases) -> Floats:
        """Judge cases by the scorecard, the challenger."""
        names = [feature.name for feature in self.features]
        return self.scorecard.points(build(cases, self.features), names)

    def drift(self, cases: Cases) -> list[Drift]:
        """Compare cases with those of the training."""
        return self.drift_matrix(build(cases, self.features))

    def drift_matrix(self, matrix: Matrix) -> list[Drift]:
        """Compare rows with those of the training; the columns are `features` in their order."""
        return compare(self.reference, matrix, self._margins(matrix, threads=1))

    def _columns(self) -> list[Ints]:
        place = {feature: i for i, feature in enumerate(self.features)}
        return [
            np.array([place[feature] for feature in member.features], dtype=np.int64)
            for member in self.members
        ]

    def _margins(self, matrix: Matrix, threads: int) -> Floats:
        total = np.zeros(len(matrix))
        members = list(zip(self.members, self._columns(), strict=True))
        # In pieces: each member reads a copy of its columns, which for a whole city is much.
        for start in range(0, len(matrix), _PIECE):
            piece = slice(start, start + _PIECE)
            for member, columns in members:
                total[piece] += member.trees.margins(matrix[piece][:, columns], threads=threads)
        return _grained(total / len(self.members))


def _grained(values: Floats) -> Floats:
    grained: Floats = np.round(values / _GRAIN) * _GRAIN
    return grained
