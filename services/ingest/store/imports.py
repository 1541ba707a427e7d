"""Imports and the reasons of their rejected rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    RowMapping,
    Text,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Counts, State
from services.ingest.domain.rows import Fault
from services.ingest.tables import IMPORT_ERRORS, IMPORTS
from shared.calendar import day_of
from shared.pagination import Column, Keyset, PageQuery
from shared.rows import unnest_named
from shared.wakes import wake

_NEWEST_FIRST: Final = Keyset(Column(IMPORTS.c.id, UUID, descending=True))
_IN_ORDER: Final = Keyset(Column(IMPORT_ERRORS.c.seq, int))
DUE: Final = "ingest_imports"
"""The channel on which workers are told that an import is due."""
# More reasons than anybody mends by hand; a file with more has a fault of its own.
MOST_ERRORS: Final = 20_000
BATCH: Final = "batch"
FILE: Final = "file"
WITHDRAWAL: Final = "withdrawal"
RESTORATION: Final = "restoration"


@dataclass(frozen=True)
class Import:
    """One batch or file that was taken in, and its account as far as it has got.

    `total` is the number of a file's rows, once it is known; `unknowns` tell what was left out of
    rows that were taken; `repeats` is the import that had taken the same content before; `failures`
    count how often working it off failed since it last got further, and `failure` names the last.
    `rows_read` counts, of a file that replaces a period, the rows that were gone through before any
    of them took effect. `restores`: of a restoration, which nobody sends, the import that took back
    what hid these facts of the agency's.
    """

    id: UUID
    feed: str
    contract_version: str
    agency: str
    content_sha256: str
    content_bytes: int
    received_at: datetime
    counts: Counts
    state: State
    kind: str = BATCH
    filename: str | None = None
    format: str | None = None
    encoding: str | None = None
    members: Sequence[str] = ()
    mapping: str | None = None
    mapping_version: int | None = None
    dry_run: bool = False
    reject_above: float | None = None
    total: int | None = None
    errors: int = 0
    unknowns: Sequence[Mapping[str, int | str]] = field(default_factory=list)
    finished_at: datetime | None = None
    repeats: UUID | None = None
    trace: str | None = None
    replaces_period: str | None = None
    reason: str | None = None
    withdrawn: int = 0
    rows_read: int = 0
    restores: UUID | None = None
    failures: int = 0
    failure: str | None = None

    @property
    def gone_through(self) -> int:
        """Count the rows that were gone through, whether they took effect by now or not."""
        return max(self.rows_read, self.counts.rows)

    @property
    def is_file(self) -> bool:
        """Tell whether it is a file, whose rows have the numbers that its sender sees."""
        return self.kind == FILE

    @property
    def received_on(self) -> date:
        """Return the day that was today for its sender: PostgreSQL tells moments in UTC."""
        return day_of(self.received_at)

    @property
    def content(self) -> "Content":
        """Return what makes another import the same one."""
        return Content(
            agency=self.agency,
            feed=self.feed,
            sha256=self.content_sha256,
            mapping=self.mapping,
            mapping_version=self.mapping_version,
            dry_run=self.dry_run,
            kind=self.kind,
            replaces_period=self.replaces_period,
        )


@dataclass(frozen=True)
class Content:
    """What makes two imports the same one: who sends what to which feed, and how it is read."""

    agency: str
    feed: str
    sha256: str
    mapping: str | None = None
    mapping_version: int | None = None
    dry_run: bool = False
    kind: str = BATCH
    replaces_period: str | None = None


async def lock_content(session: AsyncSession, content: Content) -> None:
    """Let imports of the same content by the same agency go one after the other."""
    name = f"ingest content {content.agency} {content.feed} {content.sha256}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def add(session: AsyncSession, taken: Import, faults: Sequence[Fault] = ()) -> None:
    """Write an import and its errors; one that has not ended is due at once."""
    plain = {name: value for name, value in vars(taken).items() if name != "counts"}
    due_at = func.now() if taken.finished_at is None else None
    await session.execute(insert(IMPORTS).values(**plain, **vars(taken.counts), due_at=due_at))
    await add_errors(session, taken.id, faults, after=0)
    if due_at is not None:
        await wake(session, DUE)


async def add_errors(
    session: AsyncSession, import_id: UUID, faults: Sequence[Fault], *, after: int
) -> None:
    """Write reasons behind the `after` that there are, up to a bound: the import counts all."""
    kept = faults[: max(0, MOST_ERRORS - after)]
    if not kept:
        return
    given = unnest_named(
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
            for seq, fault in enumerate(kept, start=after)
        ],
    )
    await session.execute(
        insert(IMPORT_ERRORS).from_select(
            ["import_id", *given.c.keys()],
            select(literal(import_id, IMPORT_ERRORS.c.import_id.type), *given.c),
        )
    )


async def add_late_errors(session: AsyncSession, import_id: UUID, faults: Sequence[Fault]) -> None:
    """Write reasons for rows that were waiting when the import ended."""
    if not faults:
        return
    counted = await session.execute(
        update(IMPORTS)
        .where(IMPORTS.c.id == import_id)
        .values(errors=IMPORTS.c.errors + len(faults))
        .returning(IMPORTS.c.errors)
    )
    await add_errors(session, import_id, faults, after=counted.scalar_one() - len(faults))


async def note_withdrawn(session: AsyncSession, import_id: UUID, facts: int) -> None:
    """Note how many facts an import took back that it does not name."""
    await session.execute(update(IMPORTS).where(IMPORTS.c.id == import_id).values(withdrawn=facts))


async def latest_of_content(
    session: AsyncSession, content: Content, *, before: UUID | None = None
) -> Import | None:
    """Return the agency's last import of this very content; the last `before` another one."""
    statement = (
        select(IMPORTS)
        .where(
            IMPORTS.c.agency == content.agency,
            IMPORTS.c.feed == content.feed,
            IMPORTS.c.content_sha256 == content.sha256,
            IMPORTS.c.kind == content.kind,
            IMPORTS.c.dry_run == content.dry_run,
            IMPORTS.c.replaces_period.is_not_distinct_from(content.replaces_period),
            IMPORTS.c.mapping.is_not_distinct_from(content.mapping),
            IMPORTS.c.mapping_version.is_not_distinct_from(content.mapping_version),
            IMPORTS.c.repeats.is_(None),
            true() if before is None else IMPORTS.c.id < before,
        )
        .order_by(IMPORTS.c.id.desc())
        .limit(1)
    )
    row = (await session.execute(statement)).mappings().first()
    return None if row is None else of_row(row)


