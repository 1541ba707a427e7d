"""What an agency and the city see of quarantine, and what a sender takes back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.handlers.imports import Outcome, outcome, own
from services.ingest.store import quarantine, quarantine_pages
from services.ingest.store.quarantine_pages import Asked, HeldRow
from shared.auth.identity import Caller, CallerKind
from shared.pagination import PageQuery


async def list_rows(
    session: AsyncSession, query: PageQuery, asked: Asked, *, caller: Caller
) -> tuple[list[HeldRow], str | None]:
    """Return a page of rows that came before their enterprises: an agency's own, or everyone's."""
    agency = caller.subject if caller.kind is CallerKind.AGENCY else None
    return await quarantine_pages.page(session, query, asked, agency=agency)


async def withdraw(
    session: AsyncSession, import_id: UUID, *, caller: Caller, now: datetime
) -> Outcome:
    """Take back those rows of an import that still wait. Raises ImportNotFound."""
    taken = await own(session, import_id, caller)
    await quarantine.withdraw(session, taken.id, at=now)
    return await outcome(session, taken)
