"""Work that is done again and again: when its time has come, when the clock is set, until done."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import chores
from shared.bus.chores import Chore
from shared.clock import ReplayClock, set_replay
from shared.db import transaction
from shared.service.periodic import Periodic, repeat
from tests.integration.kernel.conftest import Kernels

FIRST = datetime(2020, 8, 3, 1, 0, tzinfo=UTC)
NEXT = FIRST + timedelta(days=1)
HOUR = timedelta(hours=1)


@asynccontextmanager
async def _working(
    kernels: Kernels,
    folder: Path,
    run: Callable[[AsyncSession, datetime], Awaitable[bool | None]],
    *,
    every: timedelta = HOUR,
    business: bool = True,
    bell: asyncio.Event | None = None,
) -> AsyncIterator[Path]:
    file = folder / "clock"
    set_replay(file, FIRST)
    work = Periodic("sweep", every, run, business)
    async with transaction(kernels.ingest, actor="service:ingest") as session:
        await chores.announce(session, kernels.ingest_tables, [Chore("sweep", every, business)])
    task = asyncio.create_task(
        repeat(
            work,
            kernels.ingest,
            kernels.ingest_tables,
            ReplayClock(file),
            actor="service:ingest",
            bell=bell,
        )
    )
    try:
        yield file
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _ran_for(kernels: Kernels) -> datetime | None:
    async with kernels.ingest() as session:
        (chore,) = await chores.announced(session, kernels.ingest_tables)
    return chore.ran_for


async def _until(kernels: Kernels, instant: datetime, within: float = 5.0) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    while await _ran_for(kernels) != instant:
        assert loop.time() - begun < within, await _ran_for(kernels)
        await asyncio.sleep(0.01)
    return loop.time() - begun


async def test_it_is_done_at_once_when_the_clock_is_set(kernels: Kernels, tmp_path: Path) -> None:
    seen: list[datetime] = []

    async def run(_session: AsyncSession, now: datetime) -> None:
        seen.append(now)

    async with _working(kernels, tmp_path, run) as clock:
        await _until(kernels, FIRST)
        set_replay(clock, NEXT)
        assert await _until(kernels, NEXT) < 1.0
        await asyncio.sleep(0.2)
    assert seen == [FIRST, NEXT]


@pytest.mark.parametrize("business", [True, False])
async def test_it_is_done_at_once_when_it_is_rung_for(
    kernels: Kernels, tmp_path: Path, *, business: bool
) -> None:
    done = asyncio.Queue[datetime]()

    async def run(_session: AsyncSession, now: datetime) -> None:
        done.put_nowait(now)

    bell = asyncio.Event()
    async with _working(kernels, tmp_path, run, business=business, bell=bell):
        assert await asyncio.wait_for(done.get(), 5) == FIRST
        await _until(kernels, FIRST)
        bell.set()
        assert await asyncio.wait_for(done.get(), 5) == FIRST


async def test_while_there_is_more_it_goes_on_and_is_not_called_done(
    kernels: Kernels, tmp_path: Path
) -> None:
    left = 3
    at_last, go_on = asyncio.Event(), asyncio.Event()

    async def run(_session: AsyncSession, _now: datetime) -> bool:
        nonlocal left
        if left == 1:
            at_last.set()
            await go_on.wait()
        left -= 1
        return left > 0

    async with _working(kernels, tmp_path, run):
        await asyncio.wait_for(at_last.wait(), 5)
        assert await _ran_for(kernels) is None
        go_on.set()
        await _until(kernels, FIRST)
    assert left == 0


async def test_what_fails_is_tried_again_soon(kernels: Kernels, tmp_path: Path) -> None:
    tries = 0

    async def run(_session: AsyncSession, _now: datetime) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("the database is away")

    async with _working(kernels, tmp_path, run):
        await _until(kernels, FIRST)
    assert tries == 2


async def test_work_that_is_not_of_the_business_keeps_its_own_time(
    kernels: Kernels, tmp_path: Path
) -> None:
    runs = 0

    async def run(_session: AsyncSession, _now: datetime) -> None:
        nonlocal runs
        runs += 1

    async with _working(kernels, tmp_path, run, business=False) as clock:
        await _until(kernels, FIRST)
        set_replay(clock, NEXT)
        await asyncio.sleep(0.3)
    assert runs == 1
    assert await _ran_for(kernels) == FIRST


async def test_chores_that_are_no_more_are_forgotten(kernels: Kernels) -> None:
    tables = kernels.ingest_tables
    async with transaction(kernels.ingest, actor="service:ingest") as session:
        await chores.announce(session, tables, [Chore("a", HOUR, True), Chore("b", HOUR, True)])
        await chores.note(session, tables, "b", ran_for=FIRST, stands=True)
        await chores.announce(
            session, tables, [Chore("b", 2 * HOUR, True), Chore("c", HOUR, False)]
        )
        told = await chores.announced(session, tables)
    assert told == [Chore("b", 2 * HOUR, True, FIRST), Chore("c", HOUR, False)]


@pytest.mark.parametrize(
    ("later", "stands", "noted"),
    [
        (timedelta(seconds=1), False, False),
        (timedelta(seconds=21), False, True),
        (timedelta(seconds=1), True, True),
        (timedelta(seconds=-1), True, True),
    ],
)
async def test_a_turn_soon_after_the_noted_one_writes_nothing_while_the_clock_runs(
    kernels: Kernels, later: timedelta, stands: bool, noted: bool
) -> None:
    tables = kernels.ingest_tables
    async with transaction(kernels.ingest, actor="service:ingest") as session:
        await chores.announce(session, tables, [Chore("a", HOUR, True)])
        await chores.note(session, tables, "a", ran_for=FIRST, stands=stands)
        await chores.note(session, tables, "a", ran_for=FIRST + later, stands=stands)
    assert await _ran_for(kernels) == (FIRST + later if noted else FIRST)
