"""Workbooks (XLSX): checked before anything is inflated, then read in a process of its own.

What a workbook needs in memory cannot be known beforehand, and the reader is not ours: the child
has a bound of its own, and whatever becomes of it, this process goes on.
"""

import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from services.ingest.files.refusals import FileRefused, refused

_CHILD: Final = "services.ingest.files.workbook_child"
_BOOK: Final = "xl/workbook.xml"
_MOST_MEMBERS: Final = 2000
# More than the names of so many members need; the directory of an archive is read at once.
_MOST_AT_ONCE: Final = 1024 * 1024
_MOST_RATIO: Final = 200
_SMALL: Final = 1024 * 1024
_BLOCK: Final = 256 * 1024
_LOCAL_HEADER: Final = 30
_STOPS_WITHIN: Final = 5.0


class _TooMuchAtOnce(Exception):
    """The archive has a directory of its members that is longer than any workbook's."""


class _Sparing(io.BufferedReader):
    """A file of which nobody reads much at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = _MOST_AT_ONCE if size is None or size < 0 else size
        if wanted > _MOST_AT_ONCE:
            raise _TooMuchAtOnce
        return super().read(wanted)


@dataclass(frozen=True)
class WorkbookBounds:
    """How large a workbook may be: inflated, and in the memory of whoever reads it."""

    inflated: int = 256 * 1024 * 1024
    memory: int = 1024 * 1024 * 1024


def check(path: Path, bounds: WorkbookBounds) -> None:
    """Look at what the archive declares and whether it is true. Raises FileRefused."""
    try:
        with _Sparing(io.FileIO(path)) as spared, zipfile.ZipFile(spared) as archive:
            members = archive.infolist()
    except _TooMuchAtOnce:
        raise _too_large(path.stat().st_size, bounds) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise refused("workbook_unreadable") from None
    if _BOOK not in {member.filename for member in members}:
        raise refused("workbook_not")
    declared = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    suspicious = declared > _SMALL and declared > packed * _MOST_RATIO
    if declared > bounds.inflated or suspicious or len(members) > _MOST_MEMBERS:
        raise _too_large(declared, bounds)
    if any(member.flag_bits & 1 for member in members):
        raise refused("workbook_encrypted")
    with path.open("rb") as file:
        for member in members:
            if not _is_as_declared(file, member):
                raise refused("workbook_unreadable")


def _too_large(size: int, bounds: WorkbookBounds) -> FileRefused:
    limit = bounds.inflated // _SMALL
    return refused("workbook_too_large", size=size // _SMALL, limit=limit)


def rows(
    path: Path, *, sheet: str | None, bounds: WorkbookBounds
) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the rows of a sheet with their numbers, each cell as text. Raises FileRefused."""
    asked = json.dumps({"path": str(path), "sheet": sheet, "memory": bounds.memory})
    child = subprocess.Popen(  # noqa: S603 our own module
        [sys.executable, "-P", "-m", _CHILD, asked],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
        env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"},
    )
    with child:
        try:
            yield from _told(child)
        finally:
            child.kill()


def _told(child: "subprocess.Popen[bytes]") -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(child.stdout or (), start=1):
        told = json.loads(line)
        if isinstance(told, dict):
            raise refused(told.pop("code"), **told)
        yield number, told
    if child.wait(_STOPS_WITHIN) != 0:
        raise refused("workbook_unreadable")


def _is_as_declared(file: BinaryIO, member: zipfile.ZipInfo) -> bool:
    """Inflate a member, and throw it away, as far as it says it goes: a liar goes further."""
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return False
    file.seek(member.header_offset)
    head = file.read(_LOCAL_HEADER)
    if len(head) < _LOCAL_HEADER or not head.startswith(b"PK\x03\x04"):
        return False
    names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    file.seek(names, os.SEEK_CUR)
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size == member.file_size
    try:
        return _inflated(file, member.compress_size, member.file_size) == member.file_size
    except zlib.error:
        return False


def _inflated(file: BinaryIO, packed: int, declared: int) -> int:
    """Return how many bytes come out; one more than declared if there are more."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    while packed and not inflater.eof and size <= declared:
        block = file.read(min(_BLOCK, packed))
        if not block:
            break
        packed -= len(block)
        while block and size <= declared:
            size += len(inflater.decompress(block, _BLOCK))
            block = inflater.unconsumed_tail
    while not inflater.eof and size <= declared and (more := inflater.decompress(b"", _BLOCK)):
        size += len(more)
    return size
