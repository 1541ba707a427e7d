"""The doors to files and mappings: agencies send files of any length, and say how to read them."""

import re
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from services.ingest.api import Agency, Store, told_of
from services.ingest.domain.errors import (
    ContentGone,
    ContractSunset,
    ContractVersionUnknown,
    FeedNotHeld,
    FeedWithoutPeriods,
    ImportEnded,
    ImportNotFound,
    MappingForOtherFeed,
    MappingNotFound,
    PeriodRefused,
    SampleUnreadable,
)
from services.ingest.handlers import files, mappings, samples
from services.ingest.mapping.document import MappingFlawed, MappingOutdated
from services.ingest.problems import PROBLEMS
from services.ingest.schemas.imports import (
    FileQuery,
    ImportRead,
    MappingRead,
    MappingSummary,
    ProposalRead,
    ReadingRead,
)
from shared.clock import Now
from shared.db import Transaction, transaction
from shared.idempotency import IdempotencyKey, Once, check_key, once_of
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses
from shared.telemetry import inject

router = APIRouter()

_PATH: Final = re.compile(r"/v1/feeds/[^/]+/files")
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
_ANY_FILE: Final = {
    "required": True,
    "content": {
        "application/x-ndjson": _BYTES,
        "text/csv": _BYTES,
        "text/tab-separated-values": _BYTES,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _BYTES,
    },
}
_YAML: Final = {"required": True, "content": {"application/yaml": {"schema": {"type": "string"}}}}

Name = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9_-]{0,63}$", description="Of a mapping.")]


def takes(scope: Scope) -> bool:
    """Tell whether a request sends a file, whose body may be long."""
    return scope["method"] == "POST" and _PATH.fullmatch(scope["path"]) is not None


async def _document(request: Request) -> bytes:
    return await request.body()


@router.post(
    "/v1/feeds/{feed}/files",
    tags=["imports"],
    status_code=status.HTTP_202_ACCEPTED,
    response_model=ImportRead,
    responses=responses(
        PROBLEMS,
        FeedNotHeld,
        ContractVersionUnknown,
        ContractSunset,
        FeedWithoutPeriods,
        PeriodRefused,
        MappingNotFound,
        MappingForOtherFeed,
        MappingOutdated,
    ),
    openapi_extra={"requestBody": _ANY_FILE},
)
async def receive(
    feed: str,
    *,
    request: Request,
    caller: Agency,
    session: Transaction,
    blobs: Store,
    now: Now,
    language: Speaks,
    wanted: Annotated[FileQuery, Depends()],
    key: IdempotencyKey = None,
) -> Response:
    """Take in a file of any length; it is kept before the answer, and worked off after it."""
    check_key(key)
    # In a transaction of its own: none may wait for a body that comes slowly.
    async with transaction(request.state.sessions, actor=caller.actor) as asked:
        mapping = await files.check(
            asked,
            feed,
            wanted.mapping,
            caller=caller,
            now=now,
            version=wanted.contract_version,
            replaces_period=wanted.replaces_period,
        )
    try:
        blob = await blobs.put(request.stream())
    except ClientDisconnect:
        raise HTTPException(status.HTTP_400_BAD_REQUEST) from None
    trace: dict[str, str] = {}
    inject(trace)

    async def take() -> ImportRead:
        outcome = await files.receive(
            session,
            blob,
            feed=feed,
            filename=wanted.filename,
            mapping=mapping,
            dry_run=wanted.dry_run,
            reject_above=wanted.reject_above,
            replaces_period=wanted.replaces_period,
            caller=caller,
            now=now,
            trace=trace,
            version=wanted.contract_version,
        )
        return ImportRead.told(outcome, language)

    once = once_of(request, session, caller.actor, key, content=blob.sha256.encode())
    return await once.answer(status.HTTP_202_ACCEPTED, ImportRead, take, headers=told_of)


@router.get(
    "/v1/imports/{import_id}/readings",
    tags=["imports"],
    responses=responses(PROBLEMS, ImportNotFound, ContentGone),
)
async def list_readings(
    import_id: UUID,
    caller: Agency,
    session: Transaction,
    blobs: Store,
    records: Annotated[int, Query(ge=1, le=50, description="How many of the first.")] = 5,
) -> Page[ReadingRead]:
    """List how the first records of a file were read, value by value beside their cells."""
    found = await samples.readings(session, blobs, import_id, caller=caller, records=records)
    return Page(data=[ReadingRead.model_validate(each) for each in found], next_cursor=None)


@router.post(
    "/v1/imports/{import_id}/cancellation",
    tags=["imports"],
    response_model=ImportRead,
    responses=responses(PROBLEMS, ImportNotFound, ImportEnded),
)
async def cancel(
    import_id: UUID, caller: Agency, session: Transaction, once: Once, now: Now, language: Speaks
) -> Response:
    """End an import that is under way; rows that were recorded stay recorded."""

    async def do() -> ImportRead:
        return ImportRead.told(
            await files.cancel(session, import_id, caller=caller, now=now), language
        )

    return await once.answer(status.HTTP_200_OK, ImportRead, do)


@router.put(
    "/v1/mappings/{name}",
    tags=["mappings"],
    response_model=MappingRead,
    responses=responses(PROBLEMS, FeedNotHeld, MappingFlawed),
    openapi_extra={"requestBody": _YAML},
)
async def put_mapping(
    name: Name,
    caller: Agency,
    body: Annotated[bytes, Depends(_document)],
    session: Transaction,
    once: Once,
    now: Now,
) -> Response:
    """Keep a mapping (YAML) as the next version of its name; unchanged, it stays as it is."""
    return await once.answer(
        status.HTTP_200_OK,
        MappingRead,
        lambda: mappings.save(session, name, body, caller=caller, now=now),
    )


@router.post(
    "/v1/feeds/{feed}/mappings/proposal",
    tags=["mappings"],
    response_model=ProposalRead,
    responses=responses(PROBLEMS, FeedNotHeld, SampleUnreadable),
    openapi_extra={"requestBody": _ANY_FILE},
)
async def propose_mapping(
    feed: str,
    caller: Agency,
    body: Annotated[bytes, Depends(_document)],
    once: Once,
    now: Now,
    filename: Annotated[str, Query(max_length=200, description="It tells the format.")] = "",
) -> Response:
    """Propose a mapping from the beginning of a file (at most 1 MiB); nothing of it is kept."""

    async def propose() -> ProposalRead:
        proposal, document = await mappings.propose(
            feed, body, filename=filename, caller=caller, today=now.date()
        )
        return ProposalRead.of(proposal, document)

    return await once.answer(status.HTTP_200_OK, ProposalRead, propose)


@router.get(
    "/v1/mappings/{name}", tags=["mappings"], responses=responses(PROBLEMS, MappingNotFound)
)
async def show_mapping(
    name: Name,
    caller: Agency,
    session: Transaction,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> MappingRead:
    """Show a mapping of one's own with its document; the newest version if none is named."""
    found = await mappings.show(session, name, caller=caller, version=version)
    return MappingRead.model_validate(found)


@router.get("/v1/mappings", tags=["mappings"])
async def list_mappings(
    request: Request, response: Response, session: Transaction, page: Pages, caller: Agency
) -> Page[MappingSummary]:
    """List the mappings of one's own by name, each in its newest version."""
    found, cursor = await mappings.page(session, page, caller=caller)
    link_next(request, response, cursor)
    data = [MappingSummary.model_validate(saved) for saved in found]
    return Page(data=data, next_cursor=cursor)
