"""The months of enterprises as a wide panel: an array a measure and month, a place an enterprise.

One enterprise is a panel of one place, the city one of two million: the features are the same
functions of the same arrays. NaN is what nobody said.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.scoring.features.months import month_of, number_of, numbered

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]

# The newest known month is looked for in twelve; the December before the year of that month lies
# at most twelve further back.
PANEL_MONTHS: Final = 24
MEASURES: Final = ("headcount", "arrears", "pay", "due", "paid")
_NOBODY: Final = -1
_INDEX: Final = "index"


@dataclass(frozen=True, slots=True)
class Panel:
    """What was reported of each enterprise for each month, the month `last` in the last row.

    Every measure is an array of months × enterprises (each month lies together in memory), or None
    if nobody says so of any month. `imports` names who said it: a place in `import_ids`, -1 where
    nobody said anything. `uscc` is sorted.
    """

    uscc: pl.Series
    last: int
    headcount: Floats
    imports: Codes
    import_ids: pl.Series
    arrears: Floats | None = None
    pay: Floats | None = None
    due: Floats | None = None
    paid: Floats | None = None

    def __len__(self) -> int:
        return len(self.uscc)

    @property
    def first(self) -> int:
        """Return the number of the month in the first row."""
        return self.last - PANEL_MONTHS + 1

    def part(self, begin: int, end: int) -> "Panel":
        """Return these places; nothing is copied."""

        def cut(values: Floats | None) -> Floats | None:
            return None if values is None else values[:, begin:end]

        return replace(
            self,
            uscc=self.uscc.slice(begin, end - begin),
            headcount=self.headcount[:, begin:end],
            imports=self.imports[:, begin:end],
            arrears=cut(self.arrears),
            pay=cut(self.pay),
            due=cut(self.due),
            paid=cut(self.paid),
        )


def panel_of(known: pl.DataFrame, as_of: date) -> Panel:
    """Put what is known (one row an enterprise and month, in any order) into a panel."""
    last = number_of(month_of(as_of))
    rows = known.with_columns(numbered(pl.col("period")).alias(_INDEX)).filter(
        pl.col(_INDEX).is_between(last - PANEL_MONTHS + 1, last)
    )
    uscc = rows["uscc"].unique().sort()
    import_ids = rows["import_id"].unique()
    where = (
        (rows[_INDEX] - (last - PANEL_MONTHS + 1)).cast(pl.Int64).to_numpy(),
        _place(rows["uscc"], uscc),
    )
    shape = (PANEL_MONTHS, len(uscc))
    imports = np.full(shape, _NOBODY, np.int32)
    imports[where] = _place(rows["import_id"], import_ids)
    told = {
        name: _spread(rows[name], where, shape)
        for name in MEASURES
        if name == "headcount" or rows[name].null_count() < len(rows)
    }
    return Panel(uscc=uscc, last=last, imports=imports, import_ids=import_ids, **told)


def _place(values: pl.Series, among: pl.Series) -> NDArray[np.int64]:
    places = pl.arange(len(among), eager=True)
    return values.replace_strict(among, places).cast(pl.Int64).to_numpy()


def _spread(
    values: pl.Series, where: tuple[NDArray[np.int64], NDArray[np.int64]], shape: tuple[int, int]
) -> Floats:
    spread = np.full(shape, np.nan)
    spread[where] = values.cast(pl.Float64).fill_null(np.nan).to_numpy()
    return spread
