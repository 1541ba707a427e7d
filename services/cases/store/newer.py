"""Projections of bulk facts: thousands of rows in one statement, the higher version holds."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ARRAY, Table, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

Given = tuple[object, ...]
_VERSION: Final = "version"


async def take_newer(session: AsyncSession, table: Table, rows: Iterable[Given]) -> set[str]:
    """Take over rows, each in the order of the table's columns; return whose (`uscc`) changed.

    The table has a `version`; an older one, or the same again, changes nothing, so facts may
    arrive in any order and twice.
    """
    columns = list(table.c)
    version = [each.name for each in columns].index(_VERSION)
    keys = [place for place, each in enumerate(columns) if each.primary_key]
    # A statement may not write a row twice, and a fact may hold two versions of one.
    latest: dict[Given, Given] = {}
    for row in rows:
        key = tuple(row[place] for place in keys)
        known = latest.get(key)
        if known is None or _number(known[version]) < _number(row[version]):
            latest[key] = row
    if not latest:
        return set()
    # In one order everywhere, so that two batches cannot wait for each other.
    ordered = [latest[key] for key in sorted(latest, key=str)]
    arrays = [
        bindparam(None, [row[place] for row in ordered], ARRAY(each.type), unique=True)
        for place, each in enumerate(columns)
    ]
    names = [column(each.name, each.type) for each in columns]
    given = func.unnest(*arrays).table_valued(*names).render_derived(name="given")
    write = insert(table).from_select([each.name for each in columns], select(given))
    changed = await session.scalars(
        write.on_conflict_do_update(
            index_elements=[columns[place].name for place in keys],
            set_={each.name: write.excluded[each.name] for each in columns if not each.primary_key},
            where=table.c[_VERSION] < write.excluded[_VERSION],
        ).returning(table.c.uscc)
    )
    return set(changed)


def _number(version: object) -> int:
    if not isinstance(version, int):
        raise TypeError("a version is a number")
    return version
