"""A connection to NATS that outlives every outage of the server."""

import asyncio
import ssl
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import nats
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from shared.settings import BusSettings

log = structlog.get_logger(__name__)

_FIRST_TRY_SECONDS = 0.1
_LAST_TRY_SECONDS = 2.0
_CLOSE_SECONDS = 5.0
_CANCEL_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class Bus:
    """An open connection and its JetStream context."""

    client: Client
    js: JetStreamContext
    settings: BusSettings

    async def close(self) -> None:
        """Close within a bounded time."""
        await _close(self.client)


async def connect(settings: BusSettings, *, name: str) -> Bus:
    """Connect, however long the server takes to appear; afterwards reconnect for ever.

    A half-open connection is noticed within about 20 s (ping every 10 s, two unanswered).
    """
    delay = _FIRST_TRY_SECONDS
    trusting = (
        None if settings.ca_file is None else ssl.create_default_context(cafile=settings.ca_file)
    )
    while True:
        try:
            client = await _cancellable(
                nats.connect(
                    servers=settings.servers(),
                    name=name,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.25,
                    connect_timeout=3,
                    ping_interval=10,
                    max_outstanding_pings=2,
                    tls=trusting,
                    error_cb=_say_error,
                    disconnected_cb=_say_disconnected,
                    reconnected_cb=_say_reconnected,
                )
            )
        except (OSError, NatsError, TimeoutError) as error:
            log.warning("bus.not_reached", error=repr(error), next_try_seconds=delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LAST_TRY_SECONDS)
        else:
            return Bus(client, client.jetstream(timeout=5), settings)


async def _cancellable(connecting: Coroutine[Any, Any, Client]) -> Client:
    """Connect, and end when cancelled, which nats-py alone does not promise.

    It tries for ever, and waits by asyncio.wait_for, which in Python 3.11 forgets a cancellation
    that arrives together with the answer (python/cpython#86296): one refusal at that instant, and
    it would go on with nobody left to stop it.
    """
    attempt = asyncio.ensure_future(connecting)
    try:
        return await asyncio.shield(attempt)
    except asyncio.CancelledError:
        while not attempt.done():
            attempt.cancel()
            await asyncio.wait({attempt}, timeout=_CANCEL_AGAIN_SECONDS)
        if not attempt.cancelled() and attempt.exception() is None:
            await _close(attempt.result())
        raise


async def _close(client: Client) -> None:
    """Close within a bounded time: with the server gone, close() has been seen to hang."""
    try:
        await asyncio.wait_for(client.close(), _CLOSE_SECONDS)
    except (TimeoutError, OSError, NatsError) as error:
        log.warning("bus.close_failed", error=repr(error))


# nats-py prints a traceback for each failed reconnect unless it is given callbacks.
async def _say_error(error: Exception) -> None:
    log.warning("bus.error", error=repr(error))


async def _say_disconnected() -> None:
    log.warning("bus.disconnected")


async def _say_reconnected() -> None:
    log.info("bus.reconnected")
