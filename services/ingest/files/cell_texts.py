"""What a cell of a workbook says as text, whatever type it has there."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

_MIDNIGHT: Final = time(0, 0)
_LARGEST: Final = 400  # powers of ten; no double has as many


def text_of(cell: object) -> str:
    """Return what a cell says; a number without a fraction has no point, a day no time."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat()
            if cell.time() == _MIDNIGHT
            else cell.isoformat(sep=" ", timespec="seconds")
        )
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def number_of(said: str) -> Decimal | None:
    """Return the number that a program has written; None of what is none, or too long to write."""
    try:
        number = Decimal(said.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _LARGEST else None


def written_out(number: Decimal) -> str:
    """Write a number as people do, without powers of ten."""
    return format(number.normalize(), "f")
