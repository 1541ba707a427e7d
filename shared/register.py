"""A service's own projection of the enterprise register: who is where, by the newest version."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Integer, Table, Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of an enterprise's entry in the register, as far as a projection keeps it."""

    uscc: str
    version: int
    name: str
    district: str


async def note(session: AsyncSession, table: Table, entries: Iterable[Entry]) -> None:
    """Take over entries, thousands in one statement; the higher version holds.

    `table` has the columns of `Entry`, `uscc` being its key.
    """
    # A statement may not write a row twice, and a fact may hold two versions of one entry.
    latest: dict[str, Entry] = {}
    for entry in entries:
        known = latest.get(entry.uscc)
        if known is None or known.version < entry.version:
            latest[entry.uscc] = entry
    # In one order everywhere, so that two batches cannot wait for each other.
    ordered = [latest[uscc] for uscc in sorted(latest)]
    rows = (
        func.unnest(
            cast([entry.uscc for entry in ordered], ARRAY(Text)),
            cast([entry.version for entry in ordered], ARRAY(Integer)),
            cast([entry.name for entry in ordered], ARRAY(Text)),
            cast([entry.district for entry in ordered], ARRAY(Text)),
        )
        .table_valued("uscc", "version", "name", "district")
        .render_derived()
    )
    names = ["uscc", "version", "name", "district"]
    write = insert(table).from_select(names, select(*(rows.c[name] for name in names)))
    await session.execute(
        write.on_conflict_do_update(
            index_elements=["uscc"],
            set_={name: write.excluded[name] for name in names[1:]},
            where=table.c.version < write.excluded.version,
        )
    )
