"""The platform is called idle only when every fact that was stated has been applied."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from gateway.progress import PlatformProgressRead, platform
from shared.bus import chores, dead, progress
from shared.bus.chores import Chore
from shared.bus.streams import DURABLES
from shared.clock import SystemClock
from shared.db import transaction
from shared.ids import uuid7
from shared.service.progress import ProgressRead, nothing_pending, read
from tests.integration.database import PlatformDatabase
from tests.integration.kernel.conftest import DURABLE, Kernels, rows, wipe_streams
from tests.integration.kernel.test_facts import NOTE, applied, drained, state

SINCE = datetime.now(UTC) - timedelta(days=1)
CHORE = Chore("sweep", timedelta(hours=1), business=True)


@pytest.fixture(autouse=True)
async def _chores_are_done(kernels: Kernels) -> None:
    for sessions, tables in (
        (kernels.ingest, kernels.ingest_tables),
        (kernels.scoring, kernels.scoring_tables),
    ):
        async with transaction(sessions, actor="service:test") as session:
            await chores.announce(session, tables, [CHORE])
            await chores.note(session, tables, "sweep", ran_for=datetime.now(UTC), stands=False)


def _silent(service: str) -> ProgressRead:
    """Return what a service says that nobody has told anything."""
    return ProgressRead(
        outbox=0,
        stated={each.subject: 0 for each in DURABLES if each.producer == service},
        applied={each.name: 0 for each in DURABLES if each.service == service},
        chores=[],
        pending={},
        idle=True,
    )


async def _asked(kernels: Kernels) -> PlatformProgressRead:
    """Ask both schemas as the gateway asks services."""

    async def ask(service: str, since: datetime) -> ProgressRead | None:
        sessions = {"ingest": kernels.ingest, "scoring": kernels.scoring}.get(service)
        if sessions is None:
            return _silent(service)
        async with transaction(sessions, actor="officer:admin") as session:
            return await read(session, nothing_pending, clock=SystemClock(), since=since)

    return await platform(ask)


def _waiting(told: PlatformProgressRead) -> int | None:
    return next(each.waiting for each in told.consumers if each.name == DURABLE.name)


@asynccontextmanager
async def _only_one_consumer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr("gateway.progress.DURABLES", (DURABLE,))
        yield


async def test_a_fact_in_flight_is_never_called_idle(
    kernels: Kernels, kernel_database: PlatformDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts are stated in bursts while somebody asks without a pause: what is called idle, is."""
    said = 0
    idle_seen = 0
    told = await _settled(kernels, monkeypatch)
    assert told.idle

    async def speak() -> None:
        nonlocal said
        for burst in range(12):
            await state(kernels.ingest, 1 + burst % 4)
            said += 1 + burst % 4
            await asyncio.sleep(0.12)

    async def relay() -> None:
        while True:
            await kernels.relay().once()
            await asyncio.sleep(0.01)

    tasks = [asyncio.create_task(relay()), asyncio.create_task(kernels.pull(NOTE).run())]
    speaking = asyncio.create_task(speak())
    async with _only_one_consumer(monkeypatch):
        while not speaking.done() or not (await _asked(kernels)).idle:
            before = said
            if (await _asked(kernels)).idle:
                idle_seen += 1
                found = rows(kernel_database, "SELECT count(*) FROM scoring.effect")
                assert int(str(found[0][0])) >= before
    await speaking
    await applied(kernel_database, 30)
    assert idle_seen > 0
    for task in tasks:
        task.cancel()


async def _settled(kernels: Kernels, monkeypatch: pytest.MonkeyPatch) -> PlatformProgressRead:
    async with _only_one_consumer(monkeypatch):
        return await _asked(kernels)


async def test_what_waits_is_counted_wherever_it_is(
    kernels: Kernels, kernel_database: PlatformDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    await state(kernels.ingest, 3)
    told = await _settled(kernels, monkeypatch)
    ingest = told.services["ingest"]
    assert (told.idle, _waiting(told), ingest and ingest.outbox) == (False, 3, 3)

    await drained(kernels)  # on the bus, not applied
    told = await _settled(kernels, monkeypatch)
    ingest = told.services["ingest"]
    assert (told.idle, _waiting(told), ingest and ingest.outbox) == (False, 3, 0)

    await wipe_streams(kernels.bus)  # forgotten by the bus: it still waits
    assert not (await _settled(kernels, monkeypatch)).idle

    loop = asyncio.create_task(kernels.pull(NOTE).run())
    witness = asyncio.create_task(kernels.witness().run())
    await asyncio.sleep(0.1)
    assert await kernels.reconciler(0.0).once(DURABLE) == 3
    await drained(kernels)
    await applied(kernel_database, 3)
    told = await _settled(kernels, monkeypatch)
    assert (told.idle, _waiting(told)) == (True, 0)
    for task in (loop, witness):
        task.cancel()


async def test_a_dead_letter_waits_no_more_and_a_foreign_message_never_did(
    kernels: Kernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    await state(kernels.ingest, 2)
    await drained(kernels)
    async with kernels.ingest() as session:
        log = kernels.ingest_tables.event_log
        stated = (await session.scalars(select(log.c.event_id))).all()
    for event_id in (str(stated[0]), "INGEST:17", f"{uuid7()}x"):
        async with transaction(kernels.scoring, actor="service:scoring") as session:
            await dead.bury(
                session,
                kernels.scoring_tables,
                event_id=event_id,
                consumer=DURABLE.name,
                subject=DURABLE.subject,
                reason="StepRefused",
                deliveries=8,
                payload=b"{}",
                headers={},
            )

    assert _waiting(await _settled(kernels, monkeypatch)) == 1

    async with transaction(kernels.scoring, actor="service:scoring") as session:
        for event_id in stated:  # replayed, and the other one applied
            await session.execute(
                kernels.scoring_tables.inbox.insert().values(
                    event_id=event_id, consumer=DURABLE.name
                )
            )
    assert _waiting(await _settled(kernels, monkeypatch)) == 0


async def test_facts_before_the_moment_are_not_counted(kernels: Kernels) -> None:
    await state(kernels.ingest, 2)
    async with transaction(kernels.ingest, actor="service:ingest") as session:
        now = datetime.now(UTC) + timedelta(seconds=1)
        late = await progress.read(session, kernels.ingest_tables, "ingest", since=now)
        all_ = await progress.read(session, kernels.ingest_tables, "ingest", since=SINCE)
    assert (late.stated[DURABLE.subject], all_.stated[DURABLE.subject]) == (0, 2)


async def test_a_service_that_does_not_answer_is_not_idle() -> None:
    async def ask(service: str, _since: datetime) -> ProgressRead | None:
        return None if service == "cases" else _silent(service)

    told = await platform(ask)
    assert not told.idle
    assert {each.waiting for each in told.consumers if each.service == "cases"} == {None}


async def test_counts_that_move_between_two_rounds_are_not_idle() -> None:
    """A fact that was stated and applied between the rounds may have caused another."""
    rounds = 0

    async def ask(service: str, _since: datetime) -> ProgressRead | None:
        nonlocal rounds
        told = _silent(service)
        rounds += service == "ingest"
        if rounds > 1 and service in {"ingest", "scoring"}:
            told.stated.update(dict.fromkeys(told.stated.keys() & {DURABLE.subject}, 1))
            told.applied.update(dict.fromkeys(told.applied.keys() & {DURABLE.name}, 1))
        return told

    told = await platform(ask)
    assert rounds == 2
    assert not told.idle
