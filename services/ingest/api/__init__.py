"""The doors of ingest over HTTP: feeds, batches, imports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status
from fastapi.responses import StreamingResponse

from services.ingest.domain.body import BatchMalformed, BatchTooLarge
from services.ingest.domain.errors import (
    ContentGone,
    ContractSunset,
    ContractVersionUnknown,
    FeedNotFound,
    FeedNotHeld,
    ImportNotFound,
)
from services.ingest.domain.fates import State
from services.ingest.domain.feeds import version_of
from services.ingest.files.template import template
from services.ingest.handlers import batches, feeds, imports
from services.ingest.problems import PROBLEMS
from services.ingest.schemas import FeedRead, FeedSummary
from services.ingest.schemas.contracts import (
    CONTRACT_VERSION,
    ChangeRead,
    ContractVersion,
    deprecation,
)
from services.ingest.schemas.imports import ImportRead, ImportSummary
from services.ingest.schemas.reasons import ImportErrorRead
from services.ingest.store.imports import Import
from shared.auth.caller import allow
from shared.auth.identity import Caller, CallerKind, Role
from shared.blobs import Blobs
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses
from shared.problems.guard import UnsupportedMediaType

router = APIRouter()

_CITY = (Role.CITY_ADMIN, Role.CITY_ANALYST)
_DISTRICT = (Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER)
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANY_BATCH = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["records"],
                "properties": {"records": {"type": "array", "items": {"type": "object"}}},
            }
        }
    },
}


def _blobs(request: Request) -> Blobs:
    blobs: Blobs = request.state.blobs
    return blobs


async def _batch(request: Request) -> bytes:
    # Not read by FastAPI: the body is kept as it came, and judged by its feed's contract.
    if "json" not in request.headers.get("content-type", ""):
        raise UnsupportedMediaType
    return await request.body()


Store = Annotated[Blobs, Depends(_blobs)]
Agency = Annotated[Caller, allow(CallerKind.AGENCY)]
FeedReader = Annotated[Caller, allow(CallerKind.AGENCY, *_CITY, *_DISTRICT)]
ImportReader = Annotated[Caller, allow(CallerKind.AGENCY, *_CITY)]
Officer = Annotated[Caller, allow(*_CITY, *_DISTRICT)]
City = Annotated[Caller, allow(*_CITY)]


@router.get("/v1/feeds", tags=["feeds"])
async def list_feeds(caller: FeedReader, language: Speaks, now: Now) -> Page[FeedSummary]:
    """List the feeds: an agency sees those that it holds."""
    data = [FeedSummary.of(feed, language) for feed in feeds.told_to(caller, today=now.date())]
    return Page(data=data, next_cursor=None)


@router.get(
    "/v1/feeds/{feed}",
    tags=["feeds"],
    responses=responses(PROBLEMS, FeedNotFound, ContractVersionUnknown),
)
async def show_feed(
    feed: str, caller: FeedReader, language: Speaks, now: Now, version: ContractVersion = None
) -> FeedRead:
    """Show the contract of a feed, with the JSON Schema of its batches."""
    found = feeds.told(feed, version, caller=caller, today=now.date())
    return FeedRead.of(found, language)


@router.get(
    "/v1/feeds/{feed}/template.xlsx",
    tags=["feeds"],
    response_class=Response,
    responses=responses(PROBLEMS, FeedNotFound, ContractVersionUnknown)
    | {200: {"content": {_WORKBOOK: {"schema": {"type": "string", "format": "binary"}}}}},
)
def show_template(
    feed: str, caller: FeedReader, language: Speaks, now: Now, version: ContractVersion = None
) -> Response:
    """Return a workbook to fill in; pushed as it is, it needs no mapping."""
    contract = feeds.told(feed, version, caller=caller, today=now.date())
    name = f"{contract.name}-{contract.version}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(template(contract, language), headers=headers, media_type=_WORKBOOK)


@router.get(
    "/v1/feeds/{feed}/changes",
    tags=["feeds"],
    responses=responses(PROBLEMS, FeedNotFound, ContractVersionUnknown),
)
async def list_changes(
    feed: str,
    caller: FeedReader,
    language: Speaks,
    since: Annotated[str, Query(pattern=CONTRACT_VERSION, description="An older version.")],
) -> Page[ChangeRead]:
    """List what the newest contract changes for who sends an older version."""
    data = [ChangeRead.of(each, language) for each in feeds.since(feed, since, caller=caller)]
    return Page(data=data, next_cursor=None)


@router.post(
    "/v1/feeds/{feed}/batches",
    tags=["imports"],
    status_code=status.HTTP_201_CREATED,
    response_model=ImportRead,
    responses=responses(
        PROBLEMS,
        FeedNotHeld,
        ContractVersionUnknown,
        ContractSunset,
        BatchMalformed,
        BatchTooLarge,
    )
    | {200: {"model": ImportRead, "description": "Taken before; this is that import."}},
    openapi_extra={"requestBody": _ANY_BATCH},
)
async def receive(
    feed: str,
    *,
    caller: Agency,
    body: Annotated[bytes, Depends(_batch)],
    session: Transaction,
    once: Once,
    blobs: Store,
    now: Now,
    language: Speaks,
    contract_version: ContractVersion = None,
) -> Response:
    """Take in 1 to 1000 records (at most 1 MiB) and tell what became of each."""

    async def take() -> ImportRead:
        outcome = await batches.receive(
            session,
            blobs,
            feed=feed,
            body=body,
            caller=caller,
            now=now,
            version=contract_version,
        )
        return ImportRead.told(outcome, language)

    return await once.answer(_status, ImportRead, take, headers=told_of)


@router.get("/v1/imports", tags=["imports"])
async def list_imports(
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: ImportReader,
    feed: Annotated[str | None, Query(max_length=100)] = None,
    state: State | None = None,
) -> Page[ImportSummary]:
    """List imports, newest first: an agency's own, or everyone's for the city."""
    found, cursor = await imports.list_imports(session, page, caller=caller, feed=feed, state=state)
    link_next(request, response, cursor)
    return Page(data=[ImportSummary.of(taken) for taken in found], next_cursor=cursor)


@router.get(
    "/v1/imports/{import_id}", tags=["imports"], responses=responses(PROBLEMS, ImportNotFound)
)
async def show_import(
    import_id: UUID, session: Transaction, caller: ImportReader, language: Speaks
) -> ImportRead:
    """Show an import with its first errors."""
    return ImportRead.told(await imports.show_import(session, import_id, caller=caller), language)


@router.get(
    "/v1/imports/{import_id}/errors",
    tags=["imports"],
    responses=responses(PROBLEMS, ImportNotFound),
)
async def list_errors(
    import_id: UUID,
    request: Request,
    response: Response,
    session: Transaction,
    page: Pages,
    caller: ImportReader,
    language: Speaks,
) -> Page[ImportErrorRead]:
    """List why rows of an import were not taken, in the order of the rows."""
    taken, faults, cursor = await imports.list_errors(session, import_id, page, caller=caller)
    link_next(request, response, cursor)
    data = [ImportErrorRead.of(fault, language, taken=taken) for fault in faults]
    return Page(data=data, next_cursor=cursor)


@router.get(
    "/v1/imports/{import_id}/content",
    tags=["imports"],
    response_class=StreamingResponse,
    responses=responses(PROBLEMS, ImportNotFound, ContentGone),
)
async def show_content(
    import_id: UUID, session: Transaction, blobs: Store, caller: Agency
) -> StreamingResponse:
    """Give back what the sender sent, as it came."""
    content = await imports.content(session, blobs, import_id, caller=caller)
    taken, stream = content
    kind = "application/octet-stream" if taken.is_file else "application/json"
    return StreamingResponse(stream, media_type=kind, headers=_as_file(taken))


def _status(told: ImportRead) -> int:
    return status.HTTP_200_OK if told.repeated else status.HTTP_201_CREATED


def told_of(told: ImportRead) -> dict[str, str]:
    """Return where an import is, and until when its version of the contract is taken."""
    contract = version_of(told.feed, told.contract_version)
    return {"Location": f"/v1/imports/{told.id}", **deprecation(contract)}


def _as_file(taken: Import) -> dict[str, str]:
    ending = (taken.format or "bin") if taken.is_file else "json"
    return {
        "Content-Disposition": f'attachment; filename="{taken.id}.{ending}"',
        "X-Content-Type-Options": "nosniff",
    }
