"""The platform on one machine: puts its parts together, runs them, and tells where they are."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from launcher import status
from launcher.assembly import Assembled, assemble
from launcher.embedded import sign_in
from launcher.folder import held
from launcher.leftovers import Recorded, birth_of, end
from launcher.principals import principals
from launcher.programs import PROGRAMS, Program
from launcher.settings import LauncherSettings
from launcher.sockets import remove
from launcher.status import PlatformStatus
from launcher.supervisor import Announce, Supervisor


@dataclass(frozen=True)
class SignIn:
    """An officer's way in; given where the identity provider is the embedded one."""

    login: str
    title: str
    password: str


@dataclass(frozen=True)
class Ready:
    """What the platform tells once everything serves."""

    folder: Path
    gateway: str
    issuer: str
    sign_ins: tuple[SignIn, ...]


async def up(
    settings: LauncherSettings,
    *,
    announce: Announce,
    on_ready: Callable[[Ready], None],
    programs: Sequence[Program] = PROGRAMS,
) -> None:
    """Run the platform until a signal ends it; a second signal ends it at once.

    Raises CannotRun when it cannot start or one of its processes cannot be kept running.
    """
    with held(settings.data_dir) as folder, ExitStack() as ending:
        stop = _Stop(announce)
        await _end_leftovers(folder, announce)
        parts = await assemble(folder, settings, programs, ending)
        record = _Record(folder, parts.status)
        supervisor = Supervisor(
            parts.specs, folder=folder, announce=announce, changed=record.processes
        )
        try:
            await _either(supervisor.start(), stop.requested.wait())
            if not stop.requested.is_set():
                record.ready()
                on_ready(_ready(folder, parts))
                await _either(_fails(supervisor), stop.requested.wait())
        finally:
            await supervisor.stop(at_once=stop.at_once)
            status.forget(folder)


class _Stop:
    """Turns the first signal into a request and the second into an order."""

    def __init__(self, announce: Announce) -> None:
        self.requested = asyncio.Event()
        self.at_once = asyncio.Event()
        self._announce = announce
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._asked)

    def _asked(self) -> None:
        if self.requested.is_set():
            self.at_once.set()
        else:
            self.requested.set()
            self._announce("launcher.stopping")


class _Record:
    """Keeps `platform.json` true while processes come and go."""

    def __init__(self, folder: Path, first: PlatformStatus) -> None:
        self._folder = folder
        self._status = first
        self._births: dict[int, str | None] = {}

    def processes(self, pids: Mapping[str, int]) -> None:
        self._births = {pid: self._births.get(pid) or birth_of(pid) for pid in pids.values()}
        running = (Recorded(name, pid, self._births[pid] or "") for name, pid in pids.items())
        self._write(replace(self._status, processes=tuple(running)))

    def ready(self) -> None:
        self._write(replace(self._status, ready=True))

    def _write(self, changed: PlatformStatus) -> None:
        self._status = changed
        status.write(self._folder, changed)


async def _end_leftovers(folder: Path, announce: Announce) -> None:
    """End what a killed platform left behind in this folder, which we hold."""
    before = status.read(folder)
    if before is None:
        return
    for name in await end(before.processes):
        announce("launcher.leftover_ended", name=name)
    if before.sockets is not None:
        remove(Path(before.sockets))
    status.forget(folder)


async def _either(*waits: Coroutine[Any, Any, object]) -> None:
    """Wait until one is done, drop the other, and raise what the first raised."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
    for task in done:
        task.result()


async def _fails(supervisor: Supervisor) -> None:
    await asyncio.wait({supervisor.failed})
    supervisor.failed.result()


def _ready(folder: Path, parts: Assembled) -> Ready:
    sign_ins = (
        tuple(
            SignIn(officer.login, officer.title, sign_in(parts.secrets, officer.login))
            for officer in principals().officers
        )
        if parts.embeds_identity
        else ()
    )
    return Ready(folder, parts.status.gateway, parts.status.issuer, sign_ins)
