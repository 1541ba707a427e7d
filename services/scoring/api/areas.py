"""The doors of areas over HTTP: which districts lost much staff at many enterprises at once."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.scoring.domain.errors import AreaAlertNotFound
from services.scoring.problems import PROBLEMS
from services.scoring.schemas.areas import AreaAlertBrief, AreaAlertRead, MonthQuery
from services.scoring.store import areas
from shared.auth.caller import CallerDep, allow
from shared.auth.identity import Role
from shared.db import Transaction
from shared.districts import DistrictQuery
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

areas_router = APIRouter(
    tags=["area alerts"],
    dependencies=[
        allow(Role.CITY_ADMIN, Role.CITY_ANALYST, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER)
    ],
)


@areas_router.get("/v1/area-alerts")
async def list_area_alerts(
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: CallerDep,
    language: Speaks,
    district: DistrictQuery = None,
    month: MonthQuery = None,
) -> Page[AreaAlertBrief]:
    """List the alerts of the caller's districts, the last raised first."""
    rows, cursor = await areas.page_of(
        session, page, districts=caller.districts, district=district, month=month
    )
    link_next(request, response, cursor)
    return Page(data=[AreaAlertBrief.of(row, language) for row in rows], next_cursor=cursor)


@areas_router.get("/v1/area-alerts/{alert_id}", responses=responses(PROBLEMS, AreaAlertNotFound))
async def show_area_alert(
    alert_id: UUID, session: Transaction, caller: CallerDep, language: Speaks
) -> AreaAlertRead:
    """Show an alert with its enterprises."""
    found = await areas.one(session, alert_id, districts=caller.districts)
    return AreaAlertRead.of(found, language)
