"""The platform's own model on the features of months: a likelihood beside that of the rules.

What it learns from and judges by is `Features.named()` of `features/headcount.py`: one array a
feature, one place an enterprise, NaN where unknown. It is shown beside the rules' likelihood
("in shadow") and changes no level.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.scoring.model.arrays import Floats, Matrix
from services.scoring.model.cases import Cases
from services.scoring.model.features import build
from services.scoring.model.fitted import Model, Prediction

# So many enterprises are judged at once: pairs of features make their matrix wide.
_PIECE = 100_000


@dataclass(frozen=True)
class MonthsModel:
    """A trained model over named features of months, and the version that it goes by."""

    version: str
    model: Model

    def score(self, named: Mapping[str, Floats]) -> Floats:
        """Return the likelihood of each enterprise."""
        return self.predict(named).chances

    def predict(self, named: Mapping[str, Floats]) -> Prediction:
        """Return the likelihood of each enterprise, and between what it lies."""
        count = len(next(iter(named.values())))
        parts = []
        for begin in range(0, count, _PIECE):
            piece = {name: values[begin : begin + _PIECE] for name, values in named.items()}
            parts.append(self.model.predict(cases_of(piece)))
        if not parts:
            return Prediction(*(np.empty(0) for _ in range(4)))
        return Prediction(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("margins", "chances", "lows", "highs")
            )
        )

    def explain(self, named: Mapping[str, Floats]) -> Mapping[str | None, float]:
        """Return each feature's share of the first enterprise's score, and under None the base.

        All of them sum to its margin, to the last bit. A feature of which the model has several
        things to say is told once.
        """
        told = self.model.explain(cases_of({name: of[:1] for name, of in named.items()}))
        shares: dict[str | None, float] = {None: float(told.base[0])}
        for feature, share in zip(told.features, told.contributions[0], strict=True):
            shares[feature.column] = shares.get(feature.column, 0.0) + float(share)
        return shares

    def likelihood_at(self, score: float) -> float:
        """Return the likelihood of which a score (log-odds) is the score."""
        return float(self.model.calibration.chance(np.array([score]))[0])

    def matrix(self, named: Mapping[str, Floats]) -> Matrix:
        """Return the features that the model looks at, in its order."""
        return build(cases_of(named), self.model.features)


def cases_of(
    named: Mapping[str, Floats], *, keys: Sequence[str] = (), labels: Floats | None = None
) -> Cases:
    """Return enterprises on a day as cases: each feature of months has one value, and no history.

    `keys` (without them, all are of one nobody) and `labels` are needed to learn from them.
    """
    count = len(next(iter(named.values())))
    nothing, unknown = np.zeros(count), np.full(count, np.nan)
    return Cases(
        keys=tuple(keys) or ("",) * count,
        values={name: np.asarray(values, np.float64)[:, None] for name, values in named.items()},
        counts=dict.fromkeys(named, nothing),
        ages=dict.fromkeys(named, unknown),
        moments=nothing,
        labels=unknown if labels is None else labels,
        tested=np.zeros(count, np.bool_),
        rows=count,
        unlabelled=0,
    )
