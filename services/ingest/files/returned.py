"""The sender's own table, given back: bad cells coloured, and a column that says why.

Rows keep their places, so that the numbers of the reasons are those that the sender sees. Of a long
table only the bad rows are given, each with the number that it had.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from services.ingest.domain.shown import UNPRINTABLE, safe
from services.ingest.files.looks import Looks, Widths
from services.ingest.files.refusals import FileRefused

REASON: Final = "错误原因"
NUMBER: Final = "原文件行号"
OURS: Final = frozenset({REASON, NUMBER})
# Of a table up to this size all rows are given back.
MOST_ROWS: Final = 20_000
MOST_CELLS: Final = 500_000
MOST_SECONDS: Final = 15.0
_LOOK_FOR_OURS: Final = 50
_LONGEST_CELL: Final = 32_000
_NO_SHEET: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_LONGEST_SHEET: Final = 31
# A header further down is not held in view.
_HELD_IN_VIEW: Final = 10


@dataclass(frozen=True)
class Reason:
    """Why a row was not taken, in words; `column` is the sender's header."""

    row: int
    column: str | None
    text: str


@dataclass(frozen=True)
class Sheet:
    """A table as it came, and what is wrong with it; `whole`: all of its rows are given.

    `head` is the row of its header, `names` are what its columns are called.
    """

    name: str
    head: int
    names: Sequence[str]
    rows: Iterable[tuple[int, Sequence[str]]]
    reasons: Sequence[Reason]
    whole: bool


@dataclass
class _Budget:
    """What may still be written, and until when rows are looked for."""

    cells: int = field(default_factory=lambda: MOST_CELLS)
    until: float = field(default_factory=lambda: time.monotonic() + MOST_SECONDS)

    def takes(self, row: Sequence[str]) -> bool:
        """Count a row; tell whether it still fits."""
        self.cells -= len(row) + 1
        return self.cells >= 0 and time.monotonic() < self.until


def without_ours(
    rows: Iterator[tuple[int, list[str]]], *, kept: frozenset[str]
) -> Iterator[tuple[int, list[str]]]:
    """Leave our own columns out of a table that we gave back; `kept` are the sender's names."""
    ours = OURS - kept
    places: frozenset[int] = frozenset()
    for number, row in islice(rows, _LOOK_FOR_OURS):
        places = places or frozenset(at for at, cell in enumerate(row) if cell.strip() in ours)
        yield number, _without(row, places)
    if not places:
        yield from rows
        return
    for number, row in rows:
        yield number, _without(row, places)


def write(
    target: Path,
    sheets: Iterable[Sheet],
    notes: Callable[[bool], Sequence[str]],
    *,
    told: str,
    told_first: bool = False,
) -> None:
    """Write a workbook; on a sheet called `told` stands what is to be said of it.

    `notes` are asked for last: they are told whether everything could be given back. `told_first`:
    they are what is seen when it is opened.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        looks = Looks(book)
        budget = _Budget()
        names: set[str] = {told}
        fitted = True
        for sheet in sheets:
            page = book.add_worksheet(_free(sheet.name, names))
            page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
            try:
                fitted = _fill(page, sheet, looks, budget) and fitted
            except FileRefused:
                fitted = False
        page = book.add_worksheet(told)
        page.set_column(0, 0, 100)
        if told_first:
            page.activate()
        for at, note in enumerate(notes(fitted)):
            page.write_string(at, 0, _printable(note), looks.of(note, bad=False))


def _fill(page: Any, sheet: Sheet, looks: Looks, budget: _Budget) -> bool:  # noqa: ANN401
    """Write one table; return whether all of it fitted."""
    by_row = _by_row(sheet.reasons)
    width = len(sheet.names)
    at = -1
    widths = Widths()
    _hold_in_view(page, sheet)
    for number, row in _given(sheet, by_row):
        if not budget.takes(row):
            widths.set(page, reason=width)
            return False
        reasons, head = by_row.get(number, []), number == sheet.head
        at = number - 1 if sheet.whole else max(at + 1, min(number, sheet.head) - 1)
        if number < sheet.head:
            _cells(page, at, row, frozenset(), looks)
            continue
        widths.see(row[:width])
        _cells(page, at, row[:width], _bad(sheet.names, reasons), looks, head=head)
        # What stands beside the header stands beside our columns as well.
        ours = [REASON if head else "\n".join(reason.text for reason in reasons)]
        ours += [] if sheet.whole else [NUMBER if head else str(number)]
        rest = [*ours, *row[width:]]
        bad = frozenset(range(len(rest))) if not head and reasons else frozenset()
        _cells(page, at, rest, bad - {1}, looks, after=width, head=head)
    widths.set(page, reason=width)
    if at >= sheet.head:
        # To see the bad rows alone: those with a reason.
        page.autofilter(max(sheet.head - 1, 0), 0, at, width)
    return True


def _hold_in_view(page: Any, sheet: Sheet) -> None:  # noqa: ANN401 the writer has no types
    head = max(sheet.head, 1)
    if head <= _HELD_IN_VIEW:
        page.freeze_panes(head, 0)


def _given(sheet: Sheet, by_row: Mapping[int, list[Reason]]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows that are given back: all, or what is above the first row and the bad ones."""
    last = max(by_row, default=0)
    for number, row in sheet.rows:
        if number > max(last, sheet.head) and not sheet.whole:
            return
        if sheet.whole or number <= sheet.head or number in by_row:
            yield number, row


def _cells(
    page: Any,  # noqa: ANN401
    at: int,
    row: Sequence[str],
    bad: frozenset[int],
    looks: Looks,
    *,
    after: int = 0,
    head: bool = False,
) -> None:
    for place, cell in enumerate(row):
        if cell or place in bad:
            text = _printable(cell)
            page.write_string(at, after + place, text, looks.of(text, bad=place in bad, head=head))


def _by_row(reasons: Iterable[Reason]) -> Mapping[int, list[Reason]]:
    found: defaultdict[int, list[Reason]] = defaultdict(list)
    for reason in reasons:
        found[reason.row].append(reason)
    return found


def _bad(names: Sequence[str], reasons: Sequence[Reason]) -> frozenset[int]:
    columns = {reason.column for reason in reasons if reason.column is not None}
    return frozenset(at for at, name in enumerate(names) if safe(name) in columns)


def _without(row: list[str], places: frozenset[int]) -> list[str]:
    return [cell for at, cell in enumerate(row) if at not in places] if places else row


def _printable(text: str) -> str:
    return UNPRINTABLE.sub(
        lambda found: found[0] if found[0] in "\n\t" else "\ufffd", text[:_LONGEST_CELL]
    )


def _free(name: str, taken: set[str]) -> str:
    """Return a name that a sheet may have, and that no other has."""
    plain = _printable(name).translate(_NO_SHEET).strip()[-_LONGEST_SHEET:] or "Sheet1"
    found, number = plain, 1
    while found.lower() in {each.lower() for each in taken}:
        number += 1
        found = f"{plain[: _LONGEST_SHEET - 5]} ({number})"
    taken.add(found)
    return found
