"""What a cell of a table means: all is text, and numbers stand as people write them.

Only for files of cells; JSON says itself what is a number, and is taken at its word.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from services.ingest.domain.contract import Column, Kind
from services.ingest.domain.widths import half_width
from services.ingest.domain.words import as_compared
from shared.codes.divisions import DivisionUnknown, find

# Programs that know blank cells as no number write whole ones with a point.
_INTEGER: Final = re.compile(r"(-?[0-9]{1,18})(\.0+)?")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_DAY: Final = re.compile(
    r"(?P<day>(?P<month>[0-9]{4}-[0-9]{2})-[0-9]{2})"
    r"(?P<time>[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?"
)
# The year first, so that it can mean one month or day only. No month with a point: a workbook makes
# 2020.1 of 2020.10.
_OFFICE_MONTH: Final = re.compile(
    r"(?P<year>(19|20)[0-9]{2})(年(?P<a>[0-9]{1,2})月|[-/](?P<b>[0-9]{1,2})|(?P<c>[0-9]{2}))"
)
_OFFICE_DAY: Final = re.compile(
    r"(?P<year>(19|20)[0-9]{2})"
    r"(年(?P<a>[0-9]{1,2})月(?P<d>[0-9]{1,2})日"
    r"|(?P<sign>[-/.])(?P<b>[0-9]{1,2})(?P=sign)(?P<e>[0-9]{1,2})"
    r"|(?P<c>[0-9]{2})(?P<f>[0-9]{2}))"
)
_MIDNIGHT: Final = "T00:00"
_BEIJING: Final = "+08:00"


def as_meant(column: Column, raw: object) -> object:
    """Return what a cell means to a column; what it cannot mean stays as it is."""
    if not isinstance(raw, str):
        return raw
    if column.kind is Kind.CHOICE:
        return column.words.get(as_compared(raw), raw)
    read = _MEANT.get(column.kind)
    return raw if read is None else read(half_width(raw).strip())


def _integer(text: str) -> object:
    found = _INTEGER.fullmatch(_ungrouped(text))
    return text if found is None else int(found[1])


def _ungrouped(text: str) -> str:
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def _month(text: str) -> str:
    """Take a month's first and last day for it: a spreadsheet makes a day of "2020-07"."""
    found = _DAY.fullmatch(text)
    if found is None:
        return _office_month(text)
    try:
        day = date.fromisoformat(found["day"])
        ends = 1 in {day.day, (day + timedelta(days=1)).day}
    except (ValueError, OverflowError):
        return text
    return found["month"] if ends else text


def _day(text: str) -> str:
    """Take a day with a time for the day: a cell that is a date may have one unseen."""
    found = _DAY.fullmatch(text)
    return _office_day(text) if found is None else found["day"]


def _district(text: str) -> str:
    """Take the name of a district for its code, as the column is about districts of this city."""
    try:
        return find(text).code
    except DivisionUnknown:
        return text


def _office_month(text: str) -> str:
    found = _OFFICE_MONTH.fullmatch(text)
    return text if found is None else f"{found['year']}-{_first(found, 'abc'):02}"


def _office_day(text: str) -> str:
    found = _OFFICE_DAY.fullmatch(text)
    if found is None:
        return text
    return f"{found['year']}-{_first(found, 'abc'):02}-{_first(found, 'def'):02}"


def _first(found: re.Match[str], groups: str) -> int:
    return int(next(found[name] for name in groups if found[name] is not None))


def _instant(text: str) -> str:
    """Take a time for Beijing's: no cell that is a date has a zone, and one shows no midnight."""
    found = _DAY.fullmatch(text)
    return text if found is None else f"{found['day']}{found['time'] or _MIDNIGHT}{_BEIJING}"


_MEANT: Final[Mapping[Kind, Callable[[str], object]]] = {
    Kind.USCC: str,
    Kind.INTEGER: _integer,
    Kind.CNY: _ungrouped,
    Kind.DISTRICT: _district,
    Kind.MONTH: _month,
    Kind.DATE: _day,
    Kind.TIMESTAMP: _instant,
}
