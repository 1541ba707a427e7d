"""Rows of bulk facts, of each key the newest: many in one statement."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Insert, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from shared.rows import unnest

_KNOWN_ON: Final = "known_on"


def upsert_newest(
    columns: Sequence[Column[Any]], rows: Sequence[Sequence[object]], key: Sequence[str]
) -> Any:  # noqa: ANN401  an insert whose conflict clause the caller may widen
    """Return the statement that keeps, for each key, the row of the highest version.

    However many rows there are, it is one statement; a batch may hold two versions of one key.
    """
    given = unnest(columns, rows)
    keys = [given.c[name] for name in key]
    newest = select(given).ext(distinct_on(*keys)).order_by(*keys, given.c.version.desc())
    return insert(columns[0].table).from_select(list(columns), newest)


def newest_holds(write: Any, columns: Sequence[Column[Any]], key: Sequence[str]) -> Insert:  # noqa: ANN401
    """Complete `upsert_newest`: an older version than is kept changes nothing."""
    table = columns[0].table
    result: Insert = write.on_conflict_do_update(
        index_elements=list(key),
        set_={of.name: write.excluded[of.name] for of in columns if of.name not in key},
        where=table.c.version < write.excluded.version,
    )
    return result


def known_since_first(
    write: Any,  # noqa: ANN401  as above
    columns: Sequence[Column[Any]],
    key: Sequence[str],
) -> Insert:
    """Complete `upsert_newest`: the higher version holds, known since the first day of any."""
    table = columns[0].table
    newer = write.excluded.version > table.c.version
    held = [of.name for of in columns if of.name not in {*key, _KNOWN_ON}]
    result: Insert = write.on_conflict_do_update(
        index_elements=list(key),
        set_={
            **{name: case((newer, write.excluded[name]), else_=table.c[name]) for name in held},
            _KNOWN_ON: func.least(table.c[_KNOWN_ON], write.excluded[_KNOWN_ON]),
        },
    )
    return result
