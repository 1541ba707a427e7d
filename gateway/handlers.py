"""What is asked of the gateway itself: who is who, the audit. Nobody here commits."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.domain.errors import (
    PartnerChangedMeanwhile,
    PartnerNotFound,
    RepresentativeChangedMeanwhile,
    RepresentativeNotFound,
)
from gateway.domain.partner import Partner, admit
from gateway.domain.representative import Representative, appoint
from gateway.store import audit, officers, partners, representatives
from gateway.store.audit import Access, AccessFilter
from gateway.store.officers import Officer
from shared.events.cases import OfficerChanged
from shared.pagination import PageQuery


async def note_officer(session: AsyncSession, said: OfficerChanged) -> None:
    """Take over who an officer is; an older version than is known changes nothing."""
    await officers.note(session, said)


async def find_officer(session: AsyncSession, subject: str) -> Officer | None:
    """Return the officer's entry, if there is one."""
    return await officers.find(session, subject)


async def find_partner(session: AsyncSession, client_id: str) -> Partner | None:
    """Return the partner's entry, if there is one."""
    return await partners.find(session, client_id)


async def show_partner(session: AsyncSession, client_id: str) -> Partner:
    """Return the partner's entry; raise PartnerNotFound."""
    partner = await partners.find(session, client_id)
    if partner is None:
        raise PartnerNotFound
    return partner


async def list_partners(
    session: AsyncSession, page: PageQuery
) -> tuple[Sequence[Partner], str | None]:
    """List the partners, with the cursor of the next page."""
    return await partners.every(session, page)


async def put_partner(
    session: AsyncSession, wanted: Partner, *, expected_version: int | None = None
) -> Partner:
    """Make the directory say this of a partner; raise PartnerRefused, PartnerChangedMeanwhile."""
    known = await partners.find(session, wanted.client_id)
    if expected_version not in {None, known.version if known else 0}:
        raise PartnerChangedMeanwhile
    return await partners.save(session, admit(wanted, known))


async def put_partners(session: AsyncSession, wanted: Iterable[Partner]) -> int:
    """Make the directory say this of several partners; return how many entries it changed."""
    changed = 0
    for one in wanted:
        decision = admit(one, await partners.find(session, one.client_id))
        await partners.save(session, decision)
        changed += decision.event is not None
    return changed


async def find_representative(session: AsyncSession, subject: str) -> Representative | None:
    """Return the representative's entry, if there is one."""
    return await representatives.find(session, subject)


async def show_representative(session: AsyncSession, subject: str) -> Representative:
    """Return the representative's entry; raise RepresentativeNotFound."""
    found = await representatives.find(session, subject)
    if found is None:
        raise RepresentativeNotFound
    return found


async def list_representatives(
    session: AsyncSession, page: PageQuery
) -> tuple[Sequence[Representative], str | None]:
    """List who acts for enterprises, with the cursor of the next page."""
    return await representatives.every(session, page)


async def put_representative(
    session: AsyncSession, wanted: Representative, *, expected_version: int | None = None
) -> Representative:
    """Make the directory say this of a representative.

    Raises RepresentativeRefused, RepresentativeChangedMeanwhile.
    """
    known = await representatives.find(session, wanted.subject)
    if expected_version not in {None, known.version if known else 0}:
        raise RepresentativeChangedMeanwhile
    officer = await officers.find(session, wanted.subject)
    decision = appoint(wanted, known, is_officer=officer is not None)
    return await representatives.save(session, decision)


async def put_representatives(session: AsyncSession, wanted: Iterable[Representative]) -> int:
    """Enter those whom the directory lacks, and leave the others; return how many are new.

    For whom they act is the city's to say: a list that is loaded at each start must not undo it.
    """
    new = 0
    for one in wanted:
        if await representatives.find(session, one.subject) is None:
            await put_representative(session, one)
            new += 1
    return new


async def append_accesses(session: AsyncSession, accesses: Sequence[Access]) -> None:
    """Write down who did what."""
    await audit.append(session, accesses)


async def list_accesses(
    session: AsyncSession, wanted: AccessFilter, page: PageQuery
) -> tuple[Sequence[Row[Any]], str | None]:
    """List accesses, the latest first, with the cursor of the next page."""
    return await audit.accesses(session, wanted, page)
