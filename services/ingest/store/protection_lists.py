"""Protection lists: every version of what an edition says of an enterprise; none is edited."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, Integer, Text, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from services.ingest.domain.fates import Held, Version
from services.ingest.domain.rows import Key, Row
from services.ingest.store.arrays import rows_of
from services.ingest.tables import PROTECTION_LIST_ENTRIES as ENTRIES

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
    keys = {(ids[row.key[0]], *row.key[1:]): row.key for row in rows}
    given = rows_of(_KEY, [dict(zip(_KEY, key, strict=True)) for key in keys])
    newest = (
        select(ENTRIES.c.version, *(ENTRIES.c[name] for name in _SAID))
        .where(*(ENTRIES.c[name] == given.c[name] for name in _KEY))
        .order_by(ENTRIES.c.version.desc())
        .limit(1)
        .correlate(given)
        .lateral("newest")
    )
    found = await session.execute(
        select(*given.c, *newest.c).join_from(given, newest, literal(value=True))
    )
    return {
        keys[row["enterprise_id"], row["list_kind"], row["edition"]]: Held(
            row["version"], {name: row[name] for name in _SAID if row[name] is not None}
        )
        for row in found.mappings()
    }


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
    given = rows_of(
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
