"""The directory of officers."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.asked import Department
from services.cases.domain.errors import OfficerChangedMeanwhile
from services.cases.domain.officer import Officer, OfficerDecision, Role
from services.cases.tables import OFFICERS
from shared.bus import outbox
from shared.pagination import Column, Keyset, PageQuery

_BY_SUBJECT: Final = Keyset(Column(OFFICERS.c.subject, str))


async def find(session: AsyncSession, subject: str) -> Officer | None:
    """Read an officer's entry."""
    row = (
        await session.execute(select(OFFICERS).where(OFFICERS.c.subject == subject))
    ).one_or_none()
    return None if row is None else _officer(row)


async def administrators(session: AsyncSession) -> frozenset[str]:
    """Name the active administrators, and keep them as they are until the transaction ends.

    So two of them cannot remove each other at the same moment.
    """
    query = (
        select(OFFICERS.c.subject)
        .where(OFFICERS.c.active, OFFICERS.c.roles.contains([Role.CITY_ADMIN]))
        .order_by(OFFICERS.c.subject)
        .with_for_update()
    )
    return frozenset((await session.scalars(query)).all())


async def name_of(session: AsyncSession, subject: str | None) -> str | None:
    """Return the name of an officer, if there is one."""
    if subject is None:
        return None
    name: str | None = await session.scalar(
        select(OFFICERS.c.name).where(OFFICERS.c.subject == subject)
    )
    return name


async def save(session: AsyncSession, decision: OfficerDecision) -> Officer:
    """Write the entry, unless someone else did since it was read; state the fact.

    Raises OfficerChangedMeanwhile.
    """
    officer, event = decision.officer, decision.event
    if event is None:
        return officer
    row = {
        "name": officer.name,
        "roles": sorted(officer.roles),
        "districts": sorted(officer.districts),
        "active": officer.active,
        "version": officer.version,
        "department": officer.department,
    }
    if officer.version == 1:
        write = insert(OFFICERS).values(subject=officer.subject, **row)
        query = write.on_conflict_do_nothing().returning(OFFICERS.c.subject)
        written = await session.scalar(query)
    else:
        written = await session.scalar(
            update(OFFICERS)
            .where(OFFICERS.c.subject == officer.subject)
            .where(OFFICERS.c.version == officer.version - 1)
            .values(row)
            .returning(OFFICERS.c.subject)
        )
    if written is None:
        raise OfficerChangedMeanwhile(officer.subject)
    await outbox.put(session, event)
    return officer


async def every(session: AsyncSession, page: PageQuery) -> tuple[Sequence[Officer], str | None]:
    """List the officers by subject, with the cursor of the next page."""
    rows = (await session.execute(_BY_SUBJECT.page(select(OFFICERS), page))).all()
    shown, cursor = _BY_SUBJECT.cut(rows, page, lambda row: (row.subject,))
    return [_officer(row) for row in shown], cursor


def _officer(row: Row[Any]) -> Officer:
    return Officer(
        subject=row.subject,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        districts=frozenset(row.districts),
        active=row.active,
        version=row.version,
        department=None if row.department is None else Department(row.department),
    )
