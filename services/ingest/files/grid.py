"""A table of a web page as it comes: rows of cells, of which some cover others."""

import re
from collections.abc import Mapping
from typing import Final

from services.ingest.files.cell_texts import number_of, written_out
from services.ingest.files.marked import MOST_CELLS, MarkupRefused, Sheet

Told = Mapping[str, str | None]
"""What an element says of itself."""

# What HTML allows: https://html.spec.whatwg.org/multipage/tables.html#attr-tdth-colspan
_MOST_ACROSS: Final = 1000
_MOST_DOWN: Final = 65534
_BREAK: Final = "\0"
# A number as it is shown: rounded, in groups, in powers of ten, in hundredths.
_SHOWN: Final = re.compile(
    r"[¥￥$]?\s*-?[0-9][0-9,]*(?:\.[0-9]*)?(?:E[+-]?[0-9]+)?(%?)", re.IGNORECASE
)
_LINES: Final = frozenset({"br", "p", "div", "li"})
_EMPTY: Final = frozenset({"br", "img", "input", "hr", "wbr", "col", "link", "meta"})
_FIELDS: Final = frozenset(
    {"text", "number", "date", "datetime-local", "month", "tel", "email", "url", "search"}
)


class Cell:
    """A cell that is being read: what is seen in it."""

    def __init__(self, *, number: str | None = None) -> None:
        """Begin one; `number` is what Excel keeps beside the text that it shows."""
        self._number = number
        self._said: list[str] = []
        # Options of a list to choose from: only one of them is seen.
        self._options: list[list[str]] | None = None
        self._chosen = 0
        # The element that is not shown, and how many of its name are open.
        self._hidden: tuple[str, int] | None = None

    def say(self, text: str) -> None:
        """Take text."""
        if self._hidden is not None:
            return
        if self._options is None:
            self._said.append(text)
        elif self._options:
            self._options[-1].append(text)

    def begin(self, tag: str, told: Told) -> None:
        """Begin an element within the cell."""
        if self._hidden is not None:
            name, depth = self._hidden
            self._hidden = (name, depth + (tag == name))
        elif tag in _LINES:
            self.say(_BREAK)
        elif tag == "select":
            self._options, self._chosen = [], 0
        elif tag == "option" and self._options is not None:
            self._options.append([])
            if "selected" in told:
                self._chosen = len(self._options) - 1
        elif tag == "input":
            self._enter(told)
        if self._hidden is None and tag not in _EMPTY and _is_hidden(told):
            self._hidden = (tag, 1)

    def end(self, tag: str) -> None:
        """End an element within the cell."""
        if self._hidden is not None:
            name, depth = self._hidden
            depth -= tag == name
            self._hidden = (name, depth) if depth else None
        elif tag == "select":
            self._choose()

    def text(self) -> str:
        """Return what is seen."""
        self._choose()
        lines = (" ".join(line.split()) for line in "".join(self._said).split(_BREAK))
        text = "\n".join(line for line in lines if line)
        return text if self._number is None else _exact(text, self._number)

    def _choose(self) -> None:
        options, self._options = self._options, None
        if options:
            self._said += options[self._chosen]

    def _enter(self, told: Told) -> None:
        """Take what is entered in a field; buttons, ticks and what is hidden say nothing."""
        if (told.get("type") or "text").lower() in _FIELDS:
            self.say(told.get("value") or "")


def _is_hidden(told: Told) -> bool:
    """Tell whether an element is not shown, as keys are by which a page sorts."""
    style = "".join((told.get("style") or "").lower().split())
    return "hidden" in told or "display:none" in style


class Grid:
    """A table that is being read."""

    def __init__(self, sheet: Sheet) -> None:
        """Fill the sheet."""
        self.sheet = sheet
        self._row: list[str] | None = None
        self._cell: Cell | None = None
        self._span = (1, 1)
        self._names = False
        # Column -> the number of the last row in which a cell from above covers it.
        self._covered: dict[int, int] = {}
        self._closes = False

    @property
    def is_cut_off(self) -> bool:
        """Tell whether it ends too early, if it has not ended: its rows before did not so."""
        return self._closes and self.sheet.shown

    @property
    def cell(self) -> Cell | None:
        """The cell, or the name, that is being read."""
        return self._cell

    def begin_rows(self) -> None:
        """Begin a group of rows, or end it: no cell goes over its end."""
        self.end_row()
        self._covered = {}

    def begin_row(self) -> None:
        """Begin a row, and end the one before, as pages leave out its end."""
        self.end_row()
        self._row = []

    def end_row(self) -> None:
        """End a row, if there is one."""
        self.end_cell()
        if self._row is None:
            return
        self.sheet.columns = max(self.sheet.columns, len(self._row))
        while self._row and not self._row[-1]:
            self._row.pop()
        self.sheet.rows.append(self._row)
        self._row = None

    def close_row(self) -> None:
        """End a row by its mark."""
        self._closes = self._row is not None
        self.end_row()

    def begin_cell(self, told: Told, *, heads: bool) -> None:
        """Begin a cell, behind those that cover its row from above."""
        self.end_cell()
        row = self._row = [] if self._row is None else self._row
        number = len(self.sheet.rows)
        while self._covered.get(len(row), -1) >= number:
            row.append("")
        if heads:
            self.sheet.heads += 1
        else:
            self.sheet.values += 1
        across = _span(told.get("colspan"), _MOST_ACROSS)
        self._span = (across, _span(told.get("rowspan"), _MOST_DOWN))
        self._cell = Cell(number=told.get("x:num"))

    def begin_name(self) -> None:
        """Begin what the table is called."""
        self.end_cell()
        self._cell, self._names = Cell(), True

    def end_cell(self) -> None:
        """End a cell or a name, if there is one. Raises MarkupRefused."""
        if self._cell is None:
            return
        text, self._cell = self._cell.text(), None
        if self._names:
            self.sheet.name, self._names = text, False
            return
        row = self._row if self._row is not None else []
        across, down = self._span
        if len(row) + across > MOST_CELLS:
            number = len(self.sheet.rows) + 1
            raise MarkupRefused("too_many_columns", row=number, limit=MOST_CELLS)
        if down > 1:
            last = len(self.sheet.rows) + down - 1
            self._covered.update(dict.fromkeys(range(len(row), len(row) + across), last))
        row += [text, *[""] * (across - 1)]


def _span(told: str | None, most: int) -> int:
    """Return over how many columns or rows a cell goes; 0 is said of all that follow."""
    try:
        count = int(told or 1)
    except ValueError:
        return 1
    return min(count, most) if count > 0 else (most if count == 0 and most == _MOST_DOWN else 1)


def _exact(text: str, number: str) -> str:
    """Return a number as Excel keeps it where it is shown as one; a day is what is shown."""
    shown = _SHOWN.fullmatch(text)
    if shown is None:
        return text
    exact = number_of(number)
    if exact is None:
        return text
    percent = shown[1]
    return written_out(exact * (100 if percent else 1)) + percent
