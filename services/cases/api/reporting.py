"""What is told of a case: reports to those above, notes of its progress."""

from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from services.cases.api.callers import ActingOfficer, CaseWorker, actor
from services.cases.domain.codes import Deed
from services.cases.domain.errors import AskRefused, CaseNotFound, StepNotForRole, StepRefused
from services.cases.handlers import deeds as handlers
from services.cases.handlers.deeds import Doing
from services.cases.problems import PROBLEMS
from services.cases.schemas.deeds import (
    ProgressNoteRead,
    ProgressNoteWrite,
    ReportRead,
    ReportWrite,
)
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

reporting_router = APIRouter(prefix="/v1/cases/{case_id}", tags=["cases"])

_REFUSALS = responses(PROBLEMS, AskRefused, CaseNotFound, StepNotForRole, StepRefused)


@reporting_router.get("/reports", responses=responses(PROBLEMS, CaseNotFound))
async def list_reports(
    case_id: UUID,
    request: Request,
    response: Response,
    session: Transaction,
    caller: ActingOfficer,
    page: Pages,
) -> Page[ReportRead]:
    """List what those above were told, the earliest first."""
    rows, cursor = await handlers.list_deeds(
        session, Deed.REPORT, case_id, page, districts=caller.districts
    )
    link_next(request, response, cursor)
    return Page(data=[ReportRead.model_validate(row) for row in rows], next_cursor=cursor)


@reporting_router.post("/reports", response_model=ReportRead, status_code=201, responses=_REFUSALS)
async def report_upward(
    case_id: UUID,
    asked: ReportWrite,
    session: Transaction,
    once: Once,
    caller: CaseWorker,
    now: Now,
) -> Response:
    """Record a report upward; it meets the clock that asks for one."""
    doing = Doing(case_id, actor(caller), caller.districts, now)
    return await once.answer(
        status.HTTP_201_CREATED,
        ReportRead,
        lambda: handlers.report(session, asked.report(now), doing),
    )


@reporting_router.post(
    "/progress-notes", response_model=ProgressNoteRead, status_code=201, responses=_REFUSALS
)
async def note_progress(
    case_id: UUID,
    asked: ProgressNoteWrite,
    session: Transaction,
    once: Once,
    caller: CaseWorker,
    now: Now,
) -> Response:
    """Note how far a case has come; the time until the next note starts anew."""
    doing = Doing(case_id, actor(caller), caller.districts, now)
    return await once.answer(
        status.HTTP_201_CREATED,
        ProgressNoteRead,
        lambda: handlers.note_progress(session, asked.note, doing),
    )
