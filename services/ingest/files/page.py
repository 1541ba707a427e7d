"""Tables of a web page, as many systems export them and call them `.xls`."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from html.parser import HTMLParser
from typing import Final

from services.ingest.files.grid import Grid
from services.ingest.files.marked import MarkupRefused, Sheet

_PIECE: Final = 64 * 1024
# A mark that does not end: the parser looks through all of it at the end, once for each `<`.
_LONGEST_MARK: Final = 256 * 1024
_CELLS: Final = frozenset({"td", "th"})
_GROUPS: Final = frozenset({"thead", "tbody", "tfoot"})
_NO_TEXT: Final = frozenset({"script", "style"})
# What Excel tells of the sheets that a page was, in a comment.
_BOOK: Final = "<x:ExcelWorksheet>"
_NAME: Final = re.compile(r"<x:ExcelWorksheet>\s*<x:Name>([^<]{1,200})</x:Name>")

Attributes = Sequence[tuple[str, str | None]]


def sheets_of(text: str) -> list[Sheet]:
    """Return the tables, in their order, but those that only arrange others or parts of a page.

    Those of one row or one column are left out unless all are such. Cells that others cover are
    blank. Raises MarkupRefused.
    """
    page = _Page()
    _feed(page, text)
    page.finish()
    shown = [sheet for sheet in page.found if sheet.shown]
    grids = list(_joined([sheet for sheet in shown if sheet.is_grid]))
    found = [sheet for sheet in grids if sheet.said > 1] or grids
    if not found:
        found = [sheet for sheet in page.inner if sheet.said]
    if len(found) == len(page.names):
        for sheet, name in zip(found, page.names, strict=True):
            sheet.name = sheet.name or name
    return found


def _feed(page: "_Page", text: str) -> None:
    """Let a page hear a text, a mark that goes on through several pieces a few times only."""
    start = 0
    while start < len(text):
        piece = max(_PIECE, len(page.rawdata))
        page.feed(text[start : start + piece])
        start += piece
    if len(page.rawdata) > _LONGEST_MARK:
        raise MarkupRefused("workbook_unreadable")
    page.close()


def _joined(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    """Yield tables; one of headers alone belongs to that of values below it, which scrolls."""
    last: Sheet | None = None
    for sheet in sheets:
        heads = last is not None and last.heads and not last.values and not sheet.heads
        if last is not None and heads and last.columns == sheet.columns:
            sheet.rows[:0] = last.rows
            sheet.name = last.name or sheet.name
        elif last is not None:
            yield last
        last = sheet
    if last is not None:
        yield last


class _Page(HTMLParser):
    """Hears the marks of a page, of which those of tables matter."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Sheet] = []
        self.inner: list[Sheet] = []
        """Tables that hold no others."""
        self.names: list[str] = []
        """As Excel calls its sheets."""
        self._open: list[Grid] = []
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
        elif tag in _GROUPS:
            self._open[-1].begin_rows()
        elif tag in _CELLS:
            self._open[-1].begin_cell(dict(attrs), heads=tag == "th")
        elif tag == "caption":
            self._open[-1].begin_name()
        elif (cell := self._open[-1].cell) is not None:
            cell.begin(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in _NO_TEXT:
            self._silent = False
        elif not self._open:
            return
        elif tag == "table":
            self._end()
        elif tag == "tr":
            self._open[-1].close_row()
        elif tag in _GROUPS:
            self._open[-1].begin_rows()
        elif tag in _CELLS or tag == "caption":
            self._open[-1].end_cell()
        elif (cell := self._open[-1].cell) is not None:
            cell.end(tag)

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent and (cell := self._open[-1].cell) is not None:
            cell.say(data)

    def handle_comment(self, data: str) -> None:
        if _BOOK in data:
            self.names += map(unescape, _NAME.findall(data))

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 as it is called
        """Pass over what Office writes for itself, `<![if …]>`, whatever it is about."""
        return self.rawdata.find(">", i) + 1 or -1

    def finish(self) -> None:
        """End the tables that the page leaves open. Raises MarkupRefused: it is cut off."""
        while self._open:
            if self._open[-1].is_cut_off:
                raise MarkupRefused("markup_cut_off", rows=len(self._open[-1].sheet.rows))
            self._end()

    def _begin(self) -> None:
        if self._open and self.inner[-1] is self._open[-1].sheet:
            self.inner.pop()
        sheet = Sheet("")
        self.found.append(sheet)
        self.inner.append(sheet)
        self._open.append(Grid(sheet))

    def _end(self) -> None:
        """End a table; what stands in a cell of another is told there if it is a text, no table."""
        grid = self._open.pop()
        grid.end_row()
        sheet = grid.sheet
        cell = self._open[-1].cell if self._open else None
        if cell is None:
            if self._open:
                self._open[-1].sheet.shown = False
            return
        if not sheet.shown or (sheet.is_grid and sheet.said > 1):
            self._open[-1].sheet.shown = False
            return
        sheet.shown = False
        for row in sheet.rows:
            cell.begin("p", {})
            cell.say(" ".join(filter(None, row)))
