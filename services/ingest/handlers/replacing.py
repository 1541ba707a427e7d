"""A file that replaces what its agency has said of a period: all at once, for every reader.

The whole file takes effect in one transaction, under the lock of the whole feed: nobody sees some
of its rows, nor a period without those that it does not name. A worker that dies leaves nothing;
the next one begins anew. If a row is rejected, the others are taken and nothing is taken back: a
typing error must not remove a fact.

The import itself is locked only at the end: until then its sender can cancel it, which takes the
lease away, and the transaction comes to nothing.
"""

from array import array
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Origin, account
from services.ingest.domain.feeds import FEEDS, version_of
from services.ingest.domain.periods import only_of
from services.ingest.domain.rows import Fault
from services.ingest.handlers import withdrawals as stated
from services.ingest.handlers import working
from services.ingest.handlers.settling import know_and_settle, record
from services.ingest.handlers.targets import Sender
from services.ingest.handlers.working import LEASE, Parts, Work
from services.ingest.store import imports, leases, observations, withdrawals
from shared.keeping import Keeping


async def replace(
    session: AsyncSession, work: Work, parts: Parts, keeping: Keeping, *, now: datetime
) -> None:
    """Work a file off that replaces a period, and end its import. Raises LeaseLost."""
    await withdrawals.take_time(session)
    taken = await leases.held(session, work.import_id, work.lease)
    contract = version_of(taken.feed, taken.contract_version)
    period = taken.replaces_period or ""
    sender = Sender(taken.agency, contract, alone=True)
    origin = Origin(taken.id, taken.received_at)
    counts, errors, unknowns = taken.counts, taken.errors, taken.unknowns
    named = array("q")
    of_events = FEEDS[contract.name].is_of_events
    events: set[tuple[int, str]] = set()
    async with keeping:
        await observations.lock(session, contract.name, whole=True)
        while (judged := await parts.next(taken)).entries:
            keeping.check()
            sifted = only_of(contract, period, judged.sifted)
            settled = await know_and_settle(session, sender, sifted, origin)
            await record(session, sender, settled, origin)
            faults = judged.faults(settled.known.sifted.faults)
            await imports.add_errors(session, taken.id, judged.as_sent(faults), after=errors)
            counts += account(settled.settlement, faults, rows=len(judged.entries))
            errors += len(faults)
            unknowns = working.added(unknowns, judged.unknowns(faults))
            unknowns = working.added(unknowns, settled.left_behind(judged.entries))
            ids = settled.known.enterprise_ids
            if of_events:
                rows = settled.known.sifted.rows
                events |= {(ids[row.key[0]], row.key[1]) for row in rows}
            else:
                named.extend(set(ids.values()))
        gone = 0
        if not counts.rejected:
            gone = await withdrawals.withdraw(
                session,
                contract,
                period,
                agency=taken.agency,
                origin=origin,
                but=named,
                but_events=sorted(events),
            )
            await stated.state(session, contract, period, taken)
        keeping.check()
    await leases.advance(
        session,
        work.import_id,
        work.lease,
        counts=counts,
        errors=errors,
        unknowns=unknowns,
        within=LEASE,
    )
    if counts.rejected:
        await imports.add_late_errors(session, taken.id, [Fault(0, None, "period_not_replaced")])
    else:
        await imports.note_withdrawn(session, taken.id, gone)
    await working.end(session, work, now=now)
