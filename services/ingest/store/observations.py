"""Observations: every version of what a feed said of an enterprise in a period; none is edited."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Text, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from services.ingest.domain.fates import Held, Version
from services.ingest.domain.rows import Key, Row
from services.ingest.store.arrays import rows_of
from services.ingest.tables import OBSERVATIONS

_KEY: Mapping[str, TypeEngine[Any]] = {"enterprise_id": BigInteger(), "period": Text(collation="C")}


async def held(
    session: AsyncSession, feed: str, rows: Sequence[Row], *, ids: Mapping[str, int]
) -> dict[Key, Held]:
    """Return the current version of each key that the rows name; `ids` are by credit code.

    To be asked when the enterprises are locked: what it returns stays current until the commit.
    """
    keys = {(ids[row.key[0]], row.key[1]): row.key for row in rows}
    given = rows_of(_KEY, [{"enterprise_id": id_, "period": period} for id_, period in keys])
    # One descent of the primary key per row, whatever the planner thinks of their number.
    newest = (
        select(OBSERVATIONS.c.version, OBSERVATIONS.c.content)
        .where(
            OBSERVATIONS.c.feed == feed,
            OBSERVATIONS.c.enterprise_id == given.c.enterprise_id,
            OBSERVATIONS.c.period == given.c.period,
        )
        .order_by(OBSERVATIONS.c.version.desc())
        .limit(1)
        .correlate(given)
        .lateral("newest")
    )
    found = await session.execute(
        select(given.c.enterprise_id, given.c.period, newest.c.version, newest.c.content).join_from(
            given, newest, literal(value=True)
        )
    )
    return {keys[id_, period]: Held(version, content) for id_, period, version, content in found}


async def save(
    session: AsyncSession,
    feed: str,
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
        {**_KEY, "version": Integer(), "operation": Text(), "content": JSONB()},
        [
            {
                "enterprise_id": ids[version.key[0]],
                "period": version.key[1],
                "version": version.version,
                "operation": version.operation,
                "content": dict(version.content),
            }
            for version in versions
        ],
    )
    rows = select(
        literal(feed),
        *given.c,
        literal(received_at, OBSERVATIONS.c.received_at.type),
        literal(import_id, OBSERVATIONS.c.import_id.type),
    ).order_by(given.c.enterprise_id, given.c.period, given.c.version)
    names = ["feed", *given.c.keys(), "received_at", "import_id"]
    await session.execute(insert(OBSERVATIONS).from_select(names, rows))
