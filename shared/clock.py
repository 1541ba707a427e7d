"""Business time, which due dates, decay and validity follow; all else uses real time.

Leases, token lifetimes, ids, retries and audit never read this clock (DESIGN §2, Time).
"""

import os
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, ClassVar, Protocol

from fastapi import Depends, Request

from shared.calendar import SHANGHAI
from shared.settings import ClockSettings


class ReplayClockUnreadable(Exception):
    """The file of the replay clock is missing or holds no instant with a time zone."""

    code = "replay_clock_unreadable"


class Clock(Protocol):
    """Says what time it is for the business, in Beijing.

    `stands` tells a clock that only moves when it is set from one that runs.
    """

    stands: ClassVar[bool]

    def now(self) -> datetime: ...

    def today(self) -> date: ...


class SystemClock:
    """The real time."""

    stands: ClassVar[bool] = False

    def now(self) -> datetime:
        return datetime.now(SHANGHAI)

    def today(self) -> date:
        return self.now().date()


class ReplayClock:
    """The instant that a file holds; read again whenever the file changed."""

    stands: ClassVar[bool] = True

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._now: datetime | None = None

    def now(self) -> datetime:
        try:
            status = self._file.stat()
            # A driver replaces the file, so the inode changes even within one tick of mtime.
            seen = (status.st_ino, status.st_mtime_ns, status.st_size)
            if self._now is None or seen != self._seen:
                self._now = _read(self._file)
                self._seen = seen
        except OSError as error:
            raise ReplayClockUnreadable(f"{self._file}: {error.strerror}") from error
        return self._now

    def today(self) -> date:
        return self.now().date()


def _read(file: Path) -> datetime:
    text = file.read_text(encoding="utf-8").strip()
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ReplayClockUnreadable(f"{file}: not an ISO 8601 instant: {text[:40]!r}") from None
    if instant.tzinfo is None:
        raise ReplayClockUnreadable(f"{file}: the instant names no time zone: {text[:40]!r}")
    return instant.astimezone(SHANGHAI)


def set_replay(file: Path, instant: datetime) -> None:
    """Let the replay clock of every process that reads `file` show `instant`, at once and whole."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        written.write(instant.astimezone(SHANGHAI).isoformat() + "\n")
    # mkstemp makes the file readable by its owner only; services may run as other users.
    Path(name).chmod(0o644)
    Path(name).replace(file)


def clock_from(settings: ClockSettings) -> Clock:
    """Choose the clock that the settings ask for; production has refused replay before."""
    if settings.replay_file is None:
        return SystemClock()
    return ReplayClock(settings.replay_file)


def _now(request: Request) -> datetime:
    clock: Clock = request.state.clock
    return clock.now()


# The lifespan of a service puts its clock into the state: {"clock": clock_from(settings.clock)}.
Now = Annotated[datetime, Depends(_now)]
