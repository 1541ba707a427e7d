"""The register as officers see it: the enterprises of their districts, and their names."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.errors import EnterpriseNotFound
from services.ingest.domain.names import Aliases
from services.ingest.store import names, register
from services.ingest.store.names import EntryVersion, Known
from services.ingest.store.register import Enterprise
from shared.auth.identity import Caller
from shared.pagination import PageQuery


async def show_enterprise(
    session: AsyncSession, uscc: str, *, caller: Caller
) -> tuple[Enterprise, Known]:
    """Return an entry of the register in the caller's districts, and its other names."""
    return await _entry(session, uscc, caller), await names.known(session, uscc)


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


async def list_versions(
    session: AsyncSession, uscc: str, query: PageQuery, *, caller: Caller
) -> tuple[list[EntryVersion], str | None]:
    """Return a page of what the register has said of an enterprise that the caller may see."""
    await _entry(session, uscc, caller)
    return await names.versions(session, uscc, query)


async def put_aliases(
    session: AsyncSession, uscc: str, aliases: Aliases, *, caller: Caller, now: datetime
) -> tuple[Enterprise, Known]:
    """Replace the aliases of an enterprise; texts are searched for them, older ones as well."""
    found = await _entry(session, uscc, caller)
    await register.lock(session, {uscc})
    await names.put_aliases(session, uscc, aliases, by=caller.subject, at=now)
    return found, await names.known(session, uscc)


async def _entry(session: AsyncSession, uscc: str, caller: Caller) -> Enterprise:
    found = await register.get(session, uscc, districts=caller.districts)
    if found is None:
        raise EnterpriseNotFound
    return found
