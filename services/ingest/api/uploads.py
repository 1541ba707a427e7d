"""The door for files that come in pieces: tus 1.0 (core, creation, expiration)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response, status
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from services.ingest.api import Agency, Store
from services.ingest.domain.errors import (
    FeedNotHeld,
    FeedWithoutPeriods,
    MappingForOtherFeed,
    MappingNotFound,
    PeriodRefused,
    UploadDiffers,
    UploadNotFound,
    UploadTooLong,
)
from services.ingest.handlers import files, uploads
from services.ingest.mapping.document import MappingOutdated
from services.ingest.problems import PROBLEMS
from services.ingest.schemas.imports import FileQuery
from services.ingest.schemas.uploads import UploadRead
from services.ingest.store.uploads import Upload
from shared.auth.identity import Caller
from shared.blobs import Blobs
from shared.clock import Now
from shared.db import Transaction, transaction
from shared.idempotency import IdempotencyKey, Once, check_key
from shared.ids import uuid7
from shared.pieces import OffsetDiffers, Pieces, PiecesBusy, PiecesGone
from shared.problems import responses
from shared.problems.guard import UnsupportedMediaType
from shared.telemetry import inject

router = APIRouter()

_VERSION: Final = {"Tus-Resumable": "1.0.0"}
_PATH: Final = "/v1/uploads/"
_PIECE: Final = "application/offset+octet-stream"
Length = Annotated[int, Header(alias="Upload-Length", gt=0, description="Bytes of the file.")]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, description="Where the piece begins.")]


def takes(scope: Scope) -> bool:
    """Tell whether a request brings a piece of a file, whose body may be long."""
    return scope["method"] == "PATCH" and str(scope["path"]).startswith(_PATH)


def _pieces(request: Request) -> Pieces:
    pieces: Pieces = request.app.state.pieces
    return pieces


Parts = Annotated[Pieces, Depends(_pieces)]


@router.post(
    "/v1/feeds/{feed}/uploads",
    tags=["imports"],
    status_code=status.HTTP_201_CREATED,
    response_model=UploadRead,
    responses=responses(
        PROBLEMS,
        FeedNotHeld,
        FeedWithoutPeriods,
        PeriodRefused,
        MappingNotFound,
        MappingForOtherFeed,
        MappingOutdated,
        UploadTooLong,
    ),
)
async def begin_upload(
    feed: str,
    length: Length,
    wanted: Annotated[FileQuery, Depends()],
    *,
    request: Request,
    caller: Agency,
    session: Transaction,
    pieces: Parts,
    once: Once,
    now: Now,
    sha256: Annotated[
        str | None, Query(pattern="^[0-9a-f]{64}$", description="Digest of the whole file.")
    ] = None,
) -> Response:
    """Begin a file that comes in pieces; the same key is the same file, as far as it has come."""
    version = wanted.contract_version
    mapping = await files.check(
        session,
        feed,
        wanted.mapping,
        caller=caller,
        now=now,
        version=version,
        replaces_period=wanted.replaces_period,
    )
    upload = Upload(
        id=uuid7(),
        agency=caller.subject,
        feed=feed,
        filename=wanted.filename,
        mapping=None if mapping is None else mapping.name,
        mapping_version=None if mapping is None else mapping.version,
        contract_version=version,
        dry_run=wanted.dry_run,
        reject_above=wanted.reject_above,
        replaces_period=wanted.replaces_period,
        length=length,
        sha256=sha256,
    )
    most: int = request.app.state.most_upload_bytes

    async def begin() -> UploadRead:
        begun = await uploads.begin(session, pieces, upload, most=most)
        return UploadRead.of(begun, 0)

    return await once.answer(status.HTTP_201_CREATED, UploadRead, begin, headers=_begun)


@router.head(
    "/v1/uploads/{upload_id}",
    tags=["imports"],
    responses=responses(PROBLEMS, UploadNotFound, UploadDiffers),
)
async def ask_upload(
    upload_id: UUID, caller: Agency, session: Transaction, pieces: Parts, blobs: Store, now: Now
) -> Response:
    """Tell how much of a file has come: where to go on."""
    upload = await _whole(upload_id, caller, session, pieces, blobs, now)
    return Response(headers=_progress(upload, await uploads.offset(pieces, upload)))


@router.get(
    "/v1/uploads/{upload_id}",
    tags=["imports"],
    responses=responses(PROBLEMS, UploadNotFound, UploadDiffers),
)
async def show_upload(
    upload_id: UUID, caller: Agency, session: Transaction, pieces: Parts, blobs: Store, now: Now
) -> UploadRead:
    """Show a file that comes in pieces, and the import that it has become."""
    upload = await _whole(upload_id, caller, session, pieces, blobs, now)
    return UploadRead.of(upload, await uploads.offset(pieces, upload))


async def _whole(
    upload_id: UUID,
    caller: Caller,
    session: AsyncSession,
    pieces: Pieces,
    blobs: Blobs,
    now: datetime,
) -> Upload:
    """Return an upload; one that is whole is an import before anybody is told that it is whole.

    Whoever hears so has nothing more to bring, even if what ended its last piece was broken off.
    """
    upload = await uploads.own(session, upload_id, caller=caller)
    if upload.import_id is not None or await uploads.offset(pieces, upload) < upload.length:
        return upload
    trace: dict[str, str] = {}
    inject(trace)
    await uploads.end(session, pieces, blobs, upload_id, caller=caller, now=now, trace=trace)
    return await uploads.own(session, upload_id, caller=caller)


@router.patch(
    "/v1/uploads/{upload_id}",
    tags=["imports"],
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(PROBLEMS, UploadNotFound, OffsetDiffers, PiecesBusy, UploadDiffers),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {_PIECE: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def append_to_upload(
    upload_id: UUID,
    at: Offset,
    *,
    request: Request,
    caller: Agency,
    pieces: Parts,
    blobs: Store,
    now: Now,
    key: IdempotencyKey = None,
) -> Response:
    """Bring the next piece; the last one makes an import of the file.

    The offset makes it safe to bring a piece twice: the second does not begin where the file ends.
    """
    check_key(key)
    # What is no piece, a form above all, would become part of the file.
    if request.headers.get("content-type") != _PIECE:
        raise UnsupportedMediaType
    # Transactions of their own: none may wait for a body that comes slowly.
    async with transaction(request.state.sessions, actor=caller.actor) as asked:
        upload = await uploads.own(asked, upload_id, caller=caller)
    try:
        size = await uploads.append(pieces, upload, at, request.stream())
    except PiecesGone:
        raise UploadNotFound from None
    except ClientDisconnect:
        return Response(status_code=status.HTTP_400_BAD_REQUEST)
    headers = _progress(upload, size)
    if size == upload.length:
        trace: dict[str, str] = {}
        inject(trace)
        async with transaction(request.state.sessions, actor=caller.actor) as session:
            became = await uploads.end(
                session, pieces, blobs, upload_id, caller=caller, now=now, trace=trace
            )
        headers = {**headers, "Content-Location": f"/v1/imports/{became}"}
    return Response(status_code=status.HTTP_204_NO_CONTENT, headers=headers)


def _begun(told: UploadRead) -> Mapping[str, str]:
    return {**_VERSION, "Location": f"{_PATH}{told.id}", "Upload-Offset": "0"}


def _progress(upload: Upload, size: int) -> dict[str, str]:
    expires = datetime.now(UTC) + uploads.ABANDONED_AFTER
    return {
        **_VERSION,
        "Upload-Offset": str(size),
        "Upload-Length": str(upload.length),
        "Upload-Expires": format_datetime(expires, usegmt=True),
        "Cache-Control": "no-store",
    }
