"""What dry runs have seen of their own files: a key that comes twice is judged as it would be."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, any_, delete, literal, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Held, Version
from services.ingest.domain.rows import Key, Row
from services.ingest.tables import TRIAL_VERSIONS
from shared.rows import unnest_named


async def held(session: AsyncSession, import_id: UUID, rows: Sequence[Row]) -> dict[Key, Held]:
    """Return what earlier rows of the same file would have recorded; all values are text."""
    keys = {_written(row.key): row.key for row in rows}
    found = await session.execute(
        select(TRIAL_VERSIONS.c.key, TRIAL_VERSIONS.c.version, TRIAL_VERSIONS.c.content).where(
            TRIAL_VERSIONS.c.import_id == import_id,
            TRIAL_VERSIONS.c.key == any_(literal(sorted(keys), ARRAY(Text))),
        )
    )
    return {keys[key]: Held(version, content) for key, version, content in found}


async def save(session: AsyncSession, import_id: UUID, versions: Sequence[Version]) -> None:
    """Remember the last version of each key."""
    last = {version.key: version for version in versions}
    if not last:
        return
    given = unnest_named(
        {"key": Text(), "version": Integer(), "content": JSONB()},
        [
            {
                "key": _written(version.key),
                "version": version.version,
                "content": dict(version.content),
            }
            for version in last.values()
        ],
    )
    statement = insert(TRIAL_VERSIONS).from_select(
        ["import_id", *given.c.keys()],
        select(literal(import_id, TRIAL_VERSIONS.c.import_id.type), *given.c),
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[TRIAL_VERSIONS.c.import_id, TRIAL_VERSIONS.c.key],
            set_={
                "version": statement.excluded.version,
                "content": statement.excluded.content,
            },
        )
    )


async def forget(session: AsyncSession, import_id: UUID) -> None:
    """Remove what a dry run has seen: it has ended."""
    await session.execute(delete(TRIAL_VERSIONS).where(TRIAL_VERSIONS.c.import_id == import_id))


def _written(key: Key) -> str:
    return json.dumps(key, ensure_ascii=False)
