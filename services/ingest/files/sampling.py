"""The beginning of a file that nobody described: where its header is, and rows below it."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.rows import Fault
from services.ingest.domain.shown import safe
from services.ingest.files import workbook
from services.ingest.files.encodings import UTF_8, in_bytes
from services.ingest.files.headers import assembled, without_trail
from services.ingest.files.lines import first_of, hinted
from services.ingest.files.nested import RecordRefused, flattened
from services.ingest.files.reading import (
    Form,
    Sending,
    form_of,
    json_lines,
    members,
    table_rows,
)
from services.ingest.files.refusals import FileRefused, refused
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.forms import MOST_HEADER_LINES
from services.ingest.mapping.model import OF_LINE, OF_SHEET, FeedMapping, FileForm, Format
from services.ingest.mapping.numbers import NumberUnreadable, written
from services.ingest.mapping.proposal.likeness import likeness, names_of
from services.ingest.mapping.proposal.sample import Sample

_MOST_ROWS: Final = 300
_MOST_CHARACTERS: Final = 4 * 1024 * 1024
_MOST_ABOVE: Final = 20
_KNOWN: Final = 0.6
_MOST_DELIMITERS: Final = (",", "\t", ";", "|")
_LINES: Final = 10
_MOST_SHEETS: Final = 40
_OF_EACH: Final = 50
_MOST_MEMBERS: Final = 10  # files of an archive that are looked at; a workbook takes half a second
_WORKBOOKS: Final = frozenset({Format.XLSX, Format.XLS})


def sample(path: Path, *, filename: str, contract: FeedContract, bounds: WorkbookBounds) -> Sample:
    """Look at the beginning of a file. Raises FileRefused."""
    sending = Sending(path, filename, contract, None)
    form = form_of(sending, bounds)
    if form.format is Format.ZIP:
        return _of_archive(sending, bounds)
    return _of_file(sending, form, bounds)


def _of_archive(sending: Sending, bounds: WorkbookBounds) -> Sample:
    """Look at the first files of an archive: one mapping reads them only if all are laid out alike.

    Of each but the first some rows are looked at.
    """
    seen: Sample | None = None
    first = ""
    with closing(members(sending, bounds)) as found:
        for name, member in islice(found, _MOST_MEMBERS):
            try:
                form = form_of(member, bounds)
                if form.format is Format.ZIP:
                    raise refused("archive_nested")
                one = _of_file(member, form, bounds)
                if seen is None:
                    seen, first = one, name
                elif (one.form, one.headers) != (seen.form, seen.headers):
                    raise refused("archive_of_layouts", first=safe(first))
                else:
                    rows = [*seen.rows, *one.rows[:_OF_EACH]]
                    seen = replace(seen, rows=rows, files=[*seen.files, *one.files])
            except FileRefused as no:
                raise FileRefused(*(_of_member(fault, name) for fault in no.faults)) from None
    if seen is None:
        raise refused("archive_empty")
    return seen


def _of_member(fault: Fault, name: str) -> Fault:
    return replace(fault, values={**fault.values, "member": safe(name)})


def _of_file(sending: Sending, form: Form, bounds: WorkbookBounds) -> Sample:
    with in_bytes(sending.path, form.encoding or UTF_8) as (readable, encoding):
        readable_form = replace(form, encoding=encoding)
        seen = _sample(replace(sending, path=readable), readable_form, bounds)
        return replace(seen, files=[sending.filename])


def _sample(sending: Sending, form: Form, bounds: WorkbookBounds) -> Sample:
    path, contract = sending.path, sending.contract
    if form.format is Format.NDJSON:
        return _of_lines(sending, form)
    said: dict[str, Any] = {"format": form.format.value}
    given = FileForm()
    if form.format is Format.CSV:
        hint = hinted(first_of(path, form.encoding or UTF_8))
        delimiter = hint or _delimiter(path, form.encoding or UTF_8)
        given = replace(given, delimiter=delimiter)
        if delimiter != "," and hint is None:
            said["delimiter"] = "tab" if delimiter == "\t" else delimiter
    rows = _beginning(sending, form, bounds, given)
    place = _header_at([row for _, row in rows], contract)
    if place is None:
        raise refused("file_without_rows")
    lines = _head([row for _, row in rows[place : place + MOST_HEADER_LINES]])
    if len(lines) > 1:
        said["header_lines"] = len(lines)
    if rows[place][0] > 1 and any(any(cell.strip() for cell in row) for _, row in rows[:place]):
        said["skip_lines"] = rows[place][0] - 1
    below = [row for _, row in rows[place + len(lines) :] if any(cell.strip() for cell in row)]
    names = assembled(lines, FeedMapping(contract.name, given, (), None))
    if len(set(filter(None, names))) < len(list(filter(None, names))):
        said["repeated_headers"] = "number"
        form_numbered = replace(given, repeated_headers_numbered=True)
        names = assembled(lines, FeedMapping(contract.name, form_numbered, (), None))
    if form.format in _WORKBOOKS:
        same, under = _alike(sending, form, bounds, lines)
        if len(same) > 1:
            said["sheets"] = same
            width = len(names)
            below = [[*row[:width], *[""] * (width - len(row)), sheet] for sheet, row in under]
            names = [*names, OF_SHEET]
    above = {
        f"{OF_LINE}{number}": " ".join(cell for cell in row if cell.strip())
        for number, row in rows[:place]
    }
    return Sample(said, names, below, above)


def _beginning(
    sending: Sending, form: Form, bounds: WorkbookBounds, given: FileForm
) -> list[tuple[int, list[str]]]:
    with closing(table_rows(sending, form, bounds, given)) as found:
        rows, size = [], 0
        for number, row in islice(found, _MOST_ROWS):
            rows.append((number, row))
            size += sum(map(len, row))
            if size > _MOST_CHARACTERS:
                break
        return rows


def _alike(
    sending: Sending, form: Form, bounds: WorkbookBounds, head: Sequence[Sequence[str]]
) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the sheets that have the header of the first one, and rows of each below it."""
    wanted = [without_trail(line) for line in head]
    same: list[str] = []
    below: list[tuple[str, list[str]]] = []
    names = workbook.sheets(sending.path, bounds=bounds)[:_MOST_SHEETS]
    with workbook.keeping(sending.path, names, bounds=bounds) as kept:
        of_one = replace(sending, kept=kept)
        begun = {name: _beginning(of_one, form, bounds, FileForm(sheet=name)) for name in names}
    for name, beginning in begun.items():
        rows = [without_trail(row) for _, row in beginning]
        ends = range(len(wanted), min(len(rows), _MOST_ABOVE) + 1)
        end = next((at for at in ends if rows[at - len(wanted) : at] == wanted), None)
        if end is not None:
            same.append(name)
            below += [(name, row) for row in rows[end:][:_OF_EACH] if row]
    return same, below


