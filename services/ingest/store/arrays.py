"""Rows as parameters: one bound array per column, which PostgreSQL turns into a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import TableValuedAlias, bindparam, column, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine


def rows_of(
    types: Mapping[str, TypeEngine[Any]], rows: Sequence[Mapping[str, Any]]
) -> TableValuedAlias:
    """Return the rows as a table of the given columns, to be selected from.

    One statement takes a whole batch; its text, and so its plan, does not depend on the size.
    """
    arrays = [
        bindparam(None, [row.get(name) for row in rows], type_=ARRAY(kind), unique=True)
        for name, kind in types.items()
    ]
    columns = [column(name, kind) for name, kind in types.items()]
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
