"""Opinion items: every version of a text that a sender pushed, and which texts wait for linking."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import DateTime, Integer, Text, Uuid, any_, literal, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from services.ingest.domain.fates import Held, Origin, Version
from services.ingest.domain.rows import Key, Row
from services.ingest.store.waiting import LINKING
from services.ingest.tables import OPINION_ITEMS, OPINION_VERSIONS, OPINIONS_WAITING
from shared.rows import unnest_named
from shared.wakes import wake

_ITEMS: Final = uuid5(NAMESPACE_URL, "urn:wengang:opinion_item")
_SAID: Final[Mapping[str, TypeEngine[Any]]] = {
    "published_at": DateTime(timezone=True),
    "title": Text(),
    "text": Text(),
    "source": Text(),
    "url": Text(),
}
_HEAD: Final[Mapping[str, TypeEngine[Any]]] = {
    "id": Uuid(),
    "item_id": Text(),
    "published_at": DateTime(timezone=True),
}


def item_of(agency: str, item_id: str) -> UUID:
    """Return the id under which we know a sender's item: the same whenever it arrives."""
    return uuid5(_ITEMS, f"{agency}\n{item_id}")


async def enrol(session: AsyncSession, rows: Sequence[Row], *, agency: str) -> frozenset[Key]:
    """Enter the items that are not on record, and lock every one that the rows name.

    One statement, in the order of the ids: two imports that share items wait, and never for each
    other. Returns the keys that are new.
    """
    keys = {item_of(agency, row.key[0]): row for row in reversed(rows)}
    given = unnest_named(
        _HEAD,
        [
            {"id": id_, "item_id": row.key[0], "published_at": row.content["published_at"]}
            for id_, row in keys.items()
        ],
    )
    statement = insert(OPINION_ITEMS).from_select(
        ["version", "agency", *_HEAD],
        select(literal(1), literal(agency), *given.c).order_by(given.c.id),
    )
    # The condition never holds: the row is locked as for an update, and not touched.
    statement = statement.on_conflict_do_update(
        index_elements=[OPINION_ITEMS.c.id],
        set_={"version": OPINION_ITEMS.c.version},
        where=literal(value=False),
    )
    new = await session.scalars(statement.returning(OPINION_ITEMS.c.id))
    return frozenset(keys[id_].key for id_ in new)


async def held(session: AsyncSession, rows: Sequence[Row], *, agency: str) -> dict[Key, Held]:
    """Return the current version of each item that the rows name and that has one."""
    found = await _versions(session, rows, agency, current=True)
    return {key: versions[0] for key, versions in found.items()}


async def history(
    session: AsyncSession, rows: Sequence[Row], *, agency: str
) -> dict[Key, list[Held]]:
    """Return all versions of each item that the rows name."""
    return await _versions(session, rows, agency, current=False)


async def _versions(
    session: AsyncSession, rows: Sequence[Row], agency: str, *, current: bool
) -> dict[Key, list[Held]]:
    keys = {item_of(agency, row.key[0]): row.key for row in rows}
    versions = select(
        OPINION_VERSIONS.c.item,
        OPINION_VERSIONS.c.version,
        OPINION_VERSIONS.c.import_id,
        OPINION_VERSIONS.c.received_at,
        *(OPINION_VERSIONS.c[name] for name in _SAID),
    ).where(OPINION_VERSIONS.c.item == any_(literal(sorted(keys), ARRAY(Uuid))))
    if current:
        versions = versions.join(
            OPINION_ITEMS,
            (OPINION_ITEMS.c.id == OPINION_VERSIONS.c.item)
            & (OPINION_ITEMS.c.version == OPINION_VERSIONS.c.version),
        )
    by_key: dict[Key, list[Held]] = {}
    for row in (await session.execute(versions)).mappings():
        said = {name: row[name] for name in _SAID if row[name] is not None}
        origin = Origin(row["import_id"], row["received_at"])
        by_key.setdefault(keys[row["item"]], []).append(Held(row["version"], said, origin=origin))
    return by_key


async def save(
    session: AsyncSession,
    versions: Sequence[Version],
    *,
    agency: str,
    import_id: UUID,
    received_at: datetime,
) -> None:
    """Write versions to the history, the last of each to its item, and let it wait for linking."""
    if not versions:
        return
    given = unnest_named(
        {"item": Uuid(), "version": Integer(), **_SAID},
        [
            {
                "item": item_of(agency, version.key[0]),
                "version": version.version,
                **version.content,
            }
            for version in versions
        ],
    )
    history = select(
        *given.c,
        literal(received_at, OPINION_VERSIONS.c.received_at.type),
        literal(import_id, OPINION_VERSIONS.c.import_id.type),
    )
    names = [*given.c.keys(), "received_at", "import_id"]
    await session.execute(plain_insert(OPINION_VERSIONS).from_select(names, history))
    await _advance(session, versions, agency=agency)
    await let_wait(session, {item_of(agency, version.key[0]) for version in versions})


async def let_wait(session: AsyncSession, items: Iterable[UUID]) -> None:
    """Let items be linked (again).

    The rows are locked even if they wait already: whoever links one just now may have read its
    former text, and is through when we go on.
    """
    given = unnest_named({"item": Uuid()}, [{"item": item} for item in sorted(items)])
    statement = insert(OPINIONS_WAITING).from_select(
        ["item"], select(given.c.item).order_by(given.c.item)
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[OPINIONS_WAITING.c.item], set_={"item": statement.excluded.item}
        )
    )
    await wake(session, LINKING)


async def _advance(session: AsyncSession, versions: Sequence[Version], *, agency: str) -> None:
    last = {version.key: version for version in versions if version.version > 1}
    if not last:
        return
    given = unnest_named(
        {"item": Uuid(), "version": Integer(), "published_at": DateTime(timezone=True)},
        [
            {
                "item": item_of(agency, version.key[0]),
                "version": version.version,
                "published_at": version.content["published_at"],
            }
            for version in last.values()
        ],
    )
    await session.execute(
        update(OPINION_ITEMS)
        .where(OPINION_ITEMS.c.id == given.c.item)
        .values(version=given.c.version, published_at=given.c.published_at)
    )
