"""Opens a file that an agency sent and yields its rows, whatever kind of file it is."""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.places import MOST_MEMBERS, MOST_ROWS, place
from services.ingest.domain.rows import Fault
from services.ingest.domain.shown import safe
from services.ingest.files import archives, lines, parquet, workbook, wrapped
from services.ingest.files.encodings import UTF_8, encoding_for, in_bytes
from services.ingest.files.entries import Entry, by_contract, of_length
from services.ingest.files.headers import BETWEEN, assembled, read_head
from services.ingest.files.kinds import kind_of
from services.ingest.files.refusals import FileRefused, refused
from services.ingest.files.returned import without_ours
from services.ingest.files.tables import Lines, Table
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.model import OF_FILE, OF_SHEET, FeedMapping, FileForm, Format

_TAB: Final = "\t"
_WORKBOOKS: Final = frozenset({Format.XLSX, Format.XLS})
_IMPORT: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OF_LINES: Final = (".jsonl", ".ndjson")


@dataclass(frozen=True)
class Sending:
    """What was sent: the content, under which name, to which feed, by which mapping.

    `kept`: where the rows of its sheets are kept, if there are several to read.
    """

    path: Path
    filename: str
    contract: FeedContract
    mapping: FeedMapping | None
    kept: workbook.Kept | None = None

    @property
    def form(self) -> FileForm:
        """Return what the sender says of the form of their files."""
        return self.mapping.form if self.mapping is not None else FileForm()


@dataclass(frozen=True)
class Form:
    """What a file turned out to be; a workbook has no encoding of its own.

    `members`: the files of an archive, or the sheets of a workbook of which several are read.
    """

    format: Format
    encoding: str | None
    members: tuple[str, ...] = ()


def form_of(sending: Sending, bounds: WorkbookBounds) -> Form:
    """Look at the file as a whole. Raises FileRefused."""
    kind = kind_of(sending.path, filename=sending.filename, expected=sending.form.format)
    if kind is Format.ZIP:
        return Form(kind, None, _members(sending, bounds))
    if kind is Format.XLSX:
        workbook.check(sending.path, bounds)
    elif kind is Format.XLS:
        workbook.check_old(sending.path, bounds)
    elif kind is Format.PARQUET:
        parquet.check(sending.path)
        return Form(kind, None)
    if kind in _WORKBOOKS:
        return Form(kind, None, tuple(safe(name) for name in _sheets(sending, bounds)))
    return Form(
        kind,
        encoding_for(sending.path, wanted=sending.form.encoding, of_lines=kind is Format.NDJSON),
    )


def _sheets(sending: Sending, bounds: WorkbookBounds) -> list[str]:
    patterns = sending.form.sheets
    return workbook.chosen(sending.path, patterns, bounds=bounds) if patterns else []


@contextmanager
def entries(sending: Sending, form: Form, bounds: WorkbookBounds) -> Iterator[Iterator[Entry]]:
    """Give the rows of the file, in their order. They raise FileRefused."""
    if form.format is Format.ZIP:
        with closing(_of_members(sending, bounds)) as found:
            yield found
        return
    if form.members:
        with closing(_of_sheets(sending, form, bounds)) as found:
            yield found
        return
    with in_bytes(sending.path, form.encoding or UTF_8) as (path, encoding):
        readable = replace(sending, path=path)
        if form.format is Format.NDJSON:
            with closing(_of_lines(readable, encoding)) as found:
                yield found
            return
        readable_form = replace(form, encoding=encoding)
        with closing(table_rows(readable, readable_form, bounds, sending.form)) as rows:
            mapping = sending.mapping
            kept = frozenset() if mapping is None else mapping.sources
            yield _of_rows(readable, without_ours(rows, kept=kept))


def _members(sending: Sending, bounds: WorkbookBounds) -> tuple[str, ...]:
    archives.check(sending.path, limit=bounds.unpacked, of=archives.ARCHIVE)
    if sending.form.sheets:
        with closing(members(sending, bounds)) as found:
            return tuple(safe(name) for name, _ in found)
    parts = archives.members(sending.path, limit=bounds.unpacked)
    return tuple(safe(archives.name_of(part)) for part in parts)


def members(sending: Sending, bounds: WorkbookBounds) -> Generator[tuple[str, Sending], None, None]:
    """Yield the files of an archive, or sheets of theirs; each is there until the next is asked."""
    number = 0
    for part in archives.members(sending.path, limit=bounds.unpacked):
        name = archives.name_of(part)
        with archives.unpacked(sending.path, part) as path:
            member = replace(sending, path=path, filename=name)
            try:
                sheets = _sheets_in_archive(member, bounds)
            except FileRefused as no:
                raise _placed_refusal(no, number + 1) from None
            number += max(1, len(sheets))
            if number > MOST_MEMBERS:
                raise refused("archive_of_many", limit=MOST_MEMBERS, count=number)
            with workbook.keeping(path, sheets, bounds=bounds) as kept:
                for sheet in sheets:
                    yield f"{name}: {sheet}", replace(sheet_alone(member, sheet), kept=kept)
            if not sheets:
                yield name, member


def _sheets_in_archive(member: Sending, bounds: WorkbookBounds) -> Sequence[str]:
    """Return the sheets that are read of a workbook in an archive; of other files none."""
    if not member.form.sheets:
        return ()
    form = form_of(member, bounds)
    return _sheets(member, bounds) if form.format in _WORKBOOKS else ()


