"""Imports and the reasons of their rejected rows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, RowMapping, Text, func, insert, literal, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Counts
from services.ingest.domain.rows import Fault
from services.ingest.store.arrays import rows_of
from services.ingest.tables import IMPORT_ERRORS, IMPORTS
from shared.pagination import Column, Keyset, PageQuery

_NEWEST_FIRST = Keyset(Column(IMPORTS.c.id, UUID, descending=True))
_IN_ORDER = Keyset(Column(IMPORT_ERRORS.c.seq, int))


@dataclass(frozen=True)
class Import:
    """One batch that was taken in, and its account."""

    id: UUID
    feed: str
    contract_version: str
    agency: str
    content_sha256: str
    content_bytes: int
    received_at: datetime
    counts: Counts


async def lock_content(session: AsyncSession, *, agency: str, feed: str, sha256: str) -> None:
    """Let imports of the same content by the same agency go one after the other."""
    name = f"ingest content {agency} {feed} {sha256}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def add(session: AsyncSession, taken: Import, faults: Sequence[Fault]) -> None:
    """Write an import and its errors."""
    plain = {name: value for name, value in asdict(taken).items() if name != "counts"}
    counts = asdict(taken.counts)
    state = taken.counts.state
    await session.execute(insert(IMPORTS).values(**plain, **counts, state=state))
    if not faults:
        return
    given = rows_of(
        {
            "seq": Integer(),
            "row_index": Integer(),
            "column_name": Text(),
            "code": Text(),
            "shown_value": Text(),
            "params": JSONB(),
        },
        [
            {
                "seq": seq,
                "row_index": fault.row,
                "column_name": fault.column,
                "code": fault.code,
                "shown_value": fault.value,
                "params": dict(fault.values),
            }
            for seq, fault in enumerate(faults)
        ],
    )
    await session.execute(
        insert(IMPORT_ERRORS).from_select(
            ["import_id", *given.c.keys()],
            select(literal(taken.id, IMPORT_ERRORS.c.import_id.type), *given.c),
        )
    )


async def latest_of_content(
    session: AsyncSession, *, agency: str, feed: str, sha256: str
) -> Import | None:
    """Return the agency's last import of this very content."""
    statement = (
        select(IMPORTS)
        .where(
            IMPORTS.c.agency == agency,
            IMPORTS.c.feed == feed,
            IMPORTS.c.content_sha256 == sha256,
        )
        .order_by(IMPORTS.c.id.desc())
        .limit(1)
    )
    row = (await session.execute(statement)).mappings().first()
    return None if row is None else _import(row)


async def get(session: AsyncSession, import_id: UUID, *, agency: str | None) -> Import | None:
    """Return an import; of `agency` only, or anyone's if that is None."""
    statement = select(IMPORTS).where(IMPORTS.c.id == import_id, _of(agency))
    row = (await session.execute(statement)).mappings().first()
    return None if row is None else _import(row)


async def page(
    session: AsyncSession, query: PageQuery, *, agency: str | None, feed: str | None
) -> tuple[list[Import], str | None]:
    """Return one page of imports, newest first, and the cursor of the next."""
    statement = select(IMPORTS).where(_of(agency))
    if feed is not None:
        statement = statement.where(IMPORTS.c.feed == feed)
    rows = (await session.execute(_NEWEST_FIRST.page(statement, query))).mappings().all()
    shown, cursor = _NEWEST_FIRST.cut(rows, query, lambda row: (row["id"],))
    return [_import(row) for row in shown], cursor


async def errors(
    session: AsyncSession, import_id: UUID, query: PageQuery
) -> tuple[list[Fault], str | None]:
    """Return one page of an import's errors in the order of its rows."""
    statement = select(IMPORT_ERRORS).where(IMPORT_ERRORS.c.import_id == import_id)
    rows = (await session.execute(_IN_ORDER.page(statement, query))).mappings().all()
    shown, cursor = _IN_ORDER.cut(rows, query, lambda row: (row["seq"],))
    faults = [
        Fault(
            row=row["row_index"],
            column=row["column_name"],
            code=row["code"],
            value=row["shown_value"],
            values=row["params"],
        )
        for row in shown
    ]
    return faults, cursor


def _of(agency: str | None) -> ColumnElement[bool]:
    return true() if agency is None else IMPORTS.c.agency == agency


def _import(row: RowMapping) -> Import:
    counts = {name: row[name] for name in Counts.__dataclass_fields__}
    rest: dict[str, Any] = {
        name: row[name] for name in Import.__dataclass_fields__ if name != "counts"
    }
    return Import(**rest, counts=Counts(**counts))
