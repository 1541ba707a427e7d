"""A whole period is taken back: at once for every reader, in one transaction of one import."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.errors import NothingToWithdraw
from services.ingest.domain.facts import Gone, withdrawals_recorded
from services.ingest.domain.fates import Counts, Origin, Settlement, State
from services.ingest.domain.periods import check_period, read_period
from services.ingest.domain.rows import Row, Sifted
from services.ingest.domain.settling import taken_back
from services.ingest.handlers import restoring
from services.ingest.handlers.feeds import held_by
from services.ingest.handlers.overtaking import surroundings
from services.ingest.handlers.settling import Settled, record
from services.ingest.handlers.targets import RECORDERS, Known, Sender
from services.ingest.store import imports, observations, receipts, uncovered, withdrawals, withdrawn
from services.ingest.store.imports import WITHDRAWAL, Import
from services.ingest.store.periods import Place
from services.ingest.store.withdrawals import But
from shared.auth.identity import Caller
from shared.blobs import Blobs
from shared.bus import outbox
from shared.events.ingest import ObservationsRecorded
from shared.ids import uuid7

# What is stated at once: the rest of a large period is not in memory meanwhile.
_STATED: Final = 10_000
_BEHIND: Final = 1_000


@dataclass(frozen=True)
class Asked:
    """What is to be taken back, and why; `dry_run` only counts.

    `reference`: of the events of a day, that one alone.
    """

    feed: str
    period: str
    reason: str
    dry_run: bool = False
    reference: str | None = None


@dataclass(frozen=True)
class Withdrawal:
    """How many facts of a period were, or would be, taken back; by which import."""

    feed: str
    period: str
    facts: int
    import_id: UUID | None


async def withdraw(
    session: AsyncSession, blobs: Blobs, asked: Asked, *, caller: Caller, now: datetime
) -> Withdrawal:
    """Take back all that the agency has said of a period of a feed.

    Raises FeedNotHeld, FeedWithoutPeriods, PeriodRefused, NothingToWithdraw.
    """
    contract = held_by(caller, asked.feed)
    period = check_period(contract, asked.period, today=now.date())
    if asked.reference is not None:
        period = read_period(contract, f"{period}/{asked.reference}", today=now.date())
    await withdrawals.take_time(session)
    if not asked.dry_run:
        await observations.lock(session, contract.name, whole=True)
    facts = await withdrawals.count(session, contract, period, agency=caller.subject, by=now)
    # What another agency's statements hide would stand again one day: it can be taken back as well.
    facts = facts or await uncovered.hidden(session, contract, period, agency=caller.subject)
    if asked.dry_run:
        return Withdrawal(contract.name, period, facts, None)
    if not facts:
        raise NothingToWithdraw
    blob = await blobs.put(json.dumps(vars(asked), ensure_ascii=False).encode())
    taken = Import(
        id=uuid7(),
        feed=contract.name,
        contract_version=contract.version,
        agency=caller.subject,
        content_sha256=blob.sha256,
        content_bytes=blob.size,
        received_at=now,
        counts=Counts(facts, 0, 0, facts, 0),
        state=State.COMPLETED,
        kind=WITHDRAWAL,
        finished_at=now,
        replaces_period=period,
        reason=asked.reason,
        withdrawn=facts,
    )
    await imports.add(session, taken)
    origin = Origin(taken.id, now)
    await withdrawals.withdraw(session, contract, period, agency=caller.subject, origin=origin)
    await state(session, contract, period, taken)
    await restoring.stand_again(session, contract, period, origin)
    return Withdrawal(contract.name, period, facts, taken.id)


async def withdraw_behind(
    session: AsyncSession, contract: FeedContract, period: str, taken: Import, but: But
) -> int:
    """Take back, as of its receipt, what newer imports have overtaken; return how many facts.

    What they said stands as it stood; that the period was taken back before them is what was known
    on the days between (docs/adr/0029).
    """
    if not await receipts.received_after(session, contract.name, taken.received_at):
        return 0
    sender = Sender(taken.agency, contract, alone=True)
    origin = Origin(taken.id, taken.received_at)
    gone = 0
    after: Place | None = None
    while part := await withdrawals.overtaken(
        session,
        contract,
        period,
        agency=taken.agency,
        by=taken.received_at,
        but=but,
        after=after,
        limit=_BEHIND,
    ):
        rows = tuple(Row(place, (fact.uscc, fact.period), {}) for place, fact in enumerate(part))
        known = Known(Sifted(rows, ()), enterprise_ids={f.uscc: f.enterprise_id for f in part})
        histories = await RECORDERS[contract.target].history(session, sender, known, rows)
        around = await surroundings(session, sender, histories, rows, taken.received_at)
        versions = [
            version
            for row in rows
            for version in taken_back(row.key, histories[row.key], taken.agency, around[row.key])
        ]
        await record(session, sender, Settled(known, Settlement({}, tuple(versions))), origin)
        gone += sum(version.withdrawn and version.origin is None for version in versions)
        after = Place(part[-1].period, part[-1].enterprise_id)
    return gone


async def state(session: AsyncSession, contract: FeedContract, period: str, taken: Import) -> None:
    """State what an import has taken back of a period."""
    after: Place | None = None
    while True:
        part = await withdrawn.next_of(
            session, contract, period, taken.id, after=after, limit=_STATED
        )
        if not part.gone:
            return
        facts = partial(_written, session, contract, part.gone, taken)
        await outbox.put_written(session, await asyncio.to_thread(facts))
        after = part.ends


def _written(
    session: AsyncSession, contract: FeedContract, gone: Sequence[Gone], taken: Import
) -> outbox.Written:
    bodies = withdrawals_recorded(contract, gone, import_id=taken.id, received_at=taken.received_at)
    return outbox.written(session, ObservationsRecorded, bodies)
