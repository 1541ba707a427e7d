"""Tables of a web page, as many systems export them and call them `.xls`."""

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

from services.ingest.files.marked import MarkupRefused, Sheet

# What HTML allows: https://html.spec.whatwg.org/multipage/tables.html#attr-tdth-colspan
_MOST_ACROSS: Final = 1000
_MOST_DOWN: Final = 65534
_PIECE: Final = 64 * 1024
# A mark that does not end: the parser would look through all of it at each piece.
_LONGEST_MARK: Final = 256 * 1024
_BREAK: Final = "\0"
_CELLS: Final = frozenset({"td", "th"})
_NO_TEXT: Final = frozenset({"script", "style"})

Attributes = Sequence[tuple[str, str | None]]


def sheets_of(text: str) -> list[Sheet]:
    """Return the tables that hold no others, in their order; those of one column only if all have.

    Cells that others cover are blank. Raises MarkupRefused.
    """
    page = _Page()
    for start in range(0, len(text), _PIECE):
        page.feed(text[start : start + _PIECE])
        if len(page.rawdata) > _LONGEST_MARK:
            raise MarkupRefused("workbook_unreadable")
    page.close()
    page.finish()
    grids = [sheet for sheet in page.found if sheet.is_grid]
    return grids or [sheet for sheet in page.found if sheet.rows]


class _Page(HTMLParser):
    """Hears the marks of a page, of which those of tables matter."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Sheet] = []
        self._open: list[_Table] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag in _NO_TEXT:
            self._silent = True
        elif tag == "table":
            self._begin()
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].begin_row()
        elif tag in _CELLS:
            told = dict(attrs)
            self._open[-1].begin_cell(
                _span(told.get("colspan"), _MOST_ACROSS), _span(told.get("rowspan"), _MOST_DOWN)
            )
        elif tag == "caption":
            self._open[-1].begin_name()
        elif tag in {"br", "p", "div"}:
            self._open[-1].say(_BREAK)

    def handle_endtag(self, tag: str) -> None:
        if tag in _NO_TEXT:
            self._silent = False
        elif not self._open:
            return
        elif tag == "table":
            self._open.pop().end_row()
        elif tag == "tr":
            self._open[-1].end_row()
        elif tag in _CELLS or tag == "caption":
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent:
            self._open[-1].say(data)

    def finish(self) -> None:
        """End the tables that the page leaves open, and forget those that hold others."""
        while self._open:
            self._open.pop().end_row()
        self.found = [sheet for sheet in self.found if sheet.shown]

    def _begin(self) -> None:
        if self._open:
            self._open[-1].sheet.shown = False
        sheet = Sheet("")
        self.found.append(sheet)
        self._open.append(_Table(sheet))


class _Table:
    """A table that is being read."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._row: list[str] | None = None
        self._said: list[str] | None = None
        self._span = (1, 1)
        self._names = False
        # Column -> of how many rows more, this one included, a cell from above covers it.
        self._covered: dict[int, int] = {}

    def begin_row(self) -> None:
        """Begin a row, and end the one before, as pages leave out its end."""
        self.end_row()
        self._row = []

    def end_row(self) -> None:
        """End a row, if there is one."""
        self.end_cell()
        if self._row is None:
            return
        self.sheet.rows.append(self._row if any(self._row) else [])
        self._row = None
        self._covered = {at: rows - 1 for at, rows in self._covered.items() if rows > 1}

    def begin_cell(self, across: int, down: int) -> None:
        """Begin a cell, behind those that cover its row from above."""
        self.end_cell()
        if self._row is None:
            self._row = []
        while len(self._row) in self._covered:
            self._row.append("")
        self._said, self._span = [], (across, down)

    def begin_name(self) -> None:
        """Begin what the table is called."""
        self.end_cell()
        self._said, self._names = [], True

    def end_cell(self) -> None:
        """End a cell or a name, if there is one."""
        if self._said is None:
            return
        text = _plain("".join(self._said))
        self._said = None
        if self._names:
            self.sheet.name, self._names = text, False
            return
        row = self._row if self._row is not None else []
        across, down = self._span
        for place in range(across):
            if down > 1:
                self._covered[len(row)] = down
            row.append("" if place else text)

    def say(self, text: str) -> None:
        """Take text, which counts within a cell alone."""
        if self._said is not None:
            self._said.append(text)


def _span(told: str | None, most: int) -> int:
    """Return over how many columns or rows a cell goes; 0 is said of all that follow."""
    try:
        count = int(told or 1)
    except ValueError:
        return 1
    return min(count, most) if count > 0 else (most if count == 0 and most == _MOST_DOWN else 1)


def _plain(text: str) -> str:
    """Return the text as it is seen: blanks as one, and the lines that marks begin."""
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)
