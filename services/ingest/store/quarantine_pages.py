"""Rows that came before their enterprises, as their senders and the city see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Fate
from services.ingest.domain.places import MOST_ROWS
from services.ingest.domain.quarantine import Record, Waiting
from services.ingest.tables import IMPORTS, QUARANTINE
from shared.pagination import Column, Keyset, PageQuery

_IN_ORDER: Final = Keyset(Column(QUARANTINE.c.id, int, descending=True))


@dataclass(frozen=True)
class Asked:
    """Which rows are asked for; what is None does not matter."""

    state: Waiting | None = None
    feed: str | None = None
    uscc: str | None = None
    import_id: UUID | None = None


@dataclass(frozen=True)
class HeldRow:
    """A row, from where it came, and how it stands with it; `record` while it is held.

    `member`: of an archive the file, of several sheets the sheet.
    """

    feed: str
    agency: str
    import_id: UUID
    row_index: int
    uscc: str
    record: Record | None
    received_at: datetime
    state: Waiting
    fate: Fate | None
    ended_at: datetime | None
    member: str | None


async def page(
    session: AsyncSession, query: PageQuery, asked: Asked, *, agency: str | None
) -> tuple[list[HeldRow], str | None]:
    """Return one page of rows, newest first; of `agency` only, or anyone's if that is None."""
    # An array begins with 1, and a file that came alone is 0: it has no member.
    member = IMPORTS.c.members[QUARANTINE.c.row_index // MOST_ROWS].label("member")
    statement = select(QUARANTINE, member).outerjoin(
        IMPORTS, IMPORTS.c.id == QUARANTINE.c.import_id
    )
    wanted = {**vars(asked), "agency": agency}
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(QUARANTINE.c[name] == value)
    rows = (await session.execute(_IN_ORDER.page(statement, query))).mappings().all()
    shown, cursor = _IN_ORDER.cut(rows, query, lambda row: (row["id"],))
    names = HeldRow.__dataclass_fields__
    return [HeldRow(**{name: row[name] for name in names}) for row in shown], cursor
