"""What an import is to be read from, and by which contract and mapping."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import version_of
from services.ingest.files.reading import Sending
from services.ingest.files.refusals import refused
from services.ingest.mapping.document import MappingFlawed
from services.ingest.mapping.model import FeedMapping
from services.ingest.mapping.reading import read_mapping
from services.ingest.store import mappings
from services.ingest.store.imports import Import
from services.ingest.store.mappings import SavedMapping
from shared.blobs import Blobs


async def sending_of(session: AsyncSession, taken: Import, blobs: Blobs) -> Sending:
    """Return what is to be read, and by which mapping. Raises BlobNotFound, FileRefused.

    A mapping was looked at when the file came; since then the contract may have become another.
    """
    contract = version_of(taken.feed, taken.contract_version)
    mapping = None
    if taken.mapping is not None:
        saved = await mappings.get(
            session, taken.agency, taken.mapping, version=taken.mapping_version
        )
        mapping = None if saved is None else _read(saved, contract)
    return Sending(
        path=blobs.local(taken.content_sha256),
        filename=taken.filename or "",
        contract=contract,
        mapping=mapping,
    )


def _read(saved: SavedMapping, contract: FeedContract) -> FeedMapping:
    try:
        return read_mapping(saved.document.encode(), feeds={contract.name: contract})
    except MappingFlawed:
        name = f"{saved.name}@{saved.version}"
        raise refused(
            "mapping_outdated", name=name, feed=contract.name, version=contract.version
        ) from None
