"""What enterprises are and were called: versions of their entries, former names, aliases."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, any_, delete, func, literal, select, union
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.values import names_in
from services.ingest.opinion.names import Entry
from services.ingest.store.waiting import LINKING
from services.ingest.tables import (
    ENTERPRISE_ALIASES,
    ENTERPRISE_VERSIONS,
    ENTERPRISES,
    IMPORTS,
    NAMES_WAITING,
)
from shared.pagination import Column, Keyset, PageQuery
from shared.wakes import wake

_NEWEST_FIRST = Keyset(Column(ENTERPRISE_VERSIONS.c.version, int, descending=True))
_WIDE = str.maketrans("()", "（）")
_NARROW = str.maketrans("（）", "()")
_APART = {"enterprise_id", "received_at", "import_id"}


@dataclass(frozen=True)
class EntryVersion:
    """What the register said of an enterprise (`said`: the fields of an entry), and from when."""

    said: dict[str, Any]
    received_at: datetime
    import_id: UUID
    agency: str


@dataclass(frozen=True)
class Known:
    """By which other names an enterprise is known."""

    former_names: tuple[str, ...]
    aliases: tuple[str, ...]


async def versions(
    session: AsyncSession, uscc: str, query: PageQuery
) -> tuple[list[EntryVersion], str | None]:
    """Return a page of what the register has said of an enterprise, the newest first."""
    statement = (
        select(ENTERPRISE_VERSIONS, IMPORTS.c.agency)
        .join(ENTERPRISES, ENTERPRISES.c.id == ENTERPRISE_VERSIONS.c.enterprise_id)
        .join(IMPORTS, IMPORTS.c.id == ENTERPRISE_VERSIONS.c.import_id)
        .where(ENTERPRISES.c.uscc == uscc)
    )
    rows = (await session.execute(_NEWEST_FIRST.page(statement, query))).mappings().all()
    shown, cursor = _NEWEST_FIRST.cut(rows, query, lambda row: (row["version"],))
    found = [
        EntryVersion(
            said={name: row[name] for name in row if name not in _APART | {"agency"}},
            received_at=row["received_at"],
            import_id=row["import_id"],
            agency=row["agency"],
        )
        for row in shown
    ]
    return found, cursor


async def known(session: AsyncSession, uscc: str) -> Known:
    """Return the other names of an enterprise of the register: former ones, the latest first."""
    former = _former().where(ENTERPRISES.c.uscc == uscc)
    aliases = (
        select(ENTERPRISE_ALIASES.c.alias)
        .join(ENTERPRISES, ENTERPRISES.c.id == ENTERPRISE_ALIASES.c.enterprise_id)
        .where(ENTERPRISES.c.uscc == uscc)
        .order_by(ENTERPRISE_ALIASES.c.place)
    )
    return Known(
        former_names=tuple(row.name for row in await session.execute(former)),
        aliases=tuple(await session.scalars(aliases)),
    )


async def codes_of(session: AsyncSession, called: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the credit codes of the enterprises that have such a name, in the order of codes.

    A name that an enterprise has today is its own, whoever had it before; otherwise those count
    that had it, and those to whom people gave it. Brackets may be of either width.
    """
    spelt = sorted({spelling for name in called for spelling in _spellings(name)})
    wanted = any_(literal(spelt, ARRAY(Text)))
    today = select(ENTERPRISES.c.name, ENTERPRISES.c.uscc).where(ENTERPRISES.c.name == wanted)
    former = (
        select(ENTERPRISE_VERSIONS.c.name, ENTERPRISES.c.uscc)
        .join(ENTERPRISES, ENTERPRISES.c.id == ENTERPRISE_VERSIONS.c.enterprise_id)
        .where(ENTERPRISE_VERSIONS.c.name == wanted)
    )
    given = (
        select(ENTERPRISE_ALIASES.c.alias, ENTERPRISES.c.uscc)
        .join(ENTERPRISES, ENTERPRISES.c.id == ENTERPRISE_ALIASES.c.enterprise_id)
        .where(ENTERPRISE_ALIASES.c.alias == wanted)
    )
    found = _by_spelling(await session.execute(today))
    others = _by_spelling(await session.execute(union(former, given)))
    return {
        name: tuple(sorted(usccs))
        for name in called
        if (usccs := _of(found, name) or _of(others, name))
    }


