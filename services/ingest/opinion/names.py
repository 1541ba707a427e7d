"""The names by which texts call an enterprise: full, short, and what people make of a full one."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from services.ingest.opinion.words import LEGAL_FORMS, PLACES, TRADES
from shared.codes.divisions import DISTRICTS

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CAPITALS: Final = {code: code + 0x20 for code in range(ord("A"), ord("Z") + 1)}
_FOLD: Final = {code: _CAPITALS.get(to, to) for code, to in _FULL_WIDTH.items()} | _CAPITALS
_BRACKETS: Final = re.compile(r"[(\[][^)\]]*[)\]]")
_BLANKS: Final = re.compile(r"\s+")
_SERIAL: Final = re.compile(r"(第?[0-9零一二三四五六七八九十百千]+[号厂店队]?)")
_AREAS: Final = frozenset(
    f"{place}{ending}"
    for place in (*PLACES, *(one.name.removesuffix("区") for one in DISTRICTS))
    for ending in ("特别行政区", "自治区", "省", "市", "新区", "区", "县", "")
)
_LONGEST_AREA: Final = max(map(len, _AREAS))
# How people shorten a trade that they say after a brand.
_CLIPPED: Final = {"微电子": "微", "新材料": "新材", "商业管理": "商管", "金融服务": "金服"}
_LONGEST_TRADE: Final = max(map(len, TRADES))
_SHORTEST_BRAND: Final = 2
_DISTINCTIVE: Final = 3
_SHORTEST_FORM: Final = 4
# Two trades after a place are as good as a brand: 北京东方电子科技.
_PLAIN: Final = 2

IsWord = Callable[[str], bool]
"""Tells whether a dictionary has a string: a name that is a word may be meant as the word."""


class Origin(StrEnum):
    """Where a name comes from; the earlier the stronger."""

    FULL = "full"
    FORMER = "former"
    SHORT = "short"
    DERIVED = "derived"


_STRENGTH: Final = {origin: place for place, origin in enumerate(Origin)}


class Needs(IntEnum):
    """What a name needs so that it means its enterprise; the higher the more."""

    NOTHING = 0
    CONTEXT = 1
    """A word in the sentence that goes with organisations."""
    NAME = 2
    """Another name of the same enterprise in the text, that needs nothing itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of an enterprise's names."""

    uscc: str
    name: str
    short_names: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A name as texts are searched for it (folded), and whose it is; often one enterprise's."""

    text: str
    usccs: tuple[str, ...]
    origin: Origin
    needs: Needs


@dataclass(frozen=True, slots=True)
class Derived:
    """A form that people make of a full name, and what it needs."""

    text: str
    needs: Needs


def fold(text: str) -> str:
    """Return the text with half-width ASCII in small letters; every character keeps its place."""
    return text.translate(_FOLD)


def name_index(entries: Iterable[Entry], *, is_word: IsWord) -> Mapping[str, Name]:
    """Return every name of the register by its text.

    A name that is one enterprise's full name is nobody's former or short name, and a short name
    that the register states is nobody's derived one. What several could mean needs another name
    beside it.
    """
    found: dict[str, tuple[Origin, dict[str, Needs]]] = {}
    for entry in entries:
        for text, origin, needs in _names_of(entry, is_word):
            held = found.get(text)
            if held is None or _STRENGTH[origin] < _STRENGTH[held[0]]:
                found[text] = (origin, {entry.uscc: needs})
            elif held[0] is origin:
                held[1][entry.uscc] = min(needs, held[1].get(entry.uscc, needs))
    return {
        text: Name(
            text,
            tuple(sorted(owners)),
            origin,
            needs=max(owners.values()) if len(owners) == 1 else Needs.NAME,
        )
        for text, (origin, owners) in found.items()
    }


