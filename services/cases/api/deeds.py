"""What is done in a case: visits, deliveries, evidence, financing asked for."""

from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from services.cases.api.callers import ActingOfficer, CaseWorker, actor
from services.cases.domain.codes import Deed
from services.cases.domain.errors import (
    AskRefused,
    CaseNotFound,
    DeedNotFound,
    ServiceIneligible,
    StepNotForRole,
    StepRefused,
)
from services.cases.handlers import deeds as handlers
from services.cases.handlers.deeds import Doing
from services.cases.problems import PROBLEMS
from services.cases.schemas.deeds import (
    DeedRead,
    DeliveryRead,
    DeliveryWrite,
    EvidenceRead,
    EvidenceWrite,
    FinancingRead,
    FinancingWrite,
    VisitRead,
    VisitWrite,
)
from shared.auth.identity import Caller
from shared.calendar import SHANGHAI
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

deed_router = APIRouter(prefix="/v1/deeds", tags=["cases"])
deeds_router = APIRouter(prefix="/v1/cases/{case_id}", tags=["cases"])

_REFUSALS = responses(PROBLEMS, AskRefused, CaseNotFound, StepNotForRole, StepRefused)


@deed_router.get("/{deed_id}", responses=responses(PROBLEMS, DeedNotFound))
async def show_deed(deed_id: UUID, session: Transaction, caller: ActingOfficer) -> DeedRead:
    """Show in which case something was done, by its id: a judgement's reasons name it."""
    found = await handlers.find(session, deed_id, districts=caller.districts)
    return DeedRead.model_validate(found)


@deeds_router.get("/visits", responses=responses(PROBLEMS, CaseNotFound))
async def list_visits(
    case_id: UUID,
    request: Request,
    response: Response,
    session: Transaction,
    caller: ActingOfficer,
    page: Pages,
) -> Page[VisitRead]:
    """List what officers saw or heard, the earliest first."""
    rows, cursor = await handlers.list_deeds(
        session, Deed.VISIT, case_id, page, districts=caller.districts
    )
    link_next(request, response, cursor)
    return Page(data=[VisitRead.model_validate(row) for row in rows], next_cursor=cursor)


@deeds_router.post("/visits", response_model=VisitRead, status_code=201, responses=_REFUSALS)
async def record_visit(
    case_id: UUID,
    asked: VisitWrite,
    session: Transaction,
    once: Once,
    caller: CaseWorker,
    now: Now,
) -> Response:
    """Record a visit or a call; the first that the level accepts meets the first contact."""
    doing = _doing(case_id, caller, now)
    found = asked.findings(now.astimezone(SHANGHAI).date())
    return await once.answer(
        status.HTTP_201_CREATED, VisitRead, lambda: handlers.visit(session, found, doing)
    )


@deeds_router.post(
    "/deliveries",
    response_model=DeliveryRead,
    status_code=201,
    responses=responses(
        PROBLEMS, AskRefused, CaseNotFound, ServiceIneligible, StepNotForRole, StepRefused
    ),
)
async def record_delivery(
    case_id: UUID,
    asked: DeliveryWrite,
    session: Transaction,
    once: Once,
    caller: CaseWorker,
    now: Now,
) -> Response:
    """Record that a service reached the enterprise, while its case is in disposition."""
    doing = _doing(case_id, caller, now)
    delivery = asked.delivery(now.astimezone(SHANGHAI).date())
    return await once.answer(
        status.HTTP_201_CREATED, DeliveryRead, lambda: handlers.deliver(session, delivery, doing)
    )


@deeds_router.get("/evidence", responses=responses(PROBLEMS, CaseNotFound))
async def list_evidence(
    case_id: UUID,
    request: Request,
    response: Response,
    session: Transaction,
    caller: ActingOfficer,
    page: Pages,
) -> Page[EvidenceRead]:
    """List the evidence on file, the earliest first."""
    rows, cursor = await handlers.list_deeds(
        session, Deed.ADD_EVIDENCE, case_id, page, districts=caller.districts
    )
    link_next(request, response, cursor)
    return Page(data=[EvidenceRead.model_validate(row) for row in rows], next_cursor=cursor)


@deeds_router.post("/evidence", response_model=EvidenceRead, status_code=201, responses=_REFUSALS)
async def add_evidence(
    case_id: UUID,
    asked: EvidenceWrite,
    session: Transaction,
    once: Once,
    caller: CaseWorker,
    now: Now,
) -> Response:
    """Put a piece of evidence on file; an outcome is submitted only with a kind that fits it."""
    doing = _doing(case_id, caller, now)
    return await once.answer(
        status.HTTP_201_CREATED,
        EvidenceRead,
        lambda: handlers.add_evidence(session, asked.evidence(), doing),
    )


@deeds_router.post(
    "/financing-requests", response_model=FinancingRead, status_code=201, responses=_REFUSALS
)
async def request_financing(
    case_id: UUID,
    asked: FinancingWrite,
    session: Transaction,
    once: Once,
    caller: CaseWorker,
    now: Now,
) -> Response:
    """Ask matchmaking for a loan that the enterprise wants."""
    doing = _doing(case_id, caller, now)
    return await once.answer(
        status.HTTP_201_CREATED,
        FinancingRead,
        lambda: handlers.request_financing(session, asked.need(), doing),
    )


def _doing(case_id: UUID, caller: Caller, now: Now) -> Doing:
    return Doing(case_id, actor(caller), caller.districts, now)
