"""Which facts of a feed a period names: one of an enterprise, or all events of a day."""

from sqlalchemy import ColumnElement, and_, or_

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.store.observations import Periods
from services.ingest.tables import OBSERVATIONS

# What stands between the day of an event and which of that day, and what sorts next after it.
_SLASH, _BEHIND = "/", "0"


def is_of(contract: FeedContract, period: str) -> ColumnElement[bool]:
    """Return whether a fact is of a period; of events, a day means each of that day."""
    column = OBSERVATIONS[contract.name].c.period
    if not FEEDS[contract.name].is_of_events or _SLASH in period:
        return column == Periods(contract).kept(period)
    behind = and_(column >= f"{period}{_SLASH}", column < f"{period}{_BEHIND}")
    return or_(column == period, behind)
