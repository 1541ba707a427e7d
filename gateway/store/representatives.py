"""The directory of those who act for enterprises."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.domain.errors import RepresentativeChangedMeanwhile
from gateway.domain.representative import Representative, RepresentativeDecision
from gateway.tables import REPRESENTATIVES
from shared.bus import outbox
from shared.pagination import Column, Keyset, PageQuery

_BY_SUBJECT: Final = Keyset(Column(REPRESENTATIVES.c.subject, str))


async def find(session: AsyncSession, subject: str) -> Representative | None:
    """Read a representative's entry."""
    query = select(REPRESENTATIVES).where(REPRESENTATIVES.c.subject == subject)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _representative(row)


async def save(session: AsyncSession, decision: RepresentativeDecision) -> Representative:
    """Write the entry, unless someone else did since it was read; state the fact.

    Raises RepresentativeChangedMeanwhile.
    """
    wanted, event = decision.representative, decision.event
    if event is None:
        return wanted
    row = {
        "name": wanted.name,
        "usccs": sorted(wanted.usccs),
        "active": wanted.active,
        "version": wanted.version,
    }
    table = REPRESENTATIVES
    if wanted.version == 1:
        new = insert(table).values(subject=wanted.subject, **row).on_conflict_do_nothing()
        written = await session.scalar(new.returning(table.c.subject))
    else:
        change = update(table).where(
            table.c.subject == wanted.subject, table.c.version == wanted.version - 1
        )
        written = await session.scalar(change.values(row).returning(table.c.subject))
    if written is None:
        raise RepresentativeChangedMeanwhile
    await outbox.put(session, event)
    return wanted


async def every(
    session: AsyncSession, page: PageQuery
) -> tuple[Sequence[Representative], str | None]:
    """List the representatives by the name they sign in with, with the cursor of the next page."""
    rows = (await session.execute(_BY_SUBJECT.page(select(REPRESENTATIVES), page))).all()
    shown, cursor = _BY_SUBJECT.cut(rows, page, lambda row: (row.subject,))
    return [_representative(row) for row in shown], cursor


def _representative(row: Row[Any]) -> Representative:
    return Representative(
        subject=row.subject,
        name=row.name,
        usccs=frozenset(row.usccs),
        active=row.active,
        version=row.version,
    )
