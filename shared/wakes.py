"""Waking whoever waits for rows, at the commit that writes them.

Only a wake-up: whoever misses one finds the rows at the next look, so each waits for a time alone.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog
from psycopg import AsyncConnection, sql
from psycopg.errors import Error as PostgresError
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from shared.settings import DatabaseSettings

log = structlog.get_logger(__name__)

_AGAIN_SECONDS: Final = 1.0


async def wake(session: AsyncSession, channel: str) -> None:
    """Wake all who listen to a channel, if the transaction commits."""
    await session.execute(select(func.pg_notify(channel, "")))


async def connected(settings: DatabaseSettings, name: str) -> AsyncConnection:
    """Open a connection outside the pool, to be kept: for a lock, or to listen."""
    url = make_url(settings.url.get_secret_value()).set(drivername="postgresql")
    return await AsyncConnection.connect(
        url.render_as_string(hide_password=False), autocommit=True, application_name=name
    )


async def listen(connection: AsyncConnection, bells: Mapping[str, asyncio.Event]) -> None:
    """Set the event of each channel that is woken, for ever; fails when the connection breaks."""
    for channel in bells:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    while True:
        async for told in connection.notifies():
            bells[told.channel].set()


async def keep_listening(
    settings: DatabaseSettings, bells: Mapping[str, asyncio.Event], *, name: str
) -> None:
    """Listen on a connection of its own, for ever; a new one when it breaks."""
    while True:
        try:
            async with await connected(settings, name) as connection:
                await listen(connection, bells)
        except (PostgresError, OSError) as error:
            log.warning("wakes.lost", error=repr(error))
        await asyncio.sleep(_AGAIN_SECONDS)


async def wait(bell: asyncio.Event, seconds: float) -> None:
    """Wait until somebody rings, but no longer than so."""
    try:
        await asyncio.wait_for(bell.wait(), seconds)
    except TimeoutError:
        return
