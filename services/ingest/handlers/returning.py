"""Giving a sender's table back to them, with what is wrong in it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.body import read_records
from services.ingest.domain.errors import ContentGone
from services.ingest.domain.places import member_and_row
from services.ingest.domain.rows import Fault
from services.ingest.domain.shown import shown
from services.ingest.domain.unreadable import Record
from services.ingest.files import archives, returned
from services.ingest.files.encodings import UTF_8, in_bytes
from services.ingest.files.entries import by_contract
from services.ingest.files.headers import assembled, read_head
from services.ingest.files.reading import (
    Sending,
    form_of,
    json_lines,
    members,
    nth_sheet,
    table_rows,
)
from services.ingest.files.refusals import FileRefused
from services.ingest.files.returned import Reason, Sheet
from services.ingest.files.workbook import WorkbookBounds, sheet_of
from services.ingest.handlers.imports import own
from services.ingest.handlers.sending import sending_of
from services.ingest.mapping.model import Format
from services.ingest.store import imports
from services.ingest.store.imports import Import
from shared.auth.identity import Caller
from shared.blobs import BlobNotFound, Blobs
from shared.messages import Language, say

_BOOKS = frozenset({Format.XLSX, Format.XLS})


@dataclass(frozen=True)
class Returned:
    """What is given back: of which import, from where, for which reasons."""

    taken: Import
    sending: Sending
    faults: Sequence[Fault]


async def returned_of(
    session: AsyncSession, blobs: Blobs, import_id: UUID, *, caller: Caller
) -> Returned:
    """Return what a workbook is made of."""
    taken = await own(session, import_id, caller)
    try:
        sending = await sending_of(session, taken, blobs)
    except BlobNotFound:
        raise ContentGone from None
    except FileRefused:
        # Its mapping does not fit: the table is given back as it is without one.
        sending = await sending_of(session, replace(taken, mapping=None), blobs)
    return Returned(taken, sending, await imports.kept_errors(session, import_id))


async def write(
    given: Returned, bounds: WorkbookBounds, *, member: int, language: Language
) -> Path:
    """Write the workbook in a thread; `member`: of an archive, one file. The caller removes it."""
    return await asyncio.to_thread(_write, given, bounds, member, language)


def _write(given: Returned, bounds: WorkbookBounds, member: int, language: Language) -> Path:
    with NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        target = Path(file.name)
    try:
        with ExitStack() as stack:
            returned.write(
                target,
                _sheets(given, bounds, member, language, stack),
                lambda fitted: _notes(given, language, fitted=fitted),
                told=say("returned.sheet", language),
                told_first=given.taken.is_file
                and any(_is_of_all(fault, given.taken) for fault in given.faults),
            )
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def _notes(given: Returned, language: Language, *, fitted: bool) -> list[str]:
    taken = given.taken
    values = {
        "id": str(taken.id),
        "filename": taken.filename or "",
        "rows": taken.counts.rows,
        "rejected": taken.counts.rejected,
        "errors": taken.errors,
        "kept": len(given.faults),
        "limit": returned.MOST_ROWS,
    }
    notes = [say(f"returned.{code}", language, **values) for code in ("what", "how")]
    if taken.errors > len(given.faults):
        notes.append(say("returned.first", language, **values))
    if (taken.total or 0) > returned.MOST_ROWS:
        notes.append(say("returned.bad_rows", language, **values))
    if not fitted:
        notes.append(say("returned.cut", language, **values))
    notes += [
        _text(_titled(fault, given.sending, language), language, taken=taken)
        for fault in given.faults
        if _is_of_all(fault, taken)
    ]
    if taken.mapping is None and any(f.code == "column_missing" for f in given.faults):
        notes.append(say("returned.other_layout", language, feed=taken.feed))
    return notes


def _is_of_all(fault: Fault, taken: Import) -> bool:
    """Tell whether a fault is of the file, or of a whole table in it: none of it was taken."""
    return member_and_row(fault.row)[1] == 0 or taken.total is None


def _titled(fault: Fault, sending: Sending, language: Language) -> Fault:
    """Name a column that a file lacks as the template does: no header of the sender's says it."""
    for column in sending.contract.columns:
        if fault.code == "column_missing" and fault.column == column.name:
            title = column.title.en if language is Language.EN else column.title.zh
            return replace(fault, column=f"{title} ({column.name})")
    return fault