def _of_lines(sending: Sending, form: Form) -> Sample:
    rows: list[dict[str, str | None]] = []
    first: Fault | None = None
    for line in islice(json_lines(sending, form.encoding or UTF_8), _MOST_ROWS):
        fault = line.record if isinstance(line.record, Fault) else None
        if isinstance(line.record, dict):
            try:
                rows.append(flattened(line.record))
            except RecordRefused as no:
                name = None if no.name is None else safe(no.name)
                fault = Fault(line.number, name, no.code, None, no.values)
        first = first or fault
    if not rows:
        # What is wrong with the first line that has something wrong, if there are any.
        raise refused("file_without_rows") if first is None else FileRefused(first)
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[row.get(name) or "" for name in names] for row in rows]
    return Sample({"format": form.format.value}, names, cells)


def _header_at(rows: Sequence[Sequence[str]], contract: FeedContract) -> int | None:
    """Return where what looks most like a header begins: names that we know, then many cells."""
    known = [names_of(column) for column in contract.columns]
    best: tuple[float, int, int] | None = None
    for place, row in enumerate(rows[:_MOST_ABOVE]):
        cells = [cell for cell in without_trail(row) if cell.strip()]
        if not cells:
            continue
        lines = _head(rows[place : place + MOST_HEADER_LINES])
        told = [cell for line in lines for cell in line if cell.strip()]
        like = sum(any(likeness(cell, names) >= _KNOWN for names in known) for cell in told)
        ranked = (float(like), min(len(cells), 2), -place)
        best = ranked if best is None or ranked > best else best
    return None if best is None else -best[2]


def _head(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return the lines of a header, of which the first is given: as long as it goes on."""
    lines = list(rows[:1])
    for row in rows[1:]:
        if not _goes_on(lines, row):
            break
        lines.append(row)
    return lines


def _goes_on(above: Sequence[Sequence[str]], row: Sequence[str]) -> bool:
    """Tell whether a header has this line more: it fills gaps of those above, and has no numbers.

    A column that was blank below its name already, as cells that are merged are, stays so: what
    stands there belongs to a record.
    """
    said = {place for place, cell in enumerate(row) if cell.strip()}
    if not said or any(_is_number(row[place]) for place in said):
        return False
    named = {place for line in above for place, cell in enumerate(line) if cell.strip()}
    last = {place for place, cell in enumerate(above[-1]) if cell.strip()}
    return bool(said - named) and bool(named - said) and not said & (named - last)


def _is_number(cell: str) -> bool:
    try:
        before, _, after = written(cell)
    except NumberUnreadable:
        return False
    return not before and not after


def _delimiter(path: Path, encoding: str) -> str:
    """Return the sign that stands most often in the first lines."""
    with path.open(encoding=encoding, errors="replace") as file:
        head = "".join(islice(file, _LINES))
    return max(_MOST_DELIMITERS, key=head.count)
