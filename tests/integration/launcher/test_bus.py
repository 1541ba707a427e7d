"""What a service may and may not do on the embedded bus."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error, NoRespondersError
from nats.errors import TimeoutError as NoAnswer
from nats.js.errors import ServiceUnavailableError

from launcher.jetstream import BusServer, BusUser, service_user
from launcher.ports import hold
from launcher.probes import answers

CASES = service_user("cases", "one")
INGEST = service_user("ingest", "two")
OPERATOR = BusUser("operator", "three")


@dataclass
class Link:
    """A connection, and what the server refused it."""

    client: Client
    refused: list[str]


@pytest.fixture(scope="module")
async def bus(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BusServer]:
    """A server with two services' users and an unrestricted one."""
    port, monitoring = hold(), hold()
    folder: Path = tmp_path_factory.mktemp("bus")
    server = BusServer(folder, port.number, monitoring.number, (CASES, INGEST, OPERATOR))
    server.configure()
    process = await asyncio.create_subprocess_exec(
        *server.command, stderr=asyncio.subprocess.DEVNULL
    )
    serves = answers(server.health_url)
    for _ in range(500):
        if await serves():
            break
        await asyncio.sleep(0.02)
    yield server
    process.terminate()
    await process.wait()
    port.release()
    monitoring.release()


@contextlib.asynccontextmanager
async def linked(bus: BusServer, user: BusUser) -> AsyncIterator[Link]:
    """Connect as a user."""
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error))

    client = await nats.connect(bus.url(user), error_cb=note, allow_reconnect=False)
    try:
        yield Link(client, refused)
    finally:
        await client.close()


async def test_a_service_states_its_own_facts_and_no_others(bus: BusServer) -> None:
    async with linked(bus, CASES) as cases:
        js = cases.client.jetstream(timeout=2)
        await js.add_stream(name="CASES", subjects=["cases.>"])
        assert (await js.publish("cases.case.opened.v1", b"{}")).seq == 1

        with pytest.raises((NoAnswer, ServiceUnavailableError)):
            await js.publish("ingest.enterprises.changed.v1", b"{}", timeout=0.3)

    assert cases.refused == [_violation("publish", "ingest.enterprises.changed.v1")]


@pytest.mark.parametrize("act", ["DELETE", "PURGE", "UPDATE"])
async def test_no_service_wipes_or_loosens_a_stream(bus: BusServer, act: str) -> None:
    async with linked(bus, OPERATOR) as operator:
        await operator.client.jetstream().add_stream(name=f"KEPT_{act}", subjects=[f"kept.{act}"])
    async with linked(bus, INGEST) as ingest:
        with pytest.raises(NoAnswer):
            await ingest.client.request(f"$JS.API.STREAM.{act}.KEPT_{act}", b"{}", timeout=0.3)
    async with linked(bus, OPERATOR) as operator:
        info = await operator.client.jetstream().stream_info(f"KEPT_{act}")

    assert info.config.subjects == [f"kept.{act}"]
    assert ingest.refused == [_violation("publish", f"$JS.API.STREAM.{act}.KEPT_{act}")]


async def test_a_service_answers_only_its_own_reconcilers(bus: BusServer) -> None:
    async with linked(bus, CASES) as cases, linked(bus, INGEST) as ingest:

        async def answer(message: Msg) -> None:
            await message.respond(b"seen")

        await cases.client.subscribe("reconcile.cases", cb=answer)
        await cases.client.subscribe("reconcile.ingest", cb=answer)
        await cases.client.flush()

        assert await _answered(ingest.client, "reconcile.cases") == b"seen"

    assert cases.refused == [_violation("subscription", "reconcile.ingest")]


async def test_a_stranger_is_not_let_in(bus: BusServer) -> None:
    client = Client()

    async def ignore(_: Exception) -> None:
        """The refusal is raised as well."""

    with pytest.raises(Error, match=r"(?i)authorization violation"):
        await client.connect(
            bus.url(BusUser("cases", "guess")), error_cb=ignore, allow_reconnect=False
        )
    await client.close()


async def _answered(client: Client, subject: str) -> bytes:
    """Ask until somebody answers: what one link subscribes, the other learns a moment later."""
    for _ in range(50):
        with contextlib.suppress(NoRespondersError):
            return (await client.request(subject, b"?", timeout=2)).data
        await asyncio.sleep(0.05)
    raise AssertionError(f"nobody answers {subject}")


def _violation(act: str, subject: str) -> str:
    return f'nats: permissions violation for {act} to "{subject}"'.lower()
