"""Reads a file of records: a JSON list, {"records": [...]}, or NDJSON; each record as it stands.

A record is handed on letter by letter: reading and writing a number anew could change it.
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Self

from cli.refusals import ExitCode, Refused
from cli.texts import text

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
_BOM: Final = b"\xef\xbb\xbf"
LINES: Final = frozenset({".ndjson", ".jsonl"})
"""How files of lines are called."""


class Damaged(Refused):
    """A file holds something that is no record; which others it has, nobody has looked yet."""


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object as it was written; `place` counts lines of NDJSON, else records, from 1."""

    raw: bytes
    place: int


class Source:
    """A file whose records may be read again and again; `-` is standard input, kept aside."""

    def __init__(self, file: Path) -> None:
        self.name = str(file)
        self._file = file
        self._input: IO[bytes] | None = None

    def __enter__(self) -> Self:
        if self.name == "-":
            self._input = tempfile.TemporaryFile()
            shutil.copyfileobj(sys.stdin.buffer, self._input)
            self._input.flush()
        return self

    def __exit__(self, *_fault: object) -> None:
        if self._input is not None:
            self._input.close()

    @contextmanager
    def as_lines(self) -> Iterator[Path | None]:
        """Give the file if it is one of lines, standard input as a file; None if it is none."""
        if self._input is None:
            yield self._file if self._file.suffix.lower() in LINES else None
            return
        with self._opened() as stream:
            if not _is_lines(stream):
                yield None
                return
            with tempfile.TemporaryDirectory() as folder:
                kept = Path(folder) / "stdin.ndjson"
                with kept.open("wb") as target:
                    shutil.copyfileobj(stream, target)
                yield kept

    def records(self) -> Iterator[Record]:
        """Yield the records in their order. Raises Refused where the file is no such file."""
        try:
            with self._opened() as stream:
                if _is_lines(stream):
                    yield from self._lines(stream)
                else:
                    yield from self._document(stream.read())
        except OSError as fault:
            reason = fault.strerror or fault
            raise Refused(
                text("file_unreadable", file=self.name, reason=reason), exit_code=ExitCode.USAGE
            ) from fault

    def _opened(self) -> IO[bytes]:
        if self._input is None:
            return self._file.open("rb")
        return open(self._input.fileno(), "rb", closefd=False)

    def _lines(self, stream: IO[bytes]) -> Iterator[Record]:
        stream.seek(0)
        for place, line in enumerate(stream, start=1):
            raw = line.removeprefix(_BOM if place == 1 else b"").strip()
            if not raw:
                continue
            try:
                held = _DECODER.decode(raw.decode("utf-8"))
            except (ValueError, RecursionError) as fault:
                raise self._refused("push.bad_line", place=place) from fault
            if not isinstance(held, dict):
                raise self._refused("push.not_an_object", place=place)
            yield Record(raw, place)

    def _document(self, content: bytes) -> Iterator[Record]:
        try:
            document = content.removeprefix(_BOM).decode("utf-8")
        except UnicodeDecodeError as fault:
            raise self._refused("push.not_utf8", position=fault.start + 1) from fault
        try:
            yield from self._items(document)
        except json.JSONDecodeError as fault:
            raise self._refused("push.not_json", line=fault.lineno, column=fault.colno) from fault
        except RecursionError as fault:
            raise self._refused("push.not_json", line=1, column=1) from fault

    def _items(self, document: str) -> Iterator[Record]:
        if not document.strip():
            return
        start, closing = _list_start(document), "]"
        if start is None:
            raise self._refused("push.not_a_list")
        position, place = _skip(document, start), 0
        while document[position : position + 1] != closing:
            held, end = _DECODER.raw_decode(document, position)
            place += 1
            if not isinstance(held, dict):
                raise self._refused("push.not_an_object", place=place)
            yield Record(document[position:end].encode(), place)
            position = _skip(document, end)
            if document[position : position + 1] == ",":
                position = _skip(document, position + 1)
                if document[position : position + 1] == closing:
                    raise json.JSONDecodeError("a record is missing", document, position)
            elif document[position : position + 1] != closing:
                raise json.JSONDecodeError("expected , or ]", document, position)
        # What follows the list has to be the end of the document, and nothing else.
        _DECODER.decode(document[: start - 1] + "[]" + document[position + 1 :])

    def _refused(self, code: str, **values: Any) -> Damaged:  # noqa: ANN401 fields of a text
        return Damaged(text(code, file=self.name, **values), exit_code=ExitCode.USAGE)


def _is_lines(stream: IO[bytes]) -> bool:
    """Tell NDJSON by its first record: it ends with its line, and is not a batch."""
    stream.seek(0)
    first = b""
    while not first and (line := stream.readline()):
        first = line.removeprefix(_BOM).strip()
    stream.seek(0)
    if not first.startswith(b"{"):
        return False
    try:
        held = json.loads(first)
    except (ValueError, RecursionError):
        # A pretty-printed document breaks after its brace; a damaged line does not.
        return len(first) > 1 and not first.lstrip(b"{ \t").startswith(b'"records"')
    return not (isinstance(held, dict) and isinstance(held.get("records"), list))


def _list_start(document: str) -> int | None:
    """Return the place behind the bracket that opens the list of records."""
    position = _skip(document, 0)
    if document[position : position + 1] == "[":
        return position + 1
    found = re.match(r'[ \t\n\r]*\{[ \t\n\r]*"records"[ \t\n\r]*:[ \t\n\r]*\[', document)
    return found.end() if found is not None else None


def _skip(document: str, position: int) -> int:
    blank = _BLANK.match(document, position)
    return blank.end() if blank is not None else position
