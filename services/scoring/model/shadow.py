"""The platform's own model on the features of months: a likelihood beside that of the rules.

What it learns from and judges by is `Features.named()` of `features/headcount.py`: one array a
feature, one place an enterprise, NaN where unknown. It is shown beside the rules' likelihood
("in shadow") and changes no level.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.scoring.model.arrays import Floats
from services.scoring.model.calibration import Calibration
from services.scoring.model.engine import Trees


@dataclass(frozen=True)
class MonthsModel:
    """Trees over named features of months, calibrated."""

    version: str
    names: tuple[str, ...]
    trees: Trees
    calibration: Calibration

    def score(self, named: Mapping[str, Floats]) -> Floats:
        """Return the likelihood of each enterprise."""
        columns = [named[name] for name in self.names]
        matrix = np.empty((len(columns[0]), len(columns)), np.float32)
        for place, column in enumerate(columns):
            matrix[:, place] = column
        return self.calibration.chance(self.trees.margins(matrix))
