"""Observations in columns: read from and written to their tables by COPY."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, Final
from uuid import UUID

import polars as pl
from psycopg import AsyncConnection, sql
from psycopg.pq.abc import PGresult
from sqlalchemy import BigInteger, Boolean, Date, Integer, Numeric, SmallInteger, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from services.ingest.columns import binary
from services.ingest.columns.binary import Field
from services.ingest.columns.expressions import TYPES
from services.ingest.columns.settling import ID, PERIOD, VERSION, WITHDRAWN
from services.ingest.domain.contract import FeedContract
from services.ingest.tables import IMPORTS, OBSERVATIONS
from shared.calendar import SHANGHAI

Type = pl.DataType | type[pl.DataType]

_FROM: Final = sql.SQL("COPY ingest.{table} ({columns}) FROM STDIN (FORMAT {format})")
# Columns whose values have one length are written and read as PostgreSQL itself has them.
_FIELDS: Final[Mapping[type[TypeEngine[Any]], Field]] = {
    SmallInteger: Field.SMALLINT,
    Integer: Field.INTEGER,
    BigInteger: Field.BIGINT,
    Boolean: Field.BOOLEAN,
    Date: Field.DATE,
    Numeric: Field.MONEY,
}
_AS_NUMBER: Final[Mapping[Field, sql.SQL]] = {
    Field.BOOLEAN: sql.SQL("{column}::integer"),
    Field.DATE: sql.SQL("{column} - DATE '1970-01-01'"),
    Field.MONEY: sql.SQL("{column} * 100"),
}
_ITSELF: Final = sql.SQL("{column}")
_ARRAY: Final = sql.SQL("array_agg(coalesce(({number})::bigint, {unknown}))")
# In few messages: a row of its own for each of a million enterprises costs more than its reading.
_WRITTEN: Final = "string_agg(int4send(id::integer) || convert_to(uscc, 'UTF8'), '')"
_NEWER: Final = sql.SQL(
    f"SELECT {_WRITTEN} FROM"  # noqa: S608  the expression above
    " (SELECT id, uscc FROM ingest.enterprises WHERE id > %s ORDER BY id LIMIT %s) AS newer"
)
_THESE: Final = sql.SQL(
    f"SELECT {_WRITTEN} FROM ingest.enterprises WHERE uscc = ANY(%s)"  # noqa: S608  as above
)
_AT_ONCE: Final = 100_000
_BETWEEN: Final = sql.SQL(
    "SELECT {columns} FROM ingest.{table} WHERE period = %s AND enterprise_id BETWEEN %s AND %s"
    " ORDER BY enterprise_id, version"
)
_AMONG: Final = sql.SQL(
    "SELECT {columns} FROM ingest.{table} WHERE period = %s AND enterprise_id = ANY(%s)"
    " ORDER BY enterprise_id, version"
)
# So many times as many enterprises as are asked for may lie between them: reading past those
# costs less than to seek each.
_SPREAD: Final = 4
_SAID_BY: Final = sql.SQL(
    "SELECT DISTINCT enterprise_id FROM ingest.{table} WHERE period = ANY(%s)"
    " AND enterprise_id BETWEEN %s AND %s AND import_no = ANY(%s)"
)
_INSTANT: Final = "%Y-%m-%d %H:%M:%S%.f%#z"
IMPORT: Final = "import_no"
# Rows: while the first piece is made PostgreSQL has nothing to do, so the first are small; later
# ones are about a megabyte.
_PIECES: Final = (2_000, 4_000, 10_000)


async def newer_codes(session: AsyncSession, newest: int) -> bytes:
    """Return numbers and credit codes of the next enterprises behind the `newest`."""
    return await _written(session, _NEWER, (newest, _AT_ONCE))


async def codes_of(session: AsyncSession, usccs: list[str]) -> bytes:
    """Return numbers and credit codes of those enterprises that the register has."""
    return await _written(session, _THESE, (usccs,))


async def held(session: AsyncSession, contract: FeedContract, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the current versions of what the rows are about: of their enterprises and periods.

    To be asked when the feed is locked as a whole: it stays current until the commit.
    Each with the number of the import that it is of.
    """
    names = [ID, PERIOD, VERSION, WITHDRAWN, *contract.measured, IMPORT]
    if rows.is_empty():
        return pl.DataFrame(schema=_types(contract, names))
    found = []
    for period, ids in _by_period(rows):
        first, last = ids[0], ids[-1]
        near = last - first < _SPREAD * len(ids)
        statement = (_BETWEEN if near else _AMONG).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, names)),
            table=sql.Identifier(OBSERVATIONS[contract.name].name),
        )
        given = (period, first, last) if near else (period, ids.to_list())
        versions = await _versions(session, contract, names, statement, given)
        newer = versions[ID] == versions[ID].shift(-1)
        found.append(versions.filter(~newer.fill_null(value=False)))
    return pl.concat(found)


