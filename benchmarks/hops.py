"""The bare hops of a push that ends in a warning, one after another: what no platform can undercut.

A batch comes in (client, gateway, service), is committed, travels the bus, is committed where it is
judged, and is read (client, gateway, service). Here each hop does nothing but being one.
"""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from nats.js import JetStreamContext
from psycopg import AsyncConnection
from sqlalchemy.engine import make_url

from benchmarks.servers import Servers
from shared.bus.connection import connect
from shared.bus.streams import Durable, ensure_durable
from shared.events.base import Subject
from shared.http import AsyncClient

NAME: Final = "bare hops in a row: 4 HTTP GET /livez, 2 PostgreSQL commits, 1 JetStream hop"
_PAYLOAD: Final = b"x" * 1_000
_DURABLE: Final = Durable("bench-hop", "scoring", Subject("ingest.bench.hop.v1"))
_COMMIT: Final = b"INSERT INTO scoring.bench_hop VALUES (%s)"


@dataclass(frozen=True)
class Hops:
    """Connections over which nothing but the hop itself happens."""

    http: AsyncClient
    services: Mapping[str, str]
    database: AsyncConnection
    publishing: JetStreamContext
    subscription: JetStreamContext.PullSubscription

    async def once(self) -> float:
        """Take every hop once, in order; return the seconds."""
        begun = time.perf_counter()
        await self._ask("ingest-api")
        await self.database.execute(_COMMIT, (_PAYLOAD,))
        await self.publishing.publish(_DURABLE.subject, _PAYLOAD, timeout=5)
        (message,) = await self.subscription.fetch(1, timeout=5)
        await self.database.execute(_COMMIT, (_PAYLOAD,))
        await message.ack()
        await self._ask("scoring-api")
        return time.perf_counter() - begun

    async def _ask(self, service: str) -> None:
        for program in ("gateway-api", service):
            answer = await self.http.get(f"{self.services[program]}/livez")
            answer.raise_for_status()


@asynccontextmanager
async def opened(
    servers: Servers, services: Mapping[str, str], http: AsyncClient
) -> AsyncGenerator[Hops, None]:
    """Open what the hops need: bare servers, and the addresses of the platform's programs."""
    address = make_url(servers.database_urls["scoring"]["migrate"]).set(drivername="postgresql")
    database = await AsyncConnection.connect(
        address.render_as_string(hide_password=False), autocommit=True
    )
    sending = await connect(servers.bus("ingest"), name="bench-hop-sends")
    receiving = await connect(servers.bus("scoring"), name="bench-hop-receives")
    try:
        await database.execute("CREATE TABLE scoring.bench_hop (payload bytea)")
        await ensure_durable(receiving.js, _DURABLE, receiving.settings)
        subscription = await receiving.js.pull_subscribe_bind(
            durable=_DURABLE.name, stream=_DURABLE.stream
        )
        yield Hops(http, services, database, sending.js, subscription)
    finally:
        await receiving.close()
        await sending.close()
        await database.close()
