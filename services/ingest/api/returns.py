"""What becomes of a file, as it happens and afterwards: events, the workbook of errors, an end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response, status
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.background import BackgroundTask

from services.ingest.api import Agency, ImportReader, Store
from services.ingest.domain.errors import ContentGone, ImportEnded, ImportNotFailed, ImportNotFound
from services.ingest.domain.places import MOST_MEMBERS
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.handlers import files, imports, returning
from services.ingest.problems import PROBLEMS
from services.ingest.schemas.imports import ImportRead, ImportSummary
from services.ingest.store.imports import Import
from shared.auth.caller import allow
from shared.auth.identity import Caller, CallerKind, Role
from shared.clock import Now
from shared.db import Transaction, transaction
from shared.idempotency import Once
from shared.languages import Speaks
from shared.problems import responses

router = APIRouter()

_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LOOK_EVERY: Final = 0.5  # seconds
_RETRY: Final = 2000  # milliseconds after which a client whose stream broke comes again
Retrier = Annotated[Caller, allow(CallerKind.AGENCY, Role.CITY_ADMIN)]
# A stream ends after so many seconds: whoever comes again is asked anew who they are.
_LONGEST: Final = 600.0


@router.get(
    "/v1/imports/{import_id}/errors.xlsx",
    tags=["imports"],
    response_class=FileResponse,
    responses={
        **responses(PROBLEMS, ImportNotFound, ContentGone),
        200: {"content": {_WORKBOOK: {"schema": {"type": "string", "format": "binary"}}}},
    },
)
async def show_workbook(
    import_id: UUID,
    *,
    request: Request,
    session: Transaction,
    blobs: Store,
    caller: Agency,
    language: Speaks,
    member: Annotated[
        int, Query(ge=0, le=MOST_MEMBERS, description="Of an archive: one file alone, from 1.")
    ] = 0,
) -> FileResponse:
    """Give the sender's table back with the bad cells coloured and a column of reasons.

    Mended and sent again it is taken; the columns that were added are passed over.
    """
    bounds: WorkbookBounds = request.app.state.bounds
    given = await returning.returned_of(session, blobs, import_id, caller=caller)
    target = await returning.write(given, bounds, member=member, language=language)
    return FileResponse(
        target,
        media_type=_WORKBOOK,
        headers={
            "Content-Disposition": f'attachment; filename="{import_id}-errors.xlsx"',
            "X-Content-Type-Options": "nosniff",
        },
        background=BackgroundTask(target.unlink, missing_ok=True),
    )


@router.delete(
    "/v1/imports/{import_id}",
    tags=["imports"],
    response_model=ImportRead,
    responses=responses(PROBLEMS, ImportNotFound, ImportEnded),
)
async def cancel_import(
    import_id: UUID, caller: Agency, session: Transaction, once: Once, now: Now, language: Speaks
) -> Response:
    """End an import that is under way; rows that were recorded stay recorded, and are told."""

    async def do() -> ImportRead:
        taken = await files.cancel(session, import_id, caller=caller, now=now)
        return ImportRead.told(taken, language)

    return await once.answer(status.HTTP_200_OK, ImportRead, do)


@router.post(
    "/v1/imports/{import_id}/resumption",
    tags=["imports"],
    response_model=ImportRead,
    responses=responses(PROBLEMS, ImportNotFound, ImportNotFailed, ContentGone),
)
async def resume_import(
    import_id: UUID,
    caller: Retrier,
    session: Transaction,
    blobs: Store,
    once: Once,
    language: Speaks,
) -> Response:
    """Take an import up again that was set aside (state `failed`); it goes on where it was."""

    async def do() -> ImportRead:
        taken = await files.resume(session, blobs, import_id, caller=caller)
        return ImportRead.told(taken, language)

    return await once.answer(status.HTTP_200_OK, ImportRead, do)


async def _watched(import_id: UUID, request: Request, caller: ImportReader) -> Import:
    """Refuse before the stream begins what the caller may not see."""
    return await _look(request, import_id, caller)


@router.get(
    "/v1/imports/{import_id}/events",
    tags=["imports"],
    response_class=EventSourceResponse,
    responses=responses(PROBLEMS, ImportNotFound),
)
async def watch_import(
    import_id: UUID,
    request: Request,
    caller: ImportReader,
    taken: Annotated[Import, Depends(_watched)],
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Tell how far an import is whenever it gets further, until it ends (event `ended`).

    The data of each event is what a look at the import would give without its errors. Silence is
    broken by a comment every 15 s. Who comes again says by `Last-Event-ID` what they have seen.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + _LONGEST
    seen = last_event_id
    yield ServerSentEvent(comment="import", retry=_RETRY)
    while True:
        ended = taken.finished_at is not None
        told = ImportSummary.of(taken)
        place = f"{told.state}:{told.gone_through}:{told.total or 0}"
        if place != seen or ended:
            event = "ended" if ended else "progress"
            yield ServerSentEvent(data=told.model_dump(mode="json"), event=event, id=place)
            seen = place
        if ended or loop.time() >= until:
            return
        await asyncio.sleep(_LOOK_EVERY)
        taken = await _look(request, import_id, caller)


async def _look(request: Request, import_id: UUID, caller: Caller) -> Import:
    # In a transaction of its own each time: a stream that is read slowly holds none.
    async with transaction(request.state.sessions, actor=caller.actor) as session:
        return await imports.own(session, import_id, caller)