async def said_by(
    session: AsyncSession,
    contract: FeedContract,
    periods: pl.Series,
    ids: pl.Series,
    imports: list[int],
) -> list[int]:
    """Return the enterprises, within the range of `ids`, of which some imports said something."""
    statement = _SAID_BY.format(table=sql.Identifier(OBSERVATIONS[contract.name].name))
    given = (periods.to_list(), ids.min(), ids.max(), imports)
    driver = await _driver(session)
    async with driver.cursor() as cursor:
        await cursor.execute(statement, given)
        return [int(row[0]) for row in await cursor.fetchall()]


def _by_period(rows: pl.DataFrame) -> Iterator[tuple[object, pl.Series]]:
    """Yield the enterprises of each period, in order; mostly there is one."""
    if rows[PERIOD].min() == rows[PERIOD].max() and rows[ID].is_sorted():
        yield rows[PERIOD][0], rows[ID]
        return
    for (period,), part in rows.select(PERIOD, ID).group_by(PERIOD):
        yield period, part[ID].unique().sort()


async def append(
    session: AsyncSession, contract: FeedContract, versions: pl.DataFrame, *, import_id: UUID
) -> None:
    """Append versions, of which there is one at least, in their order."""
    no = await session.scalar(select(IMPORTS.c.no).where(IMPORTS.c.id == import_id))
    names = [ID, PERIOD, VERSION, *contract.measured]
    rows = versions.select(
        *names, pl.lit(no).alias("import_no"), pl.lit(value=False).alias(WITHDRAWN)
    )
    fields = _fields(contract, rows.columns)
    statement = _FROM.format(
        table=sql.Identifier(OBSERVATIONS[contract.name].name),
        columns=sql.SQL(", ").join(map(sql.Identifier, rows.columns)),
        format=sql.SQL("csv" if fields is None else "binary"),
    )
    driver = await _driver(session)
    async with driver.cursor() as cursor, cursor.copy(statement) as copy:
        async for piece in _ahead(_as_copied(rows, fields)):
            await copy.write(piece)


