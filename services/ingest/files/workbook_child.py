"""Reads one sheet of a workbook within a bound of memory: `python -m … '{"path": …}'`.

Writes a JSON list with the name of the sheet, then a list of texts per row, or how many rows are
blank; or that of all sheets that are shown, an object with its name before each; or one list of
their names; or of the others than the first, with how many rows they hold; or one object that says
why there are none.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import python_calamine

from services.ingest.files import marked, page, spreadsheet_xml
from services.ingest.files.cell_texts import text_of

# A page of 18 MiB takes twelve seconds; who makes one that takes longer means no good.
_LEAST_SECONDS: Final = 30
_OF_A_MIB: Final = 4
_MOST_SECONDS: Final = 300
_MIB: Final = 1024 * 1024


class _TooLong(Exception):
    """A row has more text than whoever asks would hold."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


class _NoSheet(Exception):
    """The workbook has no such sheet."""


def main() -> int:
    """Write the rows of the sheet that is asked for."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    try:
        for row in _rows(asked["path"], asked["sheet"], asked["longest"], lists=asked["lists"]):
            sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")
    except _NoSheet as none:
        sys.stdout.write(json.dumps({"code": "sheet_missing", "expected": str(none)}) + "\n")
    except _TooLong as long:
        told = {"code": "row_too_long", "row": long.row, "limit": asked["longest"]}
        sys.stdout.write(json.dumps(told) + "\n")
    except marked.MarkupRefused as no:
        sys.stdout.write(json.dumps(no.told) + "\n")
    except python_calamine.PasswordError:
        sys.stdout.write(json.dumps({"code": "workbook_encrypted"}) + "\n")
    except MemoryError:
        limit = asked["memory"] // (1024 * 1024)
        told = {"code": "workbook_too_large", "size": limit, "limit": limit}
        sys.stdout.write(json.dumps(told) + "\n")
    except python_calamine.CalamineError:
        sys.stdout.write(json.dumps({"code": "workbook_unreadable"}) + "\n")
    return 0


class _Book(Protocol):
    """A workbook: the sheets that are shown, those that there are, and the rows of one."""

    shown: list[str]
    names: list[str]

    def rows(self, name: str) -> Iterator[list[str]]: ...


class _Binary:
    """A workbook of today or of 1997."""

    def __init__(self, path: str) -> None:
        self._book = python_calamine.load_workbook(path)
        self.names = self._book.sheet_names
        self.shown = [
            each.name
            for each in self._book.sheets_metadata
            if each.visible == python_calamine.SheetVisibleEnum.Visible
            and each.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]

    def rows(self, name: str) -> Iterator[list[str]]:
        sheet = self._book.get_sheet_by_name(name)
        if sheet.start is None:
            return
        for row in sheet.iter_rows():
            yield [text_of(cell) for cell in row]


class _Marked:
    """Marked-up text in which there are tables."""

    def __init__(self, path: str) -> None:
        text = marked.text_of(Path(path))
        read = spreadsheet_xml if spreadsheet_xml.is_spreadsheet(text) else page
        self._sheets = {each.name: each for each in marked.named_apart(read.sheets_of(text))}
        if not self._sheets:
            raise marked.MarkupRefused("markup_without_table")
        self.names = list(self._sheets)
        self.shown = [each.name for each in self._sheets.values() if each.shown]

    def rows(self, name: str) -> Iterator[list[str]]:
        yield from self._sheets[name].rows


def seconds_for(size: int) -> int:
    """Return how long marked-up text of a size may be read: an archive may hold 200 of them."""
    return min(_LEAST_SECONDS + _OF_A_MIB * size // _MIB, _MOST_SECONDS)


def _opened(path: str) -> _Book:
    if not marked.is_marked(Path(path)):
        return _Binary(path)
    # A crafted text costs the parsers of markup time without end.
    seconds = seconds_for(Path(path).stat().st_size)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    return _Marked(path)


def _rows(
    path: str, name: str | None, longest: int, *, lists: str
) -> Iterator[list[Any] | int | dict[str, str]]:
    book = _opened(path)
    if lists == "shown":
        yield book.shown
        return
    if lists == "all":
        for each in book.shown:
            yield {"sheet": each}
            yield from _of_sheet(book, each, longest)
        return
    if lists:
        yield [[each, _held(book, each)] for each in book.shown[1:]]
        return
    wanted = name if name is not None else (book.shown[0] if book.shown else None)
    if wanted not in book.names or wanted is None:
        raise _NoSheet(", ".join(book.shown)[:200])
    yield from _of_sheet(book, wanted, longest)


def _of_sheet(book: _Book, wanted: str, longest: int) -> Iterator[list[Any] | int]:
    yield [wanted]
    blank = 0
    for number, row in enumerate(book.rows(wanted), start=1):
        if not any(row):
            blank += 1
            continue
        if blank:
            yield blank
            blank = 0
        if sum(map(len, row)) > longest:
            raise _TooLong(number)
        yield row


def _held(book: _Book, name: str) -> int:
    """Count the rows of a sheet that are not blank."""
    return sum(any(cell.strip() for cell in row) for row in book.rows(name))


if __name__ == "__main__":
    raise SystemExit(main())
