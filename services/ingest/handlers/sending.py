"""What an import is to be read from, and by which contract and mapping."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.feeds import version_of
from services.ingest.files.reading import Sending
from services.ingest.mapping.reading import read_mapping
from services.ingest.store import mappings
from services.ingest.store.imports import Import
from shared.blobs import Blobs


async def sending_of(session: AsyncSession, taken: Import, blobs: Blobs) -> Sending:
    """Return what is to be read, and by which mapping. Raises BlobNotFound."""
    saved = None
    if taken.mapping is not None:
        saved = await mappings.get(
            session, taken.agency, taken.mapping, version=taken.mapping_version
        )
    return Sending(
        path=blobs.local(taken.content_sha256),
        filename=taken.filename or "",
        contract=version_of(taken.feed, taken.contract_version),
        mapping=None if saved is None else read_mapping(saved.document.encode()),
    )
