"""How the first records of a file were read: what the feed is told beside what stood there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.errors import ContentGone
from services.ingest.domain.places import member_and_row
from services.ingest.domain.shown import safe, shown
from services.ingest.domain.written import as_meant
from services.ingest.files.reading import Form, Sending, entries
from services.ingest.files.refusals import FileRefused
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.handlers.imports import own
from services.ingest.handlers.sending import sending_of
from services.ingest.mapping.model import Format
from shared.auth.identity import Caller
from shared.blobs import BlobNotFound, Blobs


@dataclass(frozen=True)
class Reading:
    """A value of a record: the column of the feed, and under which header what had stood.

    `value` None: the row says nothing of the column, or nothing that the mapping can read. Of a
    table without a mapping only what stands there is told.
    """

    row: int
    column: str
    header: str | None
    cell: str | None
    value: str | None


async def readings(
    session: AsyncSession, blobs: Blobs, import_id: UUID, *, caller: Caller, records: int
) -> list[Reading]:
    """Return how the first records of a file were read; a batch, or a file refused, has none."""
    taken = await own(session, import_id, caller)
    if not taken.is_file or taken.format is None:
        return []
    try:
        sending = await sending_of(session, taken, blobs)
    except BlobNotFound:
        raise ContentGone from None
    except FileRefused:
        return []
    form = Form(Format(taken.format), taken.encoding, tuple(taken.members))
    return await asyncio.to_thread(_read, sending, form, records)


def _read(sending: Sending, form: Form, records: int) -> list[Reading]:
    found: list[Reading] = []
    columns = {column.name: column for column in sending.contract.columns}
    try:
        with entries(sending, form, WorkbookBounds()) as every:
            for entry in islice((each for each in every if each.passed is None), records):
                given = entry.record if isinstance(entry.record, dict) else {}
                for column in _columns(sending) if given else ():
                    sent = entry.sent(column)
                    value = given.get(column)
                    if value is None and (sent is None or sending.mapping is None):
                        continue
                    if not entry.typed:
                        value = as_meant(columns[column], value)
                    found.append(
                        Reading(
                            member_and_row(entry.number)[1],
                            column,
                            None if sent is None else safe(sent.header),
                            None if sent is None else shown(sent.text),
                            _told(value),
                        )
                    )
    except FileRefused:
        return found
    return found


def _columns(sending: Sending) -> Sequence[str]:
    if sending.mapping is not None:
        return [rule.column for rule in sending.mapping.rules]
    return [column.name for column in sending.contract.columns]


def _told(value: object) -> str | None:
    """Return a value in words; what could not be read is none."""
    return safe(str(value)) if isinstance(value, str | int) else None
