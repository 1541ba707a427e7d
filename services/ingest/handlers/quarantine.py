"""Quarantine: rows wait until the register knows their enterprises, then become what they say.

Whatever the order in which a row and the entry of its enterprise come, the same version comes of
it, with the same import and time of receipt (docs/adr/0016). Rows of a key are released in the
order in which they came; a row that comes while others of its enterprise wait, waits behind them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.evolution import judged_by
from services.ingest.domain.fates import Fate, Origin
from services.ingest.domain.feeds import FEEDS, version_of
from services.ingest.domain.quarantine import Waiting
from services.ingest.domain.rows import Fault, Sifted, sift_numbered
from services.ingest.handlers import settling
from services.ingest.handlers.targets import Sender
from services.ingest.store import imports, observations, quarantine, register
from services.ingest.store.quarantine import Due, Sent
from shared.calendar import day_of

_AT_ONCE: Final = 1000
EXPIRES_AFTER: Final = timedelta(days=180)
"""How long the register has to bring the enterprise of a row."""

Endings = dict[int, tuple[Waiting, Fate | None]]


async def release(session: AsyncSession, now: datetime) -> bool:
    """Let rows whose enterprises have come become versions of the imports that brought them.

    True if others may be left.
    """
    if not await quarantine.anything_due(session) or not await quarantine.one_at_a_time(session):
        return False
    due = await quarantine.take_due(session, limit=_AT_ONCE)
    if not due:
        return False
    # All at once and in their order, as imports do.
    await observations.lock(session, due[0].sent.feed, whole=False)
    await register.lock(session, {row.kept.key[0] for row in due})
    for sent, rows in groupby(due, key=lambda row: row.sent):
        await _release(session, sent, list(rows), now=now)
    return len(due) == _AT_ONCE


async def expire(session: AsyncSession, now: datetime) -> bool:
    """Give up rows whose enterprises the register has not brought in time; their senders see it.

    True if others may be left.
    """
    old = await quarantine.take_old(session, before=now - EXPIRES_AFTER, limit=_AT_ONCE)
    await _tell(session, old, {row.id: [_never_came(row)] for row in old})
    await quarantine.end(session, {row.id: (Waiting.EXPIRED, None) for row in old}, at=now)
    return len(old) == _AT_ONCE


async def _release(
    session: AsyncSession, sent: Sent, rows: Sequence[Due], *, now: datetime
) -> None:
    """Decide rows of one import as it would have decided them, had their enterprises been known."""
    contract = await _contract(session, sent)
    sifted = _read_again(contract, sent, rows)
    fates: Mapping[int, Fate] = {}
    faults = sifted.faults
    if contract is not None and sifted.rows:
        sender = Sender(sent.agency, contract, waits=False)
        origin = Origin(sent.import_id, sent.received_at)
        settled = await settling.know_and_settle(session, sender, sifted, origin)
        await settling.record(session, sender, settled, origin)
        fates, faults = settled.settlement.fates, settled.known.sifted.faults
    await _tell(session, rows, _by_row(faults))
    endings: Endings = {
        row.id: (Waiting.RELEASED, fates[row.id]) if row.id in fates else (Waiting.REJECTED, None)
        for row in rows
    }
    await quarantine.end(session, endings, at=now)


async def _contract(session: AsyncSession, sent: Sent) -> FeedContract | None:
    """Return the version by which rows came, if it says nothing that has no place any more."""
    newest = FEEDS.get(sent.feed)
    came = await imports.get(session, sent.import_id, agency=sent.agency)
    if newest is None or came is None:
        return newest
    return judged_by(version_of(sent.feed, came.contract_version), newest)


def _read_again(contract: FeedContract | None, sent: Sent, rows: Sequence[Due]) -> Sifted:
    """Read rows by their contract again; they are numbered by their place in quarantine."""
    if contract is None:
        return Sifted((), tuple(Fault(row.id, None, "feed_ended") for row in rows))
    records = {row.id: dict(row.kept.record) for row in rows}
    day = day_of(sent.received_at)
    return sift_numbered(contract, records.items(), today=day, typed=records)


async def _tell(
    session: AsyncSession, rows: Sequence[Due], faults: Mapping[int, Sequence[Fault]]
) -> None:
    """Enter reasons among the errors of the imports, under the numbers that the senders know."""
    for sent, group in groupby(rows, key=lambda row: row.sent):
        told = [
            Fault(row.kept.row, fault.column, fault.code, fault.value, fault.values)
            for row in group
            for fault in faults.get(row.id, ())
        ]
        await imports.add_late_errors(session, sent.import_id, told)


def _never_came(row: Due) -> Fault:
    days = {"days": EXPIRES_AFTER.days}
    return Fault(row.id, "uscc", "enterprise_unknown", row.kept.key[0], days)


def _by_row(faults: Iterable[Fault]) -> Mapping[int, Sequence[Fault]]:
    return {row: list(group) for row, group in groupby(faults, key=lambda fault: fault.row)}
