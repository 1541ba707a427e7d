"""A trained model: predicts, and splits each score exactly among its features."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.scoring.model.arrays import Floats
from services.scoring.model.calibration import Calibration
from services.scoring.model.cases import Cases
from services.scoring.model.drift import Drift, Reference, compare
from services.scoring.model.engine import Trees
from services.scoring.model.features import Feature, build
from services.scoring.model.scorecard import Scorecard

# Margins are kept in steps of this: sums of such numbers are exact.
_GRAIN = 2.0**-30


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
        margins = self._margins(cases, threads)
        low, high = self.calibration.interval(margins)
        return Prediction(margins, self.calibration.chance(margins), low, high)

    def explain(self, cases: Cases, *, threads: int = 1) -> Explanation:
        """Split the margin of each case among the features."""
        margins = self._margins(cases, threads)
        place = {feature: i for i, feature in enumerate(self.features)}
        shares = np.zeros((len(cases), len(self.features)))
        base = np.zeros(len(cases))
        for member in self.members:
            found = member.trees.shares(build(cases, member.features), threads=threads)
            shares[:, [place[feature] for feature in member.features]] += found[:, :-1]
            base += found[:, -1]
        shares, base = _grained(shares / len(self.members)), _grained(base / len(self.members))
        # What rounding left over, some billionths, goes to the greatest share.
        rest = margins - (base + shares.sum(axis=1))
        rows = np.arange(len(cases))
        shares[rows, np.abs(shares).argmax(axis=1)] += rest
        return Explanation(self.features, base, shares, margins)

    def points(self, cases: Cases) -> Floats:
        """Judge cases by the scorecard, the challenger."""
        names = [feature.name for feature in self.features]
        return self.scorecard.points(build(cases, self.features), names)

    def drift(self, cases: Cases) -> list[Drift]:
        """Compare cases with those of the training."""
        return compare(self.reference, build(cases, self.features), self._margins(cases, threads=1))

    def _margins(self, cases: Cases, threads: int) -> Floats:
        total = np.zeros(len(cases))
        for member in self.members:
            total += member.trees.margins(build(cases, member.features), threads=threads)
        return _grained(total / len(self.members))


def _grained(values: Floats) -> Floats:
    grained: Floats = np.round(values / _GRAIN) * _GRAIN
    return grained
