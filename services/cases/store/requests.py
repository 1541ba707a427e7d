"""Requests to departments, as they are shown: to who asked, and to who is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.asked import AssistanceStatus, Department
from services.cases.store.lists import Line
from services.cases.tables import ASSISTANCE_REQUESTS, CASES, ENTERPRISES, OFFICERS
from shared.pagination import Column, Keyset, PageQuery

_ASKED: Final = ASSISTANCE_REQUESTS.c
_BY_ID: Final = Keyset(Column(_ASKED.id, UUID))
_BY_DUE_DATE: Final = Keyset(Column(_ASKED.due_at, datetime), Column(_ASKED.id, UUID))


@dataclass(frozen=True)
class Desk:
    """Whose requests: a department's; in some districts, or in the whole city where none."""

    department: Department
    districts: frozenset[str]

    def covers(self) -> ColumnElement[bool]:
        """Say which rows are theirs; a case that moves takes its requests along."""
        theirs = _ASKED.department == self.department
        if not self.districts:
            return theirs
        return and_(theirs, CASES.c.district.in_(sorted(self.districts)))


async def of_desk(
    session: AsyncSession,
    desk: Desk,
    page: PageQuery,
    now: datetime,
    *,
    status: frozenset[AssistanceStatus] | None,
) -> tuple[Sequence[Line], str | None]:
    """List a department's requests, what is due first first, with the cursor of the next page."""
    query = _named(now).where(desk.covers())
    if status is not None:
        query = query.where(_ASKED.status.in_(sorted(status)))
    rows = (await session.execute(_BY_DUE_DATE.page(query, page))).all()
    return _BY_DUE_DATE.cut(rows, page, lambda row: (row.due_at, row.id))


async def of_case(
    session: AsyncSession, case_id: UUID, page: PageQuery, now: datetime
) -> tuple[Sequence[Line], str | None]:
    """List the requests of a case, the earliest first, with the cursor of the next page."""
    query = _BY_ID.page(_named(now).where(_ASKED.case_id == case_id), page)
    rows = (await session.execute(query)).all()
    return _BY_ID.cut(rows, page, lambda row: (row.id,))


async def shown(session: AsyncSession, request_id: UUID, now: datetime) -> Line:
    """Read a request that is there, with the names that go with it."""
    line: Line = (await session.execute(_named(now).where(_ASKED.id == request_id))).one()
    return line


async def case_of(
    session: AsyncSession, request_id: UUID, whose: Desk | frozenset[str]
) -> UUID | None:
    """Return the case of a request that is a department's, or lies in one of the districts."""
    own = whose.covers() if isinstance(whose, Desk) else CASES.c.district.in_(sorted(whose))
    query = (
        select(_ASKED.case_id)
        .join(CASES, CASES.c.id == _ASKED.case_id)
        .where(_ASKED.id == request_id, own)
    )
    found: UUID | None = await session.scalar(query)
    return found


def _named(now: datetime) -> Select[Any]:
    asking, handling = OFFICERS.alias("asking"), OFFICERS.alias("handling")
    is_late = and_(_ASKED.ended_at.is_(None), _ASKED.due_at < now)
    return (
        select(
            ASSISTANCE_REQUESTS,
            is_late.label("overdue"),
            _ASKED.escalated.label("escalation_level"),
            CASES.c.district,
            CASES.c.uscc,
            ENTERPRISES.c.name,
            asking.c.name.label("asked_by_name"),
            handling.c.name.label("handled_by_name"),
        )
        .join(CASES, CASES.c.id == _ASKED.case_id)
        .join(ENTERPRISES, ENTERPRISES.c.uscc == CASES.c.uscc)
        .outerjoin(asking, literal("officer:") + asking.c.subject == _ASKED.asked_by)
        .outerjoin(handling, literal("officer:") + handling.c.subject == _ASKED.handled_by)
    )
