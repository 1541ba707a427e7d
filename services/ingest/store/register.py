"""The enterprise register: what it says now, what it said, and who may see an entry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    RowMapping,
    Select,
    Text,
    any_,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Held, Origin, Version
from services.ingest.domain.rows import Key, Row
from services.ingest.store.waiting import LINKING
from services.ingest.tables import (
    CASE_PLACES,
    ENTERPRISE_ALIASES,
    ENTERPRISE_NUMBERS,
    ENTERPRISE_VERSIONS,
    ENTERPRISES,
    NAMES_WAITING,
)
from shared.pagination import Column, Keyset, PageQuery
from shared.rows import unnest_named
from shared.sight import within
from shared.wakes import wake

_SAID = (
    "name",
    "district",
    "street",
    "industry",
    "status",
    "established_on",
    "registered_capital",
    "short_names",
)
_TYPES = {"uscc": Text(collation="C"), **{name: ENTERPRISES.c[name].type for name in _SAID}}
_VERSIONED = {"version": Integer(), **_TYPES}
_BY_USCC = Keyset(Column(ENTERPRISES.c.uscc, str))


@dataclass(frozen=True)
class Enterprise:
    """An entry of the register as it stands."""

    uscc: str
    version: int
    name: str
    district: str
    street: str | None
    industry: str | None
    status: str
    established_on: date | None
    registered_capital: Decimal | None
    short_names: str | None


async def enrol(session: AsyncSession, rows: Sequence[Row]) -> frozenset[str]:
    """Enter those enterprises that the register lacks, and lock every one that the rows name.

    A new entry is version 1 and says what its first row says. One statement, in the order of the
    credit codes, enters or locks: two imports that share enterprises wait, and never for each
    other. Returns the credit codes that are new.
    """
    first = {row.key[0]: row for row in reversed(rows)}
    given = unnest_named(_TYPES, [{"uscc": uscc, **row.content} for uscc, row in first.items()])
    known = ENTERPRISES.alias("known")
    # A number is drawn for those alone that are new: a default would be for every row.
    number = func.coalesce(known.c.id, ENTERPRISE_NUMBERS.next_value())
    statement = insert(ENTERPRISES).from_select(
        ["id", "version", *_TYPES],
        select(number, literal(1), *given.c)
        .join_from(given, known, known.c.uscc == given.c.uscc, isouter=True)
        .order_by(given.c.uscc.collate("C")),
    )
    # The condition never holds: the row is locked as for an update, and not touched.
    statement = statement.on_conflict_do_update(
        index_elements=[ENTERPRISES.c.uscc],
        set_={"version": ENTERPRISES.c.version},
        where=literal(value=False),
    )
    new = await session.scalars(statement.returning(ENTERPRISES.c.uscc))
    return frozenset(new)


async def held(session: AsyncSession, rows: Sequence[Row]) -> dict[Key, Held]:
    """Return what the register says of the enterprises that the rows name."""
    current = ENTERPRISE_VERSIONS.c.version == ENTERPRISES.c.version
    found = await session.execute(_versions(rows).where(current))
    return {(row["uscc"],): _held(row) for row in found.mappings()}


async def history(session: AsyncSession, rows: Sequence[Row]) -> dict[Key, list[Held]]:
    """Return all that the register has said of the enterprises that the rows name."""
    by_key: dict[Key, list[Held]] = {}
    for row in (await session.execute(_versions(rows))).mappings():
        by_key.setdefault((row["uscc"],), []).append(_held(row))
    return by_key


def _versions(rows: Sequence[Row]) -> Select[Any]:
    return (
        select(
            ENTERPRISES.c.uscc,
            ENTERPRISE_VERSIONS.c.version,
            *(ENTERPRISE_VERSIONS.c[name] for name in _SAID),
            ENTERPRISE_VERSIONS.c.import_id,
            ENTERPRISE_VERSIONS.c.received_at,
        )
        .join(ENTERPRISE_VERSIONS, ENTERPRISE_VERSIONS.c.enterprise_id == ENTERPRISES.c.id)
        .where(_is_one_of({row.key[0] for row in rows}))
    )


def _held(row: RowMapping) -> Held:
    content = {name: row[name] for name in _SAID if row[name] is not None}
    return Held(row["version"], content, origin=Origin(row["import_id"], row["received_at"]))


async def lock(session: AsyncSession, usccs: set[str]) -> dict[str, int]:
    """Lock those enterprises that the register has, and return their ids.

    In the order of the credit codes, as `enrol` does.
    """
    statement = (
        select(ENTERPRISES.c.uscc, ENTERPRISES.c.id)
        .where(_is_one_of(usccs))
        .order_by(ENTERPRISES.c.uscc)
        .with_for_update(key_share=True)
    )
    return {row.uscc: row.id for row in await session.execute(statement)}


async def save(
    session: AsyncSession, versions: Sequence[Version], *, import_id: UUID, received_at: datetime
) -> None:
    """Write versions to the history, and the last of each enterprise to the register."""
    if not versions:
        return
    given = unnest_named(_VERSIONED, [_flat(version) for version in versions])
    history = (
        select(ENTERPRISES.c.id, given.c.version, *(given.c[name] for name in _SAID))
        .add_columns(
            literal(received_at, ENTERPRISE_VERSIONS.c.received_at.type),
            literal(import_id, ENTERPRISE_VERSIONS.c.import_id.type),
        )
        .join_from(given, ENTERPRISES, ENTERPRISES.c.uscc == given.c.uscc)
    )
    names = ["enterprise_id", "version", *_SAID, "received_at", "import_id"]
    await session.execute(plain_insert(ENTERPRISE_VERSIONS).from_select(names, history))
    await _let_names_wait(session, given)
    last = {version.key: version for version in versions if version.version > 1}
    if not last:
        return
    given = unnest_named(_VERSIONED, [_flat(version) for version in last.values()])
    await session.execute(
        update(ENTERPRISES)
        .where(ENTERPRISES.c.uscc == given.c.uscc)
        .values({name: given.c[name] for name in ("version", *_SAID)})
    )


async def _let_names_wait(session: AsyncSession, given: FromClause) -> None:
    """Let those be looked for in older texts whose names are new or different.

    The rows are locked even if they wait already, as with the texts (store/opinions).
    """
    before = ENTERPRISE_VERSIONS.alias("before")
    renamed = (
        select(ENTERPRISES.c.id)
        .join_from(given, ENTERPRISES, ENTERPRISES.c.uscc == given.c.uscc)
        .outerjoin(
            before,
            (before.c.enterprise_id == ENTERPRISES.c.id)
            & (before.c.version == given.c.version - 1),
        )
        .where(
            before.c.version.is_(None)
            | (before.c.name != given.c.name)
            | before.c.short_names.is_distinct_from(given.c.short_names)
        )
        .distinct()
        .order_by(ENTERPRISES.c.id)
    )
    statement = insert(NAMES_WAITING).from_select(["enterprise_id"], renamed)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[NAMES_WAITING.c.enterprise_id],
            set_={"enterprise_id": statement.excluded.enterprise_id},
        )
    )
    await wake(session, LINKING)


async def get(session: AsyncSession, uscc: str, *, districts: frozenset[str]) -> Enterprise | None:
    """Return an entry, if it lies in one of the districts."""
    statement = _entries().where(ENTERPRISES.c.uscc == uscc, seen_in(districts))
    row = (await session.execute(statement)).mappings().first()
    return None if row is None else Enterprise(**row)


async def page(
    session: AsyncSession,
    query: PageQuery,
    *,
    districts: frozenset[str],
    name_part: str | None,
    status: str | None,
) -> tuple[list[Enterprise], str | None]:
    """Return one page of the entries in the districts, in the order of their credit codes."""
    statement = _entries().where(seen_in(districts))
    if name_part:
        statement = statement.where(_is_called(name_part))
    if status is not None:
        statement = statement.where(ENTERPRISES.c.status == status)
    rows = (await session.execute(_BY_USCC.page(statement, query))).mappings().all()
    shown, cursor = _BY_USCC.cut(rows, query, lambda row: (row["uscc"],))
    return [Enterprise(**row) for row in shown], cursor


def _entries() -> Select[Any]:
    return select(ENTERPRISES.c.uscc, ENTERPRISES.c.version, *(ENTERPRISES.c[n] for n in _SAID))


def _is_one_of(usccs: Iterable[str]) -> ColumnElement[bool]:
    return ENTERPRISES.c.uscc == any_(literal(sorted(usccs), ARRAY(Text)))


def _is_called(part: str) -> ColumnElement[bool]:
    """Match a part of a name that an enterprise has, had or is given."""
    was = select(ENTERPRISE_VERSIONS.c.enterprise_id).where(
        ENTERPRISE_VERSIONS.c.name.icontains(part, autoescape=True)
    )
    other = select(ENTERPRISE_ALIASES.c.enterprise_id).where(
        ENTERPRISE_ALIASES.c.alias.icontains(part, autoescape=True)
    )
    return or_(
        ENTERPRISES.c.name.icontains(part, autoescape=True),
        ENTERPRISES.c.short_names.icontains(part, autoescape=True),
        ENTERPRISES.c.id.in_(was.union_all(other)),
    )


def seen_in(districts: frozenset[str]) -> ColumnElement[bool]:
    """Match the entries that the districts see."""
    return within(
        districts,
        registered=ENTERPRISES.c.district,
        uscc=ENTERPRISES.c.uscc,
        places=CASE_PLACES,
    )


def _flat(version: Version) -> Mapping[str, Any]:
    return {"uscc": version.key[0], "version": version.version, **version.content}
