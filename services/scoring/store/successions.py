"""Keeps which enterprises go on as others, and reads whose months count as whose."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import Date, Select, cast, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.features.facts import SUCCESSIONS as SCHEMA
from services.scoring.features.months import month_of
from services.scoring.features.successions import BEFORE, PAIRS, RULES
from services.scoring.tables import SUCCESSIONS
from shared.events.ingest import SuccessionKind, SuccessionRecorded

_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a succession, and the day on which it became known."""

    predecessor: str
    successor: str
    version: int
    kind: SuccessionKind
    effective_on: date
    withdrawn: bool
    received_on: date


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
    found = await session.execute(
        _about(usccs).with_only_columns(SUCCESSIONS.c.predecessor, SUCCESSIONS.c.successor)
    )
    return {uscc for pair in found for uscc in pair} - set(usccs)


async def versions(session: AsyncSession, usccs: Collection[str]) -> list[Version]:
    """Return all versions of the successions of these enterprises."""
    received_on = cast(func.timezone(_ZONE, SUCCESSIONS.c.received_at), Date)
    names = ("predecessor", "successor", "version", "kind", "effective_on", "withdrawn")
    found = await session.execute(
        _about(usccs).with_only_columns(
            *(SUCCESSIONS.c[name] for name in names), received_on.label("received_on")
        )
    )
    return [Version(**row) for row in found.mappings()]


def rules(versions: Collection[Version], usccs: Collection[str]) -> pl.DataFrame:
    """Return whose months count for these enterprises, every version of every rule.

    A version that says nothing of a pair withdraws what an earlier one said.
    """
    wanted = frozenset(usccs)
    rows = []
    for one in versions:
        named = {"p": one.predecessor, "s": one.successor}
        said = {(heir, other): counts for heir, other, counts in RULES[SuccessionKind(one.kind)]}
        rows += [
            {
                "uscc": named[heir],
                "other": named[other],
                "by": one.successor,
                "counts": said.get((heir, other), BEFORE),
                "month": month_of(one.effective_on),
                "version": one.version,
                "is_withdrawn": one.withdrawn or (heir, other) not in said,
                "received_on": one.received_on,
            }
            for heir, other in PAIRS
            if named[heir] in wanted
        ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _about(usccs: Collection[str]) -> Select[tuple[str]]:
    wanted = sorted(usccs)
    return select(SUCCESSIONS.c.predecessor).where(
        or_(
            SUCCESSIONS.c.predecessor == func.any(wanted),
            SUCCESSIONS.c.successor == func.any(wanted),
        )
    )
