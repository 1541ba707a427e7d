"""Parts that are reported on their own: of the cases, and of the columns (sources)."""

from typing import Final

import numpy as np

from services.scoring.model.arrays import Flags
from services.scoring.model.cases import Cases
from services.scoring.model.errors import PanelRefused

_LISTED: Final = 40
_MOST: Final = 12  # parts by the values of a column


def columns_of(cases: Cases) -> str:
    """List what the model looks at, for a refusal."""
    return ", ".join(sorted({name.rsplit("=", 1)[0] for name in cases.values})[:_LISTED])


def columns_of_source(cases: Cases, source: str, prefixes: tuple[str, ...]) -> frozenset[str]:
    """Return the columns that begin like a source's; PanelRefused if none do, or all."""
    of_it = frozenset(name for name in cases.values if name.startswith(prefixes))
    if not of_it or of_it == cases.values.keys():
        said = {"source": source, "prefixes": ", ".join(prefixes)}
        raise PanelRefused("no_source", **said, columns=columns_of(cases))
    return of_it


def divide(cases: Cases, said: str) -> dict[str, Flags]:
    """Divide the cases: `COL` by its values, `COL<10` in two."""
    column, below, edge = said.partition("<")
    ones = {n: v[:, 0] for n, v in cases.values.items() if n.startswith(f"{column}=")}
    if ones:
        return {name: values > 0 for name, values in ones.items()}
    if column not in cases.values:
        raise PanelRefused("not_looked_at", option="--by", column=column, columns=columns_of(cases))
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
