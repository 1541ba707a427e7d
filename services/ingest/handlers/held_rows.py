"""The door into quarantine, for whoever takes rows in: one by one, or a great many at once."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.fates import Held, Origin, Version
from services.ingest.domain.periods import covers
from services.ingest.domain.quarantine import record_of
from services.ingest.domain.rows import Key, Row, sift
from services.ingest.store import quarantine, withdrawals
from services.ingest.store.quarantine import Kept, Sent
from shared.calendar import day_of


async def hold(
    session: AsyncSession, contract: FeedContract, rows: Sequence[Row], sent: Sent
) -> None:
    """Let rows wait until the register knows their enterprises; without rows, nothing is asked.

    To be called when the transaction locks no further enterprise.
    """
    if rows:
        kept = [
            Kept(row.index if row.number is None else row.number, row.key, record_of(contract, row))
            for row in rows
        ]
        await quarantine.share(session)
        await quarantine.add(session, sent, kept)


async def said(
    session: AsyncSession,
    contract: FeedContract,
    strangers: Sequence[Row],
    agency: str,
    origin: Origin,
) -> Mapping[Key, Held]:
    """Return what the agency's waiting rows say of the keys of some strangers.

    Of each key the newest that was received before them: what came later is nothing that they
    repeat. What was taken back since then is withdrawn: said again, it is said anew.
    """
    if not strangers:
        return {}
    keys = {row.key for row in strangers}
    newest = await quarantine.newest(
        session, contract.name, keys, agency=agency, by=origin.received_at
    )
    if not newest:
        return {}
    records = [dict(row.record) for row in newest.values()]
    latest = max(one.origin.received_at for one in newest.values())
    first = min(one.origin.received_at for one in newest.values())
    taken_back = await withdrawals.since(session, contract, first, agency=agency)
    held: dict[Key, Held] = {}
    for row in sift(contract, records, today=day_of(latest)).rows:
        since = newest[row.key].origin
        gone = any(
            covers(taking.period, row.key[1])
            and since.received_at < taking.origin.received_at <= origin.received_at
            for taking in taken_back
        )
        held[row.key] = Held(0, row.content, withdrawn=gone, origin=since)
    return held


async def enterprises_came(session: AsyncSession, versions: Sequence[Version]) -> None:
    """Mark the rows that have waited for enterprises which are new with these versions."""
    new = {version.key[0] for version in versions if version.version == 1}
    if new:
        await quarantine.mark(session, new)
