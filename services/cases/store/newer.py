"""Projections of bulk facts: thousands of rows in one statement, the higher version holds."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from shared.rows import Given

Row = tuple[object, ...]
_VERSION: Final = "version"


async def take_newer(session: AsyncSession, table: Table, rows: Iterable[Row]) -> set[str]:
    """Take over rows, each in the order of the table's columns; return whose (`uscc`) changed.

    The table has a `version`; an older one, or the same again, changes nothing, so facts may
    arrive in any order and twice.
    """
    columns = list(table.c)
    version = [each.name for each in columns].index(_VERSION)
    keys = [place for place, each in enumerate(columns) if each.primary_key]
    # A statement may not write a row twice, and a fact may hold two versions of one.
    latest: dict[Row, Row] = {}
    for row in rows:
        key = tuple(row[place] for place in keys)
        known = latest.get(key)
        if known is None or _number(known[version]) < _number(row[version]):
            latest[key] = row
    if not latest:
        return set()
    # In one order everywhere, so that two batches cannot wait for each other.
    ordered = [latest[key] for key in sorted(latest, key=str)]
    given, statement = _taking(table)
    return set(await session.scalars(statement, given.of(ordered)))


@cache
def _taking(table: Table) -> tuple[Given, ReturningInsert[Any]]:
    """Write the statement, whose parameters are the columns; once, for that takes longest."""
    columns = list(table.c)
    given = Given(columns)
    write = insert(table).from_select([each.name for each in columns], select(given.table))
    return given, write.on_conflict_do_update(
        index_elements=[each.name for each in columns if each.primary_key],
        set_={each.name: write.excluded[each.name] for each in columns if not each.primary_key},
        where=table.c[_VERSION] < write.excluded[_VERSION],
    ).returning(table.c.uscc)


def _number(version: object) -> int:
    if not isinstance(version, int):
        raise TypeError("a version is a number")
    return version
