"""Whether a feed comes when its contract says, by working days."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.ingest.domain.contract import FeedContract
from shared.calendar import WorkingCalendar, day_after

_ONE_DAY: Final = timedelta(days=1)
_FIRST: Final = "-01"
# With less of the enterprises of the period before, the last one is most likely a part of it.
_COMPLETE: Final = 0.9


class Standing(StrEnum):
    """How a feed of an agency stands against its contract."""

    NEVER_SENT = "never_sent"
    NO_LIMIT = "no_limit"
    IN_TIME = "in_time"
    INCOMPLETE = "incomplete"
    LATE = "late"


@dataclass(frozen=True)
class Arrival:
    """What an agency has sent of a feed: its last period, and the day of its last push."""

    feed: str
    agency: str
    last_push: date
    last_period: str | None = None


@dataclass(frozen=True)
class Lag:
    """What is awaited next, until when, and by how many working days it is late.

    `missing` is the latest period that should be here and is not; where no period is awaited, the
    day of the last push: the silence since then.
    """

    awaited: str
    due_on: date
    working_days_late: int
    missing: str | None

    @property
    def is_late(self) -> bool:
        """Tell whether the last day to send it is past."""
        return self.missing is not None


def lag(
    contract: FeedContract, arrival: Arrival, *, today: date, calendar: WorkingCalendar
) -> Lag | None:
    """Compare what arrived with what the contract promises; None where it promises no time."""
    fresh = contract.freshness
    if fresh is None:
        return None
    if fresh.element is None or arrival.last_period is None:
        due_on = calendar.add_working_days(arrival.last_push, fresh.working_days)
        silent = arrival.last_push.isoformat()
        return _lag(silent, due_on, silent, today=today, calendar=calendar)
    awaited = _next(arrival.last_period)
    due_on = _due(awaited, fresh.working_days, calendar)
    missing = awaited
    while _due(_next(missing), fresh.working_days, calendar) < today:
        missing = _next(missing)
    return _lag(awaited, due_on, missing, today=today, calendar=calendar)


def standing(arrival: Arrival | None, late_by: Lag | None, completeness: float | None) -> Standing:
    """Say in one word how a feed stands: what is late is told first, then what is incomplete."""
    if arrival is None:
        return Standing.NEVER_SENT
    if late_by is not None and late_by.is_late:
        return Standing.LATE
    if completeness is not None and completeness < _COMPLETE:
        return Standing.INCOMPLETE
    return Standing.NO_LIMIT if late_by is None else Standing.IN_TIME


def is_measured_by_period(contract: FeedContract) -> bool:
    """Tell whether what counts is the period of which something is said, not the push."""
    return contract.freshness is not None and contract.freshness.element is not None


def _lag(
    awaited: str, due_on: date, missing: str, *, today: date, calendar: WorkingCalendar
) -> Lag:
    if today <= due_on:
        return Lag(awaited, due_on, 0, None)
    return Lag(awaited, due_on, calendar.working_days_between(due_on, today), missing)


def _next(period: str) -> str:
    if _is_month(period):
        return f"{day_after(date.fromisoformat(period + _FIRST), 1):%Y-%m}"
    return (date.fromisoformat(period) + _ONE_DAY).isoformat()


def _due(period: str, working_days: int, calendar: WorkingCalendar) -> date:
    """Return the last day to send a period, counted from its own last day."""
    if _is_month(period):
        last = day_after(date.fromisoformat(period + _FIRST), 1) - _ONE_DAY
    else:
        last = date.fromisoformat(period)
    return calendar.add_working_days(last, working_days)


def _is_month(period: str) -> bool:
    return len(period) == len("YYYY-MM")
