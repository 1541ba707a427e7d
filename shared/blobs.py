"""Files that people sent, kept by the SHA-256 of their content; durable once `put` returns."""

import asyncio
import hashlib
import os
import re
import tempfile
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1024 * 1024
_UNFINISHED = "unfinished"
_ABANDONED_AFTER_SECONDS = 24 * 60 * 60


class BlobNotFound(Exception):
    """The store holds no content with this digest."""

    code = "blob_not_found"

    def __init__(self, sha256: str) -> None:
        super().__init__(sha256)
        self.sha256 = sha256


@dataclass(frozen=True)
class Blob:
    """Kept content: its digest in lower-case hex, and its size in bytes."""

    sha256: str
    size: int


class Blobs:
    """A folder of contents, `<root>/ab/ab…`; the same content is kept once.

    Whoever writes the same content at the same time renames an equal file over an equal file.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / _UNFINISHED

    async def put(self, content: bytes | AsyncIterable[bytes]) -> Blob:
        """Keep content; a stream is never held whole in memory."""
        handle, path = await asyncio.to_thread(self._begin)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                digest, size = await _written(file, content)
                sha256 = digest.hexdigest()
                await asyncio.to_thread(self._finish, file, path, sha256)
        finally:
            # Gone already when it was renamed; a cancelled upload leaves nothing behind.
            path.unlink(missing_ok=True)
        return Blob(sha256, size)

    async def adopt(self, path: Path) -> Blob:
        """Keep a file of the same file system under its digest; the file itself stays."""
        return await asyncio.to_thread(self._adopt, path)

    async def exists(self, sha256: str) -> bool:
        """Say whether content with this digest is kept."""
        path = self._path(sha256)
        return path is not None and await asyncio.to_thread(path.is_file)

    async def open(self, sha256: str) -> BinaryIO:
        """Open kept content for reading; the caller closes it. Raises BlobNotFound."""
        path = self._path(sha256)
        if path is None:
            raise BlobNotFound(sha256)
        try:
            return await asyncio.to_thread(path.open, "rb")
        except FileNotFoundError:
            raise BlobNotFound(sha256) from None

    def local(self, sha256: str) -> Path:
        """Return where kept content lies, for readers that need a file. Raises BlobNotFound."""
        path = self._path(sha256)
        if path is None or not path.is_file():
            raise BlobNotFound(sha256)
        return path

    async def stream(self, sha256: str) -> AsyncIterator[bytes]:
        """Read kept content piece by piece. Raises BlobNotFound at the first."""
        with await self.open(sha256) as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                yield chunk

    def _path(self, sha256: str) -> Path | None:
        return self._root / sha256[:2] / sha256 if _SHA256.fullmatch(sha256) else None

    def _begin(self) -> tuple[int, Path]:
        if not self._unfinished.is_dir():
            self._unfinished.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._root.parent)
        self._sweep()
        handle, name = tempfile.mkstemp(dir=self._unfinished)
        return handle, Path(name)

    def _adopt(self, path: Path) -> Blob:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            os.fsync(file.fileno())
        target = self._root / sha256[:2] / sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            target.hardlink_to(path)
        _sync_folder(target.parent)
        _sync_folder(self._root)
        return Blob(sha256, size)

    def _sweep(self) -> None:
        """Remove what processes that were killed left unfinished."""
        oldest = time.time() - _ABANDONED_AFTER_SECONDS
        for path in self._unfinished.iterdir():
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue  # another process finished or swept it

    def _finish(self, file: BinaryIO, path: Path, sha256: str) -> None:
        """Make content and name durable: file, then name, then the folders that hold the name."""
        os.fsync(file.fileno())
        target = self._root / sha256[:2] / sha256
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
        # Always both: another writer may have made the folder or the name without syncing yet.
        _sync_folder(target.parent)
        _sync_folder(self._root)


async def _written(
    file: BinaryIO, content: bytes | AsyncIterable[bytes]
) -> tuple["hashlib._Hash", int]:
    """Write content, each piece while the next one comes; return its digest and size."""
    digest, size = hashlib.sha256(), 0
    writing: asyncio.Future[None] | None = None
    try:
        async for chunk in _chunks(content):
            if writing is not None:
                # Waited for, not awaited: whoever is cancelled here leaves the thread its file.
                await asyncio.wait({writing})
                writing.result()
            writing = asyncio.ensure_future(asyncio.to_thread(_append, file, digest, chunk))
            size += len(chunk)
    finally:
        if writing is not None:
            await asyncio.wait({writing})
    if writing is not None:
        writing.result()
    return digest, size


def _append(file: BinaryIO, digest: "hashlib._Hash", chunk: bytes) -> None:
    digest.update(chunk)
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


async def _chunks(content: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    held, size = [], 0
    async for chunk in content:
        held.append(chunk)
        size += len(chunk)
        # Pieces of a network are small, and each way into a thread costs.
        if size >= _CHUNK:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
