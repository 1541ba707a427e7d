"""Numbers and amounts: with which units, and with which sign before their fractions, they stand."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from services.ingest.mapping.amounts import AmountForm, AmountUnreadable, RateUnknown
from services.ingest.mapping.numbers import NumberForm, NumberUnreadable, written
from services.ingest.mapping.proposal.units import MONEY, MONEY_OF_OLD, UNITS, YUAN, said
from services.ingest.mapping.proposal.units import read as read_unit

Read = Callable[[str], str | None]
"""Return what a text says; None if it says nothing that can be read."""

UNKNOWN: Final = "unknown"
_UNIT_ABOVE: Final = (
    f"[单單]位[:：][^:：]*?({'|'.join(sorted((*MONEY, *MONEY_OF_OLD), key=len, reverse=True))})"
)
_POINTS: Final = (".", ",")


def number_of(
    header: str,
    values: Sequence[str],
    told: tuple[str, str, Mapping[str, int]] | None = None,
) -> list[tuple[Mapping[str, Any], Read]]:
    """Return the ways to read numbers, the likeliest first: their steps, and what they read.

    `told`: the line above the header that tells their unit, how it is found, and what it counts.
    """
    own = said(header)
    beside: dict[str, Any] = {}
    unit = ""
    if own is None and told is not None:
        beside = {"unit": {"from": told[0], "pattern": told[1]}}
        (unit,) = told[2]
    ways: list[tuple[Mapping[str, Any], Read]] = []
    for whole in (False, True) if _counts(values) else (False,):
        for point in _POINTS:
            units = {unit: UNITS[unit] for unit in _beside(values, point) if unit in UNITS}
            if own is not None and own.count != 1:
                units[""] = own.count
            units |= told[2] if beside and told is not None else {}
            counts = {unit: Decimal(count) for unit, count in units.items()}
            steps: dict[str, Any] = {"units": units} if units else {}
            steps |= {"decimal": point} if point != _POINTS[0] else {}
            steps |= {"round": "whole"} if whole else {}
            form = NumberForm(counts, point, whole)
            ways.append(({"number": steps or "plain", **beside}, _number_reader(form, unit)))
    return ways


def amount_of(
    header: str, values: Sequence[str], above: Mapping[str, str]
) -> list[tuple[Mapping[str, Any], Read]]:
    """Return the ways to read amounts, the likeliest first: their steps, and what they read.

    `above`: the lines above the header, of which one may tell the unit. Nobody guesses the rate of
    a currency: amounts in it are read, and are not known until a person says it.
    """
    units = dict(MONEY)
    own = said(header)
    beside: dict[str, Any] = {}
    if own is not None:
        units[""] = own.count
    elif (line := unit_above(above)) is not None:
        beside = {"unit": {"from": line, "pattern": _UNIT_ABOVE}}
        units |= {unit: count for unit, count in MONEY_OF_OLD.items() if unit in above[line]}
    currency = YUAN if own is None else own.currency
    ways: list[tuple[Mapping[str, Any], Read]] = []
    for point in _POINTS:
        words = _beside(values, point)
        meant = {word: unit for word in words if (unit := read_unit(word)) is not None}
        more = {w: u.count for w, u in meant.items() if w not in units and u.currency == currency}
        # What stands for its currency alone is the name of it.
        named = {w: u.currency for w, u in meant.items() if w not in UNITS and u.count == 1}
        counts = units | {word: count for word, count in more.items() if word not in named}
        rates: dict[str, int | str] = {YUAN: 1, currency: _rate(currency)}
        rates |= {word: _rate(each) for word, each in named.items()}
        known = {word: None if rate == UNKNOWN else Decimal(rate) for word, rate in rates.items()}
        form = AmountForm({u: Decimal(n) for u, n in counts.items()}, known, currency, point)
        amount = {"units": counts, "currencies": rates, "currency": currency}
        steps = amount | ({"decimal": point} if point != _POINTS[0] else {})
        ways.append(({"amount": steps, **beside}, _amount_reader(form)))
    return ways


def _rate(currency: str) -> int | str:
    return 1 if currency == YUAN else UNKNOWN


def _counts(values: Sequence[str]) -> bool:
    """Tell whether these are counts that may be rounded: shares of one would become nothing."""
    return 2 * sum(re.match("[-0.,]*$|-?0[.,]", value) is None for value in values) > len(values)


def unit_above(above: Mapping[str, str]) -> str | None:
    """Return the line above the header that says in which unit of money amounts stand."""
    return next((place for place, text in above.items() if re.search(_UNIT_ABOVE, text)), None)


def _number_reader(form: NumberForm, unit: str) -> Read:
    def read(text: str) -> str | None:
        try:
            return form.read(text, unit=unit)
        except NumberUnreadable:
            return None

    return read


def _amount_reader(form: AmountForm) -> Read:
    def read(text: str) -> str | None:
        try:
            return str(form.read(text))
        except RateUnknown as no:
            return "0" if no.currency in form.currencies else None
        except AmountUnreadable:
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