def _by_spelling(rows: Iterable[Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for spelling, uscc in rows:
        found.setdefault(spelling, set()).add(uscc)
    return found


def _of(found: Mapping[str, set[str]], name: str) -> set[str]:
    return set().union(*(found.get(spelling, set()) for spelling in _spellings(name)))


def _spellings(name: str) -> set[str]:
    bare = " ".join(name.split())
    return {name, bare, bare.translate(_WIDE), bare.translate(_NARROW)}


async def put_aliases(
    session: AsyncSession, uscc: str, aliases: Sequence[str], *, by: str, at: datetime
) -> None:
    """Let an enterprise, whose entry is locked, have these aliases; texts are searched for them."""
    enterprise = select(ENTERPRISES.c.id).where(ENTERPRISES.c.uscc == uscc)
    await session.execute(
        delete(ENTERPRISE_ALIASES).where(
            ENTERPRISE_ALIASES.c.enterprise_id == enterprise.scalar_subquery()
        )
    )
    if aliases:
        given = (
            func.unnest(literal(list(aliases), ARRAY(Text)))
            .table_valued("alias", with_ordinality="place", name="given")
            .render_derived()
        )
        rows = select(
            enterprise.scalar_subquery(),
            given.c.alias,
            given.c.place,
            literal(by),
            literal(at, ENTERPRISE_ALIASES.c.added_at.type),
        )
        names = ["enterprise_id", "alias", "place", "added_by", "added_at"]
        await session.execute(
            plain_insert(ENTERPRISE_ALIASES).from_select(names, rows.select_from(given))
        )
    waits = insert(NAMES_WAITING).from_select(["enterprise_id"], enterprise)
    await session.execute(
        waits.on_conflict_do_update(
            index_elements=[NAMES_WAITING.c.enterprise_id],
            set_={"enterprise_id": waits.excluded.enterprise_id},
        )
    )
    await wake(session, LINKING)


async def entries(session: AsyncSession) -> list[Entry]:
    """Return every name of the whole register, as texts are searched for them."""
    former = await _gathered(session, _former())
    aliases = await _gathered(
        session,
        select(ENTERPRISES.c.uscc, ENTERPRISE_ALIASES.c.alias)
        .join(ENTERPRISES, ENTERPRISES.c.id == ENTERPRISE_ALIASES.c.enterprise_id)
        .order_by(ENTERPRISES.c.uscc, ENTERPRISE_ALIASES.c.place),
    )
    found = await session.execute(
        select(ENTERPRISES.c.uscc, ENTERPRISES.c.name, ENTERPRISES.c.short_names)
    )
    return [
        Entry(
            uscc,
            name,
            (*names_in(short_names), *aliases.get(uscc, ())),
            tuple(former.get(uscc, ())),
        )
        for uscc, name, short_names in found
    ]


def _former() -> Select[Any]:
    """Select the names that enterprises had and no longer have, the latest of each first."""
    last = func.max(ENTERPRISE_VERSIONS.c.version)
    return (
        select(ENTERPRISES.c.uscc, ENTERPRISE_VERSIONS.c.name)
        .join(ENTERPRISE_VERSIONS, ENTERPRISE_VERSIONS.c.enterprise_id == ENTERPRISES.c.id)
        # Most entries have one version only: they are not looked at.
        .where(ENTERPRISES.c.version > 1, ENTERPRISE_VERSIONS.c.name != ENTERPRISES.c.name)
        .group_by(ENTERPRISES.c.uscc, ENTERPRISE_VERSIONS.c.name)
        .order_by(ENTERPRISES.c.uscc, last.desc())
    )


async def _gathered(session: AsyncSession, pairs: Select[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for uscc, name in await session.execute(pairs):
        found.setdefault(uscc, []).append(name)
    return found
