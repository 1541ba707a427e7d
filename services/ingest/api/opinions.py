"""The doors to opinion items and protection lists, for officers; never for banks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.ingest.api import City, Officer
from services.ingest.domain.errors import OpinionNotFound
from services.ingest.handlers import reading
from services.ingest.problems import PROBLEMS
from services.ingest.schemas.opinions import OpinionQuery, OpinionRead, OpinionSummary
from services.ingest.schemas.protection_lists import EditionRead, ListEntryRead
from shared.db import Transaction
from shared.events.ingest import ProtectionListKind
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router = APIRouter()


@router.get("/v1/opinions", tags=["opinions"])
async def list_opinions(
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: Officer,
    language: Speaks,
    wanted: Annotated[OpinionQuery, Depends()],
) -> Page[OpinionSummary]:
    """List texts that mention enterprises of the caller's districts, the last published first."""
    found, cursor = await reading.list_opinions(session, page, wanted.asked(), caller=caller)
    link_next(request, response, cursor)
    return Page(data=[OpinionSummary.of(one, language) for one in found], next_cursor=cursor)


@router.get(
    "/v1/opinions/{opinion_id}", tags=["opinions"], responses=responses(PROBLEMS, OpinionNotFound)
)
async def show_opinion(
    opinion_id: UUID, session: Transaction, caller: Officer, language: Speaks
) -> OpinionRead:
    """Show a text that mentions an enterprise of the caller's districts."""
    return OpinionRead.of(await reading.show_opinion(session, opinion_id, caller=caller), language)


@router.get("/v1/protection-lists", tags=["protection lists"])
async def list_editions(
    request: Request, response: Response, session: Transaction, page: Pages, _caller: City
) -> Page[EditionRead]:
    """List the editions of the protection lists with the number of their entries."""
    found, cursor = await reading.list_editions(session, page)
    link_next(request, response, cursor)
    return Page(data=[EditionRead.of(edition) for edition in found], next_cursor=cursor)


@router.get("/v1/protection-lists/{kind}/entries", tags=["protection lists"])
async def list_entries(
    kind: ProtectionListKind,
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    _caller: City,
    language: Speaks,
    edition: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[ListEntryRead]:
    """List who is on a protection list, by edition and credit code."""
    found, cursor = await reading.list_entries(session, page, list_kind=kind, edition=edition)
    link_next(request, response, cursor)
    return Page(data=[ListEntryRead.of(entry, language) for entry in found], next_cursor=cursor)
