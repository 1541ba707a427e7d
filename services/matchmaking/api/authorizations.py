"""Authorisations: given, confirmed, taken back."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status

from services.matchmaking.api.callers import Actor, Reader, Worker, is_officer, scope_of
from services.matchmaking.domain.authorization import Authorization, Standing
from services.matchmaking.domain.errors import (
    AskRefused,
    AuthorizationEnded,
    AuthorizationNotFound,
    CandidateNotFound,
    SecondPersonNeeded,
    StepRefused,
)
from services.matchmaking.handlers import authorizations as handlers
from services.matchmaking.problems import PROBLEMS
from services.matchmaking.schemas.permits import AuthorizationRead, AuthorizationWrite
from services.matchmaking.store.authorizations import AuthorizationFilter
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router: Final = APIRouter(prefix="/v1", tags=["matchmaking"])


@router.get("/authorizations")
async def list_authorizations(
    request: Request,
    response: Response,
    session: Transaction,
    caller: Reader,
    page: Pages,
    standing: Annotated[Standing | None, Query()] = None,
    uscc: Annotated[str | None, Query(max_length=18)] = None,
) -> Page[AuthorizationRead]:
    """List authorisations, the last given first; `pending` ones wait for a second person."""
    found, cursor = await handlers.list_authorizations(
        session, AuthorizationFilter(standing, uscc), page, bounds=scope_of(caller)
    )
    link_next(request, response, cursor)
    return Page(data=[AuthorizationRead.of(one) for one in found], next_cursor=cursor)


@router.post(
    "/candidates/{candidate_id}/authorizations",
    response_model=AuthorizationRead,
    status_code=status.HTTP_201_CREATED,
    responses=responses(PROBLEMS, AskRefused, CandidateNotFound, StepRefused),
)
async def give_authorization(
    candidate_id: UUID,
    asked: AuthorizationWrite,
    session: Transaction,
    once: Once,
    caller: Actor,
    now: Now,
) -> Response:
    """Authorise banks: by the enterprise at once, by an officer from a signed paper."""

    async def given() -> AuthorizationRead:
        one = await handlers.give(
            session,
            candidate_id,
            asked.to_domain(),
            paper_reference=asked.paper_reference,
            is_own=not is_officer(caller),
            by=caller.actor,
            bounds=scope_of(caller),
            now=now,
        )
        return AuthorizationRead.of(one)

    return await once.answer(status.HTTP_201_CREATED, AuthorizationRead, given)


@router.post(
    "/authorizations/{authorization_id}/confirm",
    response_model=AuthorizationRead,
    responses=responses(
        PROBLEMS, AuthorizationNotFound, AuthorizationEnded, SecondPersonNeeded, StepRefused
    ),
)
async def confirm_authorization(
    authorization_id: UUID, session: Transaction, once: Once, caller: Worker, now: Now
) -> Response:
    """Confirm, as another person than who recorded it, that the signed paper says this."""

    async def confirmed() -> AuthorizationRead:
        one = await handlers.confirm(
            session, authorization_id, by=caller.actor, bounds=scope_of(caller), now=now
        )
        return AuthorizationRead.of(one)

    return await once.answer(status.HTTP_200_OK, AuthorizationRead, confirmed)


@router.post(
    "/authorizations/{authorization_id}/withdraw",
    response_model=AuthorizationRead,
    responses=responses(PROBLEMS, AuthorizationNotFound, AuthorizationEnded),
)
async def withdraw_authorization(
    authorization_id: UUID, session: Transaction, once: Once, caller: Actor, now: Now
) -> Response:
    """Take an authorisation back: from now on no bank reads by it."""

    async def withdrawn() -> AuthorizationRead:
        one: Authorization = await handlers.withdraw(
            session, authorization_id, by=caller.actor, bounds=scope_of(caller), now=now
        )
        return AuthorizationRead.of(one)

    return await once.answer(status.HTTP_200_OK, AuthorizationRead, withdrawn)
