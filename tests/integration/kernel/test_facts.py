"""Facts commit with their state, leave in commit order, and take effect once."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from nats.js.errors import NotFoundError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import outbox
from shared.bus.consumer import Consumer, Delivery
from shared.bus.headers import ID, MESSAGE_ID
from shared.bus.outbox import FactTooLarge
from shared.bus.relay import Left, Turn
from shared.bus.streams import ensure_durable
from shared.db import Sessions, transaction
from shared.events.ingest import ObservationsRecorded
from shared.ids import uuid7
from tests.integration.database import PlatformDatabase
from tests.integration.kernel.conftest import (
    DURABLE,
    Kernels,
    keep_messages,
    leave_to,
    note_effect,
    observation,
    rows,
)

NOW = datetime(2020, 8, 3, 9, 0, tzinfo=UTC)
NOTE = Consumer("scoring-observations", ObservationsRecorded, note_effect)


async def state(sessions: Sessions, number: int) -> None:
    """State `number` facts, each in its own transaction."""
    for _ in range(number):
        async with transaction(sessions, actor="agency:agency-hrss") as session:
            await outbox.put(session, observation(uuid7(), NOW))


async def drained(kernels: Kernels) -> int:
    """Relay until nothing is left; return how many facts that was."""
    relay, total = kernels.relay(), 0
    for _ in range(200):
        turn = await relay.once()
        total += turn.published
        if turn.left is Left.BLOCKED:  # by a transaction of another test
            await asyncio.sleep(0.02)
        async with kernels.ingest() as session:
            if not await session.scalar(text("SELECT count(*) FROM ingest.outbox")):
                return total
    raise AssertionError("the outbox does not empty")


async def applied(database: PlatformDatabase, number: int) -> None:
    """Wait until that many effects are there."""
    for _ in range(400):
        if rows(database, "SELECT count(*) FROM scoring.effect") == [(number,)]:
            return
        await asyncio.sleep(0.025)
    raise AssertionError(rows(database, "SELECT count(*) FROM scoring.effect"))


async def test_a_rolled_back_transaction_states_nothing(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    with suppress(RuntimeError):
        async with transaction(kernels.ingest, actor="agency:x") as session:
            await outbox.put(session, observation(uuid7(), NOW))
            raise RuntimeError
    assert rows(kernel_database, "SELECT 1 FROM ingest.event_log") == []
    assert rows(kernel_database, "SELECT 1 FROM ingest.outbox") == []


async def test_a_fact_that_no_message_can_hold_is_refused(kernels: Kernels) -> None:
    huge = observation(uuid7(), NOW).model_copy(update={"feed": "f" * 300_000})
    async with kernels.ingest.begin() as session:
        session.info["actor"] = "agency:x"
        with pytest.raises(FactTooLarge):
            await outbox.put(session, huge)


async def test_the_relay_waits_for_a_transaction_that_may_still_precede(kernels: Kernels) -> None:
    slow = kernels.ingest()
    slow.info["actor"] = "agency:x"
    await outbox.put(slow, observation(uuid7(), NOW))  # takes the lower number, commits later
    await state(kernels.ingest, 1)

    assert await kernels.relay().once() == Turn(0, Left.BLOCKED)

    await slow.commit()
    await slow.close()
    assert await drained(kernels) == 2


async def test_large_facts_leave_few_at_once(kernels: Kernels) -> None:
    large = observation(uuid7(), NOW).model_copy(update={"feed": "f" * 200_000})
    async with transaction(kernels.ingest, actor="agency:agency-hrss") as session:
        for _ in range(30):
            await outbox.put(session, large)
    left: list[int] = []
    while sum(left) < 30:
        # Another transaction of the server may still precede.
        left += [stored] if (stored := (await kernels.relay().once()).published) else []
    # 4 MiB are 20 facts of 200 kB, and the one that is over them.
    assert left == [21, 9]


async def test_a_full_stream_takes_on_what_its_consumers_have_let_go_of(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    settings = kernels.bus.settings.model_copy(update={"stream_bytes": 1 << 20})
    small = replace(kernels, bus=replace(kernels.bus, settings=settings))
    await ensure_durable(small.bus.js, DURABLE, settings)
    await leave_to(small.bus, DURABLE)
    one = observation(uuid7(), NOW)
    large = one.model_copy(
        update={name: getattr(one, name) * 2000 for name in one.columns}
        | {"values": {"insured_headcount": (100,) * 2000}}
    )
    async with transaction(kernels.ingest, actor="agency:agency-hrss") as session:
        await outbox.put(session, *(large for _ in range(30)))

    # Nobody takes them: the stream fills, refuses the rest and loses nothing.
    published = 0
    while not published:  # a transaction of another test may still precede
        published = (await small.relay().once()).published
    held = await small.bus.js.stream_info("INGEST")
    assert 0 < published == held.state.messages < 30

    loop = asyncio.create_task(small.pull(NOTE).run())
    assert published + await drained(small) == 30
    await applied(kernel_database, 30)
    await all_acknowledged(small)
    assert (await small.bus.js.stream_info("INGEST")).state.messages == 0
    loop.cancel()


async def test_no_fact_of_many_writers_is_missed(kernels: Kernels) -> None:
    writers = [asyncio.create_task(state(kernels.ingest, 25)) for _ in range(8)]
    relay, sent = kernels.relay(), 0
    while not all(writer.done() for writer in writers):
        sent += (await relay.once()).published
    sent += await drained(kernels)

    assert sent == 200
    stream = await kernels.bus.js.stream_info("INGEST")
    assert stream.state.messages == 200


async def test_a_message_carries_its_envelope_as_cloudevents(kernels: Kernels) -> None:
    await state(kernels.ingest, 1)
    await drained(kernels)

    message = await kernels.bus.js.get_msg("INGEST", 1)
    headers = message.headers or {}
    assert headers["ce-specversion"] == "1.0"
    assert headers["ce-type"] == "ingest.observations.recorded.v1"
    assert headers["ce-source"] == "/services/ingest"
    assert headers["ce-actor"] == "agency:agency-hrss"
    assert headers[MESSAGE_ID] == headers[ID]
    assert headers["content-type"] == "application/json"


async def test_a_fact_takes_effect_once_however_often_it_is_sent(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    await keep_messages(kernels.bus)
    loop = asyncio.create_task(kernels.pull(NOTE).run())
    await state(kernels.ingest, 3)
    await drained(kernels)
    await applied(kernel_database, 3)

    # The same messages again, past the server's duplicate window.
    for sequence in (1, 2, 3):
        stored = await kernels.bus.js.get_msg("INGEST", sequence)
        headers = {**(stored.headers or {}), MESSAGE_ID: f"again-{sequence}"}
        await kernels.bus.js.publish(
            "ingest.observations.recorded.v1", stored.data or b"", headers=headers
        )
    await all_acknowledged(kernels)

    assert rows(kernel_database, "SELECT count(*) FROM scoring.effect") == [(3,)]
    loop.cancel()


async def all_acknowledged(kernels: Kernels) -> None:
    """Wait until the durable has nothing left to deliver or to wait for."""
    for _ in range(400):
        with suppress(NotFoundError):
            info = await kernels.bus.js.consumer_info("INGEST", DURABLE.name)
            if not info.num_pending and not info.num_ack_pending:
                return
        await asyncio.sleep(0.025)
    raise AssertionError("messages stay unacknowledged")


async def test_a_handler_that_fails_once_is_tried_again_and_leaves_no_trace(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    seen: list[object] = []

    async def stumble(
        session: AsyncSession, event: ObservationsRecorded, delivery: Delivery
    ) -> None:
        await note_effect(session, event, delivery)
        seen.append(delivery.id)
        if len(seen) <= 2:  # in the batch, and alone
            raise RuntimeError("first sight")

    consumer = Consumer("scoring-observations", ObservationsRecorded, stumble)
    loop = asyncio.create_task(kernels.pull(consumer).run())
    await state(kernels.ingest, 1)
    await drained(kernels)
    await applied(kernel_database, 1)
    assert len(set(seen)) == 1
    loop.cancel()


async def test_facts_that_wait_are_handled_as_one_and_one_by_one_if_that_fails(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    calls: list[int] = []

    async def note_all(
        session: AsyncSession, told: Sequence[tuple[ObservationsRecorded, Delivery]]
    ) -> None:
        calls.append(len(told))
        for event, delivery in told:
            await note_effect(session, event, delivery)
        if len(calls) == 1:
            raise RuntimeError("together")

    consumer = Consumer(
        "scoring-observations", ObservationsRecorded, note_effect, together=note_all
    )
    await keep_messages(kernels.bus)
    pull = kernels.pull(consumer)
    subscription = await pull._bind()
    await state(kernels.ingest, 5)
    await drained(kernels)
    await pull._work_off(await pull._fetch(subscription))
    await state(kernels.ingest, 2)
    await drained(kernels)
    for number in (5, 6):  # one that was applied before, and a new one twice in a batch
        sent = await kernels.bus.js.get_msg("INGEST", number)
        headers = {**(sent.headers or {}), MESSAGE_ID: f"again-{number}"}
        await kernels.bus.js.publish(sent.subject or "", sent.data or b"", headers=headers)
    await pull._work_off(await pull._fetch(subscription))

    assert calls == [5, 1, 1, 1, 1, 1, 2]
    assert rows(kernel_database, "SELECT count(*) FROM scoring.effect") == [(7,)]
    await subscription.unsubscribe()


async def test_large_facts_are_handled_alone(kernels: Kernels) -> None:
    calls: list[int] = []

    async def count(
        session: AsyncSession, told: Sequence[tuple[ObservationsRecorded, Delivery]]
    ) -> None:
        del session
        calls.append(sum(len(event) for event, _ in told))

    one = observation(uuid7(), NOW)
    large = one.model_copy(
        update={name: getattr(one, name) * 600 for name in one.columns}
        | {"values": {"insured_headcount": (100,) * 600}}
    )
    consumer = Consumer("scoring-observations", ObservationsRecorded, note_effect, together=count)
    pull = kernels.pull(consumer)
    subscription = await pull._bind()
    async with transaction(kernels.ingest, actor="agency:agency-hrss") as session:
        await outbox.put(session, large, large, one)
    await drained(kernels)
    await pull._work_off(await pull._fetch(subscription))

    assert calls == [600, 601]
    await subscription.unsubscribe()


async def test_a_forged_message_is_buried_and_the_good_ones_pass(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    await state(kernels.ingest, 1)
    await drained(kernels)
    good = await kernels.bus.js.get_msg("INGEST", 1)
    forged = {**(good.headers or {}), MESSAGE_ID: "forged", "ce-actor": "officer:mallory"}
    await kernels.bus.js.publish(
        "ingest.observations.recorded.v1", good.data or b"", headers=forged
    )
    await kernels.bus.js.publish("ingest.observations.recorded.v1", b"not json")
    await state(kernels.ingest, 1)
    await drained(kernels)

    loop = asyncio.create_task(kernels.pull(NOTE).run())
    await applied(kernel_database, 2)
    await all_acknowledged(kernels)

    buried = rows(kernel_database, "SELECT reason FROM scoring.inbox_dead ORDER BY reason")
    assert [str(reason).split(":")[0] for (reason,) in buried] == ["KeyError", "SignatureRefused"]
    loop.cancel()
