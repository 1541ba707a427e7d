"""Contents that come in pieces, over hours if need be, until they are whole and kept.

How much has come is the length of the file: nothing else can differ from it after a crash. Whether
what has come is what was meant is told by its digest, at the end.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

_FOLDER = "pieces"


class PiecesGone(Exception):
    """Nothing of this name is being received, or no longer."""


class PiecesBusy(Exception):
    """Another request is appending to the same content."""


class OffsetDiffers(Exception):
    """The piece does not begin where the content ends."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.values = {"offset": offset}


class TooLong(Exception):
    """The pieces are more than was announced; nothing is kept of the one that exceeds it.

    What grew while it was sent was not meant to end where its beginning did.
    """


class Pieces:
    """A folder of contents that are not whole, beside the store of those that are."""

    def __init__(self, root: Path) -> None:
        self._folder = root / _FOLDER

    async def begin(self, name: UUID) -> None:
        """Begin a content that is still empty."""
        await asyncio.to_thread(self._begin, name)

    async def size(self, name: UUID) -> int:
        """Return how much has come. Raises PiecesGone."""
        return await asyncio.to_thread(self._size, name)

    async def append(
        self, name: UUID, offset: int, piece: AsyncIterator[bytes], *, most: int
    ) -> int:
        """Write a piece as it comes, and return how much there is; what came before a break stays.

        Raises PiecesGone, PiecesBusy, OffsetDiffers, TooLong.
        """
        with self._held(name) as file:
            size = file.seek(0, os.SEEK_END)
            if size != offset:
                raise OffsetDiffers(size)
            try:
                async for chunk in piece:
                    if size + len(chunk) > most:
                        file.truncate(offset)
                        raise TooLong
                    await asyncio.to_thread(_write, file, chunk)
                    size += len(chunk)
            finally:
                os.fsync(file.fileno())
            return size

    def path(self, name: UUID) -> Path:
        """Return where the content lies."""
        return self._folder / str(name)

    async def discard(self, name: UUID) -> None:
        """Forget a content."""
        await asyncio.to_thread(self.path(name).unlink, missing_ok=True)

    async def abandoned(self, seconds: float) -> list[UUID]:
        """Return the contents of which nothing has come for so long."""
        return await asyncio.to_thread(self._abandoned, seconds)

    def _begin(self, name: UUID) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self.path(name).touch(exist_ok=True)

    def _size(self, name: UUID) -> int:
        try:
            return self.path(name).stat().st_size
        except FileNotFoundError:
            raise PiecesGone(name) from None

    @contextmanager
    def _held(self, name: UUID) -> Iterator[BinaryIO]:
        try:
            file = self.path(name).open("r+b", buffering=0)
        except FileNotFoundError:
            raise PiecesGone(name) from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PiecesBusy(name) from None
            yield file

    def _abandoned(self, seconds: float) -> list[UUID]:
        if not self._folder.is_dir():
            return []
        oldest = time.time() - seconds
        return [UUID(each.name) for each in self._folder.iterdir() if each.stat().st_mtime < oldest]


def _write(file: BinaryIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]
