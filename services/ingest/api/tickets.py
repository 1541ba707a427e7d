"""The doors to correction tickets: officers doubt facts, agencies answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status

from services.ingest.api import Agency, FeedReader, Officer
from services.ingest.domain.errors import (
    FactNotFound,
    FactNotNamed,
    FeedNotFound,
    FeedWithoutPeriods,
    PeriodRefused,
    TicketAnswered,
    TicketNotFound,
    TicketOpen,
)
from services.ingest.handlers import tickets
from services.ingest.problems import PROBLEMS
from services.ingest.schemas.tickets import TicketAnswer, TicketQuery, TicketRead, TicketWrite
from services.ingest.store.tickets import Asked
from shared.calendar import SHANGHAI
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router = APIRouter()


@router.get("/v1/correction-tickets", tags=["facts"])
async def list_tickets(
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: FeedReader,
    wanted: Annotated[TicketQuery, Depends()],
    now: Now,
) -> Page[TicketRead]:
    """List tickets, newest first: those to an agency, or about what the caller's districts see."""
    today = now.astimezone(SHANGHAI).date()
    asked = Asked(wanted.state, wanted.uscc, today if wanted.overdue else None)
    found, cursor = await tickets.list_tickets(session, page, asked, caller=caller)
    link_next(request, response, cursor)
    return Page(data=[TicketRead.of(ticket, now) for ticket in found], next_cursor=cursor)


@router.post(
    "/v1/correction-tickets",
    tags=["facts"],
    status_code=status.HTTP_201_CREATED,
    response_model=TicketRead,
    responses=responses(
        PROBLEMS,
        FeedNotFound,
        FeedWithoutPeriods,
        PeriodRefused,
        FactNotFound,
        FactNotNamed,
        TicketOpen,
    ),
)
async def open_ticket(
    body: TicketWrite, caller: Officer, session: Transaction, once: Once, now: Now
) -> Response:
    """Doubt a fact about an enterprise that one sees; whoever had sent it is asked."""

    async def do() -> TicketRead:
        told = await tickets.open_ticket(session, **body.model_dump(), caller=caller, now=now)
        return TicketRead.of(told, now)

    return await once.answer(status.HTTP_201_CREATED, TicketRead, do)


@router.post(
    "/v1/correction-tickets/{ticket_id}/answer",
    tags=["facts"],
    response_model=TicketRead,
    responses=responses(PROBLEMS, TicketNotFound, TicketAnswered),
)
async def answer(
    ticket_id: UUID,
    body: TicketAnswer,
    caller: Agency,
    session: Transaction,
    once: Once,
    now: Now,
) -> Response:
    """Answer a ticket to one's agency: the fact is wrong and will be corrected, or it stands."""

    async def do() -> TicketRead:
        told = await tickets.answer(
            session, ticket_id, body.verdict, body.answer, caller=caller, now=now
        )
        return TicketRead.of(told, now)

    return await once.answer(status.HTTP_200_OK, TicketRead, do)
