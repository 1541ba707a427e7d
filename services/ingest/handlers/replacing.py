"""A file that replaces what its agency has said of a period: all at once, for every reader.

The whole file takes effect in one transaction, under the lock of the whole feed: nobody sees some
of its rows, nor a period without those that it does not name. A worker that dies leaves nothing;
the next one begins anew. If a row is rejected, the others are taken and nothing is taken back: a
typing error must not remove a fact.

The import itself is locked only at the end: until then its sender can cancel it, which takes the
lease away, and the transaction comes to nothing.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
import numpy.typing as npt
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.columns.register import Codes
from services.ingest.domain.fates import Origin
from services.ingest.domain.feeds import FEEDS, version_of
from services.ingest.domain.rows import Fault
from services.ingest.handlers import bulk, restoring, taking, working
from services.ingest.handlers import withdrawals as stated
from services.ingest.handlers.ahead import ahead
from services.ingest.handlers.bulk import Chunks
from services.ingest.handlers.targets import Sender
from services.ingest.handlers.working import Parts, Work
from services.ingest.store import imports, leases, observations, withdrawals
from services.ingest.store.imports import Import
from services.ingest.store.withdrawals import But
from shared.keeping import Keeping

Taking = Callable[[AsyncSession, Import, str], AsyncGenerator[taking.Taken, None]]
"""Lets part after part of an import take effect, rows of one period alone."""


@dataclass
class Going:
    """How many rows of a file were gone through by now; nobody else sees what became of them."""

    rows: int = 0


class Named:
    """The enterprises that a file names, a bit for each number: there may be millions."""

    def __init__(self) -> None:
        self.bits: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)

    def add(self, ids: Sequence[int]) -> None:
        """Add those with these numbers."""
        numbers = np.asarray(ids, np.int32)
        if not len(numbers):
            return
        size = int(numbers.max()) // 8 + 1
        if size > len(self.bits):
            # Twice as many as there were, so that it seldom grows.
            grown = np.zeros(max(size, 2 * len(self.bits)), np.uint8)
            grown[: len(self.bits)] = self.bits
            self.bits = grown
        own = np.left_shift(1, numbers & 7).astype(np.uint8)
        np.bitwise_or.at(self.bits, numbers >> 3, own)


def in_chunks(chunks: Chunks, codes: Codes) -> Taking:
    """Take a file in columns."""

    async def take(
        session: AsyncSession, taken: Import, period: str
    ) -> AsyncGenerator[taking.Taken, None]:
        async with aclosing(ahead(chunks.next)) as following:
            async for chunk in following:
                yield await bulk.take(session, taken, chunk, codes, period=period)

    return take


def in_parts(parts: Parts) -> Taking:
    """Take a file row by row."""

    async def take(
        session: AsyncSession, taken: Import, period: str
    ) -> AsyncGenerator[taking.Taken, None]:
        sender = Sender(taken.agency, version_of(taken.feed, taken.contract_version), alone=True)
        origin = Origin(taken.id, taken.received_at)
        async with aclosing(ahead(partial(parts.next, taken))) as following:
            async for judged in following:
                yield await taking.take(session, sender, judged, origin, period=period)

    return take


async def replace(
    session: AsyncSession,
    work: Work,
    take: Taking,
    keeping: Keeping,
    going: Going,
    *,
    now: datetime,
) -> None:
    """Work a file off that replaces a period, and end its import. Raises LeaseLost."""
    await withdrawals.take_time(session)
    taken = await leases.held(session, work.import_id, work.lease)
    contract = version_of(taken.feed, taken.contract_version)
    period = taken.replaces_period or ""
    origin = Origin(taken.id, taken.received_at)
    counts, errors, unknowns = taken.counts, taken.errors, taken.unknowns
    named = Named()
    of_events = FEEDS[contract.name].is_of_events
    events: set[tuple[int, str]] = set()
    async with keeping, aclosing(take(session, taken, period)) as parts:
        await observations.lock(session, contract.name, whole=True)
        async for part in parts:
            keeping.check()
            await imports.add_errors(session, taken.id, part.faults, after=errors)
            counts += part.counts
            errors += len(part.faults)
            unknowns = taking.added(unknowns, part.unknowns)
            if of_events:
                events |= set(part.facts)
            else:
                named.add(part.ids)
            going.rows = counts.rows
        gone = 0
        if not counts.rejected:
            but = But(named.bits.tobytes(), sorted(events))
            gone = await withdrawals.withdraw(
                session, contract, period, agency=taken.agency, origin=origin, but=but
            )
            await stated.state(session, contract, period, taken)
            await restoring.stand_again(session, contract, period, origin)
            gone += await stated.withdraw_behind(session, contract, period, taken, but)
        keeping.check()
    await leases.advance(
        session,
        work.import_id,
        work.lease,
        counts=counts,
        errors=errors,
        unknowns=unknowns,
        within=working.LEASE,
    )
    if counts.rejected:
        await imports.add_late_errors(session, taken.id, [Fault(0, None, "period_not_replaced")])
    else:
        await imports.note_withdrawn(session, taken.id, gone)
    await working.end(session, work, now=now)
