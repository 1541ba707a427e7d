"""Sends a large file in pieces: after a break, or run again, it goes on where it was."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from cli.gateway import Gateway, Query
from cli.refusals import Refused

PIECE: Final = 8 * 1024 * 1024
_TRIES: Final = 5
_PAUSE: Final = 1.0
_TYPE: Final = "application/offset+octet-stream"

Advanced = Callable[[int, int], None]


def send(
    gateway: Gateway,
    feed: str,
    file: Path,
    query: Query,
    *,
    size: int,
    sha256: str,
    key: str,
    advanced: Advanced,
) -> dict[str, Any]:
    """Send a file, and return the import that it has become. Raises Refused."""
    begun = gateway.write(
        "POST",
        f"/v1/feeds/{feed}/uploads",
        b"",
        key=key,
        query={**query, "sha256": sha256},
        more={"Upload-Length": str(size)},
    ).json()
    path = f"/v1/uploads/{begun['id']}"
    offset, failed = _offset(gateway, path), 0
    while True:
        advanced(offset, size)
        try:
            piece = _piece(file, offset)
            gateway.write(
                "PATCH", path, piece, more={"Upload-Offset": str(offset), "Content-Type": _TYPE}
            )
        except Refused:
            # What has come of the piece stays: ask where to go on.
            came, failed = _offset(gateway, path), failed + 1
            if came == offset and failed >= _TRIES:
                raise
            time.sleep(_PAUSE * failed if came == offset else 0)
            failed = failed if came == offset else 0
            offset = came
        else:
            offset, failed = min(offset + PIECE, size), 0
        if offset == size:
            import_id = gateway.get(path).json()["import_id"]
            if import_id is not None:
                advanced(size, size)
                told: dict[str, Any] = gateway.get(f"/v1/imports/{import_id}").json()
                return told


def _offset(gateway: Gateway, path: str) -> int:
    return int(gateway.get(path).json()["offset"])


def _piece(file: Path, offset: int) -> bytes:
    with file.open("rb") as stream:
        stream.seek(offset)
        return stream.read(PIECE)
