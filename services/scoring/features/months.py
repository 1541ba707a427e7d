"""Calendar months as text ("2026-09") and as numbers, and how to count in them."""

from calendar import monthrange
from datetime import date

import polars as pl


def month_of(day: date) -> str:
    """Return the month in which a day lies."""
    return f"{day.year:04}-{day.month:02}"


def number_of(month: str) -> int:
    """Count the months since the year 0."""
    year, number = (int(part) for part in month.split("-"))
    return year * 12 + number - 1


def months_before(month: str, count: int) -> str:
    """Return the month that lies `count` months before."""
    index = number_of(month) - count
    return f"{index // 12:04}-{index % 12 + 1:02}"


def last_day(month: str) -> date:
    """Return the last day of a month."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, monthrange(year, number)[1])


def numbered(period: pl.Expr) -> pl.Expr:
    """Count the months of a column of months since the year 0."""
    return period.str.slice(0, 4).cast(pl.Int32) * 12 + period.str.slice(5, 2).cast(pl.Int32) - 1


def month_at(number: int) -> str:
    """Name the month of a number."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def age_at(number: int, as_of: date) -> int:
    """Count the days since the end of a month; of the month itself none."""
    return max(0, (as_of - last_day(month_at(number))).days)
