"""Which facts of a feed a period names: one of an enterprise, or all events of a day."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Integer, and_, literal, or_, true, tuple_

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.store.observations import Periods
from services.ingest.tables import OBSERVATIONS

BETWEEN: Final = "/"
"""What stands between the day of an event and which of that day."""
_BEHIND: Final = "0"  # what sorts next after it


@dataclass(frozen=True)
class Place:
    """Where in the primary key a part of a period's facts ends."""

    period: str
    enterprise_id: int


def behind(contract: FeedContract, after: Place | None) -> ColumnElement[bool]:
    """Return whether a fact stands behind a place; every one does behind none."""
    if after is None:
        return true()
    table = OBSERVATIONS[contract.name]
    last = literal(Periods(contract).kept(after.period), table.c.period.type)
    place = tuple_(table.c.period, table.c.enterprise_id)
    return place > tuple_(last, literal(after.enterprise_id, Integer))


def is_of(contract: FeedContract, period: str) -> ColumnElement[bool]:
    """Return whether a fact is of a period; of events, a day means each of that day."""
    column = OBSERVATIONS[contract.name].c.period
    if not FEEDS[contract.name].is_of_events or BETWEEN in period:
        return column == Periods(contract).kept(period)
    behind = and_(column >= f"{period}{BETWEEN}", column < f"{period}{_BEHIND}")
    return or_(column == period, behind)
