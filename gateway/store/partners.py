"""The directory of partners."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.domain.errors import PartnerChangedMeanwhile
from gateway.domain.partner import Partner, PartnerDecision
from gateway.tables import PARTNERS
from shared.bus import outbox
from shared.events.gateway import PartnerKind
from shared.pagination import Column, Keyset, PageQuery

_BY_CLIENT: Final = Keyset(Column(PARTNERS.c.client_id, str))


async def find(session: AsyncSession, client_id: str) -> Partner | None:
    """Read a partner's entry."""
    query = select(PARTNERS).where(PARTNERS.c.client_id == client_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _partner(row)


async def save(session: AsyncSession, decision: PartnerDecision) -> Partner:
    """Write the entry, unless someone else did since it was read; state the fact.

    Raises PartnerChangedMeanwhile.
    """
    partner, event = decision.partner, decision.event
    if event is None:
        return partner
    row = {
        "kind": partner.kind,
        "name": partner.name,
        "feeds": sorted(partner.feeds),
        "active": partner.active,
        "version": partner.version,
    }
    if partner.version == 1:
        write = insert(PARTNERS).values(client_id=partner.client_id, **row)
        written = await session.scalar(
            write.on_conflict_do_nothing().returning(PARTNERS.c.client_id)
        )
    else:
        written = await session.scalar(
            update(PARTNERS)
            .where(PARTNERS.c.client_id == partner.client_id)
            .where(PARTNERS.c.version == partner.version - 1)
            .values(row)
            .returning(PARTNERS.c.client_id)
        )
    if written is None:
        raise PartnerChangedMeanwhile
    await outbox.put(session, event)
    return partner


async def every(session: AsyncSession, page: PageQuery) -> tuple[Sequence[Partner], str | None]:
    """List the partners by client id, with the cursor of the next page."""
    rows = (await session.execute(_BY_CLIENT.page(select(PARTNERS), page))).all()
    shown, cursor = _BY_CLIENT.cut(rows, page, lambda row: (row.client_id,))
    return [_partner(row) for row in shown], cursor


async def names(session: AsyncSession) -> dict[str, str]:
    """Return the names of all partners, by client id."""
    found = await session.execute(select(PARTNERS.c.client_id, PARTNERS.c.name))
    return {row.client_id: row.name for row in found}


def _partner(row: Row[Any]) -> Partner:
    return Partner(
        client_id=row.client_id,
        kind=PartnerKind(row.kind),
        name=row.name,
        feeds=frozenset(row.feeds),
        active=row.active,
        version=row.version,
    )
