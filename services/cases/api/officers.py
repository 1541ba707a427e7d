"""The directory of officers."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response, status

from services.cases.api.callers import Administrator
from services.cases.domain.errors import (
    LastAdministrator,
    OfficerChangedMeanwhile,
    OfficerRefused,
)
from services.cases.handlers import officers as handlers
from services.cases.problems import PROBLEMS
from services.cases.schemas.officers import OfficerRead, OfficerWrite
from shared.db import Transaction
from shared.etags import IfMatch, etag, version_of
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

officers_router = APIRouter(prefix="/v1/officers", tags=["officers"])


@officers_router.get("")
async def list_officers(
    request: Request, response: Response, session: Transaction, _caller: Administrator, page: Pages
) -> Page[OfficerRead]:
    """List the directory of officers."""
    officers, cursor = await handlers.list_officers(session, page)
    link_next(request, response, cursor)
    return Page(data=[OfficerRead.of(officer) for officer in officers], next_cursor=cursor)


@officers_router.put(
    "/{subject}",
    response_model=OfficerRead,
    responses=responses(PROBLEMS, OfficerChangedMeanwhile, OfficerRefused, LastAdministrator),
)
async def put_officer(
    subject: Annotated[str, Path(min_length=1, max_length=200)],
    asked: OfficerWrite,
    session: Transaction,
    once: Once,
    _caller: Administrator,
    if_match: IfMatch = None,
) -> Response:
    """Say who an officer is, and which roles and districts they hold."""

    async def put() -> OfficerRead:
        officer = await handlers.put_officer(
            session, asked.officer(subject), expected_version=version_of(if_match)
        )
        return OfficerRead.of(officer)

    return await once.answer(status.HTTP_200_OK, OfficerRead, put, headers=_tagged)


def _tagged(shown: OfficerRead) -> dict[str, str]:
    return {"ETag": etag(shown.version)}
