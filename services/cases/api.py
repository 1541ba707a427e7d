"""The doors of `cases` for officers; partners find none open."""

import re
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response, status

from services.cases import handlers
from services.cases.domain.case import Status
from services.cases.domain.errors import (
    AskRefused,
    CaseChangedMeanwhile,
    CaseNotFound,
    CityDecides,
    LastAdministrator,
    OfficerChangedMeanwhile,
    OfficerRefused,
    StepNotForRole,
    StepRefused,
)
from services.cases.domain.officer import Actor
from services.cases.domain.officer import Role as OfficerRole
from services.cases.problems import PROBLEMS
from services.cases.schemas import (
    CaseRead,
    CaseSummary,
    OfficerRead,
    OfficerWrite,
    TimelineEntry,
    TransitionRequest,
)
from services.cases.store.lists import CaseFilter
from shared.auth.caller import allow
from shared.auth.identity import Caller, Role
from shared.clock import Now
from shared.db import Transaction
from shared.districts import DistrictQuery
from shared.events.scoring import RiskLevel
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

cases_router = APIRouter(prefix="/v1/cases", tags=["cases"])
officers_router = APIRouter(prefix="/v1/officers", tags=["officers"])

Reader = Annotated[Caller, allow(*Role)]
CaseWorker = Annotated[Caller, allow(Role.CITY_ADMIN, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER)]
Administrator = Annotated[Caller, allow(Role.CITY_ADMIN)]
IfMatch = Annotated[
    str | None, Header(max_length=100, description="The ETag on which the change is decided.")
]

_ETAG: Final = re.compile(r'"([0-9]{1,9})"')
_NO_VERSION: Final = -1
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
) -> CaseFilter:
    return CaseFilter(_set(status_), _set(level), district, uscc, number, overdue)


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
        session, case_id, by=_actor(caller), districts=caller.districts, now=now
    )
    response.headers["ETag"] = _etag(view.case.version)
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
            by=_actor(caller),
            districts=caller.districts,
            now=now,
            expected_version=_version(if_match),
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


@officers_router.get("")
async def list_officers(
    request: Request, response: Response, session: Transaction, _caller: Administrator, page: Pages
) -> Page[OfficerRead]:
    """List the directory of officers."""
    officers, cursor = await handlers.list_officers(session, page)
    link_next(request, response, cursor)
    return Page(data=[OfficerRead.of(officer) for officer in officers], next_cursor=cursor)


@officers_router.put(
    "/{subject}",
    response_model=OfficerRead,
    responses=responses(PROBLEMS, OfficerChangedMeanwhile, OfficerRefused, LastAdministrator),
)
async def put_officer(
    subject: Annotated[str, Path(min_length=1, max_length=200)],
    asked: OfficerWrite,
    session: Transaction,
    once: Once,
    _caller: Administrator,
    if_match: IfMatch = None,
) -> Response:
    """Say who an officer is, and which roles and districts they hold."""

    async def put() -> OfficerRead:
        officer = await handlers.put_officer(
            session, asked.officer(subject), expected_version=_version(if_match)
        )
        return OfficerRead.of(officer)

    return await once.answer(status.HTTP_200_OK, OfficerRead, put, headers=_tagged)


def _actor(caller: Caller) -> Actor:
    roles = frozenset(OfficerRole(role) for role in caller.roles)
    return Actor(caller.actor, caller.subject, roles)


def _etag(version: int) -> str:
    return f'"{version}"'


def _tagged(shown: CaseRead | OfficerRead) -> dict[str, str]:
    return {"ETag": _etag(shown.version)}


def _version(if_match: str | None) -> int | None:
    """Read the version that must hold; None if any does."""
    if if_match is None or if_match == "*":
        return None
    found = _ETAG.fullmatch(if_match)
    # What is no ETag of ours matches nothing.
    return int(found[1]) if found else _NO_VERSION
