"""The whole platform, started for a benchmark and ended with it, and who signs in there."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from benchmarks.measurement import BenchmarkFailed

READY_SECONDS: Final = 180  # an empty folder on a busy machine
_END_SECONDS: Final = 90
_LOOK_SECONDS: Final = 0.1
_LAST_CHARACTERS: Final = 2_000
# What is measured is the way, not how fast one principal may ask.
_UNLIMITED: Final = {
    "GATEWAY_LIMITS__PER_SECOND": "100000",
    "GATEWAY_LIMITS__BURST": "1000000",
}


@dataclass(frozen=True)
class Platform:
    """A platform that serves: its gateway, its services' own addresses, its folder."""

    folder: Path
    gateway: str
    services: Mapping[str, str]

    @property
    def admin_url(self) -> str:
        """Return where the administrator of the database reaches it, past every service."""
        secrets = json.loads((self.folder / "secrets.json").read_text(encoding="utf-8"))
        told = json.loads((self.folder / "platform.json").read_text(encoding="utf-8"))
        password, sockets = quote(secrets["postgres/admin"]), quote(told["sockets"], safe="")
        return f"postgresql://wengang_admin:{password}@/wengang?host={sockets}"

    def peak_memory(self, process: str) -> int:
        """Return the most bytes that a process has had in memory."""
        told = json.loads((self.folder / "platform.json").read_text(encoding="utf-8"))
        pids = {each["name"]: each["pid"] for each in told["processes"]}
        status = Path(f"/proc/{pids[process]}/status").read_text(encoding="ascii")
        (peak,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(peak) * 1024

    def token_of(self, name: str) -> str:
        """Sign somebody in as the command line does; return their access token.

        Raises BenchmarkFailed when the sign-in is refused.
        """
        home = self.folder / "command-line"
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            [sys.executable, "-P", "-m", "cli", "login", "--local", name],
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
            raise BenchmarkFailed(f"wengang login --local {name}: {done.stderr.strip()}")
        kept = json.loads((home / "wengang" / "session.json").read_text(encoding="utf-8"))
        return str(kept["profiles"][name]["access_token"])


@contextmanager
def running_platform(
    *services: str, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Platform]:
    """Start these services, or all, on an empty folder; wait until they serve, and end them after.

    `settings`: of the services, as their environment names them.
    Raises BenchmarkFailed when it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="wengang-bench-") as made:
        folder = Path(made) / "platform"
        said = Path(made) / "said.txt"
        with said.open("w") as out:
            process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-P", "-m", "launcher", *services],
                env={**os.environ, **_UNLIMITED, **settings, "WENGANG_DATA_DIR": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # a Ctrl-C is for us; we end it in order
            )
        try:
            told = _served(process, folder)
            if told is None:
                raise BenchmarkFailed(said.read_text(errors="replace")[-_LAST_CHARACTERS:].strip())
            yield Platform(folder, told["gateway"], told["services"])
        finally:
            process.terminate()
            process.wait(_END_SECONDS)


def _served(process: "subprocess.Popen[bytes]", folder: Path) -> dict[str, Any] | None:
    """Wait until the platform says that it is ready; None if it ended or time ran out."""
    until = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            told = json.loads((folder / "platform.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            told = {}
        if isinstance(told, dict) and told.get("ready"):
            return told
        time.sleep(_LOOK_SECONDS)
    return None
