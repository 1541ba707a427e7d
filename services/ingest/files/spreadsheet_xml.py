"""Excel's XML of 2003, which reporting tools still write and call `.xls`.

Source: XML Spreadsheet Reference, Office XP and 2003.
"""

import re
from contextlib import suppress
from datetime import datetime
from typing import Final
from xml.parsers import expat

from services.ingest.files.cell_texts import number_of, text_of, written_out
from services.ingest.files.marked import MOST_CELLS, MarkupRefused, Sheet

# A web page of Office names the namespace as well, and is none.
_BOOK: Final = re.compile(r"<(?:\w{1,20}:)?Workbook[\s>]")
NAMESPACE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_EXCEL: Final = "urn:schemas-microsoft-com:office:excel"
_MOST_ROWS: Final = 1_048_576


def is_spreadsheet(text: str) -> bool:
    """Tell whether the text is such a workbook, and no page."""
    return NAMESPACE in text and _BOOK.search(text) is not None


def sheets_of(text: str) -> list[Sheet]:
    """Return the worksheets, in their order. Raises MarkupRefused."""
    book = _Book()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = book.begin
    parser.EndElementHandler = book.end
    parser.CharacterDataHandler = book.say
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise MarkupRefused("markup_broken", line=error.lineno) from None
    return book.found


def _refuse(*_told: object) -> None:
    """A spreadsheet declares no entities of its own: what does is no spreadsheet."""
    raise MarkupRefused("workbook_unreadable")


class _Book:
    """Hears the elements of a workbook."""

    def __init__(self) -> None:
        self.found: list[Sheet] = []
        self._row: list[str] = []
        self._kind = ""
        self._said: list[str] | None = None
        self._beside = 0

    def begin(self, name: str, told: dict[str, str]) -> None:
        """Begin an element; its name stands behind its namespace."""
        match name.split(" "):
            case [space, "Worksheet"] if space == NAMESPACE:
                self.found.append(Sheet(told.get(f"{NAMESPACE} Name", "")))
            case [space, "Comment"] if space == NAMESPACE:
                self._beside += 1
            case [space, "Row"] if space == NAMESPACE and self.found:
                rows = self.found[-1].rows
                rows.extend([] for _ in range(_gap(told, len(rows), _MOST_ROWS)))
                self._row = []
            case [space, "Cell"] if space == NAMESPACE:
                self._row.extend("" for _ in range(_gap(told, len(self._row), MOST_CELLS)))
                across = _number(told.get(f"{NAMESPACE} MergeAcross"), MOST_CELLS)
                if len(self._row) + across >= MOST_CELLS:
                    number = len(self.found[-1].rows) + 1 if self.found else 0
                    raise MarkupRefused("too_many_columns", row=number, limit=MOST_CELLS)
                self._row.extend("" for _ in range(1 + across))
                self._cell = len(self._row) - 1 - across
            case [space, "Data"] if space == NAMESPACE and not self._beside:
                self._kind, self._said = told.get(f"{NAMESPACE} Type", ""), []
            case [space, "Visible"] if space == _EXCEL:
                self._kind, self._said = "Visible", []

    def say(self, text: str) -> None:
        """Take text, which counts within a cell."""
        if self._said is not None:
            self._said.append(text)

    def end(self, name: str) -> None:
        """End an element."""
        match name.split(" "):
            case [space, "Comment"] if space == NAMESPACE:
                self._beside -= 1
            case [space, "Row"] if space == NAMESPACE and self.found:
                self.found[-1].rows.append(self._row if any(self._row) else [])
            case [space, "Data"] if space == NAMESPACE and self._said is not None and self._row:
                self._row[self._cell] = _read(self._kind, "".join(self._said))
                self._said = None
            case [space, "Visible"] if space == _EXCEL and self._said is not None and self.found:
                self.found[-1].shown = "Hidden" not in "".join(self._said)
                self._said = None


def _gap(told: dict[str, str], held: int, most: int) -> int:
    """Return how many are left out before one that says its place, from 1."""
    index = _number(told.get(f"{NAMESPACE} Index"), most)
    return max(0, index - 1 - held)


def _number(told: str | None, most: int) -> int:
    try:
        number = int(told or 0)
    except ValueError:
        number = most + 1
    if not 0 <= number <= most:
        raise MarkupRefused("workbook_unreadable")
    return number


def _read(kind: str, said: str) -> str:
    """Return what a cell says by its type; what is not of it stays as it is written."""
    if kind == "Number":
        number = number_of(said)
        return said if number is None else written_out(number)
    with suppress(ValueError):
        if kind == "DateTime":
            return text_of(datetime.fromisoformat(said.strip()))
        if kind == "Boolean":
            return text_of(said.strip() == "1")
    return said
