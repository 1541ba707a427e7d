"""Counting by months: the same day so many months later."""

from datetime import date, timedelta


def day_after(day: date, months: int) -> date:
    """Return the same day so many months later; where that month has none, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
