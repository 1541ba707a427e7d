"""Files that come in pieces, on record until they are imports or given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.tables import UPLOADS


@dataclass(frozen=True)
class Upload:
    """A file that is coming: whose, what it is to become, how long it is; then its import."""

    id: UUID
    agency: str
    feed: str
    filename: str
    mapping: str | None
    mapping_version: int | None
    contract_version: str | None
    dry_run: bool
    reject_above: float | None
    replaces_period: str | None
    length: int
    sha256: str | None
    import_id: UUID | None = None


async def add(session: AsyncSession, upload: Upload) -> None:
    """Write one."""
    await session.execute(insert(UPLOADS).values(**vars(upload)))


async def get(
    session: AsyncSession, upload_id: UUID, *, agency: str, lock: bool = False
) -> Upload | None:
    """Return an agency's upload; locked, if it is to be ended."""
    columns = [UPLOADS.c[name] for name in Upload.__dataclass_fields__]
    statement = select(*columns).where(UPLOADS.c.id == upload_id, UPLOADS.c.agency == agency)
    row = (await session.execute(statement.with_for_update() if lock else statement)).first()
    return None if row is None else Upload(**row._mapping)  # noqa: SLF001 the public name of it


async def became(session: AsyncSession, upload_id: UUID, import_id: UUID) -> None:
    """Note which import it has become."""
    statement = update(UPLOADS).where(UPLOADS.c.id == upload_id)
    await session.execute(statement.values(import_id=import_id))


async def forget(session: AsyncSession, upload_ids: Sequence[UUID]) -> None:
    """Remove those that have been given up."""
    await session.execute(delete(UPLOADS).where(UPLOADS.c.id.in_(upload_ids)))
