"""Rows in columns: many at once out of PostgreSQL, and into it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import polars as pl
from psycopg import AsyncConnection, sql
from sqlalchemy import ColumnElement, Select, Table, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

_PIECE: Final = 1024 * 1024
_COMMON: Final = 2  # columns of what is asked: the lines, how many they are, what they have alike
_NONE: Final[Mapping[str, ColumnElement[Any]]] = MappingProxyType({})


def told(
    columns: Mapping[str, ColumnElement[Any]],
    schema: pl.Schema,
    *where: ColumnElement[bool],
    alike: Mapping[str, ColumnElement[Any]] = _NONE,
) -> Select[Any]:
    """Ask for rows in the columns of the schema, for `read`: the server writes them as texts.

    A row at a time takes many times as long. Only codes, numbers, days and flags may be read like
    this: no text that could hold a comma. `alike`: columns that many rows have in common, and of
    what they are told; rows are grouped by that, and what they have in common is said once.
    """
    commas = (
        part for name in schema if name not in alike for part in (literal(","), columns[name])
    )
    lines = func.string_agg(func.concat(*list(commas)[1:]), "\n")
    common = (columns[name].label(name) for name in schema if name in alike)
    return select(lines, func.count(), *common).where(*where).group_by(*alike.values())


async def read(
    session: AsyncSession,
    asked: Select[Any],
    schema: pl.Schema,
    values: Mapping[str, object] | None = None,
) -> pl.DataFrame:
    """Return what is found as a frame; the columns are those of the schema, in their order."""
    found = (await session.execute(asked, values)).all()
    groups = [row for row in found if row[0] is not None]
    if not groups:
        return schema.to_frame()
    alike = list(asked.selected_columns.keys())[_COMMON:]
    flags = [name for name, kind in schema.items() if kind == pl.Boolean]
    read_as = {**schema, **dict.fromkeys(flags, pl.String())}
    rows = pl.read_csv(
        "\n".join(row[0] for row in groups).encode(),
        has_header=False,
        schema={name: kind for name, kind in read_as.items() if name not in alike},
    ).with_columns(pl.col(name) == "t" for name in flags)
    if alike:
        common = pl.DataFrame(
            [row[_COMMON:] for row in groups], {name: schema[name] for name in alike}, orient="row"
        )
        rows = rows.hstack(common[np.repeat(np.arange(len(groups)), [row[1] for row in groups])])
    return rows.select(*schema)


async def write(session: AsyncSession, table: Table, rows: pl.DataFrame) -> None:
    """Append rows, in their order; their columns are some of the table's."""
    statement = sql.SQL("COPY {schema}.{table} ({columns}) FROM STDIN (FORMAT csv)").format(
        schema=sql.Identifier(str(table.schema)),
        table=sql.Identifier(table.name),
        columns=sql.SQL(", ").join(map(sql.Identifier, rows.columns)),
    )
    written = memoryview(rows.write_csv(include_header=False).encode())
    driver = await _driver(session)
    async with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(written), _PIECE):
            await copy.write(written[start : start + _PIECE])


async def _driver(session: AsyncSession) -> AsyncConnection:
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    if not isinstance(driver, AsyncConnection):
        raise TypeError(f"COPY needs psycopg, not {type(driver)}")
    return driver
