"""Insured headcounts and contributions by month, as last heard."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.store.rows import newest_holds, upsert_newest
from services.matchmaking.tables import HEADCOUNTS
from shared.events.ingest import ObservationsRecorded, Operation

FEED: Final = "insured_headcount"

_COLUMNS: Final = list(HEADCOUNTS.c)
_KEY: Final = ("uscc", "month")
_COUNTS: Final = ("insured_headcount", "joined", "left")
_AMOUNTS: Final = ("due", "paid")
_MEASURES: Final = (*_COUNTS, *_AMOUNTS, "months_in_arrears")


async def note(session: AsyncSession, facts: Iterable[ObservationsRecorded]) -> None:
    """Take over months, thousands in one statement; the higher version holds."""
    rows = [row for fact in facts for row in _rows(fact)]
    await session.execute(newest_holds(upsert_newest(_COLUMNS, rows, _KEY), _COLUMNS, _KEY))


async def months(session: AsyncSession, uscc: str, *, since: str) -> Sequence[dict[str, Any]]:
    """Return the months of an enterprise from `since` on, oldest first."""
    query = (
        select(HEADCOUNTS)
        .where(HEADCOUNTS.c.uscc == uscc, HEADCOUNTS.c.month >= since, ~HEADCOUNTS.c.withdrawn)
        .order_by(HEADCOUNTS.c.month)
    )
    return [dict(row) for row in (await session.execute(query)).mappings()]


async def latest(session: AsyncSession, usccs: Collection[str]) -> dict[str, int]:
    """Return the newest headcount of each enterprise that has one."""
    query = (
        select(HEADCOUNTS.c.uscc, HEADCOUNTS.c.insured_headcount)
        .where(
            HEADCOUNTS.c.uscc == func.any(sorted(usccs)),
            ~HEADCOUNTS.c.withdrawn,
            HEADCOUNTS.c.insured_headcount.is_not(None),
        )
        .order_by(HEADCOUNTS.c.uscc, HEADCOUNTS.c.month)
    )
    return {row.uscc: row.insured_headcount for row in await session.execute(query)}


async def forget(session: AsyncSession, *, before: str) -> None:
    """Drop the months before `before`."""
    await session.execute(delete(HEADCOUNTS).where(HEADCOUNTS.c.month < before))


def _rows(fact: ObservationsRecorded) -> list[list[object]]:
    said = [fact.values.get(name, (None,) * len(fact)) for name in _MEASURES]
    rows: list[list[object]] = []
    for place, operation in enumerate(fact.operation):
        gone = operation is Operation.WITHDRAW
        measured = {
            name: None if gone else _number(name, column[place])
            for name, column in zip(_MEASURES, said, strict=True)
        }
        row = {
            "uscc": fact.uscc[place],
            "month": fact.period[place],
            "version": fact.version[place],
            "withdrawn": gone,
            **measured,
        }
        rows.append([row[of.name] for of in _COLUMNS])
    return rows


def _number(name: str, value: int | Decimal | str | None) -> int | Decimal | None:
    if value is None:
        return None
    return Decimal(value) if name in _AMOUNTS else int(value)
