"""Entries of the protection lists, as last heard."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.store.rows import known_since_first, upsert_newest
from services.matchmaking.tables import LIST_ENTRIES
from shared.calendar import SHANGHAI
from shared.events.ingest import Operation, ProtectionListPublished

_COLUMNS: Final = list(LIST_ENTRIES.c)
_KEY: Final = ("uscc", "list_kind", "edition")


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
    write = upsert_newest(_COLUMNS, rows, _KEY)
    await session.execute(known_since_first(write, _COLUMNS, _KEY))
