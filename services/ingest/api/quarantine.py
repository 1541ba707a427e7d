"""The doors to quarantine: rows that wait for the register, seen and taken back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status

from services.ingest.api import Agency, ImportReader
from services.ingest.domain.errors import ImportNotFound
from services.ingest.handlers import quarantine_pages
from services.ingest.problems import PROBLEMS
from services.ingest.schemas.imports import ImportRead
from services.ingest.schemas.quarantine import QuarantinedRead, QuarantineQuery
from services.ingest.store.quarantine_pages import Asked
from shared.auth.identity import CallerKind
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router = APIRouter()


@router.get("/v1/quarantine", tags=["imports"])
async def list_quarantine(
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: ImportReader,
    wanted: Annotated[QuarantineQuery, Depends()],
) -> Page[QuarantinedRead]:
    """List rows that came before their enterprises, newest first: an agency's own, or all."""
    asked = Asked(**vars(wanted))
    found, cursor = await quarantine_pages.list_rows(session, page, asked, caller=caller)
    link_next(request, response, cursor)
    agency = caller.kind is CallerKind.AGENCY
    return Page(
        data=[QuarantinedRead.of(row, for_sender=agency) for row in found], next_cursor=cursor
    )


@router.post(
    "/v1/imports/{import_id}/quarantine/withdrawal",
    tags=["imports"],
    response_model=ImportRead,
    responses=responses(PROBLEMS, ImportNotFound),
)
async def withdraw(
    import_id: UUID, caller: Agency, session: Transaction, once: Once, now: Now, language: Speaks
) -> Response:
    """Take back the rows of an import that still wait for their enterprises."""

    async def do() -> ImportRead:
        told = await quarantine_pages.withdraw(session, import_id, caller=caller, now=now)
        return ImportRead.told(told, language)

    return await once.answer(status.HTTP_200_OK, ImportRead, do)
