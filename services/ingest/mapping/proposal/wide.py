"""Months that stand side by side in a header, alone or each above or below several names."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from services.ingest.mapping.model import OF_VALUE
from services.ingest.mapping.proposal.sample import Sample

_FEWEST_MONTHS: Final = 2
_MONTHS: Final = 12
# 2020年/7月: a year that is merged above its months.
_MONTH_HEADER: Final = re.compile(
    r"^(?P<before>(?:\D*\D)??)(?P<key>\d{4}(?P<sign>年/|年|-|/|\.|)\d{1,2}(?P<after>月?))"
    r"(?P<behind>(?:\D.*)?)$"
)
# 109年7月: years of the Republic, which begin in 1912.
_REPUBLIC: Final = "年 of the Republic"
_BEFORE_REPUBLIC: Final = 1911
_REPUBLIC_HEADER: Final = re.compile(
    r"^(?P<before>(?:\D*\D)??)(?P<key>1\d{2}(?P<sign>年)\d{1,2}(?P<after>月))(?P<behind>(?:\D.*)?)$"
)
_WIDE: Final[Mapping[str, tuple[str, str]]] = {
    "年/": (r"[0-9]{4}年/[0-9]{1,2}月", "YYYY年/M月"),
    "年": (r"[0-9]{4}年[0-9]{1,2}月", "YYYY年M月"),
    "-": (r"[0-9]{4}-[0-9]{1,2}", "YYYY-M"),
    "/": (r"[0-9]{4}/[0-9]{1,2}", "YYYY/M"),
    ".": (r"[0-9]{4}\.[0-9]{1,2}", "YYYY.M"),
    "": (r"[0-9]{6}", "YYYYMM"),
    _REPUBLIC: (r"1[0-9]{2}年[0-9]{1,2}月", "YYY年M月"),
    # The year stands elsewhere: in a title, in the name of the sheet or of the file.
    "月": (r"[0-9]{1,2}月", "YYYY年M月"),
}
_BARE_MONTH: Final = re.compile(
    r"^(?P<before>(?:\D*\D)??)(?P<key>(?:1[0-2]|0?[1-9])(?P<sign>月)(?P<after>))"
    r"(?P<behind>(?:\D.*)?)$"
)
_BETWEEN: Final = re.compile(r"[/_\s:：-]")


@dataclass(frozen=True)
class _Header:
    """A header that names a month, and what else it says: `before` or `behind` it."""

    place: int
    text: str
    key: str
    sign: str
    before: str
    behind: str


@dataclass(frozen=True)
class Months:
    """What is seen of months side by side.

    `names`: what tells the columns of one month apart, each with its headers; `$value` alone if
    there is one a month, with `beside` in its header. `between` month and name; the name comes
    `first` or last. `sample`: the file as if each month of a row were a row. `keys`: the months as
    they stand in the headers. `year`: of months that stand there without one.
    """

    sign: str
    names: Mapping[str, Sequence[str]]
    sample: Sample
    keys: Sequence[str]
    beside: str = ""
    between: str = ""
    first: bool = False
    year: int | None = None

    @property
    def form(self) -> str:
        """Return the format of the months."""
        return _WIDE[self.sign][1]

    def pattern(self, unread: Sequence[str]) -> str:
        """Return the pattern of the headers, but of those whose names nobody reads."""
        group = _WIDE[self.sign][0]
        if OF_VALUE in self.names:
            return f"^{re.escape(self.beside)}({group})$"
        read = [name for name in self.names if name not in unread]
        names = ".+" if len(read) == len(self.names) else "|".join(map(re.escape, read))
        key, name, between = f"(?P<key>{group})", f"(?P<name>{names})", re.escape(self.between)
        return f"^{name}{between}{key}$" if self.first else f"^{key}{between}{name}$"

    @property
    def last_days(self) -> dict[str, date] | None:
        """Return the last day of each month, by how it stands in the headers; None if it is none.

        What looks like a month may be none: 202099.
        """
        days = {}
        for key in self.keys:
            digits = {"月": 0, _REPUBLIC: 3}.get(self.sign, 4)
            year = int(key[:digits]) if digits else self.year or 0
            year += _BEFORE_REPUBLIC if self.sign == _REPUBLIC else 0
            month = int(key[digits:].strip("年月/.-"))
            if not (1 <= month <= _MONTHS and year):
                return None
            days[key] = date(year, month, monthrange(year, month)[1])
        return days

    def headers(self, unread: Sequence[str]) -> list[str]:
        """Return the headers of the file that stand for what nobody reads."""
        return [header for name in unread for header in self.names.get(name, (name,))]


def months_of(sample: Sample) -> Months | None:
    """Return the months that stand side by side, each with as many names as it has; or None."""
    ways = (_months(sample, each) for each in (_MONTH_HEADER, _REPUBLIC_HEADER, _BARE_MONTH))
    return next((months for months in ways if months is not None), None)


def _months(sample: Sample, written: re.Pattern[str]) -> Months | None:
    seen: dict[tuple[str, bool, bool], list[_Header]] = {}
    for header in _headers(sample, written):
        form = header.sign, bool(header.before), bool(header.behind)
        seen.setdefault(form, []).append(header)
    for (sign, above, below), found in sorted(seen.items(), key=lambda each: -len(each[1])):
        if len({header.key for header in found}) < _FEWEST_MONTHS or (above and below):
            continue
        keys = list(dict.fromkeys(header.key for header in found))
        beside = {header.before for header in found}
        if not below and len(beside) == 1:
            names = {OF_VALUE: found}
            return Months(sign, _texts(names), _long(sample, names), keys, beside=beside.pop())
        between = _between([header.behind[:1] if below else header.before[-1:] for header in found])
        names = {}
        for header in found:
            name = header.behind if below else header.before
            name = name.removeprefix(between) if below else name.removesuffix(between)
            names.setdefault(name, []).append(header)
        long = _long(sample, names)
        return Months(sign, _texts(names), long, keys, between=between, first=above)
    return None


def _headers(sample: Sample, written: re.Pattern[str]) -> Iterator[_Header]:
    for place, text in enumerate(sample.headers):
        found = written.match(text)
        if found is not None and bool(found["after"]) == found["sign"].startswith("年"):
            key, sign, before, behind = found.group("key", "sign", "before", "behind")
            sign = _REPUBLIC if written is _REPUBLIC_HEADER else sign
            yield _Header(place, text, key, sign, before, behind)


def _between(signs: Sequence[str]) -> str:
    """Return the sign that stands between month and name, if it is the same everywhere."""
    same = len(set(signs)) == 1 and _BETWEEN.fullmatch(signs[0])
    return signs[0] if same else ""


def _texts(names: Mapping[str, Sequence[_Header]]) -> dict[str, list[str]]:
    return {name: [header.text for header in found] for name, found in names.items()}


def _long(sample: Sample, names: Mapping[str, Sequence[_Header]]) -> Sample:
    """Return the sample as if each month of a row were a row of its own."""
    of_months = {header.place for found in names.values() for header in found}
    fixed = [place for place in range(len(sample.headers)) if place not in of_months]
    keys = dict.fromkeys(header.key for found in names.values() for header in found)
    places = [
        [next((h.place for h in found if h.key == key), None) for found in names.values()]
        for key in keys
    ]
    rows = [
        [_cell(row, place) for place in (*fixed, *columns)]
        for row in sample.rows
        for columns in places
    ]
    headers = [*(sample.headers[place] for place in fixed), *names]
    return replace(sample, headers=headers, rows=rows)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
