"""Counting by months: calendar months by name, and the same day months later."""

from datetime import date, datetime

from shared import calendar


def shifted(month: str, by: int) -> str:
    """Return the month ("2020-08") so many months later; earlier where `by` is negative."""
    year, number = month.split("-")
    count = int(year) * 12 + int(number) - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def day_after(moment: datetime, months: int) -> date:
    """Return the same day so many months later; where that month has none, its last."""
    return calendar.day_after(moment.astimezone(calendar.SHANGHAI).date(), months)
