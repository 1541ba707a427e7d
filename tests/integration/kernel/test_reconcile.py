"""What the bus forgot comes back from the event log, and nothing is applied twice."""

import asyncio

from shared.bus.streams import ensure_durable
from tests.integration.database import PlatformDatabase
from tests.integration.kernel.conftest import (
    DURABLE,
    Kernels,
    leave_to,
    rows,
    wipe_streams,
)
from tests.integration.kernel.test_facts import NOTE, applied, drained, state


async def test_facts_lost_with_the_disk_of_the_bus_are_sent_again(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    witness = asyncio.create_task(kernels.witness().run())
    loop = asyncio.create_task(kernels.pull(NOTE).run())
    await state(kernels.ingest, 5)
    await drained(kernels)
    await applied(kernel_database, 5)
    loop.cancel()
    await state(kernels.ingest, 7)
    await drained(kernels)  # the bus has taken all twelve ...
    await wipe_streams(kernels.bus)  # ... and forgets them

    loop = asyncio.create_task(kernels.pull(NOTE).run())
    assert await kernels.reconciler(0.0).once(DURABLE) == 7
    await drained(kernels)
    await applied(kernel_database, 12)

    assert await kernels.reconciler(0.0).once(DURABLE) == 0
    assert rows(kernel_database, "SELECT count(*) FROM ingest.reconcile_mark") == [(1,)]
    for task in (loop, witness):
        task.cancel()


async def test_what_is_still_under_way_is_not_sent_again(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    witness = asyncio.create_task(kernels.witness().run())
    await asyncio.sleep(0.1)
    await state(kernels.ingest, 3)
    await drained(kernels)

    assert await kernels.reconciler(3600.0).once(DURABLE) == 0
    assert rows(kernel_database, "SELECT count(*) FROM ingest.outbox") == [(0,)]
    witness.cancel()


async def test_what_waits_for_a_consumer_that_is_away_is_not_sent_again(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    witness = asyncio.create_task(kernels.witness().run())
    await ensure_durable(kernels.bus.js, DURABLE, kernels.bus.settings)
    await state(kernels.ingest, 3)
    await drained(kernels)

    assert await kernels.reconciler(0.0).once(DURABLE) == 0
    assert rows(kernel_database, "SELECT count(*) FROM ingest.outbox") == [(0,)]
    witness.cancel()


async def test_facts_stated_while_a_durable_is_missing_are_sent_again_at_once(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    witness = asyncio.create_task(kernels.witness().run())
    # The bus keeps them for nobody, and knows their numbers for ten minutes.
    await ensure_durable(kernels.bus.js, DURABLE, kernels.bus.settings)
    await leave_to(kernels.bus)
    await state(kernels.ingest, 3)
    await drained(kernels)

    await ensure_durable(kernels.bus.js, DURABLE, kernels.bus.settings)
    loop = asyncio.create_task(kernels.pull(NOTE).run())
    assert await kernels.reconciler(0.0).once(DURABLE) == 3
    await drained(kernels)
    await applied(kernel_database, 3)
    for task in (loop, witness):
        task.cancel()


async def test_the_mark_does_not_pass_a_fact_that_was_not_applied(
    kernels: Kernels, kernel_database: PlatformDatabase
) -> None:
    witness = asyncio.create_task(kernels.witness().run())
    await asyncio.sleep(0.1)
    await state(kernels.ingest, 3)
    await drained(kernels)
    await wipe_streams(kernels.bus)
    first, second, third = rows(
        kernel_database, "SELECT event_id FROM ingest.event_log ORDER BY xid"
    )
    async with kernels.scoring.begin() as session:
        for (event_id,) in (first, third):
            await session.execute(
                kernels.scoring_tables.inbox.insert().values(
                    event_id=event_id, consumer=DURABLE.name
                )
            )

    assert await kernels.reconciler(0.0).once(DURABLE) == 1
    assert rows(kernel_database, "SELECT event_id FROM ingest.outbox") == [second]
    assert rows(kernel_database, "SELECT event_id FROM ingest.reconcile_mark") == [first]
    witness.cancel()
