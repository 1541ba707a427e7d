"""The door into quarantine, for whoever takes rows in: one by one, or a great many at once."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.fates import Version
from services.ingest.domain.quarantine import record_of
from services.ingest.domain.rows import Key, Row, sift
from services.ingest.domain.values import Value
from services.ingest.store import quarantine
from services.ingest.store.quarantine import Kept, Sent
from shared.calendar import day_of


async def hold(
    session: AsyncSession, contract: FeedContract, rows: Sequence[Row], sent: Sent
) -> None:
    """Let rows wait until the register knows their enterprises; without rows, nothing is asked.

    To be called when the transaction locks no further enterprise.
    """
    if rows:
        kept = [Kept(row.index, row.key, record_of(contract, row)) for row in rows]
        await quarantine.share(session)
        await quarantine.add(session, sent, kept)


async def said(
    session: AsyncSession, contract: FeedContract, strangers: Sequence[Row], agency: str
) -> Mapping[Key, Mapping[str, Value]]:
    """Return what the agency's newest waiting rows say of the keys of some strangers."""
    if not strangers:
        return {}
    keys = {row.key for row in strangers}
    newest = await quarantine.newest(session, contract.name, keys, agency=agency)
    records = [dict(row.record) for row in newest.values()]
    latest = max((one.received_at for one in newest.values()), default=None)
    if latest is None:
        return {}
    sifted = sift(contract, records, today=day_of(latest))
    return {row.key: row.content for row in sifted.rows}


async def enterprises_came(session: AsyncSession, versions: Sequence[Version]) -> None:
    """Mark the rows that have waited for enterprises which are new with these versions."""
    new = {version.key[0] for version in versions if version.version == 1}
    if new:
        await quarantine.mark(session, new)