async def _ahead(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Make the next piece in a thread while the last one is on its way."""
    making = asyncio.ensure_future(asyncio.to_thread(next, pieces, None))
    try:
        while (piece := await making) is not None:
            making = asyncio.ensure_future(asyncio.to_thread(next, pieces, None))
            yield piece
    finally:
        await asyncio.wait({making})


def _as_copied(rows: pl.DataFrame, fields: Sequence[Field] | None) -> Iterator[bytes]:
    if fields is None:
        yield from (part.write_csv(include_header=False).encode() for part in _cut(rows))
        return
    before, left = binary.BEFORE, rows.height
    for part in _cut(rows):
        left -= part.height
        said = binary.rows(list(zip(part.get_columns(), fields, strict=True)))
        yield b"".join((before, said, b"" if left else binary.BEHIND))
        before = b""


def _cut(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    sizes = chain(_PIECES, repeat(_PIECES[-1]))
    start = 0
    while start < rows.height:
        size = next(sizes)
        yield rows[start : start + size]
        start += size


def _fields(contract: FeedContract, names: Sequence[str]) -> Sequence[Field] | None:
    """Return how PostgreSQL keeps columns; None if the values of one differ in length."""
    columns = OBSERVATIONS[contract.name].columns
    fields = [_FIELDS.get(type(columns[name].type)) for name in names]
    known = [field for field in fields if field is not None]
    return known if len(known) == len(fields) else None


async def _versions(
    session: AsyncSession,
    contract: FeedContract,
    names: list[str],
    statement: sql.Composed,
    given: tuple[object, ...],
) -> pl.DataFrame:
    """Return what is kept, in its order; by arrays where that can be, which costs far less."""
    fields = _fields(contract, names)
    if fields is None:
        copied = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(statement)
        return _frame(await _read(session, copied, given), contract, names)
    arrays = sql.SQL(", ").join(
        _ARRAY.format(
            number=_AS_NUMBER.get(field, _ITSELF).format(column=sql.Identifier(name)),
            unknown=sql.Literal(binary.UNKNOWN),
        )
        for name, field in zip(names, fields, strict=True)
    )
    driver = await _driver(session)
    async with driver.cursor(binary=True) as cursor:
        await cursor.execute(
            sql.SQL("SELECT {} FROM ({}) AS kept").format(arrays, statement), given
        )
        result = cursor.pgresult
        types = _types(contract, names)
        return pl.DataFrame(
            [_column(result, place, name, types[name]) for place, name in enumerate(names)]
        )


def _column(result: PGresult | None, place: int, name: str, kind: Type) -> pl.Series:
    value = None if result is None else result.get_value(0, place)
    read = pl.Series(dtype=kind) if value is None else binary.column(value, kind)
    return read.alias(name)


async def _written(session: AsyncSession, statement: sql.SQL, given: tuple[object, ...]) -> bytes:
    driver = await _driver(session)
    async with driver.cursor(binary=True) as cursor:
        await cursor.execute(statement, given)
        found = await cursor.fetchone()
    return b"" if found is None or found[0] is None else bytes(found[0])


async def _read(
    session: AsyncSession, statement: sql.SQL | sql.Composed, given: tuple[object, ...]
) -> bytes:
    driver = await _driver(session)
    async with driver.cursor() as cursor, cursor.copy(statement, given) as copy:
        return b"".join([bytes(piece) async for piece in copy])


async def _driver(session: AsyncSession) -> AsyncConnection:
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    if not isinstance(driver, AsyncConnection):
        raise TypeError(f"COPY needs psycopg, not {type(driver)}")
    return driver


def _frame(csv: bytes, contract: FeedContract, names: list[str]) -> pl.DataFrame:
    types = _types(contract, names)
    if not csv:
        return pl.DataFrame(schema=types)
    frame = pl.read_csv(csv, has_header=False, schema=dict.fromkeys(names, pl.String))
    return frame.select(_cast(name, kind) for name, kind in types.items())


def _types(contract: FeedContract, names: Sequence[str]) -> dict[str, Type]:
    kinds = {column.name: column.kind for column in contract.columns}
    types = {
        **{name: TYPES[kinds[name]] for name in contract.measured},
        ID: pl.Int32,
        PERIOD: TYPES[kinds[contract.key[1]]],
        VERSION: pl.Int16,
        WITHDRAWN: pl.Boolean,
        IMPORT: pl.Int32,
    }
    return {name: types[name] for name in names}


def _cast(name: str, kind: Type) -> pl.Expr:
    column = pl.col(name)
    if name == WITHDRAWN:
        return column == "t"
    if isinstance(kind, pl.Datetime):
        return column.str.to_datetime(_INSTANT).dt.convert_time_zone(SHANGHAI.key)
    return column.str.to_date("%Y-%m-%d") if kind == pl.Date else column.cast(kind)
