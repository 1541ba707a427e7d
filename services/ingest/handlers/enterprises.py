"""The register as officers see it: the enterprises of their districts."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.errors import EnterpriseNotFound
from services.ingest.store import register
from services.ingest.store.register import Enterprise
from shared.auth.identity import Caller
from shared.pagination import PageQuery


async def show_enterprise(session: AsyncSession, uscc: str, *, caller: Caller) -> Enterprise:
    """Return an entry of the register in the caller's districts."""
    found = await register.get(session, uscc, districts=caller.districts)
    if found is None:
        raise EnterpriseNotFound
    return found


async def list_enterprises(
    session: AsyncSession,
    query: PageQuery,
    *,
    caller: Caller,
    name_part: str | None,
    district: str | None,
    status: str | None,
) -> tuple[list[Enterprise], str | None]:
    """Return a page of the register in the caller's districts."""
    districts = caller.districts if district is None else caller.districts & {district}
    return await register.page(
        session, query, districts=districts, name_part=name_part, status=status
    )
