"""Rows that a contract takes become versions: decided and written in one transaction."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Settlement, quarantine, settle
from services.ingest.domain.rows import Sifted
from services.ingest.handlers.held_rows import hold
from services.ingest.handlers.targets import RECORDERS, Known, Origin, Sender
from services.ingest.store.quarantine import Sent


@dataclass(frozen=True)
class Settled:
    """What rows are to become, against what is on record and locked."""

    known: Known
    settlement: Settlement


async def know_and_settle(session: AsyncSession, sender: Sender, sifted: Sifted) -> Settled:
    """Decide the rows against what is on record, which is locked from here to the commit."""
    known = Known(sifted)
    if sifted.rows:
        known = await RECORDERS[sender.contract.target].know(session, sender, sifted)
    waiting = quarantine(known.sifted.strangers, known.said)
    return Settled(known, settle(known.sifted.rows, known.held) + waiting)


async def record(session: AsyncSession, sender: Sender, settled: Settled, origin: Origin) -> None:
    """Write the new versions and state them, in the transaction that decided them.

    What waits for its enterprise goes into quarantine.
    """
    versions = settled.settlement.versions
    if versions:
        recorder = RECORDERS[sender.contract.target]
        await recorder.record(session, sender, settled.known, versions, origin)
    sent = Sent(sender.contract.name, sender.agency, origin.import_id, origin.received_at)
    await hold(session, sender.contract, settled.settlement.waiting, sent)
