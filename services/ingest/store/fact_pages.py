"""What is on record of an enterprise by a feed: now, as known on a day, or every version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.values import Value
from services.ingest.store.observations import Periods, content
from services.ingest.store.periods import is_of
from services.ingest.store.register import seen_in
from services.ingest.tables import ENTERPRISES, IMPORTS, OBSERVATIONS
from shared.calendar import SHANGHAI


@dataclass(frozen=True)
class Asked:
    """Of whom, of which period, as known at the end of which day; `history`: every version."""

    uscc: str
    period: str | None = None
    known_on: date | None = None
    history: bool = False


@dataclass(frozen=True)
class Fact:
    """A version of a fact: what it says, and when and by which import it was learned."""

    feed: str
    uscc: str
    period: str
    version: int
    withdrawn: bool
    values: Mapping[str, Value]
    received_at: datetime
    import_id: UUID
    agency: str
    kind: str
    reason: str | None


async def facts(
    session: AsyncSession,
    contract: FeedContract,
    asked: Asked,
    *,
    districts: frozenset[str] | None,
) -> list[Fact]:
    """Return facts of one enterprise, the newest period and version first.

    Of those that `districts` see only, unless that is None. What had been taken back by the day is
    not a fact of that day; the history shows it.
    """
    table = OBSERVATIONS[contract.name]
    periods = Periods(contract)
    statement = (
        select(
            table,
            IMPORTS.c.received_at,
            IMPORTS.c.id.label("import_id"),
            IMPORTS.c.agency,
            IMPORTS.c.kind,
            IMPORTS.c.reason,
        )
        .join_from(table, IMPORTS, IMPORTS.c.no == table.c.import_no)
        .join(ENTERPRISES, ENTERPRISES.c.id == table.c.enterprise_id)
        .where(ENTERPRISES.c.uscc == asked.uscc)
        .order_by(table.c.period.desc(), table.c.version.desc())
    )
    if districts is not None:
        statement = statement.where(seen_in(districts))
    if asked.period is not None:
        statement = statement.where(is_of(contract, asked.period))
    if asked.known_on is not None:
        statement = statement.where(IMPORTS.c.received_at < _end_of(asked.known_on))
    found = (await session.execute(statement)).mappings().all()
    told: list[Fact] = []
    seen: set[Any] = set()
    for row in found:
        newest = row["period"] not in seen
        seen.add(row["period"])
        if asked.history or (newest and not row["withdrawn"]):
            told.append(
                Fact(
                    feed=contract.name,
                    uscc=asked.uscc,
                    period=periods.told(row["period"]),
                    version=row["version"],
                    withdrawn=row["withdrawn"],
                    values=content(contract, row),
                    received_at=row["received_at"],
                    import_id=row["import_id"],
                    agency=row["agency"],
                    kind=row["kind"],
                    reason=row["reason"],
                )
            )
    return told


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
