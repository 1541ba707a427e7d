"""What a worker counts about its service's messages: what waits, how long, and what died."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from nats.errors import Error as NatsError
from opentelemetry import metrics
from opentelemetry.metrics import Meter
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.bus.connection import Bus
from shared.bus.streams import Durable
from shared.bus.tables import KernelTables
from shared.db import Sessions, transaction

log = structlog.get_logger(__name__)

_EVERY_SECONDS: Final = 10.0


class _Gauges:
    """The instruments; several of one name are one."""

    def __init__(self, meter: Meter) -> None:
        self.waiting = meter.create_gauge(
            "wengang.outbox.waiting", "{fact}", "Facts that the bus has not taken yet."
        )
        self.age = meter.create_gauge(
            "wengang.outbox.age", "s", "How long the oldest of them has waited."
        )
        self.dead = meter.create_gauge(
            "wengang.dead_letters", "{message}", "Messages given up and not replayed since."
        )
        self.lag = meter.create_gauge(
            "wengang.consumer.waiting", "{message}", "Messages that a consumer has not confirmed."
        )


@dataclass(frozen=True)
class MessageCounts:
    """Counts the messages of one service; every replica says the same, so take the greatest."""

    service: str
    sessions: Sessions
    tables: KernelTables
    bus: Bus
    durables: Sequence[Durable]
    meter: Meter = field(default_factory=lambda: metrics.get_meter("wengang"))

    async def run(self) -> None:
        """Count for ever; while the database or the bus is away, the last counts stand."""
        while True:
            try:
                await self.once()
            except (DBAPIError, PoolTimeout, NatsError, OSError, TimeoutError) as error:
                log.info("metrics.not_counted", error=repr(error))
            await asyncio.sleep(_EVERY_SECONDS)

    async def once(self) -> None:
        """Count now."""
        outbox, dead = self.tables.outbox, self.tables.inbox_dead
        async with transaction(self.sessions, actor=f"service:{self.service}") as session:
            age = func.extract("epoch", func.now() - func.min(outbox.c.at))
            waiting, oldest = (
                await session.execute(select(func.count(), age).select_from(outbox))
            ).one()
            buried = await session.scalar(
                select(func.count()).select_from(dead).where(dead.c.resolved_at.is_(None))
            )
        gauges, here = _Gauges(self.meter), {"service": self.service}
        gauges.waiting.set(waiting, here)
        gauges.age.set(float(oldest or 0), here)
        gauges.dead.set(buried or 0, here)
        for durable in self.durables:
            told = await self.bus.js.consumer_info(durable.stream, durable.name)
            unconfirmed = (told.num_pending or 0) + (told.num_ack_pending or 0)
            gauges.lag.set(unconfirmed, {**here, "consumer": durable.name})
