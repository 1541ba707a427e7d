"""Files of lines: NDJSON with a record in each, CSV and TSV with cells; never held whole."""

import csv
import io
import json
import re
import string
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from services.ingest.domain import strict_json
from services.ingest.domain.rows import Fault
from services.ingest.domain.unreadable import Record, RepeatedNames
from services.ingest.files import arrays
from services.ingest.files import wrapped as wrappings
from services.ingest.files.refusals import refused

LONGEST_LINE: Final = 1024 * 1024
LONGEST_CELL: Final = 128 * 1024
MOST_ABOVE: Final = 1000
"""Lines above a header, at most."""
_BOM: Final = b"\xef\xbb\xbf"
_MARK: Final = "\ufeff"
_HEAD: Final = 512
_DELIMITERS: Final = (",", "\t", ";", "|")
# A first line by which Excel is told the delimiter; programs put further blank cells behind it.
_HINT: Final = re.compile(r'"?sep=([^"\r\n])"?\1*', re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A line of NDJSON: its record, or why there is none; `size`: how long it is written."""

    number: int
    record: Record | Fault
    size: int = 0


def records(
    path: Path, *, encoding: str, skip: int = 0, within: str | None = None, wrapped: bool = False
) -> Iterator[Line]:
    """Yield the records of NDJSON; a line that is none has its fault, and the next is read.

    Of a list in one document its items are the lines; `wrapped`: the list stands within an object,
    the only one there or the one to which the way `within` leads. Raises FileRefused where that is
    broken.
    """
    is_list = _begins_with(path, encoding, "[")
    if is_list or wrapped:
        found = (
            arrays.items(path, encoding=encoding, longest=LONGEST_LINE)
            if is_list
            else wrappings.records(path, encoding=encoding, longest=LONGEST_LINE, wanted=within)
        )
        for number, held, size in found:
            yield Line(number, _record(held, number), size)
        return
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            whole = raw.endswith(b"\n")
            if not whole and len(raw) > LONGEST_LINE:
                _pass_over(file)
                yield Line(
                    number, Fault(number, None, "line_too_long", None, {"limit": LONGEST_LINE})
                )
                continue
            bare = raw.removeprefix(_BOM if number == 1 else b"").strip()
            if bare and number > skip:
                yield Line(number, record_of(bare, number, encoding, whole=whole), len(bare))


def _pass_over(file: BinaryIO) -> None:
    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass


def record_of(raw: bytes, number: int, encoding: str, *, whole: bool) -> Record | Fault:
    """Return the record of a line, or why there is none; `whole`: the line has its end."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        return Fault(number, None, "not_utf8", None, {"position": error.start + 1})
    try:
        held = strict_json.loads(text)
    except json.JSONDecodeError as error:
        cut = not whole and error.pos >= len(text.rstrip()) - 1
        cut = cut or (not whole and not text.endswith("}"))
        values = {} if cut else {"position": error.pos + 1}
        return Fault(number, None, "line_truncated" if cut else "not_json", None, values)
    except RecursionError:
        return Fault(number, None, "nested_too_deep")
    return _record(held, number)


def _record(held: object, number: int) -> Record | Fault:
    if isinstance(held, dict | RepeatedNames):
        return held
    return Fault(number, None, "not_an_object")


def _begins_with(path: Path, encoding: str, sign: str) -> bool:
    with path.open(encoding=encoding, errors="replace") as file:
        return file.read(_HEAD).lstrip(_MARK + string.whitespace).startswith(sign)


def cells(
    path: Path, *, encoding: str, delimiter: str | None, skip: int = 0, head: str | None = None
) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the rows of a table with their numbers, as a spreadsheet shows them: blank ones count.

    The lines that are skipped, which may have any form, come as one cell each. `head`: a cell of
    the header, by which it is known where titles stand above it. A first line that tells the
    delimiter (`sep=;`) is no row, as Excel shows none; to be skipped it counts like any other.

    Raises FileRefused where the rows cannot be told apart.
    """
    with path.open("rb") as file:
        file.read(len(_BOM) if _begins_with_bom(path) else 0)
        stream = io.TextIOWrapper(file, encoding=encoding, newline="")
        lines = _Lines(stream)
        for passed in range(1, skip + 1):
            yield passed, [next(lines, "").strip()]
        first = next(lines, "")
        hint = None if skip else hinted(first)
        if hint is not None:
            first = next(lines, "")
        lines.again = first
        csv.field_size_limit(LONGEST_CELL)
        told = delimiter or hint or _seen(_with(head, path, encoding) or first)
        reader = csv.reader(lines, delimiter=told, strict=True)
        number = skip
        while True:
            number += 1
            lines.length = 0
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise refused(_code(error), row=number, limit=LONGEST_CELL) from None
            yield number, row


class _Lines(Iterator[str]):
    """The lines of a stream, none longer than is read.

    `length`: of the lines of one row, which are more than one where its cells have several lines.
    """

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self._number = 0
        self.again = ""
        self.length = 0

    def __next__(self) -> str:
        if self.again:
            line, self.again = self.again, ""
            return line
        line = self._stream.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self.length += len(line)
        if self.length > LONGEST_LINE:
            raise refused("line_too_long", row=self._number, limit=LONGEST_LINE)
        return line


def hinted(first: str) -> str | None:
    """Return the delimiter that a first line tells which is there for nothing else."""
    found = _HINT.fullmatch(first.lstrip(_MARK).rstrip("\r\n"))
    return None if found is None else found[1]


def first_of(path: Path, encoding: str) -> str:
    """Return the first line of a text, of which the rest is not looked at."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return file.readline(LONGEST_LINE)


def delimiter_of(path: Path) -> str:
    """Return the delimiter that the header of a file in UTF-8 shows."""
    return _seen(first_of(path, "utf-8"))


def _with(head: str | None, path: Path, encoding: str) -> str | None:
    """Return the first line that holds the cell of the header; None if no early one does."""
    if head is None:
        return None
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        early = (file.readline(LONGEST_LINE) for _ in range(MOST_ABOVE))
        return next((line for line in early if head in " ".join(line.split())), None)


def _begins_with_bom(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_BOM)) == _BOM


def _seen(line: str) -> str:
    """Return the delimiter that the first line has most of; a comma where it has none."""
    return max(_DELIMITERS, key=line.count)


def _code(error: csv.Error) -> str:
    said = str(error)
    if "field limit" in said:
        return "cell_too_long"
    return "quote_unclosed" if "unexpected end" in said else "quote_misplaced"