def _text(fault: Fault, language: Language, *, taken: Import | None = None) -> str:
    """Say what is wrong; of an import, with the place where it is."""
    said = say(f"validation.{fault.code}", language, **fault.values)
    where = [fault.column or ""]
    if taken is not None:
        member, row = member_and_row(fault.row)
        of_row = say("returned.row", language, row=row) if row else ""
        where = [taken.members[member - 1] if member else "", of_row, *where]
    named = " ".join(part for part in where if part)
    return f"{named}: {said}" if named else said


def _sheets(
    given: Returned, bounds: WorkbookBounds, member: int, language: Language, stack: ExitStack
) -> Iterator[Sheet]:
    """Yield a table for the file, or for each file of an archive in which something is wrong."""
    in_file = given.taken.is_file
    by_member: defaultdict[int, list[Reason]] = defaultdict(list)
    for fault in given.faults:
        of, row = member_and_row(fault.row)
        number = row if in_file else row + 1
        if number:
            by_member[of].append(Reason(number, fault.column, _text(fault, language)))
    for of, reasons in sorted(by_member.items()):
        if member in {0, of}:
            sending = _member(given.sending, of, bounds, stack) if of else given.sending
            whole = (given.taken.total or 0) <= returned.MOST_ROWS
            if not in_file:
                records = enumerate(read_records(sending.path.read_bytes()), start=1)
                yield _of_records("records", records, sending, reasons)
            elif (sheet := _sheet(sending, bounds, reasons, stack, whole=whole)) is not None:
                yield sheet


def _sheet(
    sending: Sending,
    bounds: WorkbookBounds,
    reasons: Sequence[Reason],
    stack: ExitStack,
    *,
    whole: bool,
) -> Sheet | None:
    """Return one table; None where it cannot be read at all."""
    name = sending.filename or "Sheet1"
    try:
        form = form_of(sending, bounds)
        if form.format in _BOOKS:
            name = sheet_of(sending.path, sheet=sending.form.sheet, bounds=bounds)
    except FileRefused:
        return None
    path, encoding = stack.enter_context(in_bytes(sending.path, form.encoding or UTF_8))
    if form.format is Format.NDJSON:
        held = (
            (line.number, line.record)
            for line in json_lines(replace(sending, path=path), encoding)
            if not isinstance(line.record, Fault)
        )
        return _of_records(name, held, sending, reasons)
    readable, read = replace(sending, path=path), replace(form, encoding=encoding)

    def rows() -> Iterator[tuple[int, list[str]]]:
        table = table_rows(readable, read, bounds, sending.form)
        stack.callback(table.close)
        kept = frozenset() if sending.mapping is None else sending.mapping.sources
        return returned.without_ours(table, kept=kept)

    try:
        head, lines_of_head = read_head(rows(), sending.form, {})
    except FileRefused:
        return None
    mapping = sending.mapping or by_contract(sending.contract, lines_of_head[-1])
    return Sheet(name, head, assembled(lines_of_head, mapping), rows(), reasons, whole=whole)


def _member(sending: Sending, of: int, bounds: WorkbookBounds, stack: ExitStack) -> Sending:
    if form_of(sending, bounds).format is not Format.ZIP:
        return nth_sheet(sending, of, bounds)
    if sending.form.sheets:
        found = members(sending, bounds)
        stack.callback(found.close)
        return next(member for number, (_, member) in enumerate(found, start=1) if number == of)
    part = archives.members(sending.path, limit=bounds.unpacked)[of - 1]
    path = stack.enter_context(archives.unpacked(sending.path, part))
    return replace(sending, path=path, filename=archives.name_of(part))


def _of_records(
    name: str,
    records: Iterable[tuple[int, Record]],
    sending: Sending,
    reasons: Sequence[Reason],
) -> Sheet:
    """Return JSON records as a table: the columns that are known, and those that were refused."""
    mapping = sending.mapping
    known = (
        [column.name for column in sending.contract.columns]
        if mapping is None
        else sorted(mapping.sources)
    )
    names = [*dict.fromkeys([*known, *(each.column for each in reasons if each.column)])]
    bad = {reason.row for reason in reasons}

    def rows() -> Iterator[tuple[int, Sequence[str]]]:
        yield 0, names
        for number, record in records:
            if number in bad and isinstance(record, dict):
                yield number, [_cell(record.get(name)) for name in names]

    return Sheet(name, 0, names, rows(), reasons, whole=False)


def _cell(value: object) -> str:
    return value if isinstance(value, str) else shown(value) or ""
