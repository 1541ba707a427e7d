"""Cases, their steps and their timeline."""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from services.cases.api.callers import CaseWorker, Reader, actor
from services.cases.domain.case import Status
from services.cases.domain.errors import (
    AskRefused,
    CaseChangedMeanwhile,
    CaseNotFound,
    CityDecides,
    StepNotForRole,
    StepRefused,
)
from services.cases.handlers import cases as handlers
from services.cases.problems import PROBLEMS
from services.cases.schemas.cases import CaseRead, CaseSummary, TimelineEntry, TransitionRequest
from services.cases.store.lists import CaseFilter
from shared.clock import Now
from shared.db import Transaction
from shared.districts import DistrictQuery
from shared.etags import IfMatch, etag, version_of
from shared.events.scoring import RiskLevel
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

cases_router = APIRouter(prefix="/v1/cases", tags=["cases"])

T = TypeVar("T")


def _set(values: list[T] | None) -> frozenset[T] | None:
    return None if values is None else frozenset(values)


def _filters(
    status_: Annotated[list[Status] | None, Query(alias="status", max_length=20)] = None,
    level: Annotated[list[RiskLevel] | None, Query(max_length=4)] = None,
    district: DistrictQuery = None,
    uscc: Annotated[str | None, Query(max_length=18)] = None,
    number: Annotated[str | None, Query(max_length=32, description="110105-2026-000001")] = None,
    overdue: Annotated[bool | None, Query(description="Whether something should be done.")] = None,
    in_transfer: Annotated[
        bool | None, Query(description="Whether another district was asked to take it over.")
    ] = None,
) -> CaseFilter:
    return CaseFilter(_set(status_), _set(level), district, uscc, number, overdue, in_transfer)


Filters = Annotated[CaseFilter, Depends(_filters)]


@cases_router.get("")
async def list_cases(
    request: Request,
    response: Response,
    session: Transaction,
    caller: Reader,
    now: Now,
    page: Pages,
    wanted: Filters,
) -> Page[CaseSummary]:
    """List the cases of the caller's districts; what is due first comes first."""
    rows, cursor = await handlers.list_cases(
        session, wanted, page, districts=caller.districts, now=now
    )
    link_next(request, response, cursor)
    return Page(data=[CaseSummary.model_validate(row) for row in rows], next_cursor=cursor)


@cases_router.get("/{case_id}", responses=responses(PROBLEMS, CaseNotFound))
async def show_case(
    case_id: UUID, response: Response, session: Transaction, caller: Reader, now: Now
) -> CaseRead:
    """Show a case, and which steps the caller could take with it now."""
    view = await handlers.show(
        session, case_id, by=actor(caller), districts=caller.districts, now=now
    )
    response.headers["ETag"] = etag(view.case.version)
    return CaseRead.of(view)


@cases_router.post(
    "/{case_id}/transitions",
    response_model=CaseRead,
    responses=responses(
        PROBLEMS,
        AskRefused,
        CaseChangedMeanwhile,
        CaseNotFound,
        CityDecides,
        StepNotForRole,
        StepRefused,
    ),
)
async def take_step(
    case_id: UUID,
    asked: TransitionRequest,
    session: Transaction,
    once: Once,
    caller: CaseWorker,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """Take a step with a case, under the life cycle and its rules."""

    async def taken() -> CaseRead:
        view = await handlers.take(
            session,
            case_id,
            asked.step,
            asked.ask(),
            by=actor(caller),
            districts=caller.districts,
            now=now,
            expected_version=version_of(if_match),
        )
        return CaseRead.of(view)

    return await once.answer(status.HTTP_200_OK, CaseRead, taken, headers=_tagged)


@cases_router.get("/{case_id}/timeline", responses=responses(PROBLEMS, CaseNotFound))
async def show_timeline(
    case_id: UUID,
    request: Request,
    response: Response,
    session: Transaction,
    caller: Reader,
    page: Pages,
) -> Page[TimelineEntry]:
    """List all that happened to a case, oldest first."""
    rows, cursor = await handlers.timeline(session, case_id, page, districts=caller.districts)
    link_next(request, response, cursor)
    return Page(data=[TimelineEntry.model_validate(row) for row in rows], next_cursor=cursor)


def _tagged(shown: CaseRead) -> dict[str, str]:
    return {"ETag": etag(shown.version)}
