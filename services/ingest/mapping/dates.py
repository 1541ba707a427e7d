"""Dates as senders write them: by their formats, or as the serial numbers of a spreadsheet."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from services.ingest.domain.contract import Kind
from services.ingest.domain.widths import half_width
from shared.calendar import SHANGHAI

SERIAL: Final = "excel"
CHINESE: Final = "chinese"
EPOCH: Final = "epoch"
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_SHORT: Final = {name[:3]: place for place, name in enumerate(_MONTHS, start=1)}
# The longer first: MM is not two M.
_PARTS: Final = {
    "YYYY": "(?P<year>[0-9]{4})",
    "MMMM": f"(?P<name>(?i:{'|'.join(_MONTHS)}))",
    "MMM": f"(?P<name>(?i:{'|'.join(_SHORT)}))",
    "YYY": "(?P<republic>[0-9]{2,3})",
    "YY": "(?P<short>[0-9]{2})",
    "MM": "(?P<month>[0-9]{2})",
    "DD": "(?P<day>[0-9]{2})",
    "HH": "(?P<hour>[0-9]{2})",
    "mm": "(?P<minute>[0-9]{2})",
    "ss": "(?P<second>[0-9]{2})",
    "FFF": "[0-9]{1,9}",
    "ZZ": "(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})",
    "M": "(?P<month>[0-9]{1,2})",
    "D": "(?P<day>[0-9]{1,2})",
    "H": "(?P<hour>[0-9]{1,2})",
    "Q": "(?P<quarter>[1-4])",
    "K": "(?P<of_quarter>[1-3])",
    "A": "(?P<half>(?i:[AP]\\.?M\\.?)|上午|下午)",
}
_TOKEN: Final = re.compile("|".join(_PARTS))
_MONTH_TOKENS: Final = frozenset({"M", "MM", "MMM", "MMMM", "Q"})
_SERIAL: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,17})?")
_FIRST_DAY: Final = datetime(1899, 12, 30)  # noqa: DTZ001 a spreadsheet knows no time zone
_LAST_SERIAL: Final = 2_958_465  # 9999-12-31
_SECONDS: Final = 86_400
_BEIJING: Final = "+08:00"
_OF_DAY: Final = ("hour", "minute", "second")
_NOON: Final = 12
# What is written in two digits: 69 is 2069, 70 is 1970.
_PIVOT: Final = 70
# 民国元年 is 1912.
_BEFORE_REPUBLIC: Final = 1911
# Seconds since 1970, or thousandths of them, as other programs write them.
_COUNTED: Final = re.compile("([0-9]{9,10})([0-9]{3})?")
_DIGITS: Final = {**{digit: place for place, digit in enumerate("〇一二三四五六七八九")}}
_DIGITS.update({"零": 0, "○": 0, "O": 0})
_NUMERALS: Final = re.compile(
    "(?P<year>[〇零○O一二三四五六七八九]{4})年(?P<month>[一二三四五六七八九十]{1,2})月"
    "(?:(?P<day>[一二三四五六七八九十]{1,3})[日号])?"
)


class FormatUnknown(ValueError):
    """The text is no format of dates: it lacks the year or the month, or names a part twice."""


@dataclass(frozen=True)
class DateFormat:
    """One way to write a date: `YYYY年M月D日`, or `excel` and `epoch` for counted time."""

    text: str
    pattern: re.Pattern[str] | None

    def read(self, text: str) -> datetime | None:
        """Return what is meant; None if it is not written in this way, or no such day exists."""
        if self.pattern is None:
            return _of_epoch(text) if self.text == EPOCH else _of_serial(text)
        found = self.pattern.fullmatch(text)
        return None if found is None else self._meant(found)

    def within(self, text: str) -> list[tuple[int, datetime]]:
        """Return the dates that stand somewhere in the text in this way, with their places."""
        if self.pattern is None:
            return []
        return [
            (found.start(), meant)
            for found in self.pattern.finditer(text)
            if not _cut_out(text, *found.span()) and (meant := self._meant(found)) is not None
        ]

    def _meant(self, found: re.Match[str]) -> datetime | None:
        said = {name: part for name, part in found.groupdict().items() if part is not None}
        try:
            if self.text == CHINESE:
                return _of_numerals(said)
            day = date(_year(said), _month(said), int(said.get("day", 1)))
            hour, minute, second = (int(said.get(name, 0)) for name in _OF_DAY)
            moment = datetime.combine(day, time(_hour(hour, said.get("half")), minute, second))
            return moment if "zone" not in said else _in_beijing(moment, said["zone"])
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Dates:
    """In which ways a date may be written; `last` tells which one of those within a text holds.

    None: the text is the date and nothing else.
    """

    formats: tuple[DateFormat, ...]
    last: bool | None = None

    def read(self, written: str) -> datetime | None:
        """Return what is meant; None if no format reads it."""
        text = half_width(written)
        if self.last is None:
            days = (form.read(text) for form in self.formats)
            return next((day for day in days if day is not None), None)
        found = [each for form in self.formats for each in form.within(text)]
        if not found:
            return None
        # At one place the format that is named first holds.
        place = (max if self.last else min)(start for start, _ in found)
        return next(day for start, day in found if start == place)

    @property
    def told(self) -> str:
        """Name the formats."""
        return ", ".join(form.text for form in self.formats)


def date_format(text: str) -> DateFormat:
    """Read a format. Raises FormatUnknown."""
    if text in {SERIAL, EPOCH}:
        return DateFormat(text, None)
    if text == CHINESE:
        return DateFormat(text, _NUMERALS)
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
    if len({"YYYY", "YYY", "YY"} & set(names)) != 1 or len(_MONTH_TOKENS & set(names)) != 1:
        raise FormatUnknown(text)
    if "K" in names and "Q" not in names:
        raise FormatUnknown(text)
    return DateFormat(text, compiled)


def told(moment: datetime, kind: Kind) -> str:
    """Write a moment as a column of this kind takes it; a time of day is Beijing's."""
    if kind is Kind.MONTH:
        return f"{moment.year:04}-{moment.month:02}"
    if kind is Kind.TIMESTAMP:
        return moment.isoformat(timespec="seconds") + _BEIJING
    return date.isoformat(moment.date())


