"""What ingest has under way in its own tables, for whoever waits until all has been applied."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.store import waiting


async def pending(session: AsyncSession) -> Mapping[str, int]:
    """Tell, by kind, whether texts wait for their links and names for being looked for."""
    todo = await waiting.waiting(session)
    return {
        "texts_to_link": int(todo.texts),
        "names_to_take_in": int(todo.names),
        "names_to_look_for": int(todo.searches),
    }
