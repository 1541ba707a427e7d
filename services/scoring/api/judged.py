"""The doors of scoring over HTTP: the warning list, potential risks, assessments, statistics.

Officers only, each in their districts: a level, a score or a reason never reaches a bank, since
the label alone can make it withdraw its loans.
"""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.scoring.domain.errors import EnterpriseNotFound, WarningNotFound
from services.scoring.problems import PROBLEMS
from services.scoring.schemas.judged import (
    AssessmentRead,
    PeriodQuery,
    PotentialRiskRead,
    WarningQuery,
    WarningRead,
    WarningStatisticsRead,
)
from services.scoring.store import reading, rule_sets, statistics
from shared.auth.caller import CallerDep, allow
from shared.auth.identity import Role
from shared.db import Transaction
from shared.districts import DistrictQuery
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

judged_router = APIRouter(
    dependencies=[
        allow(Role.CITY_ADMIN, Role.CITY_ANALYST, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER)
    ]
)


@judged_router.get("/v1/warnings", tags=["warnings"])
async def list_warnings(
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: CallerDep,
    language: Speaks,
    wanted: Annotated[WarningQuery, Depends()],
) -> Page[WarningRead]:
    """List the warnings of the caller's districts, the last raised first."""
    rows, cursor = await reading.warnings(
        session,
        page,
        districts=caller.districts,
        level=wanted.level,
        state=wanted.state,
        district=wanted.district,
        since=wanted.since,
    )
    link_next(request, response, cursor)
    editions = await rule_sets.in_force(session)
    told = [WarningRead.of(row, editions, language) for row in rows]
    return Page(data=told, next_cursor=cursor)


@judged_router.get(
    "/v1/warnings/{warning_id}",
    tags=["warnings"],
    responses=responses(PROBLEMS, WarningNotFound),
)
async def show_warning(
    warning_id: UUID, session: Transaction, caller: CallerDep, language: Speaks
) -> WarningRead:
    """Show a warning with its reasons."""
    row = await reading.warning(session, warning_id, districts=caller.districts)
    return WarningRead.of(row, await rule_sets.in_force(session), language)


@judged_router.get("/v1/statistics/warnings", tags=["statistics"])
async def count_warnings(
    session: Transaction, caller: CallerDep, wanted: Annotated[PeriodQuery, Depends()]
) -> WarningStatisticsRead:
    """Count the enterprises that were noticed and warned in a period."""
    districts = caller.districts & ({wanted.district} if wanted.district else caller.districts)
    period = statistics.Period(wanted.since, wanted.until)
    counted = await statistics.warnings(session, period, districts=districts)
    return WarningStatisticsRead(since=wanted.since, until=wanted.until, **asdict(counted))


@judged_router.get("/v1/potential-risks", tags=["warnings"])
async def list_potential_risks(
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: CallerDep,
    language: Speaks,
    district: DistrictQuery = None,
) -> Page[PotentialRiskRead]:
    """List the enterprises of the caller's districts that are watched, the newest first."""
    rows, cursor = await reading.potential_risks(
        session, page, district=district, districts=caller.districts
    )
    link_next(request, response, cursor)
    editions = await rule_sets.in_force(session)
    told = [PotentialRiskRead.of(row, editions, language) for row in rows]
    return Page(data=told, next_cursor=cursor)


@judged_router.get(
    "/v1/enterprises/{uscc}/assessments",
    tags=["assessments"],
    responses=responses(PROBLEMS, EnterpriseNotFound),
)
async def list_assessments(
    uscc: str,
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: CallerDep,
    language: Speaks,
) -> Page[AssessmentRead]:
    """List how an enterprise was judged, day by day, the last day first."""
    rows, cursor = await reading.assessments(session, uscc, page, districts=caller.districts)
    link_next(request, response, cursor)
    return Page(data=[AssessmentRead.of(row, language) for row in rows], next_cursor=cursor)
