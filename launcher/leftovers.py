"""Processes of a platform that was killed: recognised beyond doubt, and ended."""

import asyncio
import os
import select
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ENDS_WITHIN = 10.0  # seconds after the stop signal; then SIGKILL


@dataclass(frozen=True)
class Recorded:
    """A process as it was written down: process ids are given again, births are not."""

    name: str
    pid: int
    birth: str

    @property
    def alive(self) -> bool:
        """Say whether that very process still runs."""
        return birth_of(self.pid) == self.birth


def birth_of(pid: int) -> str | None:
    """Return when a process began: the boot's id and the clock tick since then; None if gone."""
    try:
        # The name in parentheses may hold spaces; the 20th field after it is the start time.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    if fields[0] in "ZX":  # dead, and only not yet waited for
        return None
    return f"{boot}:{fields[19]}"


async def end(recorded: Iterable[Recorded]) -> list[str]:
    """End those that still run; return their names."""
    alive = [one for one in recorded if one.alive]
    await asyncio.gather(*(asyncio.to_thread(_end_one, one) for one in alive))
    return [one.name for one in alive]


def _end_one(one: Recorded) -> None:
    with suppress(ProcessLookupError):
        # The descriptor stands for this process and no later one of the same number.
        process = os.pidfd_open(one.pid)
        try:
            if not one.alive:
                return
            # PostgreSQL waits for its clients after SIGTERM; SIGINT is its fast shutdown.
            gentle = signal.SIGINT if one.name == "postgres" else signal.SIGTERM
            signal.pidfd_send_signal(process, gentle)
            if not select.select([process], [], [], ENDS_WITHIN)[0]:
                signal.pidfd_send_signal(process, signal.SIGKILL)
                select.select([process], [], [], ENDS_WITHIN)
        finally:
            os.close(process)
