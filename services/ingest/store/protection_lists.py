"""Protection lists: every version of what an edition says of an enterprise; none is edited."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, Integer, Text, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from services.ingest.domain.fates import Held, Origin, Version
from services.ingest.domain.rows import Key, Row
from services.ingest.tables import PROTECTION_LIST_ENTRIES as ENTRIES
from shared.rows import unnest_named

_KEY: Mapping[str, TypeEngine[Any]] = {
    "enterprise_id": BigInteger(),
    "list_kind": Text(collation="C"),
    "edition": Text(collation="C"),
}
_SAID: Mapping[str, TypeEngine[Any]] = {
    "valid_from": Date(),
    "valid_until": Date(),
    "reason": Text(),
}


async def held(
    session: AsyncSession, rows: Sequence[Row], *, ids: Mapping[str, int]
) -> dict[Key, Held]:
    """Return the current version of each key that the rows name; `ids` are by credit code.

    To be asked when the enterprises are locked: what it returns stays current until the commit.
    """
    found = await _versions(session, rows, ids, of_each=1)
    return {key: versions[0] for key, versions in found.items()}


async def history(
    session: AsyncSession, rows: Sequence[Row], *, ids: Mapping[str, int]
) -> dict[Key, list[Held]]:
    """Return all versions of each key that the rows name."""
    return await _versions(session, rows, ids, of_each=None)


async def _versions(
    session: AsyncSession, rows: Sequence[Row], ids: Mapping[str, int], *, of_each: int | None
) -> dict[Key, list[Held]]:
    keys = {(ids[row.key[0]], *row.key[1:]): row.key for row in rows}
    given = unnest_named(_KEY, [dict(zip(_KEY, key, strict=True)) for key in keys])
    versions = (
        select(
            ENTRIES.c.version,
            ENTRIES.c.import_id,
            ENTRIES.c.received_at,
            *(ENTRIES.c[name] for name in _SAID),
        )
        .where(*(ENTRIES.c[name] == given.c[name] for name in _KEY))
        .order_by(ENTRIES.c.version.desc())
        .limit(of_each)
        .correlate(given)
        .lateral("versions")
    )
    found = await session.execute(
        select(*given.c, *versions.c).join_from(given, versions, literal(value=True))
    )
    by_key: dict[Key, list[Held]] = {}
    for row in found.mappings():
        key = keys[row["enterprise_id"], row["list_kind"], row["edition"]]
        said = {name: row[name] for name in _SAID if row[name] is not None}
        origin = Origin(row["import_id"], row["received_at"])
        by_key.setdefault(key, []).append(Held(row["version"], said, origin=origin))
    return by_key


async def save(
    session: AsyncSession,
    versions: Sequence[Version],
    *,
    ids: Mapping[str, int],
    import_id: UUID,
    received_at: datetime,
) -> None:
    """Append versions."""
    if not versions:
        return
    given = unnest_named(
        {**_KEY, "version": Integer(), **_SAID},
        [
            {
                **dict(zip(_KEY, (ids[version.key[0]], *version.key[1:]), strict=True)),
                "version": version.version,
                **version.content,
            }
            for version in versions
        ],
    )
    rows = select(
        *given.c,
        literal(received_at, ENTRIES.c.received_at.type),
        literal(import_id, ENTRIES.c.import_id.type),
    )
    names = [*given.c.keys(), "received_at", "import_id"]
    await session.execute(insert(ENTRIES).from_select(names, rows))