async def get(session: AsyncSession, import_id: UUID, *, agency: str | None) -> Import | None:
    """Return an import; of `agency` only, or anyone's if that is None."""
    statement = select(IMPORTS).where(IMPORTS.c.id == import_id, _of(agency))
    row = (await session.execute(statement)).mappings().first()
    return None if row is None else of_row(row)


async def page(
    session: AsyncSession,
    query: PageQuery,
    *,
    agency: str | None,
    feed: str | None,
    state: State | None = None,
) -> tuple[list[Import], str | None]:
    """Return one page of imports, newest first, and the cursor of the next."""
    statement = select(IMPORTS).where(_of(agency))
    if state is not None:
        statement = statement.where(IMPORTS.c.state == state)
    if feed is not None:
        statement = statement.where(IMPORTS.c.feed == feed)
    rows = (await session.execute(_NEWEST_FIRST.page(statement, query))).mappings().all()
    shown, cursor = _NEWEST_FIRST.cut(rows, query, lambda row: (row["id"],))
    return [of_row(row) for row in shown], cursor


async def errors(
    session: AsyncSession, import_id: UUID, query: PageQuery
) -> tuple[list[Fault], str | None]:
    """Return one page of an import's errors in the order of its rows."""
    statement = select(IMPORT_ERRORS).where(IMPORT_ERRORS.c.import_id == import_id)
    rows = (await session.execute(_IN_ORDER.page(statement, query))).mappings().all()
    shown, cursor = _IN_ORDER.cut(rows, query, lambda row: (row["seq"],))
    return [_fault(row) for row in shown], cursor


async def kept_errors(session: AsyncSession, import_id: UUID) -> list[Fault]:
    """Return all of an import's errors that are kept, in the order of its rows."""
    statement = select(IMPORT_ERRORS).where(IMPORT_ERRORS.c.import_id == import_id)
    rows = await session.execute(statement.order_by(IMPORT_ERRORS.c.seq))
    return [_fault(row) for row in rows.mappings()]


def _fault(row: RowMapping) -> Fault:
    return Fault(
        row=row["row_index"],
        column=row["column_name"],
        code=row["code"],
        value=row["shown_value"],
        values=row["params"],
    )


def of_row(row: RowMapping) -> Import:
    """Return the import that a row of the table tells of."""
    counts = {name: row[name] for name in Counts.__dataclass_fields__}
    rest: dict[str, Any] = {
        name: row[name] for name in Import.__dataclass_fields__ if name not in {"counts", "state"}
    }
    return Import(**rest, counts=Counts(**counts), state=State(row["state"]))


def _of(agency: str | None) -> ColumnElement[bool]:
    return true() if agency is None else IMPORTS.c.agency == agency
