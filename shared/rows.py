"""Rows as arrays: one statement with one parameter a column, however many rows there are."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    ColumnClause,
    ColumnElement,
    FromClause,
    Text,
    bindparam,
    cast,
    column,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

# JSON escapes control characters, so this one stands nowhere in it.
_BETWEEN = "\x1e"


class Given:
    """Rows that a statement is run with, as a table `given` with the names of these columns.

    A statement over it is made once, and run with what `of` returns: to put statements together
    takes longer than to judge what they bring.
    """

    def __init__(self, columns: Sequence[Column[Any]]) -> None:
        self._columns = tuple(columns)
        self.table = _table([(of, bindparam(_name(of), type_=_type(of))) for of in columns])

    def of(self, rows: Sequence[Sequence[object]]) -> dict[str, object]:
        """Return the parameters that stand for rows, each as long as the columns."""
        return {
            _name(of): _told(of, [row[place] for row in rows])
            for place, of in enumerate(self._columns)
        }


def unnest(columns: Sequence[Column[Any]], rows: Sequence[Sequence[object]]) -> FromClause:
    """Return rows (each as long as `columns`) as a table `given` with the columns' names."""
    return _bound([(of, [row[place] for row in rows]) for place, of in enumerate(columns)])


def unnest_named(
    types: Mapping[str, TypeEngine[Any]], rows: Sequence[Mapping[str, object]]
) -> FromClause:
    """Return rows as a table `given` of these columns; what a row does not name is null."""
    return _bound(
        [(column(name, of), [row.get(name) for row in rows]) for name, of in types.items()]
    )


def _bound(columns: Sequence[tuple[ColumnClause[Any], list[object]]]) -> FromClause:
    arrays = [
        (of, bindparam(None, _told(of, values), _type(of), unique=True)) for of, values in columns
    ]
    return _table(arrays)


def _table(arrays: Sequence[tuple[ColumnClause[Any], BindParameter[Any]]]) -> FromClause:
    names = [column(of.name, of.type) for of, _ in arrays]
    told = [_array(of, array) for of, array in arrays]
    return func.unnest(*told).table_valued(*names).render_derived(name="given")


def _array(of: ColumnClause[Any], told: BindParameter[Any]) -> ColumnElement[Any]:
    if not isinstance(of.type, JSONB):
        return told
    return cast(func.string_to_array(told, _BETWEEN, ""), ARRAY(of.type, dimensions=1))


def _type(of: ColumnClause[Any]) -> TypeEngine[Any]:
    # One dimension: a list that is itself a value is not a further row.
    return Text() if isinstance(of.type, JSONB) else ARRAY(of.type, dimensions=1)


def _told(of: ColumnClause[Any], values: list[object]) -> object:
    if not isinstance(of.type, JSONB):
        return values
    # One text, split by the server: to quote each document within an array takes much longer.
    return _BETWEEN.join("" if value is None else json.dumps(value) for value in values)


def _name(of: Column[Any]) -> str:
    return f"given_{of.name}"
