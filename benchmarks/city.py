"""A city of any number of enterprises and two years, as a wide panel: most of them are quiet."""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from benchmarks.headcounts import usccs
from services.scoring.features.months import month_of, number_of
from services.scoring.features.panel import PANEL_MONTHS, Floats, Panel

_SEED: Final = 20200731
_IMPORT: Final = "00000000-0000-7000-8000-{:012d}"
_STILL: Final = 0.8  # of the months nobody comes or goes
_LOSING: Final = (
    0.004  # of the enterprises lose a tenth to all of their staff in one of the last months
)
_OWING: Final = 0.004
_LAST: Final = 4


def made(enterprises: int, as_of: date) -> Panel:
    """Make the panel; who loses staff or owes contributions is drawn, always alike."""
    random = np.random.default_rng(_SEED)
    shape = (PANEL_MONTHS, enterprises)
    base = np.maximum(1.0, np.round(random.lognormal(2.5, 1.2, enterprises)))
    headcount = np.empty(shape)
    headcount[0] = base
    for row in range(1, PANEL_MONTHS):
        moves = random.random(enterprises) >= _STILL
        change = np.rint(random.normal(0.0, 0.02, enterprises) * headcount[row - 1])
        headcount[row] = np.maximum(0.0, headcount[row - 1] + np.where(moves, change, 0.0))
    losing = random.choice(enterprises, int(enterprises * _LOSING), replace=False)
    since = PANEL_MONTHS - 1 - random.integers(0, _LAST, len(losing))
    left = 1.0 - random.uniform(0.1, 1.0, len(losing))
    for row in range(PANEL_MONTHS - _LAST, PANEL_MONTHS):
        gone = losing[since <= row]
        headcount[row, gone] = np.floor(headcount[row, gone] * left[since <= row])
    return Panel(
        uscc=pl.Series(usccs(0, enterprises)),
        last=number_of(month_of(as_of)),
        headcount=headcount,
        imports=np.broadcast_to(np.arange(PANEL_MONTHS, dtype=np.int32)[:, None], shape),
        import_ids=pl.Series([_IMPORT.format(place) for place in range(PANEL_MONTHS)]),
        arrears=_arrears(random, shape),
        pay=_pays(random, shape),
    )


def _arrears(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    arrears = np.zeros(shape)
    owing = random.choice(shape[1], int(shape[1] * _OWING), replace=False)
    arrears[-2, owing] = 1.0
    arrears[-1, owing] = 2.0
    return arrears


def _pays(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    pay = np.empty(shape)
    pay[:] = np.round(random.lognormal(9.0, 0.3, shape[1]), 2)
    return pay
