"""The data folder: usable, and held by one platform at a time."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.files import private_folder
from launcher.refusals import CannotRun

LEAST_FREE = 512 << 20  # bytes; a new cluster, its logs and the bus need about half of it


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Make the folder if need be and hold it; yield its absolute path.

    Raises CannotRun when another platform holds it, or nothing can be written there.
    """
    folder = folder.expanduser().absolute()
    try:
        _make(folder)
        private_folder(folder / "logs")
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotRun(
            "launcher.folder_unwritable", folder=folder, reason=error.strerror
        ) from error
    try:
        _take(lock, folder)
        if (free := shutil.disk_usage(folder).free) < LEAST_FREE:
            raise CannotRun(
                "launcher.disk_full", folder=folder, free=free >> 20, least=LEAST_FREE >> 20
            )
        yield folder
    finally:
        os.close(lock)


def holder(folder: Path) -> int | None:
    """Return the process id of the platform that holds the folder, if one does."""
    try:
        lock = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return _read_pid(lock)
    finally:
        os.close(lock)
    return None


def _make(folder: Path) -> None:
    """Make the folder; root's lets PostgreSQL's user pass through it, to its own part and no other.

    The mode of a folder that is there already is its owner's affair.
    """
    if not folder.exists():
        private_folder(folder)
        if os.geteuid() == 0:
            folder.chmod(0o711)


def _take(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise CannotRun("launcher.folder_held", folder=folder, pid=_read_pid(lock)) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def _read_pid(lock: int) -> int:
    return int(os.pread(lock, 20, 0) or b"0")
