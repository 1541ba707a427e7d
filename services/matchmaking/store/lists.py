"""Entries of the protection lists, as last heard."""

from typing import Final

from sqlalchemy import case, func
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.store.rows import upsert_newest
from services.matchmaking.tables import LIST_ENTRIES
from shared.calendar import SHANGHAI
from shared.events.ingest import Operation, ProtectionListPublished

_COLUMNS: Final = list(LIST_ENTRIES.c)
_KEY: Final = ("uscc", "list_kind", "edition")
_NEWEST_HOLDS: Final = ("version", "valid_from", "valid_until", "withdrawn_on")


async def note(session: AsyncSession, fact: ProtectionListPublished) -> None:
    """Take over entries, thousands in one statement, in whatever order versions come.

    The higher version holds, and the entry is known since the first day that any version names.
    """
    told_on = fact.received_at.astimezone(SHANGHAI).date()
    rows = []
    for row in fact.rows():
        gone = row.pop("operation") is Operation.WITHDRAW
        known = {**row, "known_on": told_on, "withdrawn_on": told_on if gone else None}
        rows.append([known[of.name] for of in _COLUMNS])
    table = LIST_ENTRIES
    write = upsert_newest(_COLUMNS, rows, _KEY)
    newer = write.excluded.version > table.c.version
    await session.execute(
        write.on_conflict_do_update(
            index_elements=list(_KEY),
            set_={
                **{
                    name: case((newer, write.excluded[name]), else_=table.c[name])
                    for name in _NEWEST_HOLDS
                },
                "known_on": func.least(table.c.known_on, write.excluded.known_on),
            },
        )
    )
