"""One leader a service: an advisory lock that dies with its connection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from nats.errors import Error as NatsError
from psycopg import AsyncConnection
from psycopg.errors import Error as PostgresError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.settings import DatabaseSettings
from shared.wakes import connected

log = structlog.get_logger(__name__)

_STANDBY_SECONDS: Final = 1.0
_TRY_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('wengang-leader-' || %s, 0))"

Lead = Callable[[AsyncConnection], Awaitable[None]]


async def lead(settings: DatabaseSettings, *, service: str, work: Lead) -> None:
    """Wait until this process leads its service, do `work` while it does; begin again for ever.

    `work` gets the connection that holds the lock, and is ended when that connection breaks: the
    lock is then free, and another process may lead.
    """
    while True:
        try:
            await _lead_once(settings, service=service, work=work)
        except* (PostgresError, DBAPIError, PoolTimeout, NatsError, OSError) as group:
            log.warning("leader.lost", service=service, errors=repr(group.exceptions))
        await asyncio.sleep(_STANDBY_SECONDS)


async def _lead_once(settings: DatabaseSettings, *, service: str, work: Lead) -> None:
    async with await connected(settings, f"{service}-leader") as connection:
        cursor = await connection.execute(_TRY_LOCK, (service,))
        row = await cursor.fetchone()
        if row is None or not row[0]:
            return
        log.info("leader.elected", service=service)
        await work(connection)
