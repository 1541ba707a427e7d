"""Platforms to start, look at and end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from launcher import status
from launcher.status import PlatformStatus
from tests.integration.launcher.installed import empty_database

PROJECT = Path(__file__).parents[3]
PATIENCE = 120.0  # seconds for what takes one or two on a machine that does nothing else


@dataclass
class Launched:
    """A platform of embedded parts, running as its own process."""

    folder: Path
    process: subprocess.Popen[str]

    def ready(self) -> PlatformStatus:
        """Wait until it serves."""
        wait_for(lambda: self._is_ready() or self.process.poll() is not None)
        assert self.process.poll() is None, self.process.communicate()[1]
        return self._told()

    def pids(self) -> dict[str, int]:
        """Return the processes by name."""
        return {one.name: one.pid for one in self._told().processes}

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; return the exit code and what was said on stderr."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said

    def _is_ready(self) -> bool:
        told = status.read(self.folder)
        return told is not None and told.ready and told.launcher.pid == self.process.pid

    def _told(self) -> PlatformStatus:
        told = status.read(self.folder)
        assert told is not None
        return told


Launch = Callable[..., Launched]


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Start platforms; whatever a test leaves running is ended."""
    launched: list[Launched] = []

    def start(folder: Path, **environment: str) -> Launched:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.launcher.bare_platform"],
            cwd=PROJECT,
            env={
                **os.environ,
                "WENGANG_LANG": "en",
                "WENGANG_DATA_DIR": str(folder),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        launched.append(Launched(folder, process))
        return launched[-1]

    yield start
    for one in launched:
        if one.process.poll() is None:
            one.end()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it holds."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "did not come to pass"
        time.sleep(0.05)


def runs(pid: int) -> bool:
    """Say whether a process is there and not merely waiting to be reaped."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
async def owner_url() -> AsyncIterator[str]:
    """A new server as deploy/compose makes it, and the address of its database's owner."""
    async with empty_database() as url:
        yield url