def _year(said: dict[str, str]) -> int:
    if "year" in said:
        return int(said["year"])
    if "republic" in said:
        return int(said["republic"]) + _BEFORE_REPUBLIC
    short = int(said["short"])
    return short + (2000 if short < _PIVOT else 1900)


def _month(said: dict[str, str]) -> int:
    if "quarter" in said:
        # A quarter alone is told of at its end.
        return (int(said["quarter"]) - 1) * 3 + int(said.get("of_quarter", 3))
    return _SHORT[said["name"][:3].lower()] if "name" in said else int(said["month"])


def _hour(hour: int, half: str | None) -> int:
    """Return the hour of the day; noon is 12 PM, and 下午 may stand beside 15 as well."""
    if half is None or hour > _NOON:
        return hour
    return hour % _NOON + (_NOON if half[0] in "Pp下" else 0)


def _in_beijing(moment: datetime, zone: str) -> datetime:
    if zone == "Z":
        offset = timedelta(0)
    else:
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    there = moment.replace(tzinfo=timezone(offset))
    return there.astimezone(SHANGHAI).replace(tzinfo=None)


def _of_numerals(said: dict[str, str]) -> datetime:
    year = int("".join(str(_DIGITS[digit]) for digit in said["year"]))
    return datetime(year, _count(said["month"]), _count(said.get("day", "一")))  # noqa: DTZ001


def _count(numeral: str) -> int:
    """Return what a numeral under one hundred counts: 三十一."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _DIGITS[numeral] if len(numeral) == 1 else 0
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _cut_out(text: str, start: int, end: int) -> bool:
    """Tell whether a match is a piece of a longer number."""
    before = start > 0 and text[start].isdigit() and text[start - 1].isdigit()
    return before or (end < len(text) and text[end - 1].isdigit() and text[end].isdigit())


def _of_serial(text: str) -> datetime | None:
    if not _SERIAL.fullmatch(text):
        return None
    days = float(text)
    if not 1 <= days <= _LAST_SERIAL:
        return None
    return _FIRST_DAY + timedelta(seconds=round(days * _SECONDS))


def _of_epoch(text: str) -> datetime | None:
    found = _COUNTED.fullmatch(text)
    if found is None:
        return None
    return datetime.fromtimestamp(int(found[1]), SHANGHAI).replace(tzinfo=None)
