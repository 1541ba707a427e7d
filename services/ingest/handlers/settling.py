"""Rows that a contract takes become versions: decided and written in one transaction."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Settlement, settle
from services.ingest.domain.rows import Sifted
from services.ingest.handlers.targets import RECORDERS, Known, Origin, Sender


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
    return Settled(known, settle(known.sifted.rows, known.held))


async def record(session: AsyncSession, sender: Sender, settled: Settled, origin: Origin) -> None:
    """Write the new versions and state them, in the transaction that decided them."""
    versions = settled.settlement.versions
    if versions:
        recorder = RECORDERS[sender.contract.target]
        await recorder.record(session, sender, settled.known, versions, origin)
