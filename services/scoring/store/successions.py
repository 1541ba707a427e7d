"""Keeps which enterprises go on as others, and reads whose months count as whose."""

from collections.abc import Collection
from typing import Final

import polars as pl
from sqlalchemy import ARRAY, Date, Text, any_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.successions import MOST_LINKS, Version, ascriptions
from services.scoring.features.facts import SUCCESSIONS as SCHEMA
from services.scoring.tables import SUCCESSIONS
from shared.events.ingest import SuccessionRecorded

_ZONE = "Asia/Shanghai"
_USCCS: Final = bindparam("usccs", type_=ARRAY(Text))
_ABOUT: Final = select(
    *SUCCESSIONS.c["predecessor", "successor", "version", "kind", "effective_on", "withdrawn"],
    cast(func.timezone(_ZONE, SUCCESSIONS.c.received_at), Date).label("received_on"),
).where(or_(SUCCESSIONS.c.predecessor == any_(_USCCS), SUCCESSIONS.c.successor == any_(_USCCS)))


async def keep(session: AsyncSession, event: SuccessionRecorded) -> bool:
    """Keep a version; return whether it is new to us."""
    row = {of.name: getattr(event, of.name) for of in SUCCESSIONS.c}
    written = await session.execute(
        insert(SUCCESSIONS)
        .values(row)
        .on_conflict_do_nothing()
        .returning(SUCCESSIONS.c.predecessor)
    )
    return written.first() is not None


async def related(session: AsyncSession, usccs: Collection[str]) -> set[str]:
    """Return the enterprises to whom months of these may count, beyond these themselves."""
    found = await versions(session, usccs)
    return {uscc for one in found for uscc in (one.predecessor, one.successor)} - set(usccs)


async def versions(session: AsyncSession, usccs: Collection[str]) -> list[Version]:
    """Return all versions of the successions of these enterprises, along their chains."""
    found: list[Version] = []
    seen: set[str] = set()
    ahead = set(usccs)
    for _ in range(MOST_LINKS):
        if not ahead:
            break
        told = await _about(session, ahead)
        # A pair between two of one step comes with the first of them, and no further time.
        found += [one for one in told if not {one.predecessor, one.successor} & seen]
        seen |= ahead
        ahead = {uscc for one in told for uscc in (one.predecessor, one.successor)} - seen
    return found


def rules(versions: Collection[Version], usccs: Collection[str]) -> pl.DataFrame:
    """Return whose months count for these enterprises, every version of every chain."""
    rows = [
        {
            "uscc": said.heir,
            "other": said.giver,
            "by": said.chain,
            "counts": said.counts,
            "month": said.month,
            "since": said.since,
            "version": said.version,
            "is_withdrawn": said.withdrawn,
            "received_on": said.received_on,
        }
        for said in ascriptions(versions, usccs)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


async def _about(session: AsyncSession, usccs: Collection[str]) -> list[Version]:
    found = await session.execute(_ABOUT, {"usccs": sorted(usccs)})
    return [Version(**row) for row in found.mappings()]
