"""Rows as arrays: one statement with one parameter a column, however many rows there are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Column, FromClause, bindparam, column, func


def unnest(columns: Sequence[Column[Any]], rows: Sequence[Sequence[object]]) -> FromClause:
    """Return rows (each as long as `columns`) as a table `given` with the columns' names."""
    # One dimension: a list that is itself a value (JSON) is not a further row.
    arrays = [
        bindparam(None, [row[place] for row in rows], ARRAY(of.type, dimensions=1), unique=True)
        for place, of in enumerate(columns)
    ]
    names = [column(of.name, of.type) for of in columns]
    return func.unnest(*arrays).table_valued(*names).render_derived(name="given")
