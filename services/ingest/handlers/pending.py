"""What ingest has under way in its own tables, for whoever waits until all has been applied."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.store import leases, quarantine, waiting


async def pending(session: AsyncSession) -> Mapping[str, int]:
    """Tell, by kind, what waits: files, texts without links, names that nobody looked for yet.

    Rows in quarantine count when their enterprises have come; the others wait for a sender.
    """
    todo = await waiting.waiting(session)
    return {
        "files_to_import": await leases.under_way(session),
        "rows_to_release": int(await quarantine.anything_due(session)),
        "texts_to_link": int(todo.texts),
        "names_to_take_in": int(todo.names),
        "names_to_look_for": int(todo.searches),
    }
