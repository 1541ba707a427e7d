"""The doors to successions: the registrar and the city record them, officers read them."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.ingest.api import FeedReader
from services.ingest.domain.errors import (
    EnterpriseNotFound,
    FeedNotHeld,
    SuccessionInFuture,
    SuccessionOfItself,
    SuccessionUnknown,
    SuccessorTaken,
)
from services.ingest.handlers import successions
from services.ingest.problems import PROBLEMS
from services.ingest.schemas.successions import SuccessionRead, SuccessionWrite
from shared.auth.caller import allow
from shared.auth.identity import Caller, CallerKind, Role
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page
from shared.problems import responses

router = APIRouter()

Registrar = Annotated[Caller, allow(CallerKind.AGENCY, Role.CITY_ADMIN)]


@router.get(
    "/v1/enterprises/{uscc}/successions",
    tags=["register"],
    responses=responses(PROBLEMS, EnterpriseNotFound, FeedNotHeld),
)
async def list_successions(
    uscc: str, session: Transaction, caller: FeedReader
) -> Page[SuccessionRead]:
    """List from whom an enterprise came and as whom it went on."""
    found = await successions.standing(session, uscc, caller=caller)
    return Page(data=[SuccessionRead.of(one) for one in found], next_cursor=None)


@router.put(
    "/v1/enterprises/{uscc}/successors/{successor}",
    tags=["register"],
    response_model=SuccessionRead,
    responses=responses(
        PROBLEMS,
        EnterpriseNotFound,
        FeedNotHeld,
        SuccessionInFuture,
        SuccessionOfItself,
        SuccessorTaken,
    ),
)
async def put_successor(
    uscc: str,
    successor: str,
    asked: SuccessionWrite,
    session: Transaction,
    caller: Registrar,
    once: Once,
    now: Now,
) -> Response:
    """Record that an enterprise merged into another, was divided, or has a new credit code."""

    async def put() -> SuccessionRead:
        pair = (uscc, successor)
        found = await successions.put(session, pair, asked.said(), caller=caller, now=now)
        return SuccessionRead.of(found)

    return await once.answer(200, SuccessionRead, put)


@router.post(
    "/v1/enterprises/{uscc}/successors/{successor}/withdrawal",
    tags=["register"],
    response_model=SuccessionRead,
    responses=responses(PROBLEMS, EnterpriseNotFound, FeedNotHeld, SuccessionUnknown),
)
async def take_back_successor(
    uscc: str,
    successor: str,
    session: Transaction,
    caller: Registrar,
    once: Once,
    now: Now,
) -> Response:
    """Take back that an enterprise went on as another: it was recorded in error."""

    async def take_back() -> SuccessionRead:
        pair = (uscc, successor)
        found = await successions.take_back(session, pair, caller=caller, now=now)
        return SuccessionRead.of(found)

    return await once.answer(200, SuccessionRead, take_back)
