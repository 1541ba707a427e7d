"""Rows as arrays: one statement with one parameter a column, however many rows there are."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, FromClause, Text, bindparam, cast, column, func
from sqlalchemy.dialects.postgresql import JSONB

# JSON escapes control characters, so this one stands nowhere in it.
_BETWEEN = "\x1e"


def unnest(columns: Sequence[Column[Any]], rows: Sequence[Sequence[object]]) -> FromClause:
    """Return rows (each as long as `columns`) as a table `given` with the columns' names."""
    arrays = [_array(of, [row[place] for row in rows]) for place, of in enumerate(columns)]
    names = [column(of.name, of.type) for of in columns]
    return func.unnest(*arrays).table_valued(*names).render_derived(name="given")


def _array(of: Column[Any], values: Sequence[object]) -> ColumnElement[Any]:
    if isinstance(of.type, JSONB):
        # One text, split by the server: to quote each document within an array takes much longer.
        told = _BETWEEN.join("" if value is None else json.dumps(value) for value in values)
        split = func.string_to_array(bindparam(None, told, Text, unique=True), _BETWEEN, "")
        return cast(split, ARRAY(of.type, dimensions=1))
    # One dimension: a list that is itself a value is not a further row.
    return bindparam(None, list(values), ARRAY(of.type, dimensions=1), unique=True)
