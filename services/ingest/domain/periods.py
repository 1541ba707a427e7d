"""What an agency takes back or replaces as a whole: a period of a feed of its own."""

from datetime import date

from services.ingest.domain.contract import FeedContract, Kind, Target
from services.ingest.domain.errors import FeedWithoutPeriods, PeriodRefused
from services.ingest.domain.rows import Fault, Sifted, turned_away
from services.ingest.domain.values import ValueRefused, reader_for

_PERIODS = frozenset({Kind.MONTH, Kind.DATE})
_OF_THAT_DAY = "/"


def check_period(contract: FeedContract, period: str, *, today: date) -> str:
    """Return a month or day of a feed that has them. Raises FeedWithoutPeriods, PeriodRefused."""
    if _OF_THAT_DAY in period:
        raise PeriodRefused(period)
    told = read_period(contract, period, today=today)
    if {column.name: column for column in contract.columns}[contract.key[1]].kind not in _PERIODS:
        raise FeedWithoutPeriods(contract.name)
    return told


def read_period(contract: FeedContract, period: str, *, today: date) -> str:
    """Return what names a fact of an enterprise; of events, a day names all of that day.

    Raises FeedWithoutPeriods, PeriodRefused.
    """
    if contract.target is not Target.OBSERVATIONS:
        raise FeedWithoutPeriods(contract.name)
    column = {column.name: column for column in contract.columns}[contract.key[1]]
    time, slash, which = period.partition(_OF_THAT_DAY)
    if slash and not (contract.is_of_events and which):
        raise PeriodRefused(period)
    try:
        return f"{reader_for(column, today=today)(time)}{slash}{which}"
    except ValueRefused as refused:
        raise PeriodRefused(period) from refused


def covers(taken_back: str, period: str) -> bool:
    """Tell whether a fact is of a period: a day is of all its events."""
    return taken_back in {period, _time(period)}


def only_of(contract: FeedContract, period: str, sifted: Sifted) -> Sifted:
    """Turn away rows that are not about the period which their file replaces."""
    others = [
        Fault(row.index, contract.key[1], "other_period", row.key[1], {"period": period})
        for row in sifted.rows
        if _time(row.key[1]) != period
    ]
    return turned_away(sifted, others)


def _time(period: str) -> str:
    """Return the month or day of a fact; of an event, without which of that day."""
    return period.partition(_OF_THAT_DAY)[0]
