"""Requests to departments: officers of a case ask, officers of the department answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status

from services.cases.api.callers import ActingOfficer, AssistingOfficer, CaseWorker, actor
from services.cases.domain.asked import AssistanceStatus, AssistanceStep
from services.cases.domain.errors import (
    AssistanceNotFound,
    AssistanceStepRefused,
    CaseNotFound,
    StepNotForRole,
    StepRefused,
)
from services.cases.handlers import assistance as handlers
from services.cases.handlers.deeds import Doing
from services.cases.problems import PROBLEMS
from services.cases.schemas.assistance import (
    AcceptWrite,
    AnswerWrite,
    AssistanceForDepartment,
    AssistanceRead,
    AssistanceWrite,
    ReasonWrite,
)
from services.cases.store.lists import Line
from shared.auth.identity import Caller
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

assistance_router = APIRouter(prefix="/v1", tags=["assistance"])

_REFUSALS = responses(PROBLEMS, AssistanceNotFound, AssistanceStepRefused, StepNotForRole)
_REQUEST = "/assistance-requests/{request_id}"


@assistance_router.get(
    "/cases/{case_id}/assistance-requests", responses=responses(PROBLEMS, CaseNotFound)
)
async def list_assistance_of_case(
    case_id: UUID,
    request: Request,
    response: Response,
    session: Transaction,
    caller: ActingOfficer,
    page: Pages,
    now: Now,
) -> Page[AssistanceRead]:
    """List what was asked of departments in a case, and what they said."""
    rows, cursor = await handlers.list_of_case(
        session, case_id, page, districts=caller.districts, now=now
    )
    link_next(request, response, cursor)
    return Page(data=[AssistanceRead.model_validate(row) for row in rows], next_cursor=cursor)


@assistance_router.post(
    "/cases/{case_id}/assistance-requests",
    response_model=AssistanceRead,
    status_code=201,
    responses=responses(PROBLEMS, CaseNotFound, StepNotForRole, StepRefused),
)
async def request_assistance(
    case_id: UUID,
    asked: AssistanceWrite,
    session: Transaction,
    once: Once,
    caller: CaseWorker,
    now: Now,
) -> Response:
    """Ask a department for assistance; by when it has to answer follows from the case's level."""
    doing = Doing(case_id, actor(caller), caller.districts, now)
    return await once.answer(
        status.HTTP_201_CREATED,
        AssistanceRead,
        lambda: handlers.ask(session, asked.wish(), doing),
    )


@assistance_router.get("/assistance-requests")
async def list_assistance(
    request: Request,
    response: Response,
    session: Transaction,
    caller: AssistingOfficer,
    page: Pages,
    now: Now,
    status_: Annotated[list[AssistanceStatus] | None, Query(alias="status", max_length=5)] = None,
) -> Page[AssistanceForDepartment]:
    """List what the caller's department was asked; what is due first comes first."""
    wanted = None if status_ is None else frozenset(status_)
    rows, cursor = await handlers.list_own(session, page, status=wanted, by=actor(caller), now=now)
    link_next(request, response, cursor)
    data = [AssistanceForDepartment.model_validate(row) for row in rows]
    return Page(data=data, next_cursor=cursor)


@assistance_router.get(_REQUEST, responses=responses(PROBLEMS, AssistanceNotFound))
async def show_assistance(
    request_id: UUID, session: Transaction, caller: AssistingOfficer, now: Now
) -> AssistanceForDepartment:
    """Show what the caller's department was asked."""
    row = await handlers.show(session, request_id, by=actor(caller), now=now)
    return AssistanceForDepartment.model_validate(row)


@assistance_router.post(
    f"{_REQUEST}/accept", response_model=AssistanceForDepartment, responses=_REFUSALS
)
async def accept_assistance(
    request_id: UUID,
    _asked: AcceptWrite,
    session: Transaction,
    once: Once,
    caller: AssistingOfficer,
    now: Now,
) -> Response:
    """Sign for a request."""
    return await once.answer(
        status.HTTP_200_OK,
        AssistanceForDepartment,
        lambda: _handled(session, request_id, AssistanceStep.ACCEPT, None, caller, now),
    )


@assistance_router.post(
    f"{_REQUEST}/return", response_model=AssistanceForDepartment, responses=_REFUSALS
)
async def return_assistance(
    request_id: UUID,
    asked: ReasonWrite,
    session: Transaction,
    once: Once,
    caller: AssistingOfficer,
    now: Now,
) -> Response:
    """Return a request that is not the department's, or lacks what it needs."""
    return await once.answer(
        status.HTTP_200_OK,
        AssistanceForDepartment,
        lambda: _handled(session, request_id, AssistanceStep.RETURN, asked.reason, caller, now),
    )


@assistance_router.post(
    f"{_REQUEST}/answer", response_model=AssistanceForDepartment, responses=_REFUSALS
)
async def answer_assistance(
    request_id: UUID,
    asked: AnswerWrite,
    session: Transaction,
    once: Once,
    caller: AssistingOfficer,
    now: Now,
) -> Response:
    """Answer a request that was signed for."""
    return await once.answer(
        status.HTTP_200_OK,
        AssistanceForDepartment,
        lambda: _handled(session, request_id, AssistanceStep.ANSWER, asked.answer, caller, now),
    )


@assistance_router.post(f"{_REQUEST}/withdraw", response_model=AssistanceRead, responses=_REFUSALS)
async def withdraw_assistance(
    request_id: UUID,
    asked: ReasonWrite,
    session: Transaction,
    once: Once,
    caller: CaseWorker,
    now: Now,
) -> Response:
    """Take a request back."""
    return await once.answer(
        status.HTTP_200_OK,
        AssistanceRead,
        lambda: _handled(session, request_id, AssistanceStep.WITHDRAW, asked.reason, caller, now),
    )


async def _handled(
    session: Transaction,
    request_id: UUID,
    step: AssistanceStep,
    said: str | None,
    caller: Caller,
    now: Now,
) -> Line:
    return await handlers.handle(
        session,
        request_id,
        step,
        said,
        by=actor(caller),
        districts=caller.districts,
        now=now,
    )
