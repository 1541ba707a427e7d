"""What a running platform tells others about itself: `platform.json` in its data folder."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from launcher.files import write_private
from launcher.leftovers import Recorded


@dataclass(frozen=True)
class PlatformStatus:
    """Addresses and processes of the platform in a folder, running or left behind."""

    launcher: Recorded
    """The process that looks after the others; once it is dead, the rest is history."""
    gateway: str
    issuer: str
    cli_client_id: str
    services: Mapping[str, str]
    sockets: str | None
    """Folder of PostgreSQL's socket, where PostgreSQL is embedded."""
    ready: bool = False
    processes: tuple[Recorded, ...] = field(default=())


def read(folder: Path) -> PlatformStatus | None:
    """Return what the folder's platform said last; None if it never ran."""
    try:
        content: dict[str, Any] = json.loads(_file(folder).read_text(encoding="utf-8"))
        launcher = Recorded(**content.pop("launcher"))
        processes = tuple(Recorded(**entry) for entry in content.pop("processes"))
        return PlatformStatus(**content, launcher=launcher, processes=processes)
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None  # absent, or written by another version


def write(folder: Path, status: PlatformStatus) -> None:
    """Say it, to the folder's owner alone."""
    write_private(_file(folder), json.dumps(asdict(status), indent=1))


def forget(folder: Path) -> None:
    """Take it back: the platform has ended."""
    _file(folder).unlink(missing_ok=True)


def clock_file(folder: Path) -> Path:
    """Name the file of the replay clock (`wengang up --at`)."""
    return folder / "clock"


def _file(folder: Path) -> Path:
    return folder / "platform.json"
