"""The cases that a ranking puts first, and what put them there: each share of the margin.

Of a case's contributions the greatest are told, those that speak against it as well; all of them
with the base sum to its margin exactly (`Model.explain_matrix`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.scoring.model.cases import Cases
from services.scoring.model.features import build
from services.scoring.model.fitted import Model, Prediction

_CASES: Final = 10
_REASONS: Final = 5


@dataclass(frozen=True)
class Reason:
    """A feature, its value (nan: unknown), and what it adds to the margin (log-odds)."""

    feature: str
    value: float
    share: float


@dataclass(frozen=True)
class Foremost:
    """A case near the top: what was said of it, what became of it, and why it was said."""

    key: str
    label: float
    margin: float
    chance: float
    base: float
    reasons: tuple[Reason, ...]


def foremost(model: Model, asked: Cases, said: Prediction) -> list[Foremost]:
    """Explain the first of the cases that one model judged."""
    first = np.argsort(-said.margins, kind="stable")[:_CASES]
    matrix = build(asked.take(first), model.features)
    told = model.explain_matrix(matrix)
    found = []
    for row, case in enumerate(first):
        shares = told.contributions[row]
        greatest = np.argsort(-np.abs(shares), kind="stable")[:_REASONS]
        reasons = tuple(
            Reason(model.features[i].name, float(matrix[row, i]), float(shares[i]))
            for i in greatest
            if shares[i]
        )
        found.append(
            Foremost(
                asked.name(int(case)),
                float(asked.labels[case]),
                float(told.margins[row]),
                float(said.chances[case]),
                float(told.base[row]),
                reasons,
            )
        )
    return found


def first(found: Iterable[Foremost]) -> tuple[Foremost, ...]:
    """Return the first of what several models put first, each of its own cases."""
    return tuple(sorted(found, key=lambda one: (-one.margin, one.key))[:_CASES])
