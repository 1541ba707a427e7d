"""Business days and months in Beijing."""

from datetime import date, datetime

from shared.calendar import SHANGHAI

KEPT_MONTHS = 24
_MONTHS = 12


def day_of(now: datetime) -> date:
    """Return the day that it is in Beijing."""
    return now.astimezone(SHANGHAI).date()


def oldest_kept_month(today: date) -> str:
    """Return the first of the 24 months whose headcounts are kept."""
    year, month = divmod(today.year * _MONTHS + today.month - 1 - KEPT_MONTHS, _MONTHS)
    return f"{year:04d}-{month + 1:02d}"
