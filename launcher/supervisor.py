"""Starts processes in order, keeps them alive, and ends them in the opposite order."""

import asyncio
import signal
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.processes import ProcessSpec, end_group, how_it_ended, set_aside, spawn
from launcher.refusals import CannotRun

PROBE_EVERY = 0.05  # seconds
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 20.0  # seconds before a restart
CALM_AFTER = 30.0  # a process that lived so long starts again as if it had never died
FIRST_TRIES = 4  # of a process that never served
LAST_LINES = 15  # of a log, told when a start fails

Announce = Callable[..., None]  # (code of a message, **its values)


@dataclass
class _Child:
    spec: ProcessSpec
    log: Path
    process: Process | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """It and everything that depends on it, at however many removes, has been ended."""


@dataclass(frozen=True)
class _Ended:
    how: str
    """`process_died`, or `process_late`: it did not serve in time."""
    text: str
    """The exit code or signal; the seconds that it had."""


class Supervisor:
    """Looks after the processes of one platform."""

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        *,
        folder: Path,
        announce: Announce,
        changed: Callable[[Mapping[str, int]], None],
    ) -> None:
        """`changed` is told the process ids whenever one starts or ends."""
        self._folder = folder
        logs = folder / "logs"
        self._children = {spec.name: _Child(spec, logs / f"{spec.name}.log") for spec in specs}
        self._announce = announce
        self._changed = changed
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Fails with the reason why a process cannot be kept running; never has a result."""
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start everything; return once all are ready. Raises CannotRun when one cannot start."""
        for child in self._children.values():
            set_aside(child.log)
            task = asyncio.create_task(self._look_after(child))
            task.add_done_callback(self._note)
            self._tasks.append(task)
        await _first(self._all_ready(), asyncio.wait({self.failed}))
        if self.failed.done():
            self.failed.result()

    async def stop(self, *, at_once: asyncio.Event) -> None:
        """End everything, dependents first; when `at_once` is set, kill what is left."""
        await asyncio.gather(*(self._end(child, at_once) for child in self._children.values()))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.failed.cancel()
        if not self.failed.cancelled():
            self.failed.exception()  # seen, if nobody else looked

    async def _all_ready(self) -> None:
        for child in self._children.values():
            await child.ready.wait()

    async def _look_after(self, child: _Child) -> None:
        try:
            for name in child.spec.depends_on:
                await _first(self._children[name].ready.wait(), child.ending.wait())
            tries = 0
            while not child.ending.is_set():
                started = time.monotonic()
                ended = await self._live(child)
                if child.ending.is_set() or (child.spec.once and child.ready.is_set()):
                    break
                tries = 1 if time.monotonic() - started > CALM_AFTER else tries + 1
                if child.spec.once or (not child.ready.is_set() and tries >= FIRST_TRIES):
                    raise CannotRun(
                        f"launcher.{ended.how}_at_start",
                        name=child.spec.name,
                        ended=ended.text,
                        log=child.log,
                        last_lines=_tail(child.log),
                    )
                pause = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
                self._announce(
                    f"launcher.{ended.how}",
                    name=child.spec.name,
                    ended=ended.text,
                    attempt=tries,
                    pause=f"{pause:g}",
                )
                await _first(asyncio.sleep(pause), child.ending.wait())
        finally:
            child.gone.set()

    async def _live(self, child: _Child) -> _Ended:
        """Run the process once; return how it ended."""
        process = await spawn(child.spec, log=child.log, directory=self._folder)
        child.process = process
        self._tell()
        ended = asyncio.create_task(process.wait())
        try:
            if child.ending.is_set():  # it was asked to while it started
                _signal(process, child.spec.stop_signal)
            elif not child.spec.once and await self._serves(child, ended):
                child.ready.set()
            elif not child.spec.once and not ended.done():
                end_group(process)
                await ended
                return _Ended("process_late", f"{child.spec.ready_within:g}")
            code = await ended
            if child.spec.once and code == 0:
                child.ready.set()
            return _Ended("process_died", how_it_ended(code))
        finally:
            end_group(process)  # a probe that raised leaves it running
            await ended
            child.process = None
            self._tell()

    async def _serves(self, child: _Child, ended: asyncio.Task[int]) -> bool:
        """Wait until the probe holds; False when the process ended or time ran out before."""
        until = time.monotonic() + child.spec.ready_within
        while time.monotonic() < until and not ended.done():
            if child.spec.ready is None or await child.spec.ready():
                return True
            await asyncio.wait({ended}, timeout=PROBE_EVERY)
        return False

    async def _end(self, child: _Child, at_once: asyncio.Event) -> None:
        for other in self._children.values():
            if child.spec.name in other.spec.depends_on:
                await _first(other.ended.wait(), at_once.wait())
        child.ending.set()
        if child.process is not None and not at_once.is_set():
            _signal(child.process, child.spec.stop_signal)
            await _first(child.gone.wait(), at_once.wait(), asyncio.sleep(child.spec.stop_after))
        if child.process is not None:
            if not at_once.is_set():
                self._announce("launcher.process_killed", name=child.spec.name)
            end_group(child.process)
        await child.gone.wait()
        child.ended.set()

    def _note(self, task: asyncio.Task[None]) -> None:
        reason = None if task.cancelled() else task.exception()
        if reason is not None and not self.failed.done():
            self.failed.set_exception(reason)

    def _tell(self) -> None:
        children = self._children.values()
        self._changed({c.spec.name: c.process.pid for c in children if c.process is not None})


async def _first(*waits: Coroutine[Any, Any, object]) -> None:
    """Wait for the first of several; drop the others."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


def _signal(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(number)


def _tail(log: Path) -> str:
    with suppress(OSError):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])
    return ""
