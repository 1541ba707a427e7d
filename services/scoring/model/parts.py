"""Divides the cases into parts that are reported on their own."""

from typing import Final

import numpy as np

from services.scoring.model.arrays import Flags
from services.scoring.model.cases import Cases
from services.scoring.model.errors import PanelRefused

_MOST: Final = 12  # parts by the values of a column


def divide(cases: Cases, said: str) -> dict[str, Flags]:
    """Divide the cases: `COL` by its values, `COL<10` in two."""
    column, below, edge = said.partition("<")
    ones = {n: v[:, 0] for n, v in cases.values.items() if n.startswith(f"{column}=")}
    if ones:
        return {name: values > 0 for name, values in ones.items()}
    if column not in cases.values:
        raise PanelRefused("no_column", column=column, columns=", ".join(cases.values))
    values = cases.values[column][:, 0]
    if below:
        try:
            limit = float(edge)
        except ValueError as why:
            raise PanelRefused("no_number", said=said) from why
        return {said: values < limit, f"{column}>={edge}": values >= limit}
    different = np.unique(values[np.isfinite(values)])
    if len(different) > _MOST:
        raise PanelRefused("many_parts", column=column, count=len(different))
    return {f"{column}={value:g}": values == value for value in different}
