"""Whoever waits for rows is woken by the commit that writes them, also after a lost connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
from pydantic import SecretStr

from shared.db import transaction
from shared.settings import DatabaseSettings
from shared.wakes import keep_listening, wait, wake
from tests.integration.database import PlatformDatabase
from tests.integration.kernel.conftest import Kernels

CHANNEL = "something_waits"
WITHIN = 30.0


@asynccontextmanager
async def _listening(database: PlatformDatabase, name: str) -> AsyncIterator[asyncio.Event]:
    settings = DatabaseSettings(url=SecretStr(database.url("ingest", "worker")))
    bell = asyncio.Event()
    task = asyncio.create_task(keep_listening(settings, {CHANNEL: bell}, name=name))
    try:
        await _until_listens(database, name)
        yield bell
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _until_listens(database: PlatformDatabase, name: str, *, but: int = 0) -> int:
    """Wait for a connection other than `but` to say that it listens; return its process."""
    loop = asyncio.get_running_loop()
    until = loop.time() + WITHIN
    query = (
        "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND pid <> %s"
        " AND query LIKE 'LISTEN%%' AND state = 'idle'"
    )
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        while (row := admin.execute(query, (name, but)).fetchone()) is None:
            assert loop.time() < until
            await asyncio.sleep(0.02)
    return int(row[0])


async def _wake(kernels: Kernels) -> None:
    async with transaction(kernels.ingest, actor="service:ingest") as session:
        await wake(session, CHANNEL)


async def test_a_commit_wakes_and_a_rollback_does_not(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    async with _listening(kernel_database, "wakes-commit") as bell:
        with suppress(LookupError):
            async with transaction(kernels.ingest, actor="service:ingest") as session:
                await wake(session, CHANNEL)
                raise LookupError
        await wait(bell, 0.2)
        assert not bell.is_set()
        await _wake(kernels)
        await wait(bell, WITHIN)
        assert bell.is_set()


async def test_a_lost_connection_is_made_again(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    async with _listening(kernel_database, "wakes-lost") as bell:
        process = await _until_listens(kernel_database, "wakes-lost")
        with psycopg.connect(kernel_database.admin_url, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", (process,))
        await _until_listens(kernel_database, "wakes-lost", but=process)
        await _wake(kernels)
        await wait(bell, WITHIN)
        assert bell.is_set()
