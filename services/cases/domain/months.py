"""Counting by months: calendar months by name, and the same day months later."""

from datetime import date, datetime, timedelta

from shared.calendar import SHANGHAI


def shifted(month: str, by: int) -> str:
    """Return the month ("2020-08") so many months later; earlier where `by` is negative."""
    year, number = month.split("-")
    count = int(year) * 12 + int(number) - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def day_after(moment: datetime, months: int) -> date:
    """Return the same day so many months later; where that month has none, its last."""
    day = moment.astimezone(SHANGHAI).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