def _names_of(entry: Entry, is_word: IsWord) -> Iterable[tuple[str, Origin, Needs]]:
    yield from _whole(fold(entry.name), Origin.FULL)
    for former in entry.former_names:
        yield from _whole(fold(former), Origin.FORMER)
    for short in map(fold, entry.short_names):
        plain = len(short) < _DISTINCTIVE or is_word(short)
        yield short, Origin.SHORT, Needs.CONTEXT if plain else Needs.NOTHING
    # People go on to call an enterprise by what they made of its former name.
    for full in (entry.name, *entry.former_names):
        for form in derive(full, is_word=is_word):
            if form.text != fold(full):
                yield form.text, Origin.DERIVED, form.needs


def _whole(full: str, origin: Origin) -> Iterable[tuple[str, Origin, Needs]]:
    yield full, origin, Needs.NOTHING
    if _BLANKS.search(full):
        yield _BLANKS.sub("", full), origin, Needs.NOTHING


def derive(full: str, *, is_word: IsWord) -> Sequence[Derived]:
    """Return the forms that people make of a full name, each once.

    北京示例智能科技有限公司 → 北京示例智能科技, 示例智能科技, 示例科技, 北京示例; the brand alone
    (示例) only if it has three characters. A word of the dictionary says nothing alone.
    """
    name = _BLANKS.sub("", _BRACKETS.sub("", fold(full)))
    core = _without_legal_form(name)
    places, rest = _without_places(core)
    brand, trades = _without_trades(rest)
    if len(brand) < _SHORTEST_BRAND or brand in TRADES or _SERIAL.fullmatch(brand):
        return ()
    own = Needs.CONTEXT if is_word(brand) else Needs.NOTHING
    # The brand alone is never enough: nobody can tell it from a phrase (新时代) without context.
    forms = {brand: Needs.CONTEXT} if len(brand) >= _DISTINCTIVE else {}
    for form in _with_trade(brand, trades, fold(full)):
        forms.setdefault(form, own)
    if own is Needs.NOTHING:  # 创业公司 is any young company
        forms.setdefault(brand + "公司", own)
    if places:
        city = places[0]
        forms.setdefault(city + brand, own)
        for form in (core, city + rest):
            forms.setdefault(form, own if len(trades) < _PLAIN else Needs.NOTHING)
    return [
        Derived(form, Needs.NAME if is_word(form) else needs)
        for form, needs in forms.items()
        if len(form) >= (_SHORTEST_FORM if form[len(brand) :] in TRADES else _DISTINCTIVE)
    ]


def _with_trade(brand: str, trades: Sequence[str], full: str) -> Iterable[str]:
    if trades:
        first, last = trades[0], trades[-1]
        yield brand + "".join(trades)
        yield brand + first
        yield brand + last
        if first in _CLIPPED:
            yield brand + _CLIPPED[first]
        # 康景生物医药科技 → 康景生物; 越秀融资租赁 → 越秀租赁
        for half in (first[:2], last[-2:]):
            if half in TRADES:
                yield brand + half
    for form in ("集团", "控股"):
        if form in full:
            yield brand + form


def _without_legal_form(name: str) -> str:
    shorter = True
    while shorter:
        shorter = False
        form = next((form for form in LEGAL_FORMS if name.endswith(form)), "")
        if form and len(name) > len(form):
            name = name.removesuffix(form)
            shorter = True
    return name


def _without_places(name: str) -> tuple[list[str], str]:
    """Take places off the beginning; the first comes back as people say it (北京市 → 北京)."""
    places: list[str] = []
    while True:
        longest = min(_LONGEST_AREA, len(name) - _SHORTEST_BRAND)
        area = next((name[:size] for size in range(longest, 1, -1) if name[:size] in _AREAS), None)
        if area is None:
            return places, name
        short = area[:-1] if area[-1] in "省市" else area
        places.append(short)
        name = name.removeprefix(area)


def _without_trades(name: str) -> tuple[str, list[str]]:
    trades: list[str] = []
    while True:
        longest = min(_LONGEST_TRADE, len(name) - _SHORTEST_BRAND)
        trade = next(
            (name[-size:] for size in range(longest, 0, -1) if name[-size:] in TRADES), None
        )
        if trade is None:
            return name, trades
        trades.insert(0, trade)
        name = name.removesuffix(trade)
