"""What officers read of opinion items and protection lists."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.errors import OpinionNotFound
from services.ingest.store import list_pages, opinion_pages
from services.ingest.store.list_pages import Edition, ListEntry
from services.ingest.store.opinion_pages import Asked, Opinion
from shared.auth.identity import Caller
from shared.pagination import PageQuery


async def list_opinions(
    session: AsyncSession, query: PageQuery, asked: Asked, *, caller: Caller
) -> tuple[list[Opinion], str | None]:
    """Return a page of texts that mention enterprises of the caller's districts."""
    return await opinion_pages.page(session, query, asked, districts=caller.districts)


async def show_opinion(session: AsyncSession, id_: UUID, *, caller: Caller) -> Opinion:
    """Return a text that mentions an enterprise of the caller's districts."""
    found = await opinion_pages.get(session, id_, districts=caller.districts)
    if found is None:
        raise OpinionNotFound
    return found


async def list_editions(
    session: AsyncSession, query: PageQuery
) -> tuple[list[Edition], str | None]:
    """Return a page of the editions of all lists."""
    return await list_pages.editions(session, query)


async def list_entries(
    session: AsyncSession, query: PageQuery, *, list_kind: str, edition: str | None
) -> tuple[list[ListEntry], str | None]:
    """Return a page of the entries of a list."""
    return await list_pages.entries(session, query, list_kind=list_kind, edition=edition)
