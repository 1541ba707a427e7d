"""Editions of the protection lists and their entries, each as its newest version says it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import FromClause, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.tables import ENTERPRISES
from services.ingest.tables import PROTECTION_LIST_ENTRIES as ENTRIES
from shared.pagination import Column, Keyset, PageQuery

_KEY: Final = (ENTRIES.c.list_kind, ENTRIES.c.edition, ENTRIES.c.enterprise_id)


@dataclass(frozen=True)
class Edition:
    """An edition of a list: how many it protects, from its first day to its last."""

    list_kind: str
    edition: str
    entries: int
    valid_from: date
    valid_until: date | None
    received_at: datetime


@dataclass(frozen=True)
class ListEntry:
    """An enterprise on an edition of a list."""

    uscc: str
    name: str
    district: str
    edition: str
    version: int
    valid_from: date
    valid_until: date | None
    reason: str | None


async def editions(session: AsyncSession, query: PageQuery) -> tuple[list[Edition], str | None]:
    """Return one page of the editions, by list and name."""
    newest = _newest(None)
    counted = (
        select(
            newest.c.list_kind,
            newest.c.edition,
            func.count().label("entries"),
            func.min(newest.c.valid_from).label("valid_from"),
            # An entry without a last day protects beyond every other.
            case(
                (func.bool_or(newest.c.valid_until.is_(None)), None),
                else_=func.max(newest.c.valid_until),
            ).label("valid_until"),
            func.max(newest.c.received_at).label("received_at"),
        )
        .group_by(newest.c.list_kind, newest.c.edition)
        .subquery()
    )
    order = Keyset(Column(counted.c.list_kind, str), Column(counted.c.edition, str))
    rows = (await session.execute(order.page(select(counted), query))).mappings().all()
    shown, cursor = order.cut(rows, query, lambda row: (row["list_kind"], row["edition"]))
    return [Edition(**row) for row in shown], cursor


async def entries(
    session: AsyncSession, query: PageQuery, *, list_kind: str, edition: str | None
) -> tuple[list[ListEntry], str | None]:
    """Return one page of a list's entries, by edition and credit code."""
    newest = _newest(list_kind)
    statement: Any = select(
        ENTERPRISES.c.uscc,
        ENTERPRISES.c.name,
        ENTERPRISES.c.district,
        newest.c.edition,
        newest.c.version,
        newest.c.valid_from,
        newest.c.valid_until,
        newest.c.reason,
    ).join(newest, newest.c.enterprise_id == ENTERPRISES.c.id)
    if edition is not None:
        statement = statement.where(newest.c.edition == edition)
    order = Keyset(Column(newest.c.edition, str), Column(ENTERPRISES.c.uscc, str))
    rows = (await session.execute(order.page(statement, query))).mappings().all()
    shown, cursor = order.cut(rows, query, lambda row: (row["edition"], row["uscc"]))
    return [ListEntry(**row) for row in shown], cursor


def _newest(list_kind: str | None) -> FromClause:
    statement = select(ENTRIES).ext(distinct_on(*_KEY)).order_by(*_KEY, ENTRIES.c.version.desc())
    if list_kind is not None:
        statement = statement.where(ENTRIES.c.list_kind == list_kind)
    return statement.subquery("newest")
