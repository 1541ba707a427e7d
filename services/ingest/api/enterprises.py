"""The doors to the enterprise register, for officers: entries, their versions, their names."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.ingest.api import City, Officer
from services.ingest.domain.errors import EnterpriseNotFound
from services.ingest.handlers import enterprises
from services.ingest.problems import PROBLEMS
from services.ingest.schemas.enterprises import (
    AliasesWrite,
    EnterpriseDetail,
    EnterpriseQuery,
    EnterpriseRead,
    EnterpriseVersionRead,
)
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router = APIRouter()

_MISSING = responses(PROBLEMS, EnterpriseNotFound)


@router.get("/v1/enterprises", tags=["register"])
async def list_enterprises(
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: Officer,
    language: Speaks,
    wanted: Annotated[EnterpriseQuery, Depends()],
) -> Page[EnterpriseRead]:
    """List the enterprises of the caller's districts, by credit code."""
    found, cursor = await enterprises.list_enterprises(
        session,
        page,
        caller=caller,
        name_part=wanted.q,
        district=wanted.district,
        status=wanted.status,
    )
    link_next(request, response, cursor)
    data = [EnterpriseRead.of(enterprise, language) for enterprise in found]
    return Page(data=data, next_cursor=cursor)


@router.get("/v1/enterprises/{uscc}", tags=["register"], responses=_MISSING)
async def show_enterprise(
    uscc: str, session: Transaction, caller: Officer, language: Speaks
) -> EnterpriseDetail:
    """Show an enterprise of the caller's districts."""
    found, names = await enterprises.show_enterprise(session, uscc, caller=caller)
    return EnterpriseDetail.known(found, names, language)


@router.get("/v1/enterprises/{uscc}/versions", tags=["register"], responses=_MISSING)
async def list_versions(
    uscc: str,
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: Officer,
    language: Speaks,
) -> Page[EnterpriseVersionRead]:
    """List what the register has said of an enterprise, the newest first."""
    found, cursor = await enterprises.list_versions(session, uscc, page, caller=caller)
    link_next(request, response, cursor)
    data = [EnterpriseVersionRead.told(uscc, entry, language) for entry in found]
    return Page(data=data, next_cursor=cursor)


@router.put(
    "/v1/enterprises/{uscc}/aliases",
    tags=["register"],
    response_model=EnterpriseDetail,
    responses=_MISSING,
)
async def put_aliases(
    uscc: str,
    asked: AliasesWrite,
    session: Transaction,
    caller: City,
    once: Once,
    now: Now,
    language: Speaks,
) -> Response:
    """Say by which other names people call an enterprise; texts are searched for them anew."""

    async def put() -> EnterpriseDetail:
        found, names = await enterprises.put_aliases(
            session, uscc, asked.aliases, caller=caller, now=now
        )
        return EnterpriseDetail.known(found, names, language)

    return await once.answer(200, EnterpriseDetail, put)
