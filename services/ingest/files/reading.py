"""Opens a file that an agency sent and yields its rows, whatever kind of file it is."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.rows import Fault
from services.ingest.files import lines, workbook
from services.ingest.files.encodings import UTF_8, Break, encoding_of
from services.ingest.files.entries import Entry, by_contract
from services.ingest.files.headers import assembled, read_head
from services.ingest.files.kinds import kind_of
from services.ingest.files.refusals import refused
from services.ingest.files.tables import Lines, Table
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.model import OF_FILE, OF_SHEET, FeedMapping, FileForm, Format

_TAB: Final = "\t"


@dataclass(frozen=True)
class Sending:
    """What was sent: the content, under which name, to which feed, by which mapping."""

    path: Path
    filename: str
    contract: FeedContract
    mapping: FeedMapping | None

    @property
    def form(self) -> FileForm:
        """Return what the sender says of the form of their files."""
        return self.mapping.form if self.mapping is not None else FileForm()


@dataclass(frozen=True)
class Form:
    """What a file turned out to be; a workbook has no encoding of its own."""

    format: Format
    encoding: str | None

    @property
    def cells(self) -> bool:
        """Tell whether all values are text."""
        return self.format is not Format.NDJSON


def form_of(sending: Sending, bounds: WorkbookBounds) -> Form:
    """Look at the file as a whole. Raises FileRefused."""
    kind = kind_of(sending.path, filename=sending.filename, expected=sending.form.format)
    if kind is Format.XLSX:
        workbook.check(sending.path, bounds)
        return Form(kind, None)
    found = encoding_of(sending.path, wanted=sending.form.encoding)
    if not isinstance(found, Break):
        return Form(kind, found)
    if kind is Format.NDJSON:
        # Each line stands for itself: the broken ones are turned away, the others are read.
        return Form(kind, found.encoding)
    raise refused(
        "encoding_broken",
        row=found.line,
        position=found.position,
        byte=found.byte,
        encoding=found.encoding.upper(),
    )


@contextmanager
def entries(sending: Sending, form: Form, bounds: WorkbookBounds) -> Iterator[Iterator[Entry]]:
    """Give the rows of the file, in their order. They raise FileRefused."""
    if form.format is Format.NDJSON:
        with closing(_of_lines(sending, form.encoding or UTF_8)) as found:
            yield found
        return
    with closing(table_rows(sending, form, bounds, sending.form)) as rows:
        yield _of_rows(sending, rows)


def table_rows(
    sending: Sending, form: Form, bounds: WorkbookBounds, given: FileForm
) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the rows of a table with their numbers, those above its header too."""
    if form.format is Format.XLSX:
        return workbook.rows(sending.path, sheet=given.sheet, bounds=bounds)
    delimiter = given.delimiter or (_TAB if form.format is Format.TSV else None)
    return lines.cells(
        sending.path,
        encoding=form.encoding or UTF_8,
        delimiter=delimiter,
        skip=given.skip_lines,
    )


def _of_rows(sending: Sending, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Entry]:
    about = about_file(sending)
    number, heads = read_head(rows, sending.form, about)
    mapping = sending.mapping or by_contract(sending.contract, heads[-1])
    table = Table(number, assembled(heads, mapping), mapping, about)
    for number, row in rows:
        yield from table.entries(number, row)


def _of_lines(sending: Sending, encoding: str) -> Generator[Entry, None, None]:
    found = lines.records(sending.path, encoding=encoding, skip=sending.form.skip_lines)
    mapped = None if sending.mapping is None else Lines(sending.mapping, about_file(sending))
    for line in found:
        if isinstance(line.record, Fault):
            yield Entry(line.number, None, line.record)
        elif mapped is None or not isinstance(line.record, dict):
            yield Entry(line.number, line.record)
        else:
            yield from mapped.entries(line.number, line.record)


def about_file(sending: Sending) -> dict[str, str]:
    """Return what is known of the file beside its cells, by the names that mappings give it."""
    about = {OF_FILE: sending.filename}
    if sending.form.sheet is not None:
        about[OF_SHEET] = sending.form.sheet
    return about
