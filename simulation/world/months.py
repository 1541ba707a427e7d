"""Months as numbers from the first month of the history on, and back."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

FIRST_DAY: Final = date(2020, 7, 31)
LAST_DAY: Final = date(2020, 9, 30)
HISTORY_MONTHS: Final = 24
_FIRST_MONTH: Final = 2018 * 12 + 6  # July 2018, counted from January of the year 0
# The month of the first day, whose headcounts come within the window.
LIVE: Final = HISTORY_MONTHS
# To December 2020: 90 days after the last day, what was planned in the window shows.
MONTHS: Final = HISTORY_MONTHS + 6


def month_of(day: date) -> int:
    """Return the number of a day's month."""
    return day.year * 12 + day.month - 1 - _FIRST_MONTH


def text_of(month: int) -> str:
    """Write a month as YYYY-MM."""
    year, place = divmod(month + _FIRST_MONTH, 12)
    return f"{year:04d}-{place + 1:02d}"


def number_of(text: str) -> int:
    """Return the number of a month written as YYYY-MM."""
    return month_of(date.fromisoformat(f"{text}-01"))


def first_of(month: int) -> date:
    """Return the first day of a month."""
    year, place = divmod(month + _FIRST_MONTH, 12)
    return date(year, place + 1, 1)


def day_in(month: int, number: float) -> date:
    """Return the day of a month that a uniform number stands for."""
    first = first_of(month)
    return first + timedelta(days=int(number * monthrange(first.year, first.month)[1]))


def season_of(month: int) -> int:
    """Return the place of a month in its year, January being 0."""
    return (month + _FIRST_MONTH) % 12


WINDOW: Final = tuple(
    FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)
)
