"""What units and currencies offices write beside figures, and in the headers above them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.ingest.domain.widths import half_width

YUAN: Final = "人民币"

MONEY: Final[Mapping[str, int]] = {
    "元": 1,
    "千元": 1000,
    "万": 10_000,
    "万元": 10_000,
    "百万元": 1_000_000,
    "亿": 100_000_000,
    "亿元": 100_000_000,
}
MONEY_OF_OLD: Final[Mapping[str, int]] = {
    "萬": 10_000,
    "萬元": 10_000,
    "百萬元": 1_000_000,
    "億": 100_000_000,
    "億元": 100_000_000,
}
_ENERGY: Final[Mapping[str, int]] = {
    **dict.fromkeys(("千瓦时", "千瓦時", "度", "kWh", "KWH", "kwh"), 1),
    **dict.fromkeys(("千度", "兆瓦时", "兆瓦時", "MWh", "MWH", "mwh"), 1000),
    **dict.fromkeys(("万千瓦时", "万度", "萬千瓦時", "萬度"), 10_000),
    **dict.fromkeys(("GWh", "GWH"), 1_000_000),
    **dict.fromkeys(("亿千瓦时", "亿度"), 100_000_000),
}
_PEOPLE: Final[Mapping[str, int]] = {
    "人": 1,
    "千人": 1000,
    **dict.fromkeys(("万人", "萬人"), 10_000),
}
UNITS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("人", "名", "户", "家", "个", "次", "件", "个月", "月", "%"), 1),
    **dict.fromkeys(("戶", "個", "個月", "persons", "people", "employees", "天", "日", "份"), 1),
    **dict.fromkeys(("千人", "千户"), 1000),
    **dict.fromkeys(("万人", "万户", "萬人", "萬戶"), 10_000),
    **_ENERGY,
    **MONEY,
    **MONEY_OF_OLD,
}
# What stands in brackets or behind 单位 above a table, by what the titles of its columns have.
_ABOVE: Final = tuple(
    (
        title,
        (
            f"(?:[单單]位[:：][^:：]*?|[(（])({'|'.join(sorted(units, key=len, reverse=True))})"
            r"(?:[)）]|[\s、，,;；/]|$)"
        ),
        units,
    )
    for title, units in (("Kilowatt", _ENERGY), ("人", _PEOPLE))
)
_SCALES: Final[Mapping[str, int]] = {
    "": 1,
    **dict.fromkeys(("k", "thousand", "thousands", "'000", "000", "000s", "千"), 1000),
    **dict.fromkeys(("m", "mn", "million", "millions", "百万", "百萬"), 1_000_000),
    **dict.fromkeys(("bn", "billion", "billions"), 1_000_000_000),
    **dict.fromkeys(("万", "萬"), 10_000),
    **dict.fromkeys(("亿", "億"), 100_000_000),
}
_CURRENCIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("cny", "rmb", "yuan", "¥", "￥", "人民币元", "人民币", "人民幣"), YUAN),
    **dict.fromkeys(("€", "eur", "euros", "euro", "欧元", "歐元"), "EUR"),
    **dict.fromkeys(("us$", "usd", "$", "美元", "美金"), "USD"),
    **dict.fromkeys(("hk$", "hkd", "港元", "港币", "港幣"), "HKD"),
    **dict.fromkeys(("nt$", "twd", "ntd", "新台币", "新臺幣", "新台幣"), "TWD"),
    **dict.fromkeys(("jpy", "日元", "日圆"), "JPY"),
    **dict.fromkeys(("£", "gbp", "英镑"), "GBP"),
}
_LONGEST_FIRST: Final = sorted(_CURRENCIES, key=len, reverse=True)
_ASIDE: Final = re.compile(r"[(\[](?:(?:单位|單位|unit)[:：]?)?\s*([^()\[\]]{1,30})[)\]]")
# Without brackets only what cannot be the end of another word: 欠费金额万元, amountWan.
_ENDS_HEADER: Final = re.compile("(千元|百万元|万元|亿元|万千瓦时|百萬元|萬元|億元)$")
_WAN: Final = re.compile("(?<=[a-z])Wan$|_wan$")
_FILLING: Final = re.compile(r"^in\s+|\bof\b|\s")


@dataclass(frozen=True)
class Unit:
    """What one of a figure counts, and in which currency; that of China unless it is said."""

    count: int
    currency: str = YUAN


def said(header: str) -> Unit | None:
    """Return the unit that a header says: `应缴（万元）`, `amountWan`, `Amount due (k€)`."""
    narrow = half_width(header)
    for aside in _ASIDE.findall(narrow):
        if (unit := read(aside)) is not None:
            return unit
    if _WAN.search(narrow):
        return Unit(10_000)
    ends = _ENDS_HEADER.search(narrow)
    return None if ends is None else Unit(UNITS[ends[1]])


def doubtful(header: str) -> str | None:
    """Return what a header says beside its name and is no unit that we know; None if nothing."""
    narrow = half_width(header)
    if said(header) is not None:
        return None
    found = _ASIDE.search(narrow)
    return None if found is None else found[1].strip()


def read(text: str) -> Unit | None:
    """Return what a unit counts, with its currency if it says one; None if it is none."""
    bare = text.strip()
    if bare in UNITS:
        return Unit(UNITS[bare])
    bare = _FILLING.sub("", bare.lower())
    for word in _LONGEST_FIRST:
        if word in bare:
            scale = _SCALES.get(bare.replace(word, "", 1))
            return None if scale is None else Unit(scale, _CURRENCIES[word])
    # A letter alone may be the name of a column as well.
    return Unit(_SCALES[bare]) if len(bare) > 1 and bare in _SCALES else None


def counted_above(
    titles: str, above: Mapping[str, str]
) -> tuple[str, str, Mapping[str, int]] | None:
    """Return the line above the header that says what figures of a column count, unless one.

    `titles`: what the column is called in its feed. With the line come the pattern that finds the
    unit in it, and what such units count.
    """
    for title, pattern, units in _ABOVE:
        for line, text in above.items():
            found = re.search(pattern, text) if title in titles else None
            if found is not None and units[found[1]] != 1:
                return line, pattern, {found[1]: units[found[1]]}
    return None
