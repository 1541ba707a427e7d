"""Sheets of a workbook that nobody asked for: their sender may think that they were read."""

from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import islice
from typing import Final

from services.ingest.domain.places import place
from services.ingest.domain.shown import safe
from services.ingest.files import workbook
from services.ingest.files.entries import Unknown
from services.ingest.files.judging import Kinds, note
from services.ingest.files.reading import Form, Sending, form_of, members
from services.ingest.files.refusals import FileRefused
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.model import Format

_MOST_TOLD: Final = 200
_BOOKS: Final = frozenset({Format.XLSX, Format.XLS})


def note_unread(passed: Kinds, sending: Sending, form: Form, bounds: WorkbookBounds) -> None:
    """Count the rows of each sheet that is shown and not read, where no mapping names sheets.

    Of an archive they are told with the workbook in it; of very many sheets the first 200.
    """
    if sending.form.sheet is not None or sending.form.sheets:
        return
    for number, name, rows in islice(_unread(sending, form, bounds), _MOST_TOLD):
        unread = Unknown("", "sheet_unread", "", {"sheet": safe(name)})
        note(passed, unread, row=place(number, 1), rows=rows, apart=number)


def _unread(sending: Sending, form: Form, bounds: WorkbookBounds) -> Iterator[tuple[int, str, int]]:
    """Yield the number of the file in its archive, or 0, a sheet of it, and how many rows."""
    if form.format is not Format.ZIP:
        yield from ((0, name, rows) for name, rows in _others(sending, form, bounds))
        return
    with closing(members(sending, bounds)) as found:
        for number, (_, member) in enumerate(found, start=1):
            with suppress(FileRefused):  # told where its rows are read
                own = form_of(member, bounds)
                yield from ((number, name, rows) for name, rows in _others(member, own, bounds))


def _others(sending: Sending, form: Form, bounds: WorkbookBounds) -> Iterator[tuple[str, int]]:
    if form.format in _BOOKS:
        for name, rows in workbook.others(sending.path, bounds=bounds):
            # One row alone is a title or a header: there is no record below it.
            if rows > 1 and name not in workbook.OURS:
                yield name, rows
