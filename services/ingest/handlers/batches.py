"""Taking in a batch: at most 1000 records, judged and answered at once."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.body import read_records
from services.ingest.domain.fates import Origin, account
from services.ingest.domain.quarantine import Waiting
from services.ingest.domain.rows import sift
from services.ingest.handlers.feeds import sent_by
from services.ingest.handlers.imports import FIRST_ERRORS, Outcome, outcome
from services.ingest.handlers.settling import know_and_settle, record
from services.ingest.handlers.targets import Sender
from services.ingest.store import imports
from services.ingest.store.imports import Content, Import
from shared.auth.identity import Caller
from shared.blobs import Blobs
from shared.ids import uuid7


async def receive(
    session: AsyncSession,
    blobs: Blobs,
    *,
    feed: str,
    body: bytes,
    caller: Caller,
    now: datetime,
    version: str | None = None,
) -> Outcome:
    """Take in a batch: each record ends in exactly one fate, and the sender learns which.

    Content that was taken before and would change nothing now is the same import as then. It is
    judged again nevertheless: since then its enterprises may have entered the register, or
    another batch may have superseded it.
    """
    contract = sent_by(caller, feed, version, today=now.date())
    records = read_records(body)
    sifted = sift(contract, records, today=now.date())
    blob = await blobs.put(body)
    content = Content(caller.subject, feed, blob.sha256)
    await imports.lock_content(session, content)
    sender = Sender(caller.subject, contract)
    origin = Origin(uuid7(), now)
    settled = await know_and_settle(session, sender, sifted, origin)
    faults = settled.known.sifted.faults
    counts = account(settled.settlement, faults, rows=len(records))
    if counts.changes_nothing and not settled.settlement.versions:
        earlier = await imports.latest_of_content(session, content)
        if earlier is not None and earlier.counts.rejected == counts.rejected:
            return await outcome(session, earlier, repeated=True)
    taken = Import(
        id=origin.import_id,
        feed=feed,
        contract_version=contract.version,
        agency=caller.subject,
        content_sha256=blob.sha256,
        content_bytes=blob.size,
        received_at=origin.received_at,
        counts=counts,
        state=counts.state,
        errors=len(faults),
        finished_at=now,
    )
    await imports.add(session, taken, faults)
    await record(session, sender, settled, origin)
    return Outcome(
        taken,
        faults[: FIRST_ERRORS.limit],
        len(faults) > FIRST_ERRORS.limit,
        waited={Waiting.HELD: counts.quarantined} if counts.quarantined else {},
    )
