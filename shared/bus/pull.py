"""The loop of a consumer: fetch, apply, commit, acknowledge; retry later, bury what never works."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.client import JetStreamContext
from opentelemetry import trace
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.auth.keys import SignatureRefused, TrustBundle
from shared.bus import dead
from shared.bus.connection import Bus
from shared.bus.consumer import Consumer, Letter, apply, open_letter
from shared.bus.headers import ID
from shared.bus.streams import Durable, ensure_durable
from shared.clock import Clock
from shared.db import Sessions, kernel_of, transaction
from shared.events.base import ColumnarEvent

log = structlog.get_logger(__name__)

MAX_TRIES: Final = 8
# A message that takes its process down never reaches `MAX_TRIES`; it is buried unopened.
MAX_DELIVERIES: Final = 20
_FETCH: Final = 100
# A bulk fact may stand for thousands of rows: few at a time, so that none waits past the time in
# which it must be acknowledged, and as many in a transaction as have few rows together.
_FETCH_BULK: Final = 8
_ROWS_TOGETHER: Final = 1000
_FETCH_SECONDS: Final = 5.0
_STALL_SECONDS: Final = 8.0  # nats-py's fetch has been seen to stall past its own timeout
_LONGEST_DELAY_SECONDS: Final = 300
_AWAY_SECONDS: Final = 1.0


Read = tuple[Msg, Letter]


def retry_delay(attempt: int) -> float:
    """Return the seconds before the next try: doubling from 1 to 300, with jitter."""
    return min(2.0 ** (attempt - 1), _LONGEST_DELAY_SECONDS) * random.uniform(0.8, 1.2)  # noqa: S311 spreads load, guards nothing


def database_is_away(error: BaseException) -> bool:
    """Tell trouble of the database, which says nothing about the message, from refusals by it."""
    if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | ProgrammingError):
        sqlstate = getattr(error.orig, "sqlstate", None) or ""
        # No SQLSTATE: the connection broke. 08: connection, 40: deadlock, 53: resources, 55: a lock
        # that others hold, 57P: shutdown. Not 57014 and 25P: a message that takes too long is one
        # that does not work.
        return not sqlstate or sqlstate.startswith(("08", "40", "53", "55", "57P"))
    return isinstance(error, PoolTimeout | OSError)


@dataclass
class Pull:
    """Runs one consumer of one service for ever."""

    consumer: Consumer[Any]
    durable: Durable
    sessions: Sessions
    bus: Bus
    trust: TrustBundle
    clock: Clock
    last_fetch: float = field(default=0.0, init=False)

    async def run(self) -> None:
        """Fetch and apply; after any trouble with the bus bind anew, making what is missing."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                subscription = await self._bind()
                try:
                    while True:
                        self.last_fetch = loop.time()
                        await self._work_off(await self._fetch(subscription))
                finally:
                    with suppress(NatsError, OSError):
                        await subscription.unsubscribe()
            except (NatsError, OSError, TimeoutError) as error:
                log.warning("consumer.rebinds", consumer=self.consumer.name, error=repr(error))
                await asyncio.sleep(_AWAY_SECONDS)

    async def _bind(self) -> JetStreamContext.PullSubscription:
        await ensure_durable(self.bus.js, self.durable, self.bus.settings)
        return await self.bus.js.pull_subscribe_bind(
            durable=self.durable.name, stream=self.durable.stream
        )

    async def _fetch(self, subscription: JetStreamContext.PullSubscription) -> list[Msg]:
        try:
            return await asyncio.wait_for(
                subscription.fetch(
                    _FETCH_BULK if self._is_bulk() else _FETCH, timeout=_FETCH_SECONDS
                ),
                _STALL_SECONDS,
            )
        except TimeoutError:
            # Nothing came, or the durable is gone with its stream: asking tells the two apart.
            await subscription.consumer_info()
            return []

    async def _work_off(self, messages: Sequence[Msg]) -> None:
        """Apply what may be applied together; if that fails, each message in its own transaction.

        Bulk facts are applied together only by who handles them as one: whoever takes locks for
        each in turn would wait in a circle with others who do.
        """
        letters = [(message, await self._open(message)) for message in messages]
        readable = [(message, letter) for message, letter in letters if letter is not None]
        for part in self._parts(readable):
            if len(part) > 1:
                try:
                    await self._apply(part)
                except Exception as error:  # noqa: BLE001 one of them failed: alone, the others pass
                    log.info("consumer.one_by_one", consumer=self.consumer.name, error=repr(error))
                else:
                    continue
            for message, letter in part:
                await self._settle(message, letter)

    def _parts(self, readable: Sequence[Read]) -> Iterator[Sequence[Read]]:
        """Cut a batch into what is applied together."""
        if not self._is_bulk():
            yield readable
            return
        limit = 0 if self.consumer.together is None else _ROWS_TOGETHER
        part: list[Read] = []
        rows = 0
        for each in readable:
            event = each[1].event
            count = len(event) if isinstance(event, ColumnarEvent) else 1
            if part and rows + count > limit:
                yield part
                part, rows = [], 0
            part.append(each)
            rows += count
        if part:
            yield part

    async def _settle(self, message: Msg, letter: Letter) -> None:
        """Apply one message; hold it while the database is away, which must not count as tries."""
        while True:
            try:
                await self._apply([(message, letter)])
            except Exception as error:  # noqa: BLE001 whatever a handler raises, the message lives on
                if not database_is_away(error):
                    await self._failed(message, letter, error)
                    return
                log.warning("consumer.waits", consumer=self.consumer.name, error=repr(error))
                await message.in_progress()
                await asyncio.sleep(_AWAY_SECONDS)
            else:
                return

    def _is_bulk(self) -> bool:
        return issubclass(self.consumer.event, ColumnarEvent)

    async def _apply(self, batch: Sequence[Read]) -> None:
        letters = [letter for _, letter in batch]
        async with transaction(self.sessions, actor=self._actor()) as session:
            await apply(session, self.consumer, letters, now=self.clock.now())
        # After the commit: a crash before this repeats the message, and the inbox absorbs it.
        for message, _ in batch:
            await message.ack()

    def _actor(self) -> str:
        return f"service:{self.durable.service}"

    async def _open(self, message: Msg) -> Letter | None:
        if message.metadata.num_delivered > MAX_DELIVERIES:
            await self._bury(message, reason=f"delivered {MAX_DELIVERIES} times without an end")
            return None
        try:
            return open_letter(self.consumer, message.headers or {}, message.data, trust=self.trust)
        except (KeyError, ValueError, SignatureRefused) as error:
            await self._bury(message, reason=f"{type(error).__name__}: {error}")
            return None

    async def _failed(self, message: Msg, letter: Letter, error: Exception) -> None:
        attempt = message.metadata.num_delivered
        if attempt >= MAX_TRIES:
            await self._bury(message, reason=f"{type(error).__name__}: {error}")
            return
        log.warning(
            "consumer.failed",
            consumer=self.consumer.name,
            event_id=str(letter.envelope.id),
            attempt=attempt,
            exc_info=error,
        )
        await message.nak(delay=retry_delay(attempt))

    async def _bury(self, message: Msg, *, reason: str) -> None:
        """Keep the message as a dead letter, committed, before the bus may forget it."""
        headers = message.headers or {}
        metadata = message.metadata
        try:
            async with transaction(self.sessions, actor=self._actor()) as session:
                await dead.bury(
                    session,
                    kernel_of(session).tables,
                    event_id=headers.get(ID) or f"{metadata.stream}:{metadata.sequence.stream}",
                    consumer=self.consumer.name,
                    subject=message.subject,
                    reason=reason,
                    deliveries=metadata.num_delivered,
                    payload=message.data,
                    headers=headers,
                )
        except (DBAPIError, PoolTimeout, OSError) as error:
            log.warning("consumer.cannot_bury", consumer=self.consumer.name, error=repr(error))
            await message.nak(delay=_AWAY_SECONDS)
            return
        trace.get_current_span().add_event("buried", {"reason": reason})
        log.error("consumer.buried", consumer=self.consumer.name, reason=reason)
        await message.term()
