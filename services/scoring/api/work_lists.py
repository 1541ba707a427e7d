"""The doors to the weekly lists of districts, and to what districts can look at."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response, status

from services.scoring.api.callers import (
    ActingOfficer,
    CapacitySetter,
)
from services.scoring.domain.errors import (
    CapacityChangedMeanwhile,
    CapacityNotFound,
    WorkListNotFound,
)
from services.scoring.handlers import work_lists as handlers
from services.scoring.problems import PROBLEMS
from services.scoring.schemas.work_lists import (
    CapacitiesRead,
    CapacityRead,
    CapacityWrite,
    WorkListRead,
    WorkListWhole,
)
from shared.clock import Now
from shared.db import Transaction
from shared.districts import DistrictQuery
from shared.etags import IfMatch, etag, version_of
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

work_lists_router = APIRouter(tags=["work lists"])

District = Annotated[str, Path(min_length=6, max_length=6)]


@work_lists_router.get("/v1/work-lists")
async def list_work_lists(
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: ActingOfficer,
    district: DistrictQuery = None,
) -> Page[WorkListRead]:
    """List the weekly lists of the caller's districts, the last week first."""
    rows, cursor = await handlers.list_lists(session, page, district=district, caller=caller)
    link_next(request, response, cursor)
    return Page(data=[WorkListRead.of(row) for row in rows], next_cursor=cursor)


@work_lists_router.get(
    "/v1/work-lists/{district}/{week}", responses=responses(PROBLEMS, WorkListNotFound)
)
async def show_work_list(
    district: District, week: date, session: Transaction, caller: ActingOfficer, language: Speaks
) -> WorkListWhole:
    """Show the list of a week (its Monday): who is on it, new or moved, and who left."""
    found = await handlers.show(session, district, week, caller=caller)
    return WorkListWhole.whole(found, language)


@work_lists_router.get("/v1/work-list-capacities")
async def list_capacities(session: Transaction, caller: ActingOfficer) -> CapacitiesRead:
    """List how many enterprises the caller's districts look at in a week."""
    found = await handlers.list_capacities(session, caller=caller)
    return CapacitiesRead(data=[CapacityRead.of(one) for one in found])


@work_lists_router.put(
    "/v1/work-list-capacities/{district}",
    response_model=CapacityRead,
    responses=responses(PROBLEMS, CapacityNotFound, CapacityChangedMeanwhile),
)
async def put_capacity(
    district: District,
    asked: CapacityWrite,
    session: Transaction,
    once: Once,
    caller: CapacitySetter,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """Say how many enterprises a district looks at in a week; the next list follows it."""

    async def put() -> CapacityRead:
        held = await handlers.put_capacity(
            session, district, asked.weekly, expected=version_of(if_match), caller=caller, now=now
        )
        return CapacityRead.of(held)

    return await once.answer(status.HTTP_200_OK, CapacityRead, put, headers=_tagged)


def _tagged(shown: CapacityRead) -> dict[str, str]:
    return {"ETag": etag(shown.version)}
