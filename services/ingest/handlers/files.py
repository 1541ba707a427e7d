"""Taking in a file: kept first, worked off by the worker afterwards."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.errors import ContentGone, ImportEnded, ImportNotFailed
from services.ingest.domain.fates import NOTHING, State
from services.ingest.domain.periods import check_period
from services.ingest.handlers import mappings
from services.ingest.handlers.feeds import sent_by
from services.ingest.handlers.imports import Outcome, outcome, own
from services.ingest.store import imports, leases, trials
from services.ingest.store.imports import FILE, Content, Import
from services.ingest.store.mappings import SavedMapping
from shared.auth.identity import Caller
from shared.blobs import Blob, Blobs
from shared.ids import uuid7


async def check(
    session: AsyncSession,
    feed: str,
    mapping: str | None,
    *,
    caller: Caller,
    now: datetime,
    version: str | None = None,
    replaces_period: str | None = None,
) -> SavedMapping | None:
    """Refuse, before a long body is read, what could not be taken anyway."""
    contract = sent_by(caller, feed, version, today=now.date())
    if replaces_period is not None:
        check_period(contract, replaces_period, today=now.date())
    if mapping is None:
        return None
    saved = await mappings.named(session, mapping, caller=caller, feed=feed)
    await mappings.fits(saved, contract)
    return saved


async def receive(
    session: AsyncSession,
    blob: Blob,
    *,
    feed: str,
    filename: str,
    mapping: SavedMapping | None,
    dry_run: bool,
    replaces_period: str | None = None,
    reject_above: float | None = None,
    caller: Caller,
    now: datetime,
    trace: Mapping[str, str],
    version: str | None = None,
) -> Outcome:
    """Let a file that is kept be worked off.

    The same content that is still under way is the same import. One that has ended is judged
    again, as a batch is: since then it may mean something new; if it does not, the import says
    so at its end.
    """
    contract = sent_by(caller, feed, version, today=now.date())
    if replaces_period is not None:
        replaces_period = check_period(contract, replaces_period, today=now.date())
    content = Content(
        agency=caller.subject,
        feed=feed,
        sha256=blob.sha256,
        mapping=None if mapping is None else mapping.name,
        mapping_version=None if mapping is None else mapping.version,
        dry_run=dry_run,
        kind=FILE,
        replaces_period=replaces_period,
    )
    await imports.lock_content(session, content)
    earlier = await imports.latest_of_content(session, content)
    under_way = earlier is not None and earlier.finished_at is None
    if earlier is not None and under_way and earlier.contract_version == contract.version:
        return await outcome(session, earlier, repeated=True)
    taken = Import(
        id=uuid7(),
        feed=feed,
        contract_version=contract.version,
        agency=caller.subject,
        content_sha256=blob.sha256,
        content_bytes=blob.size,
        received_at=now,
        counts=NOTHING,
        state=State.RECEIVED,
        kind=FILE,
        filename=filename,
        mapping=content.mapping,
        mapping_version=content.mapping_version,
        dry_run=dry_run,
        reject_above=contract.reject_above if reject_above is None else reject_above,
        replaces_period=replaces_period,
        trace=trace.get("traceparent"),
    )
    await imports.add(session, taken)
    return Outcome(taken, (), more_faults=False)


async def cancel(
    session: AsyncSession, import_id: UUID, *, caller: Caller, now: datetime
) -> Outcome:
    """End an import that is under way; rows that were recorded stay recorded."""
    await own(session, import_id, caller)
    if not await leases.cancel(session, import_id, at=now):
        raise ImportEnded
    await trials.forget(session, import_id)
    return await outcome(session, await own(session, import_id, caller))


async def resume(
    session: AsyncSession, blobs: Blobs, import_id: UUID, *, caller: Caller
) -> Outcome:
    """Let an import that was set aside be worked off again, from the next row on.

    Raises ImportNotFound, ImportNotFailed, ContentGone.
    """
    taken = await own(session, import_id, caller)
    if not await blobs.exists(taken.content_sha256):
        raise ContentGone
    if not await leases.resume(session, import_id):
        raise ImportNotFailed
    return await outcome(session, await own(session, import_id, caller))
