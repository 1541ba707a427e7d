"""What was done in a case: written once, listed in the order of doing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Table, insert, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.codes import Deed
from services.cases.domain.officer import Actor
from services.cases.store.lists import Line
from services.cases.tables import (
    CASES,
    DELIVERIES,
    EVIDENCE,
    FINANCING_REQUESTS,
    OFFICERS,
    PROGRESS_NOTES,
    REPORTS,
    VISITS,
)
from shared.pagination import Column, Keyset, PageQuery

_TABLES: Final[Mapping[Deed, Table]] = {
    Deed.VISIT: VISITS,
    Deed.DELIVER: DELIVERIES,
    Deed.ADD_EVIDENCE: EVIDENCE,
    Deed.REQUEST_FINANCING: FINANCING_REQUESTS,
    Deed.REPORT: REPORTS,
    Deed.NOTE_PROGRESS: PROGRESS_NOTES,
}


async def add(
    session: AsyncSession,
    deed: Deed,
    said: Mapping[str, object],
    *,
    deed_id: UUID,
    case_id: UUID,
    by: Actor,
    now: datetime,
) -> None:
    """Write a deed down."""
    done = {"id": deed_id, "case_id": case_id, "done_by": by.name, "done_at": now}
    await session.execute(insert(_TABLES[deed]).values({**said, **done}))


async def find(session: AsyncSession, deed: Deed, deed_id: UUID) -> Line:
    """Read a deed that is there."""
    table = _TABLES[deed]
    query = _named(table).where(table.c.id == deed_id)
    found: Line = (await session.execute(query)).one()
    return found


async def whereabouts(session: AsyncSession, deed_id: UUID) -> Line | None:
    """Read of a deed of any kind what it is, of which case, by whom and when."""
    deeds = union_all(
        *(
            select(
                literal(deed.value).label("kind"),
                table.c.id,
                table.c.case_id,
                table.c.done_by,
                table.c.done_at,
            ).where(table.c.id == deed_id)
            for deed, table in _TABLES.items()
        )
    ).subquery()
    found: Line | None = (
        await session.execute(
            select(
                deeds,
                CASES.c.number.label("case_number"),
                CASES.c.uscc,
                OFFICERS.c.name.label("done_by_name"),
            )
            .join_from(deeds, CASES, CASES.c.id == deeds.c.case_id)
            .outerjoin(OFFICERS, literal("officer:") + OFFICERS.c.subject == deeds.c.done_by)
        )
    ).first()
    return found


async def of_case(
    session: AsyncSession, deed: Deed, case_id: UUID, page: PageQuery
) -> tuple[Sequence[Line], str | None]:
    """List a case's deeds of a kind, the earliest first, with the cursor of the next page."""
    table = _TABLES[deed]
    by_id = Keyset(Column(table.c.id, UUID))
    query = by_id.page(_named(table).where(table.c.case_id == case_id), page)
    rows = (await session.execute(query)).all()
    return by_id.cut(rows, page, lambda row: (row.id,))


async def deliveries(session: AsyncSession, case_id: UUID) -> Sequence[Line]:
    """List all that was delivered in a case, the earliest first."""
    query = _named(DELIVERIES).where(DELIVERIES.c.case_id == case_id).order_by(DELIVERIES.c.id)
    rows: Sequence[Line] = (await session.execute(query)).all()
    return rows


def _named(table: Table) -> Select[Any]:
    return select(table, OFFICERS.c.name.label("done_by_name")).outerjoin(
        OFFICERS, literal("officer:") + OFFICERS.c.subject == table.c.done_by
    )
