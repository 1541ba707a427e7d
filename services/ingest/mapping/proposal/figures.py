"""Numbers and amounts: with which units, and with which sign before their fractions, they stand."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from services.ingest.domain.widths import half_width
from services.ingest.mapping.amounts import AmountForm, AmountUnreadable, RateUnknown
from services.ingest.mapping.numbers import NumberForm, NumberUnreadable, written

Read = Callable[[str], str | None]
"""Return what a text says; None if it says nothing that can be read."""

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
# Without brackets only what cannot be the end of another word: 欠费金额万元, amountWan.
_ENDS_HEADER: Final = re.compile("(千元|百万元|万元|亿元|万千瓦时)$")
_WAN: Final = re.compile("(?<=[a-z])Wan$|_wan$")
_UNIT_ABOVE: Final = f"单位[:：][^:：]*?({'|'.join(sorted(_MONEY, key=len, reverse=True))})"
_POINTS: Final = (".", ",")


def number_of(header: str, values: Sequence[str]) -> list[tuple[Mapping[str, Any], Read]]:
    """Return the ways to read numbers, the likeliest first: their steps, and what they read."""
    own = said(header)
    ways: list[tuple[Mapping[str, Any], Read]] = []
    for whole in (False, True) if _counts(values) else (False,):
        for point in _POINTS:
            units = {unit: _UNITS[unit] for unit in _beside(values, point) if unit in _UNITS}
            if own is not None and _UNITS[own] != 1:
                units[""] = _UNITS[own]
            counts = {unit: Decimal(count) for unit, count in units.items()}
            steps: dict[str, Any] = {"units": units} if units else {}
            steps |= {"decimal": point} if point != _POINTS[0] else {}
            steps |= {"round": "whole"} if whole else {}
            ways.append(
                ({"number": steps or "plain"}, _number_reader(NumberForm(counts, point, whole)))
            )
    return ways


def amount_of(header: str, above: Mapping[str, str]) -> list[tuple[Mapping[str, Any], Read]]:
    """Return the ways to read amounts, the likeliest first: their steps, and what they read.

    `above`: the lines above the header, of which one may tell the unit.
    """
    units = {unit: _UNITS[unit] for unit in _MONEY}
    own = said(header)
    beside: dict[str, Any] = {}
    if own is not None:
        units[""] = _UNITS[own]
    elif (line := unit_above(above)) is not None:
        beside = {"unit": {"from": line, "pattern": _UNIT_ABOVE}}
    counts = {unit: Decimal(count) for unit, count in units.items()}
    amount = {"units": units, "currencies": {"人民币": 1}, "currency": "人民币"}
    ways: list[tuple[Mapping[str, Any], Read]] = []
    for point in _POINTS:
        form = AmountForm(counts, {"人民币": Decimal(1)}, "人民币", point)
        steps = amount | ({"decimal": point} if point != _POINTS[0] else {})
        ways.append(({"amount": steps, **beside}, _amount_reader(form)))
    return ways


def _counts(values: Sequence[str]) -> bool:
    """Tell whether these are counts that may be rounded: shares of one would become nothing."""
    return 2 * sum(re.match("[-0.,]*$|-?0[.,]", value) is None for value in values) > len(values)


def unit_above(above: Mapping[str, str]) -> str | None:
    """Return the line above the header that says in which unit of money amounts stand."""
    return next((place for place, text in above.items() if re.search(_UNIT_ABOVE, text)), None)


def said(header: str) -> str | None:
    """Return the unit that a header says, as `应缴（万元）`, `应缴万元` and `amountWan` do."""
    narrow = half_width(header)
    found = _OF_HEADER.search(narrow)
    if found is not None and found[1] in _UNITS:
        return found[1]
    if _WAN.search(narrow):
        return "万"
    ends = _ENDS_HEADER.search(narrow)
    return None if ends is None else ends[1]


def _number_reader(form: NumberForm) -> Read:
    def read(text: str) -> str | None:
        try:
            return form.read(text)
        except NumberUnreadable:
            return None

    return read


def _amount_reader(form: AmountForm) -> Read:
    def read(text: str) -> str | None:
        try:
            return str(form.read(text))
        except (AmountUnreadable, RateUnknown):
            return None

    return read


def _beside(values: Sequence[str], point: str) -> list[str]:
    beside: dict[str, None] = {}
    for text in values:
        try:
            before, _, after = written(text, decimal=point)
        except NumberUnreadable:
            continue
        if after + before:
            beside[after + before] = None
    return list(beside)
