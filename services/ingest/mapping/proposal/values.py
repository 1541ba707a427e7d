"""Which steps read the values of a column, and how many of them they read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from services.ingest.domain.contract import Column, Kind
from services.ingest.domain.values import ValueRefused, reader_for
from services.ingest.domain.words import as_compared
from services.ingest.domain.written import as_meant
from services.ingest.mapping.amounts import AmountForm, AmountUnreadable, RateUnknown
from services.ingest.mapping.dates import date_format, told
from services.ingest.mapping.numbers import NumberForm, NumberUnreadable, written
from services.ingest.mapping.proposal.likeness import likeness
from services.ingest.mapping.widths import half_width
from shared.codes.divisions import DivisionUnknown, find
from shared.codes.divisions import today as district_today

_FORMATS: Final = (
    *("YYYY-MM-DD", "YYYY-MM-DD HH:mm:ss", "YYYY-MM-DD HH:mm", "YYYY-MM", "YYYY-M-D", "YYYY-M"),
    *("YYYY-M-D H:mm:ss", "YYYY-M-D H:mm", "YYYY/M/D"),
    *("YYYY/M/D H:mm", "YYYY/M/D H:mm:ss", "YYYY年M月D日", "YYYY年M月", "YYYY.M.D", "YYYY.M"),
    *("YYYY/M", "YYYYMMDD", "YYYYMM", "YYYY-MM-DDTHH:mm:ssZZ", "YYYY-MM-DDTHH:mm:ss.FFFZZ"),
    *("D.M.YYYY", "M.YYYY", "YYY年M月D日", "YYY年M月", "YYY/MM/DD", "D-MMM-YY"),
    *("M/D/YYYY", "M/D/YY", "MMM D, YYYY", "MMMM D, YYYY", "D-MMM-YYYY", "chinese", "excel"),
)
_UNITS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("人", "名", "户", "家", "个", "次", "件", "个月", "月", "%"), 1),
    "万人": 10_000,
    "万户": 10_000,
    "千瓦时": 1,
    "度": 1,
    "kWh": 1,
    "万千瓦时": 10_000,
    "元": 1,
    "千元": 1000,
    "万": 10_000,
    "万元": 10_000,
    "百万元": 1_000_000,
    "亿": 100_000_000,
    "亿元": 100_000_000,
}
_MONEY: Final = ("元", "千元", "万", "万元", "百万元", "亿", "亿元")
_OF_HEADER: Final = re.compile(r"[(\[](?:单位[:：])?([^()\[\]]{1,6})[)\]]")
_UNIT_ABOVE: Final = f"单位[:：][^:：]*?({'|'.join(sorted(_MONEY, key=len, reverse=True))})"
_LIKE: Final = 0.5
# 未注销 is like 注销, and means the opposite.
_NOT: Final = re.compile("[未非不无没]")
_MOST_CODES: Final = 50
_DATED: Final = frozenset({Kind.DATE, Kind.MONTH, Kind.TIMESTAMP})


_NOTHING_ABOVE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Steps:
    """Steps of a rule, which part of the values they read, and what a person should look at."""

    steps: Mapping[str, Any] = field(default_factory=dict)
    fit: float = 0.0
    unread: Sequence[str] = ()


def steps_for(
    column: Column,
    header: str,
    values: Sequence[str],
    *,
    today: date,
    above: Mapping[str, str] = _NOTHING_ABOVE,
) -> Steps:
    """Return the steps that read most of the values that stand under a header.

    `above`: the lines above the header, of which one may tell the unit of amounts: 单位：万元.
    """
    if column.kind is Kind.CNY:
        return _amount(column, header, values, today, above)
    propose = _PROPOSE.get(column.kind, _plain)
    return propose(column, header, values, today)


def _judged(
    column: Column,
    values: Sequence[str],
    today: date,
    steps: Mapping[str, Any],
    read: Callable[[str], str | None],
) -> Steps:
    """Return how many values are taken when they are read so."""
    take = reader_for(column, today=today)
    unread: dict[str, None] = {}
    good = 0
    for value in values:
        try:
            text = read(value)
            if text is None:
                unread[value] = None
                continue
            take(as_meant(column, text))
            good += 1
        except ValueRefused:
            unread[value] = None
    return Steps(steps, good / len(values) if values else 0.0, tuple(unread)[:3])


def _plain(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    return _judged(column, values, today, {}, lambda text: text)


def _uscc(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    plain = _plain(column, "", values, today)
    steps = {"width": "half", "case": "upper"}
    mended = _judged(column, values, today, steps, lambda text: half_width(text).upper())
    return mended if mended.fit > plain.fit else plain


def _dates(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    rest, formats = list(values), []
    for name in _FORMATS:
        form = date_format(name)
        left = [text for text in rest if form.read(half_width(text)) is None]
        if len(left) < len(rest):
            formats.append(name)
            rest = left
    read = [date_format(name) for name in formats]

    def moment(text: str) -> str | None:
        days = (form.read(half_width(text)) for form in read)
        found = next((day for day in days if day is not None), None)
        return None if found is None else told(found, column.kind)

    return _judged(column, values, today, {"date": formats} if formats else {}, moment)


def _number(column: Column, header: str, values: Sequence[str], today: date) -> Steps:
    plain = _plain(column, header, values, today)
    if plain.fit == 1.0 and not _said(header):
        return plain
    units = {unit: _UNITS[unit] for unit in _beside(values) if unit in _UNITS}
    own = _said(header)
    if own is not None and _UNITS[own] != 1:
        units[""] = _UNITS[own]
    form = NumberForm({unit: Decimal(count) for unit, count in units.items()})

    def read(text: str) -> str | None:
        try:
            return form.read(text)
        except NumberUnreadable:
            return None

    return _judged(column, values, today, {"number": {"units": units} if units else "plain"}, read)


def _amount(
    column: Column, header: str, values: Sequence[str], today: date, above: Mapping[str, str]
) -> Steps:
    units = {unit: _UNITS[unit] for unit in _MONEY}
    own = _said(header)
    beside: dict[str, Any] = {}
    if own is not None:
        units[""] = _UNITS[own]
    elif (
        line := next((place for place, text in above.items() if _tells_unit(text)), None)
    ) is not None:
        beside = {"unit": {"from": line, "pattern": _UNIT_ABOVE}}
    counts = {unit: Decimal(count) for unit, count in units.items()}
    form = AmountForm(counts, {"人民币": Decimal(1)}, "人民币")

    def read(text: str) -> str | None:
        try:
            return str(form.read(text))
        except (AmountUnreadable, RateUnknown):
            return None

    plain = _plain(column, header, values, today)
    if plain.fit == 1.0 and own is None and not beside:
        return plain
    amount = {"units": units, "currencies": {"人民币": 1}, "currency": "人民币"}
    return _judged(column, values, today, {"amount": amount, **beside}, read)


def _tells_unit(line: str) -> bool:
    """Tell whether a line above the header says in which unit of money amounts stand."""
    return re.search(_UNIT_ABOVE, line) is not None


def _choice(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    def meant(text: str) -> str | None:
        # What its contract takes as it stands needs no table: of words that come later as well.
        if text in column.choices or as_compared(text) in column.words:
            return text
        ranked = [
            (likeness(text, frozenset({label, code})), code)
            for code in column.choices
            for label in [column.labels.get(code, code)]
            if bool(_NOT.search(text)) == bool(_NOT.search(label))
        ]
        best, code = max(ranked, default=(0.0, ""))
        return code if best >= _LIKE else None

    coded = _coded(column, values, today, meant)
    kept = {"unknown_codes": "keep"} if coded.steps else {}
    return replace(coded, steps={**coded.steps, **kept})


def _district(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    def meant(text: str) -> str | None:
        for look in (district_today, find):
            try:
                code = look(text).code
            except DivisionUnknown:
                continue
            # Codes of old are brought up to date by the contract itself.
            return text if look is district_today else code
        return None

    return _coded(column, values, today, meant)


def _coded(
    column: Column, values: Sequence[str], today: date, meant: Callable[[str], str | None]
) -> Steps:
    """Return a table of what the values mean; none where they are the codes themselves."""
    codes = {
        text: code
        for text in dict.fromkeys(values)
        if (code := meant(text)) is not None and code != text
    }
    table = dict(list(codes.items())[:_MOST_CODES])
    return _judged(column, values, today, {"codes": table} if table else {}, meant)


def _said(header: str) -> str | None:
    """Return the unit that a header says, as `应缴（万元）` does."""
    found = _OF_HEADER.search(half_width(header))
    return found[1] if found is not None and found[1] in _UNITS else None


def _beside(values: Sequence[str]) -> list[str]:
    beside: dict[str, None] = {}
    for text in values:
        try:
            before, _, after = written(text)
        except NumberUnreadable:
            continue
        if after + before:
            beside[after + before] = None
    return list(beside)


_PROPOSE: Final[Mapping[Kind, Callable[[Column, str, Sequence[str], date], Steps]]] = {
    Kind.USCC: _uscc,
    Kind.INTEGER: _number,
    Kind.CHOICE: _choice,
    Kind.DISTRICT: _district,
    **dict.fromkeys(_DATED, _dates),
}
