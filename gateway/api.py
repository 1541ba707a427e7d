"""The gateway's own endpoints: who is who, the audit, and what anybody may read."""

from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from pydantic import AwareDatetime

from gateway import document, handlers, progress
from gateway.domain.errors import (
    PartnerChangedMeanwhile,
    PartnerNotFound,
    PartnerRefused,
    RepresentativeChangedMeanwhile,
    RepresentativeNotFound,
    RepresentativeRefused,
)
from gateway.problems import PROBLEMS, ProblemNotFound
from gateway.progress import PlatformProgressRead
from gateway.schemas import (
    AccessRead,
    MeRead,
    PartnerRead,
    PartnerWrite,
    ProblemTypeRead,
    RepresentativeRead,
    RepresentativeWrite,
    SignInRead,
    VersionRead,
)
from gateway.store.audit import AccessFilter
from gateway.upstream import Upstreams
from shared.auth.caller import CallerDep, allow
from shared.auth.identity import Caller, Role
from shared.db import Transaction
from shared.etags import IfMatch, etag, version_of
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses
from shared.service.progress import ProgressRead, nothing_pending, read

router: Final = APIRouter(prefix="/v1")
open_router: Final = APIRouter(tags=["platform"])

_DOCUMENT_AGE: Final = "public, max-age=300"

Administrator = Annotated[Caller, allow(Role.CITY_ADMIN)]
Auditor = Annotated[Caller, allow(Role.AUDITOR)]
Subject = Annotated[str, Path(min_length=1, max_length=200)]
ClientId = Annotated[str, Path(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


def _access_filter(
    actor: Annotated[str | None, Query(max_length=200)] = None,
    action: Annotated[str | None, Query(max_length=100)] = None,
    since: Annotated[AwareDatetime | None, Query(description="From this time on.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this time.")] = None,
) -> AccessFilter:
    return AccessFilter(actor, action, since, until)


@router.get("/me", tags=["platform"])
async def show_me(caller: CallerDep, language: Speaks) -> MeRead:
    """Show who the caller is: name, roles, districts, feeds."""
    return MeRead.of(caller, language)


@router.get("/partners", tags=["partners"])
async def list_partners(
    request: Request, response: Response, session: Transaction, _caller: Administrator, page: Pages
) -> Page[PartnerRead]:
    """List the agencies and banks."""
    partners, cursor = await handlers.list_partners(session, page)
    link_next(request, response, cursor)
    return Page(data=[PartnerRead.of(partner) for partner in partners], next_cursor=cursor)


@router.get(
    "/partners/{client_id}", tags=["partners"], responses=responses(PROBLEMS, PartnerNotFound)
)
async def show_partner(
    client_id: ClientId, response: Response, session: Transaction, _caller: Administrator
) -> PartnerRead:
    """Show an agency or a bank."""
    partner = await handlers.show_partner(session, client_id)
    response.headers["ETag"] = etag(partner.version)
    return PartnerRead.of(partner)


@router.put(
    "/partners/{client_id}",
    tags=["partners"],
    response_model=PartnerRead,
    responses=responses(PROBLEMS, PartnerChangedMeanwhile, PartnerRefused),
)
async def put_partner(
    client_id: ClientId,
    asked: PartnerWrite,
    session: Transaction,
    once: Once,
    _caller: Administrator,
    if_match: IfMatch = None,
) -> Response:
    """Say who a partner is, whose client at the identity provider has this id."""

    async def put() -> PartnerRead:
        partner = await handlers.put_partner(
            session, asked.partner(client_id), expected_version=version_of(if_match)
        )
        return PartnerRead.of(partner)

    return await once.answer(
        status.HTTP_200_OK, PartnerRead, put, headers=lambda shown: {"ETag": etag(shown.version)}
    )


@router.get("/representatives", tags=["representatives"])
async def list_representatives(
    request: Request, response: Response, session: Transaction, _caller: Administrator, page: Pages
) -> Page[RepresentativeRead]:
    """List who acts for enterprises."""
    found, cursor = await handlers.list_representatives(session, page)
    link_next(request, response, cursor)
    return Page(data=[RepresentativeRead.of(one) for one in found], next_cursor=cursor)


@router.get(
    "/representatives/{subject}",
    tags=["representatives"],
    responses=responses(PROBLEMS, RepresentativeNotFound),
)
async def show_representative(
    subject: Subject, response: Response, session: Transaction, _caller: Administrator
) -> RepresentativeRead:
    """Show who acts for enterprises by this sign-in."""
    found = await handlers.show_representative(session, subject)
    response.headers["ETag"] = etag(found.version)
    return RepresentativeRead.of(found)


@router.put(
    "/representatives/{subject}",
    tags=["representatives"],
    response_model=RepresentativeRead,
    responses=responses(PROBLEMS, RepresentativeChangedMeanwhile, RepresentativeRefused),
)
async def put_representative(
    subject: Subject,
    asked: RepresentativeWrite,
    session: Transaction,
    once: Once,
    _caller: Administrator,
    if_match: IfMatch = None,
) -> Response:
    """Say for which enterprises a person of the identity provider may act."""

    async def put() -> RepresentativeRead:
        appointed = await handlers.put_representative(
            session, asked.representative(subject), expected_version=version_of(if_match)
        )
        return RepresentativeRead.of(appointed)

    return await once.answer(
        status.HTTP_200_OK,
        RepresentativeRead,
        put,
        headers=lambda shown: {"ETag": etag(shown.version)},
    )


@router.get("/audit", tags=["audit"])
async def list_accesses(
    request: Request,
    response: Response,
    session: Transaction,
    _caller: Auditor,
    page: Pages,
    wanted: Annotated[AccessFilter, Depends(_access_filter)],
) -> Page[AccessRead]:
    """List who called what, the latest first."""
    rows, cursor = await handlers.list_accesses(session, wanted, page)
    link_next(request, response, cursor)
    return Page(data=[AccessRead.model_validate(row) for row in rows], next_cursor=cursor)


@router.get("/progress", tags=["operations"])
async def show_platform_progress(
    request: Request, session: Transaction, caller: Administrator
) -> PlatformProgressRead:
    """Say whether everything that was stated is applied, and every chore done, in all services."""

    async def ask(service: str, since: datetime) -> ProgressRead | None:
        if service == "gateway":
            return await read(session, nothing_pending, clock=request.state.clock, since=since)
        upstreams: Upstreams = request.state.keepers.upstreams
        return await progress.asked(upstreams, service, caller, since=since)

    return await progress.platform(ask)


@open_router.get("/problems/{code}", responses=responses(PROBLEMS, ProblemNotFound))
async def explain_problem(
    code: Annotated[str, Path(max_length=100)], response: Response, language: Speaks
) -> ProblemTypeRead:
    """Say what the code of a problem means; the console does so as a page, for browsers."""
    told = ProblemTypeRead.of(code, language)
    if told is None:
        raise ProblemNotFound
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept, Accept-Language"
    return told


@open_router.get("/sign-in")
async def show_sign_in(request: Request) -> SignInRead:
    """Say who signs people in, before anybody is known."""
    told: SignInRead = request.state.sign_in
    return told


@open_router.get("/version")
async def show_version() -> VersionRead:
    """Say which release answers."""
    return VersionRead(version=version("wengang"))


@open_router.get("/openapi.json", include_in_schema=False)
async def show_document() -> Response:
    """Give the one description of the platform's API, whether or not its services are up."""
    return Response(
        _document(), media_type="application/json", headers={"Cache-Control": _DOCUMENT_AGE}
    )


@cache
def _document() -> bytes:
    return document.FILE.read_bytes()