def _of_members(sending: Sending, bounds: WorkbookBounds) -> Generator[Entry, None, None]:
    """Yield the rows of all files of an archive; each has its own numbers, form and encoding."""
    with closing(members(sending, bounds)) as found:
        for number, (_, member) in enumerate(found, start=1):
            try:
                form = form_of(member, bounds)
                if form.format is Format.ZIP:
                    raise refused("archive_nested")
                yield from _of_member(member, form, bounds, number)
            except FileRefused as no:
                if member.form.sheet is None or not _is_none(member, bounds):
                    raise _placed_refusal(no, number) from None


def _of_sheets(
    sending: Sending, form: Form, bounds: WorkbookBounds
) -> Generator[Entry, None, None]:
    """Yield the rows of all sheets that are read; a blank one, as programs add them, has none."""
    names = _sheets(sending, bounds)
    with workbook.keeping(sending.path, names, bounds=bounds) as kept:
        for number, name in enumerate(names, start=1):
            of_one = replace(sheet_alone(sending, name), kept=kept)
            try:
                yield from _of_member(of_one, replace(form, members=()), bounds, number)
            except FileRefused as no:
                if not _is_none(of_one, bounds):
                    raise _placed_refusal(no, number) from None


def sheet_alone(sending: Sending, name: str) -> Sending:
    """Return a workbook as if one sheet were all of it."""
    mapping = sending.mapping
    if mapping is None:
        return sending
    return replace(
        sending, mapping=replace(mapping, form=replace(mapping.form, sheet=name, sheets=()))
    )


def nth_sheet(sending: Sending, number: int, bounds: WorkbookBounds) -> Sending:
    """Return a workbook as if its sheet of this number, from 1, were all of it."""
    return sheet_alone(sending, _sheets(sending, bounds)[number - 1])


def _is_none(sending: Sending, bounds: WorkbookBounds) -> bool:
    """Tell whether a sheet is blank, or the one of ours that told what was to be mended."""
    sheet = sending.form.sheet
    rows_of = partial(workbook.rows, sending.path, bounds=bounds, kept=sending.kept)
    with closing(rows_of(sheet=sheet)) as rows:
        first = next((cell for _, row in rows for cell in row if cell.strip()), "")
    return not first or (sheet in workbook.OURS and _IMPORT.search(first) is not None)


def _of_member(
    member: Sending, form: Form, bounds: WorkbookBounds, number: int
) -> Generator[Entry, None, None]:
    with entries(member, form, bounds) as found:
        for entry in found:
            if entry.number >= MOST_ROWS:
                raise refused("file_too_long", limit=MOST_ROWS)
            yield entry.of_member(number)


def _placed_refusal(no: FileRefused, member: int) -> FileRefused:
    placed = [replace(fault, row=place(member, fault.row)) for fault in no.faults]
    return FileRefused(*placed)


def table_rows(
    sending: Sending, form: Form, bounds: WorkbookBounds, given: FileForm
) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the rows of a table with their numbers, those above its header too."""
    if form.format in _WORKBOOKS:
        return workbook.rows(sending.path, sheet=given.sheet, bounds=bounds, kept=sending.kept)
    if form.format is Format.PARQUET:
        return parquet.rows(sending.path)
    delimiter = given.delimiter or (_TAB if form.format is Format.TSV else None)
    return lines.cells(
        sending.path,
        encoding=form.encoding or UTF_8,
        delimiter=delimiter,
        skip=given.skip_lines,
        head=given.header_at,
    )


def _of_rows(sending: Sending, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Entry]:
    about = about_file(sending)
    number, heads = read_head(rows, sending.form, about)
    mapping = sending.mapping or by_contract(sending.contract, heads[-1])
    table = Table(number, assembled(heads, mapping), mapping, about)
    for number, row in rows:
        yield from of_length(table.entries(number, row), sum(map(len, row)))


def is_wrapped(sending: Sending, encoding: str) -> bool:
    """Tell whether the records of JSON stand in a list within one document."""
    if sending.form.records is not None:
        return True
    if sending.filename.lower().endswith(_OF_LINES):
        return False
    columns = frozenset(column.name for column in sending.contract.columns)
    if sending.mapping is not None:
        columns = frozenset(each.split(BETWEEN)[0] for each in sending.mapping.sources)
    longest = lines.LONGEST_LINE
    return wrapped.is_document(sending.path, encoding=encoding, longest=longest, columns=columns)


def json_lines(sending: Sending, encoding: str) -> Iterator[lines.Line]:
    """Yield the records of a file of JSON, however it holds them. They raise FileRefused."""
    form = sending.form
    return lines.records(
        sending.path,
        encoding=encoding,
        skip=form.skip_lines,
        within=form.records,
        wrapped=is_wrapped(sending, encoding),
    )


def _of_lines(sending: Sending, encoding: str) -> Generator[Entry, None, None]:
    found = json_lines(sending, encoding)
    mapped = None if sending.mapping is None else Lines(sending.mapping, about_file(sending))
    for line in found:
        if isinstance(line.record, Fault):
            yield Entry(line.number, None, line.record)
        elif mapped is None or not isinstance(line.record, dict):
            yield Entry(line.number, line.record, typed=True, size=line.size)
        else:
            yield from of_length(mapped.entries(line.number, line.record), line.size)


def about_file(sending: Sending) -> dict[str, str]:
    """Return what is known of the file beside its cells, by the names that mappings give it."""
    about = {OF_FILE: sending.filename}
    if sending.form.sheet is not None:
        about[OF_SHEET] = sending.form.sheet
    return about
