"""The private folder of PostgreSQL's socket: short, because a socket's path is limited."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.postgres import LONGEST_SOCKET_FOLDER

PREFIX = "wengang-"


@contextmanager
def socket_folder() -> Iterator[Path]:
    """Make a folder for sockets, and remove it after."""
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place()))
    try:
        yield made
    finally:
        remove(made)


def remove(folder: Path) -> None:
    """Remove a folder of sockets, ours or left behind by a killed platform; never another's."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    # Root gave it to PostgreSQL's user; anybody else must be its owner.
    is_ours = os.geteuid() in (0, found.st_uid)
    if is_ours and stat.S_ISDIR(found.st_mode) and folder.name.startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> str:
    """Choose where: root's runtime folder would keep PostgreSQL's own user out."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    candidates = (tempfile.gettempdir(),) if os.geteuid() == 0 else (runtime, tempfile.gettempdir())
    for place in candidates:
        fits = len(place) + len(f"/{PREFIX}12345678") <= LONGEST_SOCKET_FOLDER
        if place and fits and os.access(place, os.W_OK | os.X_OK):
            return place
    return "/tmp"  # noqa: S108  mkdtemp makes a private folder inside
