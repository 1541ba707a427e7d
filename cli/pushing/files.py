"""Sends a file as it is, for the platform to read by a mapping, and watches what becomes of it."""

import codecs
import hashlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from cli.gateway import Gateway
from cli.pushing import pieces
from cli.pushing.records import LINES
from cli.pushing.runs import Run
from cli.refusals import ExitCode, Refused
from cli.texts import text

_BLOCK: Final = 256 * 1024
_FIRST_LOOK: Final = 0.2
_LONGEST_LOOK: Final = 2.0
# Larger NDJSON is one import, not a row of batches.
_LARGE: Final = 8 * 1024 * 1024
# Beyond this a file goes in pieces, so that a broken connection costs one of them.
IN_PIECES: Final = 32 * 1024 * 1024
_CELLS: Final = frozenset({".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".zip"})
_WHOLE: Final = frozenset({".xlsx", ".xlsm", ".xls"})
_BEGINNING: Final = 2 * _BLOCK
_JSON: Final = ".json"
_YAML: Final = frozenset({".yaml", ".yml"})
_UNFIT: Final = re.compile(r"[^a-z0-9_-]+")
_LONGEST_NAME: Final = 64

Advanced = Callable[[int, int], None]


def is_file_import(file: Path) -> bool:
    """Tell whether a file goes as it is: what is no JSON always, lines when they are many.

    What a file of another kind is, and what to do with it, the platform tells.
    """
    suffix = file.suffix.lower()
    if suffix in LINES:
        return file.is_file() and file.stat().st_size > _LARGE
    return suffix in _CELLS or (suffix != _JSON and file.is_file() and not _begins_as_json(file))


def _begins_as_json(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            begins = opened.read(_BLOCK)
    except OSError:
        return True  # told where it is read
    return begins.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"{", b"["))


def use_mapping(gateway: Gateway, mapping: str) -> str:
    """Return how the gateway knows a mapping; a file of one is kept there first."""
    file = Path(mapping)
    if file.suffix.lower() not in _YAML:
        return mapping
    kept = gateway.write("PUT", f"/v1/mappings/{name_of(file)}", _read(file)).json()
    return f"{kept['name']}@{kept['version']}"


def name_of(file: Path) -> str:
    """Return the name of the mapping in a file: the file's own, as far as names go."""
    plain = _UNFIT.sub("-", file.stem.lower()).strip("-_")
    return plain[:_LONGEST_NAME] or "mapping"


def send(
    gateway: Gateway,
    feed: str,
    file: Path,
    *,
    mapping: str | None,
    dry_run: bool,
    version: str | None,
    replaces_period: str | None,
    advanced: Advanced,
    reject_above: float | None = None,
) -> dict[str, Any]:
    """Send a file; the same push after a crash is the same import. Raises Refused."""
    size, digest = _survey(file)
    known = gateway.credentials
    run = Run(
        *(known.gateway, known.profile, feed, digest, f"{mapping} {version}"),
        *(str(dry_run), str(reject_above), str(replaces_period)),
    )
    query = {
        "filename": file.name[-200:],
        "mapping": mapping,
        "dry_run": str(dry_run).lower(),
        "contract_version": version,
        "reject_above": None if reject_above is None else f"{reject_above:g}",
        "replaces_period": replaces_period,
    }
    key = f"file-{run.token}"
    if size > IN_PIECES:
        told = pieces.send(
            gateway, feed, file, query, size=size, sha256=digest, key=key, advanced=advanced
        )
    else:
        told = gateway.send(
            f"/v1/feeds/{feed}/files",
            query,
            lambda: _blocks(file, size, advanced),
            size=size,
            key=key,
        ).json()
    run.end()
    return told


def watch(gateway: Gateway, told: dict[str, Any], *, advanced: Advanced) -> dict[str, Any]:
    """Wait until an import has ended, and return it."""
    pause = _FIRST_LOOK
    while told["finished_at"] is None:
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_LOOK)
        told = gateway.get(f"/v1/imports/{told['id']}").json()
        advanced(int(told["gone_through"]), int(told["total"] or 0))
    return told


def exit_code(told: dict[str, Any]) -> ExitCode:
    """Return 0 if all rows were taken, 3 if some were not, 1 if none was."""
    codes = {"completed_with_errors": ExitCode.PARTLY}
    codes |= dict.fromkeys(("rejected", "cancelled", "failed"), ExitCode.FAILED)
    return codes.get(str(told["state"]), ExitCode.DONE)


def beginning(file: Path) -> bytes:
    """Return a file, or as many lines of its beginning as tell what it is like."""
    if file.suffix.lower() in _WHOLE:
        return _read(file)
    head = b""
    for block in _blocks(file, 0, lambda _sent, _size: None):
        head += block
        if len(head) >= _BEGINNING:
            return head[: head.rfind(b"\n") + 1] or head
    return head


def keep(file: Path, document: str) -> None:
    """Write a new file; one that is there is somebody's work. Raises Refused."""
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(document)
    except FileExistsError:
        raise Refused(text("file_there", file=file), exit_code=ExitCode.USAGE) from None
    except OSError as fault:
        reason = fault.strerror or fault
        raise Refused(
            text("file_unwritable", file=file, reason=reason), exit_code=ExitCode.USAGE
        ) from fault


def _survey(file: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for block in _blocks(file, 0, lambda _sent, _size: None):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()


def _blocks(file: Path, size: int, advanced: Advanced) -> Iterator[bytes]:
    try:
        with file.open("rb") as stream:
            sent = 0
            while block := stream.read(_BLOCK):
                yield block
                sent += len(block)
                advanced(sent, size)
    except OSError as fault:
        reason = fault.strerror or fault
        raise Refused(
            text("file_unreadable", file=file, reason=reason), exit_code=ExitCode.USAGE
        ) from fault


def _read(file: Path) -> bytes:
    return b"".join(_blocks(file, 0, lambda _sent, _size: None))
