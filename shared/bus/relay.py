"""From the outbox to the bus: one leader a service publishes what is committed, in commit order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import structlog
from nats.errors import Error as NatsError
from nats.js.errors import NoStreamResponseError
from sqlalchemy import Select, case, delete, func, select

from shared.bus.connection import Bus
from shared.bus.headers import ID, MESSAGE_ID
from shared.bus.streams import ensure_read
from shared.bus.tables import KernelTables
from shared.db import Sessions, transaction
from shared.wakes import wait

log = structlog.get_logger(__name__)

_BATCH = 200
_BATCH_BYTES = 4 << 20  # but one fact at least: bulk facts are large, and held several times over
# Rows are there, but a transaction that could precede them still runs: while judging is at work
# some nearly always does, and each look takes as long as the handling of a fact.
_BLOCKED_SECONDS = 0.03


@dataclass(frozen=True)
class Outgoing:
    """One row of the outbox with the message that it stands for."""

    seq: int
    subject: str
    payload: bytes
    headers: dict[str, str]


class Left(Enum):
    """What a turn left in the outbox."""

    NOTHING = auto()
    """Of all that was committed when it looked; whoever commits later wakes the relay."""
    SOME = auto()
    """More than fits into one turn, or what the bus has not stored."""
    BLOCKED = auto()
    """Only what a transaction that still runs may precede."""


@dataclass(frozen=True)
class Turn:
    """How many facts a turn published, and what it left."""

    published: int
    left: Left


@dataclass(frozen=True)
class Relay:
    """Publishes one service's outbox; runs only while its process leads."""

    service: str
    sessions: Sessions
    tables: KernelTables
    bus: Bus
    _due: Select[Any] = field(init=False)

    def __post_init__(self) -> None:
        # Made once: to put it together takes longer than to run it.
        object.__setattr__(self, "_due", _due(self.tables))

    async def run(self, wake: asyncio.Event, *, idle_seconds: float) -> None:
        """Publish for ever: at once when woken, and at every `idle_seconds` in any case."""
        loop = asyncio.get_running_loop()
        while True:
            wake.clear()
            begun = loop.time()
            turn = await self.once()
            if turn.left is Left.SOME and turn.published < _BATCH:
                # Large facts, or a bus that refuses: whoever makes them has the machine meanwhile,
                # for as long as the turn took.
                await asyncio.sleep(loop.time() - begun)
            if turn.left is Left.BLOCKED:
                await asyncio.sleep(_BLOCKED_SECONDS)
            elif turn.left is Left.NOTHING:
                await wait(wake, idle_seconds)

    async def once(self) -> Turn:
        """Publish one batch and forget what the bus has stored.

        No transaction is open while it publishes. A crash between publishing and forgetting
        sends again: the server's duplicate window and the consumers' inboxes absorb that.
        """
        found = await self._found()
        rows = [row for row in found if row is not None]
        stored = await self._publish(rows)
        if stored:
            async with transaction(self.sessions, actor=f"service:{self.service}") as session:
                await session.execute(
                    delete(self.tables.outbox).where(self.tables.outbox.c.seq.in_(stored))
                )
        if len(stored) < len(rows) or _is_full(rows, found):
            return Turn(len(stored), Left.SOME)
        return Turn(len(stored), Left.BLOCKED if len(rows) < len(found) else Left.NOTHING)

    async def _found(self) -> Sequence[Outgoing | None]:
        """Return what is due, in commit order, and None for each row that has to wait."""
        async with transaction(self.sessions, actor=f"service:{self.service}") as session:
            return [
                _outgoing(seq, subject, told.encode(), headers, again=again) if is_due else None
                for seq, is_due, again, subject, told, headers in await session.execute(self._due)
            ]

    async def _publish(self, rows: Sequence[Outgoing]) -> list[int]:
        """Send all at once, in order; return the rows whose storing the bus confirmed."""
        sent = await asyncio.gather(
            *(
                self.bus.js.publish(row.subject, row.payload, headers=row.headers, timeout=5)
                for row in rows
            ),
            return_exceptions=True,
        )
        failed = [error for error in sent if isinstance(error, BaseException)]
        for error in failed:
            if not isinstance(error, NatsError | TimeoutError | OSError):
                raise error
        if failed:
            # Whether the bus has them is unknown; the message id makes a second try harmless.
            log.warning("relay.not_stored", count=len(failed), error=repr(failed[0]))
            await self._mend(failed[0])
        return [
            row.seq for row, ack in zip(rows, sent, strict=True) if not isinstance(ack, Exception)
        ]

    async def _mend(self, error: BaseException) -> None:
        if isinstance(error, NoStreamResponseError):
            await ensure_read(self.bus.js, self.service, self.bus.settings)
        else:
            await asyncio.sleep(0.5)


def _outgoing(
    seq: int, subject: str, payload: bytes, headers: dict[str, str], *, again: bool
) -> Outgoing:
    """Return a message; one that is sent again is another to the bus, not to its consumers.

    The bus would take it for the first for ten minutes, which it may have kept for nobody.
    """
    if again:
        headers = {**headers, MESSAGE_ID: f"{headers[ID]}.{seq}"}
    return Outgoing(seq, subject, payload, headers)


def _due(tables: KernelTables) -> Select[Any]:
    """Ask for a batch: those that are due, and after them those that are not yet."""
    outbox, event_log = tables.outbox, tables.event_log
    # Never `seq > cursor`: a slower transaction may commit a lower number later.
    is_due = outbox.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot())
    first = (
        select(
            outbox.c.xid,
            outbox.c.seq,
            is_due.label("is_due"),
            # Who states a fact enters it in both tables in one transaction.
            (outbox.c.xid != event_log.c.xid).label("again"),
            *event_log.c["subject", "payload", "headers"],
        )
        .join(event_log, event_log.c.event_id == outbox.c.event_id)
        .order_by(outbox.c.xid, outbox.c.seq)
        .limit(_BATCH)
        .subquery()
    )
    size = func.octet_length(first.c.payload)
    up_to_here = func.sum(size).over(order_by=(first.c.xid, first.c.seq), rows=(None, 0))
    due = select(first, (up_to_here - size).label("before")).subquery()
    # As text, which a body is: as bytes it would come in twice as many characters.
    body = case((due.c.is_due, func.convert_from(due.c.payload, "UTF8")))
    return (
        select(due.c.seq, due.c.is_due, due.c.again, due.c.subject, body, due.c.headers)
        .where(due.c.before < _BATCH_BYTES)
        .order_by(due.c.xid, due.c.seq)
    )


def _is_full(rows: Sequence[Outgoing], found: Sequence[Outgoing | None]) -> bool:
    """Tell whether more may be due than was found."""
    bytes_found = sum(len(row.payload) for row in rows)
    return len(rows) == len(found) and (len(rows) == _BATCH or bytes_found >= _BATCH_BYTES)
