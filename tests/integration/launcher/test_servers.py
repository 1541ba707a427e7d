"""The servers that tests run on: one for the session, proved to be for tests."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import nats
import psycopg
import pytest

from tests.servers import NotOurServer, Servers, fresh_database, prove_ours


def test_postgres_orders_chinese_by_code_point_and_keeps_it(postgres_admin_url: str) -> None:
    with (
        fresh_database(postgres_admin_url) as url,
        psycopg.connect(url) as connection,
    ):
        row = connection.execute(
            "SELECT current_setting('server_version_num')::int / 10000, upper('é'), length('稳岗'),"
            " current_setting('data_checksums'), current_setting('listen_addresses')"
        ).fetchone()

    assert row == (18, "É", 2, "on", "")


def test_a_fresh_database_is_gone_afterwards(postgres_admin_url: str) -> None:
    with fresh_database(postgres_admin_url) as url:
        psycopg.connect(url).close()

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


async def test_jetstream_stores(nats_url: str) -> None:
    link = await nats.connect(nats_url)
    stream = link.jetstream()
    await stream.add_stream(name="trial", subjects=["trial.>"])
    try:
        receipt = await asyncio.wait_for(stream.publish("trial.one", b"1"), 5)
        assert receipt.seq == 1
    finally:
        await stream.delete_stream("trial")
        await link.close()


def test_a_bus_that_does_not_say_so_is_not_ours(servers: Servers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger, ThreadPoolExecutor() as threads:
        port = stranger.getsockname()[1]
        threads.submit(_greet, stranger)

        with pytest.raises(NotOurServer, match="production"):
            prove_ours(replace(servers, nats_url=f"nats://127.0.0.1:{port}"))


def _greet(listening: socket.socket) -> None:
    link, _ = listening.accept()
    with link:
        link.sendall(b'INFO {"server_name":"production"}\r\n')
