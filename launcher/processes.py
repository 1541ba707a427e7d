"""What the supervisor needs to know of a process: how it starts, when it serves, how it ends."""

import asyncio
import ctypes
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

Probe = Callable[[], Awaitable[bool]]

LARGEST_LOG = 10 << 20  # bytes; a larger one is set aside at the start
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class ProcessSpec:
    """One process of the platform."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    ready: Probe | None = None
    """Says whether the process serves; without it, it does as soon as it runs."""
    once: bool = False
    """The process does one thing and ends; it is ready when it has ended with 0."""
    ready_within: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_after: float = 10.0
    """Seconds between the stop signal and SIGKILL."""
    death_signal: signal.Signals = signal.SIGKILL
    """What the process gets from the system when the launcher itself is killed."""


async def spawn(spec: ProcessSpec, *, log: Path, directory: Path) -> Process:
    """Start a process in a session of its own, so that the terminal's Ctrl-C does not reach it."""
    launcher = os.getpid()

    def end_with_the_launcher() -> None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, int(spec.death_signal))
        if os.getppid() != launcher:  # it died before it could be watched
            os._exit(1)

    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *spec.command,
            env={**os.environ, **spec.environment},
            cwd=directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=end_with_the_launcher,
        )


def end_group(process: Process) -> None:
    """Kill a process and what it started, at once; nothing once it has been waited for."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def set_aside(log: Path) -> None:
    """Keep one older log beside the one that is about to be written, both of limited size."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name(f"{log.name}.1"))


def how_it_ended(returncode: int) -> str:
    """Say an exit code, or the name of the signal that ended a process."""
    if returncode >= 0:
        return str(returncode)
    try:
        return signal.Signals(-returncode).name
    except ValueError:
        return f"signal {-returncode}"
