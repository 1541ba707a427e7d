"""Columns that would tell the answer, or only where a row stood in the file: left out, and said."""

from typing import Final

import numpy as np

from services.scoring.model.arrays import Floats
from services.scoring.model.cases import Cases
from services.scoring.model.metrics import roc_auc

TELLS: Final = "tells_label"
NUMBERS: Final = "numbers_rows"
_KNOWN = 0.9
_PERFECT = 1e-12


def suspects(learned: Cases) -> dict[str, str]:
    """Name the columns to leave out, with the reason; judged on the cases to learn from."""
    found: dict[str, str] = {}
    for name, values in learned.values.items():
        column = values[:, 0]
        if _tells(column, learned.labels):
            found[name.rsplit("=", 1)[0]] = TELLS
        elif _numbers(column, learned.rows):
            found[name] = NUMBERS
    return found


def _tells(column: Floats, labels: Floats) -> bool:
    known = np.isfinite(column)
    if known.mean() < _KNOWN:
        return False
    area = roc_auc(labels[known], column[known])
    return bool(area > 1 - _PERFECT or area < _PERFECT)


def _numbers(column: Floats, rows: int) -> bool:
    if not np.isfinite(column).all() or (column % 1).any():
        return False
    return bool(len(np.unique(column)) == len(column) and np.ptp(column) < 2 * rows)
