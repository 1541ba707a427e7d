"""How enterprises are called: brand, trade and legal form; no name is a person's."""

import random
from dataclasses import dataclass
from typing import Final

_FIRST: Final = (
    "京华盛安恒远宏信天瑞中科佳德启诚博汇云海润泽金鼎嘉禾卓越凌九"
    "正康益百融智慧联创腾骏众蓝景东方新锐兴隆光辉悦朗凯旋翰墨元亨利源"
)
_SECOND: Final = (
    "达通泰源创联翔丰邦易和润辰拓川凯恒信诚途畅捷晟阳宇睿航成业腾"
    "图维迪尔森隆茂祥瑞康宁霖岳峰石桥原林溪禾麦墨言语象果豆米可乐"
)
_THIRD: Final = "达通科联嘉尔斯特维莱网客派星优品汇堂坊居"
# Words of everyday language that are brands too: a text that says them need not mean a firm.
EVERYDAY: Final = (
    "阳光", "蓝天", "春天", "彩虹", "青年", "世纪", "星河", "幸福", "未来", "家园",
    "时光", "飞鱼", "向日葵", "大自然", "好时节", "新起点", "小石头", "一路同行", "橙子", "北极星",
)  # fmt: skip
_FORMS: Final = (
    ("{city}{brand}{trade}有限公司", 70),
    ("{brand}（{city}）{trade}有限公司", 12),
    ("{city}{brand}{trade}有限责任公司", 8),
    ("{city}{brand}{trade}股份有限公司", 5),
    ("{city}市{brand}{trade}有限公司", 3),
    ("{city}{brand}{trade}集团有限公司", 2),
)
_TWO_CHARACTERS: Final = 0.62
_ALSO_EVERYDAY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Name:
    """A registered name and its parts; `short` is brand and trade, as people say it."""

    full: str
    brand: str
    short: str


class Names:
    """The names given so far; no two enterprises have the same."""

    def __init__(self, *, everyday_share: float, confusable_share: float) -> None:
        self._everyday = everyday_share
        self._confusable = confusable_share
        self._brands: list[str] = []
        self._taken: set[str] = set()

    def give(self, chance: random.Random, words: tuple[str, ...], *, brand: str | None) -> Name:
        """Make a name with a trade's words: with `brand`, if the group has one, or a brand anew."""
        while True:
            chosen = brand or self._brand(chance)
            trade = chance.choice(words)
            form = chance.choices(_FORMS, [weight for _, weight in _FORMS])[0][0]
            full = form.format(city="北京", brand=chosen, trade=trade)
            if full not in self._taken:
                break
        self._taken.add(full)
        self._brands.append(chosen)
        return Name(full=full, brand=chosen, short=f"{chosen}{trade}")

    def _brand(self, chance: random.Random) -> str:
        kind = chance.random()
        if kind < self._everyday:
            return chance.choice(EVERYDAY)
        if kind < self._everyday + self._confusable and self._brands:
            like = chance.choice(self._brands)
            if len(like) > 2 or chance.random() < _ALSO_EVERYDAY:  # noqa: PLR2004 two characters
                return like
            return like + chance.choice(_THIRD)
        brand = chance.choice(_FIRST) + chance.choice(_SECOND)
        return brand if chance.random() < _TWO_CHARACTERS else brand + chance.choice(_THIRD)
