"""A platform of the demo's own: on an empty folder, on a clock that only moves when it is set."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from shared.clock import set_replay

READY_SECONDS: Final = 240.0  # an empty folder on a busy machine
_END_SECONDS: Final = 90.0
_LOOK_SECONDS: Final = 0.1
_LAST_CHARACTERS: Final = 3_000
# Whole agencies speak within minutes of real time: what a caller may ask a second is no measure.
_UNLIMITED: Final = {
    "GATEWAY_LIMITS__PER_SECOND": "100000",
    "GATEWAY_LIMITS__BURST": "1000000",
}


class PlatformFailed(Exception):
    """The platform did not start, or has ended; its last words are the message."""


@dataclass(frozen=True)
class Platform:
    """A platform that runs: its folder, its gateway, the process that looks after it."""

    folder: Path
    said: Path
    process: "subprocess.Popen[bytes]"
    gateway: str

    def set_clock(self, instant: datetime) -> None:
        """Let business time show an instant, in every process."""
        set_replay(self.folder / "clock", instant)

    def sign_in(self, names: Sequence[str]) -> Mapping[str, tuple[str, float]]:
        """Sign people and partners of this machine in, as the command line does.

        Returns the access token of each and when it ends, in seconds since 1970.
        """
        home = self.folder.parent / "command-line"
        wanted = [word for name in names for word in ("--local", name)]
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            [sys.executable, "-P", "-m", "cli", "login", *wanted],
            env={
                **os.environ,
                "WENGANG_DATA_DIR": str(self.folder),
                "XDG_CONFIG_HOME": str(home),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PlatformFailed(done.stderr.strip())
        kept = json.loads((home / "wengang" / "session.json").read_text(encoding="utf-8"))
        profiles = kept["profiles"]
        return {
            name: (profiles[name]["access_token"], float(profiles[name]["expires_at"]))
            for name in names
        }

    def principals(self) -> Mapping[str, tuple[str, ...]]:
        """Name who may sign in: `people` and `partners`."""
        order = json.loads((self.folder / "identity" / "order.json").read_text(encoding="utf-8"))
        wanted = order["wanted"]
        return {
            "people": tuple(user["user_name"] for user in wanted["users"]),
            "partners": tuple(one["client_id"] for one in wanted["clients"] if one["secret"]),
        }

    def check(self) -> None:
        """Raise PlatformFailed if it has ended by itself."""
        if self.process.poll() is not None:
            raise PlatformFailed(_last_words(self.said))


@contextmanager
def running(at: datetime, *, data: Path | None = None) -> Iterator[Platform]:
    """Start everything, wait until it serves, and end it after; a temporary folder goes with it.

    Raises PlatformFailed when it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="wengang-demo-") as made:
        folder = data or Path(made) / "platform"
        said = Path(made) / "said.txt"
        with said.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "cli", "up"],
                env={
                    **os.environ,
                    **_UNLIMITED,
                    "WENGANG_DATA_DIR": str(folder),
                    "WENGANG_AT": at.isoformat(),
                },
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # a Ctrl-C is for us; we end it in order
            )
        try:
            yield _served(process, folder, said)
        finally:
            _end(process)


def last_words(platform: Platform) -> str:
    """Return what the platform said last: addresses and sign-ins, or why it ended."""
    return _last_words(platform.said)


def _served(process: "subprocess.Popen[bytes]", folder: Path, said: Path) -> Platform:
    until = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < until:
        told = _told(folder / "platform.json")
        if told.get("ready"):
            return Platform(folder, said, process, str(told["gateway"]))
        time.sleep(_LOOK_SECONDS)
    raise PlatformFailed(_last_words(said))


def _told(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _last_words(said: Path) -> str:
    return said.read_text(encoding="utf-8", errors="replace")[-_LAST_CHARACTERS:].strip()
