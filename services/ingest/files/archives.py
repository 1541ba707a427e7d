"""ZIP archives: looked at before anything is inflated, and never unpacked where their names say."""

import io
import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Final

from services.ingest.domain.places import MOST_MEMBERS
from services.ingest.domain.shown import safe
from services.ingest.files.refusals import FileRefused, refused

WORKBOOK: Final = "workbook"
ARCHIVE: Final = "archive"
_MIB: Final = 1024 * 1024
_MOST_PARTS: Final = 2000
# More than the names of so many members need; the directory of an archive is read at once.
_MOST_AT_ONCE: Final = _MIB
_MOST_RATIO: Final = 200
_BLOCK: Final = 256 * 1024
_LOCAL_HEADER: Final = 30
_ENCRYPTED: Final = 1
_NAMED_IN_UTF_8: Final = 0x800


class _TooMuchAtOnce(Exception):
    """The archive has a directory of its members that is longer than any of ours."""


class _Sparing(io.BufferedReader):
    """A file of which nobody reads much at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = _MOST_AT_ONCE if size is None or size < 0 else size
        if wanted > _MOST_AT_ONCE:
            raise _TooMuchAtOnce
        return super().read(wanted)


def parts(path: Path, *, limit: int, of: str) -> list[zipfile.ZipInfo]:
    """Return the directory of an archive; `of` names what it is taken for. Raises FileRefused."""
    try:
        with _Sparing(io.FileIO(path)) as spared, zipfile.ZipFile(spared) as archive:
            return archive.infolist()
    except _TooMuchAtOnce:
        raise _too_large(of, path.stat().st_size, limit) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise refused(f"{of}_unreadable") from None


def check(path: Path, *, limit: int, of: str) -> None:
    """Look at what an archive declares and whether it is true. Raises FileRefused."""
    held = parts(path, limit=limit, of=of)
    declared = sum(part.file_size for part in held)
    packed = sum(part.compress_size for part in held)
    suspicious = declared > _MIB and declared > packed * _MOST_RATIO
    if declared > limit or suspicious or len(held) > _MOST_PARTS:
        raise _too_large(of, declared, limit)
    if any(part.flag_bits & _ENCRYPTED for part in held):
        raise refused(f"{of}_encrypted")
    with path.open("rb") as file:
        for part in held:
            if not _is_as_declared(file, part):
                raise refused(f"{of}_unreadable")


def members(path: Path, *, limit: int) -> Sequence[zipfile.ZipInfo]:
    """Return the files in an archive, by the names that their sender sees. Raises FileRefused."""
    found = []
    for part in parts(path, limit=limit, of=ARCHIVE):
        name = name_of(part)
        steps = name.replace("\\", "/").split("/")
        if ".." in steps or steps[0] == "" or ":" in steps[0] or "\0" in part.orig_filename:
            raise refused("archive_path", name=safe(name))
        if not part.is_dir() and steps[0] != "__MACOSX" and not steps[-1].startswith("."):
            found.append(part)
    if not found:
        raise refused("archive_empty")
    if len(found) > MOST_MEMBERS:
        raise refused("archive_of_many", limit=MOST_MEMBERS, count=len(found))
    return found


def name_of(part: zipfile.ZipInfo) -> str:
    """Return a member's name; one without the mark of UTF-8 is in the GB18030 of Chinese tools."""
    if part.flag_bits & _NAMED_IN_UTF_8:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


@contextmanager
def unpacked(path: Path, part: zipfile.ZipInfo) -> Iterator[Path]:
    """Give one member as a file of its own, as long as it is needed."""
    with NamedTemporaryFile() as target:
        try:
            with zipfile.ZipFile(path) as archive, archive.open(part) as source:
                _copy(source, target)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise refused("archive_unreadable") from None
        yield Path(target.name)


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while block := source.read(_BLOCK):
        target.write(block)
    target.flush()


def _too_large(of: str, size: int, limit: int) -> FileRefused:
    return refused(f"{of}_too_large", size=size // _MIB, limit=limit // _MIB)


def _is_as_declared(file: IO[bytes], part: zipfile.ZipInfo) -> bool:
    """Inflate a member, and throw it away, as far as it says it goes: a liar goes further."""
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return False
    file.seek(part.header_offset)
    head = file.read(_LOCAL_HEADER)
    if len(head) < _LOCAL_HEADER or not head.startswith(b"PK\x03\x04"):
        return False
    names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    file.seek(names, os.SEEK_CUR)
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size == part.file_size
    try:
        return _inflated(file, part.compress_size, part.file_size) == part.file_size
    except zlib.error:
        return False


def _inflated(file: IO[bytes], packed: int, declared: int) -> int:
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
