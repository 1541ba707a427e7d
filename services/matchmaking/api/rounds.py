"""Rounds (首贷专场、银企对接会) and invitations."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from services.matchmaking.api.callers import Administrator, OfficerReader, scope_of
from services.matchmaking.assignment.bound import BoundNotFound
from services.matchmaking.domain.errors import (
    CandidateNotFound,
    NotReviewed,
    RoundNotFound,
    StepRefused,
)
from services.matchmaking.handlers import assignments
from services.matchmaking.handlers import rounds as handlers
from services.matchmaking.problems import PROBLEMS
from services.matchmaking.schemas.candidates import (
    InvitationsWrite,
    RoundRead,
    RoundView,
    RoundWrite,
)
from services.matchmaking.schemas.referrals import AssignmentRead
from services.matchmaking.store.rounds import Round
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router: Final = APIRouter(prefix="/v1/rounds", tags=["matchmaking"])


@router.get("")
async def list_rounds(
    request: Request, response: Response, session: Transaction, _caller: OfficerReader, page: Pages
) -> Page[RoundRead]:
    """List rounds, the last held first."""
    found, cursor = await handlers.list_rounds(session, page)
    link_next(request, response, cursor)
    return Page(data=[RoundRead.model_validate(one) for one in found], next_cursor=cursor)


@router.post("", response_model=RoundRead, status_code=status.HTTP_201_CREATED)
async def open_round(
    asked: RoundWrite, session: Transaction, once: Once, caller: Administrator, now: Now
) -> Response:
    """Open a round."""

    async def opened() -> Round:
        return await handlers.open_round(
            session, asked.title, asked.held_on, by=caller.actor, now=now
        )

    return await once.answer(
        status.HTTP_201_CREATED,
        RoundRead,
        opened,
        headers=lambda one: {"Location": f"/v1/rounds/{one.id}"},
    )


@router.get("/{round_id}", responses=responses(PROBLEMS, RoundNotFound))
async def show_round(round_id: UUID, session: Transaction, caller: OfficerReader) -> RoundView:
    """Show a round with those invited whom the caller may see."""
    found, invited = await handlers.show(session, round_id, scope=scope_of(caller))
    return RoundView.seen(found, list(invited))


@router.post(
    "/{round_id}/invitations",
    response_model=RoundView,
    responses=responses(PROBLEMS, RoundNotFound, CandidateNotFound, NotReviewed, StepRefused),
)
async def invite(
    round_id: UUID,
    asked: InvitationsWrite,
    session: Transaction,
    once: Once,
    caller: Administrator,
    now: Now,
) -> Response:
    """Invite candidates that a review found viable."""

    async def invited() -> RoundView:
        found, candidates = await handlers.invite(
            session, round_id, asked.candidates, by=caller.actor, now=now
        )
        return RoundView.seen(found, list(candidates))

    return await once.answer(status.HTTP_200_OK, RoundView, invited)


@router.post(
    "/{round_id}/assignment",
    response_model=AssignmentRead,
    responses=responses(PROBLEMS, RoundNotFound, BoundNotFound),
)
async def assign(
    round_id: UUID, session: Transaction, once: Once, caller: Administrator, now: Now
) -> Response:
    """Refer the enterprises of a round to banks: three at most each, as well as quotas allow."""

    async def assigned() -> AssignmentRead:
        found = await assignments.assign_round(session, round_id, by=caller.actor, now=now)
        return AssignmentRead.of(found)

    return await once.answer(status.HTTP_200_OK, AssignmentRead, assigned)
