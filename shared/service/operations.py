"""Operating a service: what waits in the outbox, what died and its replay, how far it has got."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel
from sqlalchemy import func, select

from shared.auth.caller import allow
from shared.auth.identity import Caller, Role
from shared.bus import dead
from shared.bus.consumer import Consumer, apply, open_letter
from shared.bus.dead import DeadLetter
from shared.clock import Now
from shared.db import Transaction, kernel_of
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.service import progress
from shared.service.progress import Pending, ProgressRead, Since

_FIRST_CHARACTERS: Final = 500

Operator = Annotated[Caller, allow(Role.CITY_ADMIN)]


class DeadLetterNotFound(Exception):
    """No consumer of this service has buried such a message."""


class DeadLetterResolved(Exception):
    """The message was replayed before."""


class ReplayFailed(Exception):
    """The message still cannot be applied."""

    def __init__(self, reason: str) -> None:
        self.values = {"reason": reason}


class DeadLetterRead(BaseModel):
    """A dead letter as an operator sees it; the payload itself may hold business data."""

    event_id: str
    consumer: str
    subject: str
    reason: str
    deliveries: int
    at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


class OutboxRead(BaseModel):
    """How far the service's facts have got."""

    waiting: int
    oldest_at: datetime | None
    stated: int
    dead: int


def operations_router(
    consumers: Sequence[Consumer[Any]], pending: Pending = progress.nothing_pending
) -> APIRouter:
    """Return the routes by which city administrators operate a service."""
    router = APIRouter(prefix="/v1/operations", tags=["operations"])
    by_name = {consumer.name: consumer for consumer in consumers}

    @router.get("/outbox")
    async def outbox(session: Transaction, _caller: Operator) -> OutboxRead:
        """Count what the bus has not taken yet, what was stated, and what died unresolved."""
        tables = kernel_of(session).tables
        waiting, oldest = (
            await session.execute(
                select(func.count(), func.min(tables.outbox.c.at)).select_from(tables.outbox)
            )
        ).one()
        dead_letters = tables.inbox_dead.c.resolved_at.is_(None)
        return OutboxRead(
            waiting=waiting,
            oldest_at=oldest,
            stated=await session.scalar(select(func.count()).select_from(tables.event_log)) or 0,
            dead=await session.scalar(
                select(func.count()).select_from(tables.inbox_dead).where(dead_letters)
            )
            or 0,
        )

    @router.get("/progress")
    async def show_progress(
        request: Request, session: Transaction, _caller: Operator, since: Since = None
    ) -> ProgressRead:
        """Say how far the service has got: what is stated, applied, done and under way."""
        return await progress.read(session, pending, clock=request.state.clock, since=since)

    @router.get("/dead-letters")
    async def dead_letters(
        request: Request, response: Response, session: Transaction, page: Pages, _caller: Operator
    ) -> Page[DeadLetterRead]:
        """List messages that consumers gave up and nobody has replayed, oldest event first."""
        letters, cursor = await dead.unresolved(session, kernel_of(session).tables, page)
        link_next(request, response, cursor)
        data = [DeadLetterRead.model_validate(letter, from_attributes=True) for letter in letters]
        return Page(data=data, next_cursor=cursor)

    @router.post("/dead-letters/{event_id}/{consumer}/replay", response_model=DeadLetterRead)
    async def replay(
        event_id: str,
        consumer: str,
        request: Request,
        session: Transaction,
        once: Once,
        now: Now,
        caller: Operator,
    ) -> Response:
        """Apply a dead letter by its consumer, and mark it resolved."""

        async def apply_it() -> DeadLetter:
            letter = await dead.find(
                session, kernel_of(session).tables, event_id=event_id, consumer=consumer
            )
            if letter is None or consumer not in by_name:
                raise DeadLetterNotFound
            if letter.resolved_at is not None:
                raise DeadLetterResolved
            try:
                opened = open_letter(
                    by_name[consumer], letter.headers, letter.payload, trust=request.state.trust
                )
                await apply(session, by_name[consumer], [opened], now=now)
            except Exception as error:  # whatever it was, the operator is told and all rolls back
                raise ReplayFailed(type(error).__name__) from error
            return await dead.resolve(session, kernel_of(session).tables, letter, by=caller.actor)

        return await once.answer(status.HTTP_200_OK, DeadLetterRead, apply_it)

    return router
