"""From the outbox to the bus: one leader a service publishes what is committed, in commit order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from nats.errors import Error as NatsError
from nats.js.errors import NoStreamResponseError
from sqlalchemy import delete, exists, func, select

from shared.bus.connection import Bus
from shared.bus.streams import ensure_stream
from shared.bus.tables import KernelTables
from shared.db import Sessions, transaction
from shared.wakes import wait

log = structlog.get_logger(__name__)

_BATCH = 200
_BATCH_BYTES = 4 << 20  # but one fact at least: bulk facts are large, and held several times over
# Rows are there, but a transaction that could precede them still runs.
_BLOCKED_SECONDS = 0.01


@dataclass(frozen=True)
class Outgoing:
    """One row of the outbox with the message that it stands for."""

    seq: int
    subject: str
    payload: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Relay:
    """Publishes one service's outbox; runs only while its process leads."""

    service: str
    sessions: Sessions
    tables: KernelTables
    bus: Bus

    async def run(self, wake: asyncio.Event, *, idle_seconds: float) -> None:
        """Publish for ever: at once when woken, and at every `idle_seconds` in any case."""
        while True:
            wake.clear()
            if await self.once() > 0:
                continue
            if await self._has_rows():
                await asyncio.sleep(_BLOCKED_SECONDS)
                continue
            await wait(wake, idle_seconds)

    async def once(self) -> int:
        """Publish one batch and forget what the bus has stored; return how many that was.

        No transaction is open while it publishes. A crash between publishing and forgetting
        sends again: the server's duplicate window and the consumers' inboxes absorb that.
        """
        rows = await self._committed()
        stored = await self._publish(rows)
        if stored:
            async with transaction(self.sessions, actor=f"service:{self.service}") as session:
                await session.execute(
                    delete(self.tables.outbox).where(self.tables.outbox.c.seq.in_(stored))
                )
        return len(stored)

    async def _committed(self) -> Sequence[Outgoing]:
        outbox, event_log = self.tables.outbox, self.tables.event_log
        first = (
            select(outbox.c.xid, outbox.c.seq, *event_log.c["subject", "payload", "headers"])
            .join(event_log, event_log.c.event_id == outbox.c.event_id)
            # Never `seq > cursor`: a slower transaction may commit a lower number later.
            .where(outbox.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot()))
            .order_by(outbox.c.xid, outbox.c.seq)
            .limit(_BATCH)
            .subquery()
        )
        size = func.octet_length(first.c.payload)
        up_to_here = func.sum(size).over(order_by=(first.c.xid, first.c.seq), rows=(None, 0))
        due = select(first, (up_to_here - size).label("before")).subquery()
        # As text, which a body is: as bytes it would come in twice as many characters.
        body = func.convert_from(due.c.payload, "UTF8")
        query = (
            select(due.c.seq, due.c.subject, body, due.c.headers)
            .where(due.c.before < _BATCH_BYTES)
            .order_by(due.c.xid, due.c.seq)
        )
        async with transaction(self.sessions, actor=f"service:{self.service}") as session:
            return [
                Outgoing(seq, subject, told.encode(), headers)
                for seq, subject, told, headers in await session.execute(query)
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
            await ensure_stream(self.bus.js, self.service, self.bus.settings)
        else:
            await asyncio.sleep(0.5)

    async def _has_rows(self) -> bool:
        async with transaction(self.sessions, actor=f"service:{self.service}") as session:
            return bool(await session.scalar(select(exists(select(self.tables.outbox.c.seq)))))
