"""Work that the workers of a service share: a piece goes to one of them, or to the next if it dies.

A work-queue stream hands every piece to one worker and forgets it when that has done it. Which
pieces are open stands in the database: they may be offered again at any time, and whoever does a
piece that was done before finds nothing to do. So the stream may be lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Final

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from shared.bus.connection import Bus
from shared.bus.headers import MESSAGE_ID
from shared.bus.streams import ACK_WAIT_SECONDS, DUPLICATE_WINDOW_SECONDS
from shared.keeping import Keeping

log = structlog.get_logger(__name__)

_ALIVE_SECONDS: Final = ACK_WAIT_SECONDS / 3
_FETCH_SECONDS: Final = 5.0
_STALL_SECONDS: Final = 8.0
_LATER_SECONDS: Final = 2.0
_AWAY_SECONDS: Final = 1.0


class Done(Enum):
    """What became of a piece."""

    DONE = auto()
    """It is done, by this worker or an earlier one."""
    HELD = auto()
    """Somebody else has it just now, or it cannot be begun yet."""


Do = Callable[[str], Awaitable[Done]]


@dataclass(frozen=True)
class WorkQueue:
    """A kind of work of one service."""

    service: str
    name: str

    @property
    def stream(self) -> str:
        """Name the stream."""
        return f"WORK_{self.service.upper()}_{self.name.upper()}"

    @property
    def subject(self) -> str:
        """Name the subject under which pieces are offered."""
        return f"work.{self.service}.{self.name}"


async def offer(bus: Bus, queue: WorkQueue, pieces: Iterable[str]) -> None:
    """Offer pieces; one that was offered within the last minutes is not taken twice."""
    for piece in pieces:
        await bus.js.publish(queue.subject, piece.encode(), headers={MESSAGE_ID: piece})


async def take_part(bus: Bus, queue: WorkQueue, do: Do) -> None:
    """Do piece after piece, for ever; after any trouble with the bus bind anew."""
    while True:
        try:
            await ensure_queue(bus, queue)
            subscription = await bus.js.pull_subscribe_bind(durable=queue.name, stream=queue.stream)
            try:
                while True:
                    for message in await _fetch(subscription):
                        await _settle(message, do)
            finally:
                with suppress(NatsError, OSError):
                    await subscription.unsubscribe()
        except (NatsError, OSError, TimeoutError) as error:
            log.warning("work.rebinds", queue=queue.name, error=repr(error))
            await asyncio.sleep(_AWAY_SECONDS)


async def ensure_queue(bus: Bus, queue: WorkQueue) -> None:
    """Make the stream and its one consumer, which all workers share, if they are not there."""
    try:
        await bus.js.stream_info(queue.stream)
    except NotFoundError:
        await bus.js.add_stream(
            StreamConfig(
                name=queue.stream,
                subjects=[queue.subject],
                retention=RetentionPolicy.WORK_QUEUE,
                storage=StorageType.FILE,
                discard=DiscardPolicy.NEW,
                duplicate_window=DUPLICATE_WINDOW_SECONDS,
                num_replicas=bus.settings.replicas,
            )
        )
    await bus.js.add_consumer(
        queue.stream,
        ConsumerConfig(
            durable_name=queue.name,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_SECONDS,
            max_deliver=-1,
            num_replicas=bus.settings.replicas,
        ),
    )


async def _fetch(subscription: JetStreamContext.PullSubscription) -> list[Msg]:
    try:
        return await asyncio.wait_for(subscription.fetch(1, timeout=_FETCH_SECONDS), _STALL_SECONDS)
    except TimeoutError:
        # Nothing to do, or the stream is gone: asking tells the two apart.
        await subscription.consumer_info()
        return []


async def _settle(message: Msg, do: Do) -> None:
    """Do a piece; what fails comes again. While it is being done, no other worker gets it."""
    async with Keeping(partial(_say_alive, message), every=_ALIVE_SECONDS):
        try:
            found = await do(message.data.decode())
        except Exception:
            log.exception("work.failed", piece=message.data.decode())
            found = Done.HELD
    if found is Done.DONE:
        await message.ack()
    else:
        await message.nak(delay=_LATER_SECONDS)


async def _say_alive(message: Msg) -> None:
    with suppress(NatsError, OSError):
        await message.in_progress()
