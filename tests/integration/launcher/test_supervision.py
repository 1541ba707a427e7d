"""Order, restarts and ends of supervised processes, with real ones that do little."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from launcher.processes import Probe, ProcessSpec
from launcher.refusals import CannotRun
from launcher.supervisor import Supervisor
from tests.integration.launcher.conftest import runs

SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")
_TIDY = """
import signal, sys
def note(what):
    with open(sys.argv[1], "a") as file:
        print(sys.argv[2], what, file=file)
signal.signal(signal.SIGTERM, lambda *_: (note("ends"), sys.exit(0)))
note("serves")
while True: signal.pause()
"""
_STUBBORN = """
import pathlib, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
while True: signal.pause()
"""
TIDY = (sys.executable, "-c", _TIDY)  # notes when it serves and when it ends
STUBBORN = (sys.executable, "-c", _STUBBORN)


@dataclass
class Watched:
    """A supervisor, and what it said."""

    supervisor: Supervisor
    said: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    pids: dict[str, int] = field(default_factory=dict)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until it holds."""
        for _ in range(600):
            if condition():
                return
            await asyncio.sleep(0.05)
        raise AssertionError("did not come to pass")


@asynccontextmanager
async def watched(folder: Path, *specs: ProcessSpec) -> AsyncIterator[Watched]:
    """Supervise; everything is ended after."""
    said: list[tuple[str, dict[str, object]]] = []
    pids: dict[str, int] = {}
    (folder / "logs").mkdir()

    def changed(now: Mapping[str, int]) -> None:
        pids.clear()
        pids.update(now)

    supervisor = Supervisor(
        specs,
        folder=folder,
        announce=lambda code, **values: said.append((code, values)),
        changed=changed,
    )
    at_once = asyncio.Event()
    try:
        yield Watched(supervisor, said, pids)
    finally:
        at_once.set()
        await supervisor.stop(at_once=at_once)
        assert pids == {}


def says(file: Path, line: str) -> Probe:
    """Return a probe for a line in a file."""

    async def probe() -> bool:
        there = await asyncio.to_thread(file.exists)
        return there and line in await asyncio.to_thread(file.read_text)

    return probe


def exists(file: Path) -> Probe:
    """Return a probe for a file."""

    async def probe() -> bool:
        return await asyncio.to_thread(file.exists)

    return probe


async def test_dependents_start_after_and_end_before(tmp_path: Path) -> None:
    order = tmp_path / "order"

    def tidy(name: str, *depends_on: str) -> ProcessSpec:
        command = (*TIDY, str(order), name)
        return ProcessSpec(
            name, command, depends_on=depends_on, ready=says(order, f"{name} serves")
        )

    note = f"open({str(order)!r}, 'a').write('step done\\n')"
    step = ProcessSpec("step", (sys.executable, "-c", note), depends_on=("below",), once=True)
    async with watched(tmp_path, tidy("above", "step"), step, tidy("below")) as it:
        await it.supervisor.start()
        assert set(it.pids) == {"above", "below"}
        await it.supervisor.stop(at_once=asyncio.Event())

        assert it.said == []
    assert order.read_text().splitlines() == [
        "below serves",
        "step done",
        "above serves",
        "above ends",
        "below ends",
    ]


async def test_a_process_that_dies_is_started_again_with_growing_pauses(tmp_path: Path) -> None:
    async with watched(tmp_path, ProcessSpec("worker", SLEEP)) as it:
        await it.supervisor.start()
        for _ in range(2):
            pid = it.pids["worker"]
            os.kill(pid, signal.SIGKILL)
            await it.until(lambda was=pid: it.pids.get("worker", was) != was)  # type: ignore[misc]

    assert it.said == [
        (
            "launcher.process_died",
            {"name": "worker", "ended": "SIGKILL", "attempt": 1, "pause": "0.25"},
        ),
        (
            "launcher.process_died",
            {"name": "worker", "ended": "SIGKILL", "attempt": 2, "pause": "0.5"},
        ),
    ]


async def test_a_process_that_cannot_start_fails_the_start_with_its_last_words(
    tmp_path: Path,
) -> None:
    broken = (sys.executable, "-c", "raise SystemExit('no such table')")
    async with watched(tmp_path, ProcessSpec("migrate", broken, once=True)) as it:
        with pytest.raises(CannotRun) as raised:
            await it.supervisor.start()

    assert raised.value.code == "launcher.process_died_at_start"
    assert raised.value.values["ended"] == "1"
    assert raised.value.values["last_lines"] == "no such table"


async def test_a_process_that_never_serves_is_late(tmp_path: Path) -> None:
    spec = ProcessSpec("api", SLEEP, ready=exists(tmp_path / "never"), ready_within=0.2)
    async with watched(tmp_path, spec) as it:
        with pytest.raises(CannotRun) as raised:
            await it.supervisor.start()

    assert raised.value.code == "launcher.process_late_at_start"
    assert [code for code, _ in it.said] == ["launcher.process_late"] * 3


async def test_what_does_not_end_in_time_is_killed_and_said_so(tmp_path: Path) -> None:
    up = tmp_path / "up"
    spec = ProcessSpec("stubborn", (*STUBBORN, str(up)), ready=exists(up), stop_after=0.2)
    async with watched(tmp_path, spec) as it:
        await it.supervisor.start()
        pid = it.pids["stubborn"]
        await it.supervisor.stop(at_once=asyncio.Event())

        assert not runs(pid)
        assert it.said == [("launcher.process_killed", {"name": "stubborn"})]


async def test_a_second_request_does_not_wait(tmp_path: Path) -> None:
    up = tmp_path / "up"
    spec = ProcessSpec("stubborn", (*STUBBORN, str(up)), ready=exists(up), stop_after=600)
    async with watched(tmp_path, spec) as it:
        await it.supervisor.start()
        pid, at_once = it.pids["stubborn"], asyncio.Event()
        stopping = asyncio.create_task(it.supervisor.stop(at_once=at_once))
        await asyncio.sleep(0.1)
        assert runs(pid)
        at_once.set()
        await stopping

        assert not runs(pid)


async def test_the_terminal_does_not_reach_the_children(tmp_path: Path) -> None:
    async with watched(tmp_path, ProcessSpec("worker", SLEEP)) as it:
        await it.supervisor.start()

        assert os.getsid(it.pids["worker"]) != os.getsid(0)


async def test_a_large_log_is_set_aside_at_the_start(tmp_path: Path) -> None:
    async with watched(tmp_path, ProcessSpec("worker", SLEEP)) as it:
        log = tmp_path / "logs" / "worker.log"
        with log.open("wb") as file:
            file.truncate((10 << 20) + 1)
        await it.supervisor.start()

        assert log.stat().st_size == 0
        assert log.with_name("worker.log.1").stat().st_size == (10 << 20) + 1
