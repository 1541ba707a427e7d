"""What the API shows: the warning list, potential risks, an enterprise's assessments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column as SqlColumn
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import Leaving, Position
from services.scoring.domain.errors import EnterpriseNotFound, WarningNotFound
from services.scoring.domain.places import Place
from services.scoring.domain.warning import State
from services.scoring.tables import (
    ASSESSMENTS,
    CASE_PLACES,
    ENTERPRISES,
    LEARNED,
    MODELS,
    STANDINGS,
    WARNINGS,
)
from shared.events.scoring import RiskLevel
from shared.pagination import Column, Keyset, PageQuery
from shared.sight import within

_NEWEST_WARNING = Keyset(
    Column(WARNINGS.c.raised_at, datetime, descending=True),
    Column(WARNINGS.c.id, UUID, descending=True),
)
_NEWEST_RISK = Keyset(
    Column(STANDINGS.c.since, date, descending=True),
    Column(STANDINGS.c.uscc, str, descending=True),
)
_NEWEST_DAY = Keyset(Column(ASSESSMENTS.c.as_of, date, descending=True))

Row = Mapping[str, Any]


def _enterprise(district: SqlColumn[str]) -> tuple[ColumnElement[Any], ...]:
    known = ENTERPRISES.c
    return (
        known.name,
        district.label("district"),
        known.street,
        known.industry,
        known.status.label("enterprise_status"),
    )


# What the champion said on the day that was judged, and what it foresees.
_LEARNED = (
    LEARNED.c.model.label("learned_model"),
    MODELS.c.target.label("learned_target"),
    LEARNED.c.likelihood.label("learned_likelihood"),
    LEARNED.c.low.label("learned_low"),
    LEARNED.c.high.label("learned_high"),
)


def _said(uscc: SqlColumn[str], as_of: SqlColumn[date]) -> ColumnElement[bool]:
    return and_(LEARNED.c.uscc == uscc, LEARNED.c.as_of == as_of)


def held(judged: Any) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401 a table's columns
    """Return where the day that was judged left the enterprise, and where its facts pointed to."""
    return (
        judged.as_of.label("judged_on"),
        judged.place.label("judged_place"),
        judged.falling_since.label("judged_falling_since"),
        judged.points_to.label("judged_points_to"),
    )


def _warnings(districts: Collection[str]) -> Select[Any]:
    columns = [of for of in WARNINGS.c if of.name != "district"]
    return (
        select(*columns, *_enterprise(WARNINGS.c.district), *held(ASSESSMENTS.c), *_LEARNED)
        .join(ENTERPRISES, ENTERPRISES.c.uscc == WARNINGS.c.uscc)
        .outerjoin(
            ASSESSMENTS,
            (ASSESSMENTS.c.uscc == WARNINGS.c.uscc)
            & (ASSESSMENTS.c.as_of == WARNINGS.c.as_of)
            # Of what was lifted the list tells no more than why.
            & (WARNINGS.c.state == State.STANDING.value),
        )
        .outerjoin(LEARNED, _said(WARNINGS.c.uscc, WARNINGS.c.as_of))
        .outerjoin(MODELS, MODELS.c.number == LEARNED.c.model)
        .where(_seen_in(districts, WARNINGS.c.district, WARNINGS.c.uscc))
    )


def _seen_in(
    districts: Collection[str], registered: SqlColumn[str], uscc: SqlColumn[str]
) -> ColumnElement[bool]:
    return within(districts, registered=registered, uscc=uscc, places=CASE_PLACES)


async def warnings(
    session: AsyncSession,
    page: PageQuery,
    *,
    districts: Collection[str],
    level: RiskLevel | None = None,
    state: State | None = None,
    district: str | None = None,
    since: date | None = None,
) -> tuple[Sequence[Row], str | None]:
    """Return a page of the warnings in these districts, the last raised first."""
    query = _warnings(districts)
    if level is not None:
        query = query.where(WARNINGS.c.level == level.value)
    if state is not None:
        query = query.where(WARNINGS.c.state == state.value)
    if district is not None:
        query = query.where(WARNINGS.c.district == district)
    if since is not None:
        query = query.where(WARNINGS.c.raised_on >= since)
    rows = (await session.execute(_NEWEST_WARNING.page(query, page))).mappings().all()
    return _NEWEST_WARNING.cut(rows, page, lambda row: (row["raised_at"], row["id"]))


async def warning(session: AsyncSession, warning_id: UUID, *, districts: Collection[str]) -> Row:
    """Return one warning; WarningNotFound if there is none in these districts."""
    query = _warnings(districts).where(WARNINGS.c.id == warning_id)
    row: Row | None = (await session.execute(query)).mappings().first()
    if row is None:
        raise WarningNotFound
    return row


async def potential_risks(
    session: AsyncSession,
    page: PageQuery,
    *,
    districts: Collection[str],
    district: str | None = None,
) -> tuple[Sequence[Row], str | None]:
    """Return a page of the potential risks in these districts, the newest first."""
    judged = ASSESSMENTS.c
    query = (
        select(
            STANDINGS.c.uscc,
            STANDINGS.c.since,
            STANDINGS.c.because,
            judged.as_of,
            judged.likelihood,
            judged.headcount,
            judged.jobs_at_risk,
            judged.reasons,
            *_enterprise(ENTERPRISES.c.district),
            *held(ASSESSMENTS.c),
            *_LEARNED,
        )
        .join(ENTERPRISES, ENTERPRISES.c.uscc == STANDINGS.c.uscc)
        .join(
            ASSESSMENTS,
            (judged.uscc == STANDINGS.c.uscc) & (judged.as_of == STANDINGS.c.judged_on),
        )
        .outerjoin(LEARNED, _said(judged.uscc, judged.as_of))
        .outerjoin(MODELS, MODELS.c.number == LEARNED.c.model)
        .where(
            STANDINGS.c.place == Place.POTENTIAL_RISK.value,
            _seen_in(districts, ENTERPRISES.c.district, ENTERPRISES.c.uscc),
        )
    )
    if district is not None:
        query = query.where(ENTERPRISES.c.district == district)
    rows = (await session.execute(_NEWEST_RISK.page(query, page))).mappings().all()
    return _NEWEST_RISK.cut(rows, page, lambda row: (row["since"], row["uscc"]))


async def assessments(
    session: AsyncSession, uscc: str, page: PageQuery, *, districts: Collection[str]
) -> tuple[Sequence[Row], str | None]:
    """Return a page of an enterprise's judged days, the last first.

    EnterpriseNotFound if the register knows no such enterprise in these districts.
    """
    await _must_see(session, uscc, districts)
    query = (
        select(*ASSESSMENTS.c, *_LEARNED)
        .outerjoin(LEARNED, _said(ASSESSMENTS.c.uscc, ASSESSMENTS.c.as_of))
        .outerjoin(MODELS, MODELS.c.number == LEARNED.c.model)
        .where(ASSESSMENTS.c.uscc == uscc)
    )
    rows = (await session.execute(_NEWEST_DAY.page(query, page))).mappings().all()
    return _NEWEST_DAY.cut(rows, page, lambda row: (row["as_of"],))


async def judged_day(
    session: AsyncSession, uscc: str, day: date, *, districts: Collection[str]
) -> Position | None:
    """Return where a day left an enterprise; None where it had nothing to say of it.

    Raises EnterpriseNotFound.
    """
    await _must_see(session, uscc, districts)
    judged = ASSESSMENTS.c
    query = select(judged.place, judged.since, judged.falling_since, judged.because).where(
        judged.uscc == uscc, judged.as_of == day
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    because = None if row.because is None else Leaving(row.because)
    return Position(Place(row.place), row.since, row.falling_since, because)


async def enterprise(session: AsyncSession, uscc: str, *, districts: Collection[str]) -> Row:
    """Return an enterprise of the register, where it stands now, and its last day with findings.

    EnterpriseNotFound if the register knows no such enterprise in these districts.
    """
    noticed = (
        select(func.max(ASSESSMENTS.c.as_of))
        .where(ASSESSMENTS.c.uscc == uscc)
        .scalar_subquery()
        .label("last_noticed_on")
    )
    query: Select[Any] = (
        select(
            ENTERPRISES.c.uscc,
            *_enterprise(ENTERPRISES.c.district),
            func.coalesce(STANDINGS.c.place, Place.NONE.value).label("place"),
            STANDINGS.c.since,
            noticed,
        )
        .outerjoin(STANDINGS, STANDINGS.c.uscc == ENTERPRISES.c.uscc)
        .where(
            ENTERPRISES.c.uscc == uscc,
            _seen_in(districts, ENTERPRISES.c.district, ENTERPRISES.c.uscc),
        )
    )
    row: Row | None = (await session.execute(query)).mappings().first()
    if row is None:
        raise EnterpriseNotFound
    return row


async def _must_see(session: AsyncSession, uscc: str, districts: Collection[str]) -> None:
    known = select(ENTERPRISES.c.uscc).where(
        ENTERPRISES.c.uscc == uscc,
        _seen_in(districts, ENTERPRISES.c.district, ENTERPRISES.c.uscc),
    )
    if await session.scalar(known) is None:
        raise EnterpriseNotFound
