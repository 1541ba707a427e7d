"""Sheets of a workbook that nobody asked for: their sender may think that they were read."""

from typing import Final

from services.ingest.domain.shown import safe
from services.ingest.files import workbook
from services.ingest.files.entries import Unknown
from services.ingest.files.judging import Kinds, note
from services.ingest.files.reading import Form, Sending
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.model import Format
from shared.messages import Language, say

_BOOKS: Final = frozenset({Format.XLSX, Format.XLS})
# Sheets that stand in the workbooks that we hand out, beside the one to fill in.
_OURS: Final = frozenset(
    say(name, language)
    for name in ("template.guide", "template.example", "returned.sheet")
    for language in Language
)


def note_unread(passed: Kinds, sending: Sending, form: Form, bounds: WorkbookBounds) -> None:
    """Count the rows of each sheet that is shown and not read, where no mapping names sheets."""
    if form.format not in _BOOKS or sending.form.sheet is not None or form.members:
        return
    for name, rows in workbook.others(sending.path, bounds=bounds):
        # One row alone is a title or a header: there is no record below it.
        if rows > 1 and name not in _OURS:
            unread = Unknown("", "sheet_unread", "", {"sheet": safe(name)})
            note(passed, unread, row=1, rows=rows)
