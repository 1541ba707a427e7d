"""The checks of `wengang doctor`: each looks at one thing and says what it found."""

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher import status
from launcher.folder import LEAST_FREE, holder
from launcher.probes import answers
from launcher.refusals import CannotRun

OLDEST_PYTHON = (3, 11)
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class Finding:
    """What a check saw; its texts are `doctor.<name>` and `doctor.<name>_mend` in the catalogue."""

    name: str
    ok: bool
    values: Mapping[str, object] = field(default_factory=dict)
    required: bool = True
    """The platform does not run without it; otherwise only tests need it."""


def python(version: tuple[int, int, int]) -> Finding:
    """The interpreter is new enough."""
    found = ".".join(map(str, version))
    return Finding("python", version >= OLDEST_PYTHON, {"version": found})


async def program(name: str, find: Callable[[], Path]) -> Finding:
    """An embedded server's program is installed, and its libraries are there."""
    try:
        file = find()
    except CannotRun as missing:
        return Finding("program", ok=False, values={"name": name, "said": str(missing)})
    said = await _said(str(file), "--version")
    return Finding("program", said[0] == 0, {"name": name, "said": said[1]})


def another_user(uid: int, path: str) -> list[Finding]:
    """Root can run PostgreSQL as somebody else; a normal user needs nothing."""
    if uid != 0:
        return []
    return [
        Finding(
            "tool", shutil.which(tool, path=f"{path}:/usr/sbin:/sbin") is not None, {"tool": tool}
        )
        for tool in ("setpriv", "useradd")
    ]


def writable(folder: Path) -> Finding:
    """The data folder can be written, or made."""
    place = _nearest(folder)
    return Finding("folder", os.access(place, os.W_OK | os.X_OK), {"folder": folder})


def disk(folder: Path) -> Finding:
    """The disk has room for the data."""
    free = shutil.disk_usage(_nearest(folder)).free
    return Finding("disk", free >= LEAST_FREE, {"free": free >> 20, "least": LEAST_FREE >> 20})


def chromium(environ: Mapping[str, str], home: Path) -> Finding:
    """A browser is there for the browser tests: Playwright's, or the system's."""
    named = environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folder = Path(named) if named else home / ".cache" / "ms-playwright"
    own = sorted(folder.glob("chromium*"))
    where = next(filter(None, map(shutil.which, CHROMIUMS)), None) or (str(own[0]) if own else "")
    return Finding("chromium", bool(where), {"where": where}, required=False)


async def chinese_fonts() -> Finding:
    """A font with Chinese characters is there for the browser tests."""
    code, said = await _said("fc-list", ":lang=zh", "family")
    first = said.splitlines()[0] if code == 0 and said else ""
    return Finding("fonts", bool(first), {"font": first}, required=False)


async def running(folder: Path) -> list[Finding]:
    """The folder's platform is well, if it runs; nothing is left of it, if it does not."""
    told = status.read(folder)
    pid = holder(folder)
    if told is None:
        return [Finding("stopped", ok=True)]
    if pid is None:
        left = [one.name for one in told.processes if one.alive]
        return [
            Finding("stopped", ok=True),
            Finding("leftovers", not left, {"names": ", ".join(left)}),
        ]
    dead = [one.name for one in told.processes if not one.alive]
    ready = await asyncio.gather(
        *(answers(f"{address}/readyz")() for address in told.services.values())
    )
    unready = [name for name, ok in zip(told.services, ready, strict=True) if not ok]
    return [
        Finding("processes", not dead, {"pid": pid, "names": ", ".join(dead)}),
        Finding("services", not unready, {"names": ", ".join(unready)}),
    ]


def _nearest(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


async def _said(*command: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it said."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError as error:
        return 1, str(error)
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode(errors="replace").strip()
