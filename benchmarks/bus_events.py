"""How many facts a second pass from one service's transaction into another's.

Figure: outbox, relay, JetStream, pull consumer and inbox, into a row as the effect; writers, relay
and consumer run in one process here. Limit: the same bodies with the same headers, published and
fetched by nats-py alone, with an acknowledgement each, through the same stream.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Final

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from psycopg import AsyncConnection
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.measurement import Measurement
from benchmarks.servers import Servers, bare_servers
from shared.auth.keys import SigningKey, TrustBundle
from shared.bus import outbox
from shared.bus.connection import Bus, connect
from shared.bus.consumer import Consumer, Delivery
from shared.bus.headers import MESSAGE_ID, Envelope
from shared.bus.migration import kernel_up_v1
from shared.bus.outbox import wake_channel
from shared.bus.pull import Pull
from shared.bus.relay import Relay
from shared.bus.streams import DURABLES, Durable, ensure_durable
from shared.bus.tables import KernelTables
from shared.clock import SystemClock
from shared.db import Kernel, Sessions, open_engine, open_sessions, service_metadata, transaction
from shared.events.base import Subject
from shared.events.scoring import RiskLevel, WarningRaised
from shared.ids import uuid7
from shared.wakes import listen

NAME: Final = "bus/events"
LIMIT: Final = "nats-py: publish, fetch 100, ack each; same bodies, same stream"
# Multiples of 40: of what the writers state in one round.
EVENTS: Final = 2_000
WARM_UP: Final = 200
RUNS: Final = 3

# As scoring states its warnings: single facts, a few of them a transaction.
_FACTS_PER_TRANSACTION: Final = 10
_WRITERS: Final = 4
_PRODUCER, _CONSUMER = "scoring", "cases"
_DURABLE: Final = next(one for one in DURABLES if one.name == "cases-warning-raised")
_RAW: Final = Durable("bench-raw", _CONSUMER, Subject("scoring.bench.raw.v1"))
_WINDOW: Final = 200  # what the relay publishes at once
_FETCH: Final = 100


async def measure(events: int = EVENTS, runs: int = RUNS) -> Sequence[Measurement]:
    """Run figure and limit in turn, and return the medians; `events` is a multiple of 40."""
    with bare_servers() as servers:
        _make_tables(servers)
        async with _opened(servers) as path:
            await _through_kernel(path, WARM_UP)
            await _raw(path, WARM_UP)
            figures, limits = [], []
            for _ in range(runs):
                figures.append(await _through_kernel(path, events))
                limits.append(await _raw(path, events))
    return [Measurement(NAME, median(figures), "events/s", median(limits), LIMIT)]


@dataclass
class _Path:
    """Both ends of the way, open."""

    sending: Sessions
    receiving: Sessions
    sending_bus: Bus
    receiving_bus: Bus
    key: SigningKey
    tables: KernelTables
    missing: int = field(default=0)
    handled: asyncio.Event = field(default_factory=asyncio.Event)

    async def note(self, session: AsyncSession, _event: WarningRaised, delivery: Delivery) -> None:
        """Handle a fact by one row."""
        await session.execute(text("INSERT INTO bench_effect VALUES (:id)"), {"id": delivery.id})
        self.missing -= 1
        if self.missing <= 0:
            self.handled.set()


def _make_tables(servers: Servers) -> None:
    for service in (_PRODUCER, _CONSUMER):
        engine = create_engine(servers.database_urls[service]["migrate"])
        with engine.begin() as connection:
            with Operations.context(MigrationContext.configure(connection)):
                kernel_up_v1(service)
            if service == _CONSUMER:
                connection.execute(text("CREATE TABLE cases.bench_effect (event_id uuid)"))
        engine.dispose()


@asynccontextmanager
async def _opened(servers: Servers) -> AsyncGenerator[_Path, None]:
    key = SigningKey.generate(_PRODUCER)
    tables = {name: KernelTables(service_metadata(name)) for name in (_PRODUCER, _CONSUMER)}
    async with AsyncExitStack() as ending:
        sessions: dict[str, Sessions] = {}
        buses: dict[str, Bus] = {}
        for service, own in tables.items():
            engine = open_engine(servers.database(service, "worker"), name=f"bench-{service}")
            ending.push_async_callback(engine.dispose)
            sessions[service] = open_sessions(engine, Kernel(service, own, key))
            buses[service] = await connect(servers.bus(service), name=f"bench-{service}")
            ending.push_async_callback(buses[service].close)
        path = _Path(
            sending=sessions[_PRODUCER],
            receiving=sessions[_CONSUMER],
            sending_bus=buses[_PRODUCER],
            receiving_bus=buses[_CONSUMER],
            key=key,
            tables=tables[_PRODUCER],
        )
        wake = asyncio.Event()
        url = make_url(servers.database_urls[_PRODUCER]["worker"]).set(drivername="postgresql")
        listening = await AsyncConnection.connect(
            url.render_as_string(hide_password=False), autocommit=True
        )
        ending.push_async_callback(listening.close)
        relay = Relay(_PRODUCER, path.sending, path.tables, path.sending_bus)
        pull = Pull(
            Consumer(_DURABLE.name, WarningRaised, path.note),
            _DURABLE,
            path.receiving,
            path.receiving_bus,
            TrustBundle.of([key]),
            SystemClock(),
        )
        await ensure_durable(path.receiving_bus.js, _DURABLE, path.receiving_bus.settings)
        await ensure_durable(path.receiving_bus.js, _RAW, path.receiving_bus.settings)
        for work in (
            listen(listening, {wake_channel(_PRODUCER): wake}),
            relay.run(wake, idle_seconds=1.0),
            pull.run(),
        ):
            ending.push_async_callback(_ended, asyncio.create_task(work))
        yield path


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _through_kernel(path: _Path, number: int) -> float:
    wanted = await _effects(path) + number
    path.missing = number
    path.handled.clear()
    begun = time.perf_counter()
    await asyncio.gather(*(_state(path, number // _WRITERS) for _ in range(_WRITERS)))
    await path.handled.wait()
    while await _effects(path) < wanted:  # the last batch is handled, and about to be committed
        pass
    return number / (time.perf_counter() - begun)


async def _state(path: _Path, number: int) -> None:
    for _ in range(number // _FACTS_PER_TRANSACTION):
        async with transaction(path.sending, actor="agency:bench") as session:
            await outbox.put(session, *(_fact() for _ in range(_FACTS_PER_TRANSACTION)))


async def _effects(path: _Path) -> int:
    async with path.receiving() as session:
        return int(await session.scalar(text("SELECT count(*) FROM bench_effect")) or 0)


async def _raw(path: _Path, number: int) -> float:
    messages = [_message(path) for _ in range(number)]
    subscription = await path.receiving_bus.js.pull_subscribe_bind(
        durable=_RAW.name, stream=_RAW.stream
    )
    begun = time.perf_counter()
    publishing = asyncio.create_task(_publish(path, messages))
    taken = 0
    while taken < number:
        for message in await subscription.fetch(_FETCH, timeout=5):
            await message.ack()
            taken += 1
    took = time.perf_counter() - begun
    await publishing
    await subscription.unsubscribe()
    return number / took


async def _publish(path: _Path, messages: Sequence[tuple[bytes, dict[str, str]]]) -> None:
    for first in range(0, len(messages), _WINDOW):
        await asyncio.gather(
            *(
                path.sending_bus.js.publish(_RAW.subject, payload, headers=headers, timeout=5)
                for payload, headers in messages[first : first + _WINDOW]
            )
        )


def _message(path: _Path) -> tuple[bytes, dict[str, str]]:
    """Return a body and its headers as the outbox would write them."""
    payload = _fact().model_dump_json().encode()
    envelope = Envelope(uuid7(), _PRODUCER, _RAW.subject, datetime.now(UTC), "", "agency:bench")
    headers = envelope.headers(payload, key=path.key)
    return payload, {**headers, MESSAGE_ID: str(envelope.id)}


def _fact() -> WarningRaised:
    now = datetime.now(UTC)
    return WarningRaised(
        warning_id=uuid7(),
        version=1,
        uscc="91110105MA00000004",
        name="北京某某科技有限公司",
        district="110105",
        as_of=now.date(),
        occurred_at=now,
        level=RiskLevel.YELLOW,
        likelihood=0.61,
        jobs_at_risk=30,
        headcount=270,
        reasons=(),
    )
