"""Files whose rows do not come to their end: unreadable there, or nothing that we can work off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.attempts import SetAside, after_failure
from services.ingest.domain.fates import NOTHING, State
from services.ingest.domain.rows import Fault
from services.ingest.handlers.working import LEASE, Work
from services.ingest.store import imports, leases, trials

WORKER_LOST: Final = "WorkerLost"


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


async def fail(
    session: AsyncSession, work: Work, failure: str, *, most: int, now: datetime
) -> SetAside | None:
    """Note that working an import off has failed by itself: tried again, or set aside at the end.

    What was recorded of it stays, and whoever takes it up goes on with the next row. Raises
    LeaseLost.
    """
    taken = await leases.hold(session, work.import_id, work.lease)
    then = after_failure(taken.failures, most=most)
    if isinstance(then, SetAside):
        await _set_aside(session, work, failure, then, now=now)
        return then
    await leases.give_back(
        session, work.import_id, work.lease, after=then.pause, failures=then.failures
    )
    return None


async def give_up_if_deadly(
    session: AsyncSession, work: Work, *, most: int, now: datetime
) -> SetAside | None:
    """Set an import aside of which worker after worker has died. Raises LeaseLost."""
    taken = await leases.hold(session, work.import_id, work.lease)
    if taken.failures < most:
        return None
    aside = SetAside(taken.failures)
    await _set_aside(session, work, WORKER_LOST, aside, now=now)
    return aside


async def _set_aside(
    session: AsyncSession, work: Work, failure: str, aside: SetAside, *, now: datetime
) -> None:
    await leases.end(
        session,
        work.import_id,
        work.lease,
        state=State.FAILED,
        at=now,
        failures=aside.failures,
        failure=failure,
    )
