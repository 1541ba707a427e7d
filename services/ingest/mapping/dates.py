"""Dates as senders write them: by their formats, or as the serial numbers of a spreadsheet."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from services.ingest.domain.contract import Kind

SERIAL: Final = "excel"
# The longer first: MM is not two M.
_PARTS: Final = {
    "YYYY": "(?P<year>[0-9]{4})",
    "MM": "(?P<month>[0-9]{2})",
    "DD": "(?P<day>[0-9]{2})",
    "HH": "(?P<hour>[0-9]{2})",
    "mm": "(?P<minute>[0-9]{2})",
    "ss": "(?P<second>[0-9]{2})",
    "M": "(?P<month>[0-9]{1,2})",
    "D": "(?P<day>[0-9]{1,2})",
    "H": "(?P<hour>[0-9]{1,2})",
}
_TOKEN: Final = re.compile("|".join(_PARTS))
_SERIAL: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,17})?")
_FIRST_DAY: Final = datetime(1899, 12, 30)  # noqa: DTZ001 a spreadsheet knows no time zone
_LAST_SERIAL: Final = 2_958_465  # 9999-12-31
_SECONDS: Final = 86_400
_BEIJING: Final = "+08:00"


class FormatUnknown(ValueError):
    """The text is no format of dates: it lacks the year or the month, or names a part twice."""


@dataclass(frozen=True)
class DateFormat:
    """One way to write a date: `YYYY年M月D日`, or `excel` for serial numbers."""

    text: str
    pattern: re.Pattern[str] | None

    def read(self, text: str) -> datetime | None:
        """Return what is meant; None if it is not written in this way, or no such day exists."""
        if self.pattern is None:
            return _of_serial(text)
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        parts = {name: int(digits) for name, digits in found.groupdict().items()}
        try:
            day = date(parts["year"], parts["month"], parts.get("day", 1))
            of_day = time(parts.get("hour", 0), parts.get("minute", 0), parts.get("second", 0))
        except ValueError:
            return None
        return datetime.combine(day, of_day)


def date_format(text: str) -> DateFormat:
    """Read a format. Raises FormatUnknown."""
    if text == SERIAL:
        return DateFormat(text, None)
    names = _TOKEN.findall(text)
    pattern, position = "", 0
    for found in _TOKEN.finditer(text):
        pattern += re.escape(text[position : found.start()]) + _PARTS[found[0]]
        position = found.end()
    pattern += re.escape(text[position:])
    try:
        compiled = re.compile(pattern)
    except re.error:
        raise FormatUnknown(text) from None
    if "YYYY" not in names or not {"M", "MM"} & set(names):
        raise FormatUnknown(text)
    return DateFormat(text, compiled)


def told(moment: datetime, kind: Kind) -> str:
    """Write a moment as a column of this kind takes it; a time of day is Beijing's."""
    if kind is Kind.MONTH:
        return f"{moment:%Y-%m}"
    if kind is Kind.TIMESTAMP:
        return moment.isoformat(timespec="seconds") + _BEIJING
    return date.isoformat(moment.date())


def _of_serial(text: str) -> datetime | None:
    if not _SERIAL.fullmatch(text):
        return None
    days = float(text)
    if not 1 <= days <= _LAST_SERIAL:
        return None
    return _FIRST_DAY + timedelta(seconds=round(days * _SECONDS))
