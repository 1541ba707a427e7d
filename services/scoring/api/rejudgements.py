"""The doors to full judgements of the city: an administrator starts one and sees how far it is."""

from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from services.scoring.domain.errors import (
    RejudgementEnded,
    RejudgementNotFound,
    RejudgementUnderWay,
)
from services.scoring.handlers import rejudging as handlers
from services.scoring.problems import PROBLEMS
from services.scoring.schemas.rejudgements import RejudgementRead, RejudgementWrite
from shared.auth.caller import CallerDep, allow
from shared.auth.identity import Role
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

rejudgements_router = APIRouter(
    prefix="/v1/rejudgements",
    tags=["rejudgements"],
    dependencies=[allow(Role.CITY_ADMIN)],
)


@rejudgements_router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=RejudgementRead,
    responses=responses(PROBLEMS, RejudgementUnderWay),
)
async def start_rejudgement(
    asked: RejudgementWrite,
    session: Transaction,
    once: Once,
    caller: CallerDep,
    now: Now,
    language: Speaks,
) -> Response:
    """Have every enterprise judged anew as of today, for instance when rules have changed."""

    async def start() -> RejudgementRead:
        started = await handlers.ask(session, because=asked.because, by=caller.actor, now=now)
        return RejudgementRead.of(started, language)

    return await once.answer(status.HTTP_202_ACCEPTED, RejudgementRead, start)


@rejudgements_router.get("")
async def list_rejudgements(
    request: Request, response: Response, session: Transaction, page: Pages, language: Speaks
) -> Page[RejudgementRead]:
    """List the full judgements, the last asked first."""
    found, cursor = await handlers.list_rejudgements(session, page)
    link_next(request, response, cursor)
    return Page(data=[RejudgementRead.of(one, language) for one in found], next_cursor=cursor)


@rejudgements_router.get("/{rejudgement_id}", responses=responses(PROBLEMS, RejudgementNotFound))
async def show_rejudgement(
    rejudgement_id: UUID, session: Transaction, language: Speaks
) -> RejudgementRead:
    """Show how far a full judgement is, and what it found."""
    return RejudgementRead.of(await handlers.show(session, rejudgement_id), language)


@rejudgements_router.post(
    "/{rejudgement_id}/cancellation",
    response_model=RejudgementRead,
    responses=responses(PROBLEMS, RejudgementNotFound, RejudgementEnded),
)
async def cancel_rejudgement(
    rejudgement_id: UUID,
    session: Transaction,
    once: Once,
    caller: CallerDep,
    now: Now,
    language: Speaks,
) -> Response:
    """Call a full judgement off: no other part is begun, and those that were done stay judged."""

    async def cancel() -> RejudgementRead:
        told = await handlers.cancel(session, rejudgement_id, by=caller.actor, now=now)
        return RejudgementRead.of(told, language)

    return await once.answer(status.HTTP_200_OK, RejudgementRead, cancel)
