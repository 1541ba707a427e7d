"""Calendar months as text ("2026-09"), and how to count in them."""

from calendar import monthrange
from datetime import date


def month_of(day: date) -> str:
    """Return the month in which a day lies."""
    return f"{day.year:04}-{day.month:02}"


def months_before(month: str, count: int) -> str:
    """Return the month that lies `count` months before."""
    year, number = (int(part) for part in month.split("-"))
    index = year * 12 + number - 1 - count
    return f"{index // 12:04}-{index % 12 + 1:02}"


def months_up_to(month: str, count: int) -> tuple[str, ...]:
    """Return `count` months, `month` first and then backwards."""
    return tuple(months_before(month, back) for back in range(count))


def last_day(month: str) -> date:
    """Return the last day of a month."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, monthrange(year, number)[1])
