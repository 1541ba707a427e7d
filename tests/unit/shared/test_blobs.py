"""Content is kept once, whole, under its digest."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.blobs import Blob, BlobNotFound, Blobs

# Published test vectors (FIPS 180-4): "abc" and the empty message.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def _files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_content_is_kept_under_its_digest(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    assert await blobs.put(b"abc") == Blob(ABC, 3)
    assert _files(tmp_path / "blobs") == [f"ba/{ABC}"]
    with await blobs.open(ABC) as file:
        assert file.read() == b"abc"


async def test_empty_content_is_content(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert await blobs.put(b"") == Blob(EMPTY, 0)
    assert await blobs.exists(EMPTY)


async def test_a_stream_equals_its_bytes(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert await blobs.put(_pieces(b"a", b"", b"bc")) == Blob(ABC, 3)
    big = os.urandom(3 * 1024 * 1024 + 17)
    kept = await blobs.put(_pieces(big[:1_000_000], big[1_000_000:]))
    assert kept == Blob(hashlib.sha256(big).hexdigest(), len(big))
    assert b"".join([chunk async for chunk in blobs.stream(kept.sha256)]) == big


async def test_two_writers_of_the_same_content(tmp_path: Path) -> None:
    first, second = Blobs(tmp_path), Blobs(tmp_path)
    kept = await asyncio.gather(*(store.put(b"abc") for store in (first, second) * 20))
    assert set(kept) == {Blob(ABC, 3)}
    assert _files(tmp_path) == [f"ba/{ABC}"]


async def test_an_upload_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"abc"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await Blobs(tmp_path).put(broken())
    assert _files(tmp_path) == []


async def test_an_upload_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"abc"
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(Blobs(tmp_path).put(endless()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert _files(tmp_path) == []


async def test_what_a_killed_process_left_is_swept_after_a_day(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    await blobs.put(b"abc")
    old, new = tmp_path / "unfinished" / "old", tmp_path / "unfinished" / "new"
    for path in (old, new):
        path.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (two_days_ago, two_days_ago))
    await blobs.put(b"")
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize(
    "name", [EMPTY, ABC.upper(), "../../etc/passwd", "", ABC[:-1], f"{ABC}\n", "a" * 65]
)
async def test_what_is_not_kept_is_not_found(tmp_path: Path, name: str) -> None:
    blobs = Blobs(tmp_path)
    await blobs.put(b"abc")
    assert not await blobs.exists(name)
    with pytest.raises(BlobNotFound):
        await blobs.open(name)
    with pytest.raises(BlobNotFound):
        await anext(blobs.stream(name))


async def test_the_name_is_durable_before_put_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def recording(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    root = tmp_path / "blobs"
    blobs = Blobs(root)
    await blobs.put(b"")
    monkeypatch.setattr(os, "fsync", recording)
    await blobs.put(b"abc")
    await blobs.put(b"abc")
    # The content, then the folder of its name, then the folder of that folder; again for a writer
    # who finds the name there, because the first may not have synced it yet.
    once = ["unfinished", "ba", "blobs"]
    assert [
        Path(path).parent.name if "/unfinished/" in path else Path(path).name for path in synced
    ] == once + once
