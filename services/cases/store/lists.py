"""What is only shown: lists of cases, and the timeline of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.case import Status
from services.cases.store.cases import NEVER
from services.cases.tables import CASES, ENTERPRISES, OFFICERS, TIMELINE
from shared.events.scoring import RiskLevel
from shared.pagination import Column, Keyset, PageQuery

# A row of a list, as it is shown.
Line = Row[Any]

_BY_DUE_DATE: Final = Keyset(Column(CASES.c.due_at, datetime), Column(CASES.c.id, UUID))
_BY_VERSION: Final = Keyset(Column(TIMELINE.c.version, int))


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are asked for; what is None is not asked about."""

    status: frozenset[Status] | None = None
    level: frozenset[RiskLevel] | None = None
    district: str | None = None
    uscc: str | None = None
    number: str | None = None
    overdue: bool | None = None
    in_transfer: bool | None = None


async def cases(
    session: AsyncSession,
    wanted: CaseFilter,
    page: PageQuery,
    *,
    districts: frozenset[str],
    now: datetime,
) -> tuple[Sequence[Line], str | None]:
    """List cases of the districts, what is due first first; with the cursor of the next page."""
    query = _BY_DUE_DATE.page(_wanted(wanted, districts, now), page)
    rows = (await session.execute(query)).all()
    return _BY_DUE_DATE.cut(rows, page, lambda row: (row.sort_key, row.id))


async def timeline(
    session: AsyncSession, case_id: UUID, page: PageQuery, *, districts: frozenset[str]
) -> tuple[Sequence[Line], str | None] | None:
    """List the lines of a case's timeline, oldest first; None if there is no such case."""
    found = await session.scalar(
        select(CASES.c.id).where(CASES.c.id == case_id, _concerns(districts))
    )
    if found is None:
        return None
    lines = (
        select(TIMELINE, OFFICERS.c.name.label("actor_name"))
        .outerjoin(OFFICERS, literal("officer:") + OFFICERS.c.subject == TIMELINE.c.actor)
        .where(TIMELINE.c.case_id == case_id)
    )
    query = _BY_VERSION.page(lines, page)
    rows = (await session.execute(query)).all()
    return _BY_VERSION.cut(rows, page, lambda row: (row.version,))


def _wanted(wanted: CaseFilter, districts: frozenset[str], now: datetime) -> Select[Any]:
    overdue = CASES.c.due_at < now
    query = (
        select(
            *(column for column in CASES.c if column is not CASES.c.due_at),
            CASES.c.due_at.label("sort_key"),
            func.nullif(CASES.c.due_at, NEVER).label("due_at"),
            overdue.label("overdue"),
            ENTERPRISES.c.name,
            OFFICERS.c.name.label("officer_name"),
        )
        .join(ENTERPRISES, ENTERPRISES.c.uscc == CASES.c.uscc)
        .outerjoin(OFFICERS, OFFICERS.c.subject == CASES.c.officer)
        .where(_concerns(districts))
    )
    if wanted.status is not None:
        query = query.where(CASES.c.status.in_(sorted(wanted.status)))
    if wanted.level is not None:
        query = query.where(CASES.c.level.in_(sorted(wanted.level)))
    if wanted.district is not None:
        query = query.where(CASES.c.district == wanted.district)
    if wanted.uscc is not None:
        query = query.where(CASES.c.uscc == wanted.uscc)
    if wanted.number is not None:
        query = query.where(CASES.c.number == wanted.number)
    if wanted.overdue is not None:
        query = query.where(overdue if wanted.overdue else ~overdue)
    if wanted.in_transfer is not None:
        asked = CASES.c.transfer_to.is_not(None)
        query = query.where(asked if wanted.in_transfer else ~asked)
    return query


def _concerns(districts: frozenset[str]) -> ColumnElement[bool]:
    """Match the cases of the districts, and those that they are asked to take over."""
    ours = sorted(districts)
    return or_(CASES.c.district.in_(ours), CASES.c.transfer_to.in_(ours))
