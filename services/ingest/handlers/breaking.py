"""A file whose rows cannot be read to their end, though its form was good."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import NOTHING
from services.ingest.domain.rows import Fault
from services.ingest.handlers.working import LEASE, Work
from services.ingest.store import imports, leases, trials


async def break_off(
    session: AsyncSession, work: Work, faults: Sequence[Fault], *, now: datetime
) -> None:
    """End an import: rows that were recorded stay so, the others are rejected. Raises LeaseLost."""
    taken = await leases.hold(session, work.import_id, work.lease)
    left = max(0, (taken.total or 0) - taken.counts.rows)
    counts = taken.counts + replace(NOTHING, rows=left, rejected=left)
    await imports.add_errors(session, taken.id, faults, after=taken.errors)
    await leases.advance(
        session,
        work.import_id,
        work.lease,
        counts=counts,
        errors=taken.errors + len(faults),
        unknowns=taken.unknowns,
        within=LEASE,
    )
    await trials.forget(session, taken.id)
    await leases.end(session, work.import_id, work.lease, state=counts.state, at=now)
