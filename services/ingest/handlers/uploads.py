"""Taking in a file in pieces: begun, gone on with after every break, and then an import."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.errors import UploadDiffers, UploadNotFound, UploadTooLong
from services.ingest.handlers import files, mappings
from services.ingest.store import uploads
from services.ingest.store.uploads import Upload
from shared.auth.identity import Caller
from shared.blobs import Blobs
from shared.pieces import Pieces, PiecesGone

ABANDONED_AFTER: Final = timedelta(hours=24)


async def begin(session: AsyncSession, pieces: Pieces, upload: Upload, *, most: int) -> Upload:
    """Begin a file. Raises UploadTooLong."""
    if upload.length > most:
        raise UploadTooLong(most)
    await uploads.add(session, upload)
    await pieces.begin(upload.id)
    return upload


async def own(session: AsyncSession, upload_id: UUID, *, caller: Caller) -> Upload:
    """Return an upload of the caller's. Raises UploadNotFound."""
    found = await uploads.get(session, upload_id, agency=caller.subject)
    if found is None:
        raise UploadNotFound
    return found


async def offset(pieces: Pieces, upload: Upload) -> int:
    """Return how much of a file has come. Raises UploadNotFound."""
    if upload.import_id is not None:
        return upload.length
    try:
        return await pieces.size(upload.id)
    except PiecesGone:
        raise UploadNotFound from None


async def append(pieces: Pieces, upload: Upload, at: int, piece: AsyncIterator[bytes]) -> int:
    """Add a piece, and return how much has come. Raises what Pieces.append raises."""
    return await pieces.append(upload.id, at, piece, most=upload.length)


async def end(
    session: AsyncSession,
    pieces: Pieces,
    blobs: Blobs,
    upload_id: UUID,
    *,
    caller: Caller,
    now: datetime,
    trace: Mapping[str, str],
) -> UUID:
    """Make an import of a file that is whole; asked again it is the same. Raises UploadDiffers.

    What has come is forgotten by the sweep: until the commit nothing may be lost.
    """
    upload = await uploads.get(session, upload_id, agency=caller.subject, lock=True)
    if upload is None:
        raise UploadNotFound
    if upload.import_id is not None:
        return upload.import_id
    blob = await blobs.adopt(pieces.path(upload.id))
    if upload.sha256 not in {None, blob.sha256}:
        raise UploadDiffers
    name = None if upload.mapping is None else f"{upload.mapping}@{upload.mapping_version}"
    mapping = None
    if name is not None:
        mapping = await mappings.named(session, name, caller=caller, feed=upload.feed)
    outcome = await files.receive(
        session,
        blob,
        feed=upload.feed,
        filename=upload.filename,
        mapping=mapping,
        dry_run=upload.dry_run,
        reject_above=upload.reject_above,
        replaces_period=upload.replaces_period,
        caller=caller,
        now=now,
        trace=trace,
        version=upload.contract_version,
    )
    await uploads.became(session, upload.id, outcome.taken.id)
    return outcome.taken.id


async def sweep(session: AsyncSession, pieces: Pieces) -> None:
    """Forget the files of which nothing has come for a day; those that are imports stay imports."""
    abandoned = await pieces.abandoned(ABANDONED_AFTER.total_seconds())
    if abandoned:
        await uploads.forget(session, abandoned)
    for upload_id in abandoned:
        await pieces.discard(upload_id)
