"""Rows in columns: many at once out of PostgreSQL, and into it."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from psycopg import AsyncConnection, sql
from sqlalchemy import ColumnElement, Select, Table, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

_PIECE: Final = 1024 * 1024


def told(
    columns: Mapping[str, ColumnElement[Any]], schema: pl.Schema, *where: ColumnElement[bool]
) -> Select[Any]:
    """Ask for rows in the columns of the schema, for `read`: the server writes them as one text.

    A row at a time takes many times as long. Only codes, numbers, days and flags may be read like
    this: no text that could hold a comma.
    """
    commas = (part for name in schema for part in (literal(","), columns[name]))
    line = func.concat(*list(commas)[1:])
    return select(func.string_agg(line, "\n")).where(*where)


async def read(
    session: AsyncSession,
    asked: Select[Any],
    schema: pl.Schema,
    values: Mapping[str, object] | None = None,
) -> pl.DataFrame:
    """Return what is found as a frame; the columns are those of the schema, in their order."""
    found = await session.scalar(asked, values)
    if found is None:
        return schema.to_frame()
    flags = [name for name, kind in schema.items() if kind == pl.Boolean]
    read_as = {**schema, **dict.fromkeys(flags, pl.String())}
    rows = pl.read_csv(found.encode(), has_header=False, schema=read_as)
    return rows.with_columns(pl.col(name) == "t" for name in flags)


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
