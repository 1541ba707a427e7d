"""The enterprises of a simulated city: who they are, where, in which trade, how large."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from shared.codes.divisions import DISTRICTS
from shared.codes.uscc import ALPHABET, check_character

# Shares of enterprises by GB/T 4754 class: services dominate a capital; chosen by judgement.
_TRADES: Final = (
    ("6513", "软件", 22),
    ("7299", "商务服务", 20),
    ("5299", "商贸", 18),
    ("6210", "餐饮", 12),
    ("3569", "设备制造", 8),
    ("4710", "建筑", 8),
    ("5431", "物流", 6),
    ("8399", "教育培训", 6),
)
_FIRST: Final = "京华盛安恒远宏信天瑞中科佳德明启诚博汇"
_SECOND: Final = "达通泰源创联翔丰邦易和润辰拓川凯"
# Headcounts are close to log-normal: median about 12, a few enterprises of thousands.
_LOG_MEDIAN, _LOG_SPREAD = 2.5, 1.3
_LARGEST: Final = 20_000
_LEDGER_BEGINS: Final = date(1995, 1, 1)
_LEDGER_DAYS: Final = 9_000


@dataclass(frozen=True)
class Enterprise:
    """One enterprise as the register knows it, and how many it employs at the beginning."""

    uscc: str
    name: str
    district: str
    industry: str
    established_on: date
    registered_capital: Decimal
    staff: int


def enterprises(number: int, *, seed: int) -> Iterator[Enterprise]:
    """Make `number` enterprises; the same seed makes the same, and a larger city begins alike."""
    chance = random.Random(f"city-{seed}")  # noqa: S311 a simulation, not a secret
    districts = [district.code for district in DISTRICTS]
    for serial in range(number):
        trade, word, _ = chance.choices(_TRADES, [weight for *_, weight in _TRADES])[0]
        place = chance.choice(districts)
        staff = max(1, min(_LARGEST, round(chance.lognormvariate(_LOG_MEDIAN, _LOG_SPREAD))))
        body = f"9111{'0000' if not place.isdigit() else place[2:]}MA{_serial(serial)}"
        yield Enterprise(
            uscc=body + check_character(body),
            name=f"北京{chance.choice(_FIRST)}{chance.choice(_SECOND)}{word}有限公司{serial:05d}",
            district=place,
            industry=trade,
            established_on=_LEDGER_BEGINS + timedelta(days=chance.randrange(_LEDGER_DAYS)),
            registered_capital=Decimal(chance.choice((50, 100, 500, 1000, 5000)) * 10_000),
            staff=staff,
        )


def _serial(number: int) -> str:
    """Write a number as seven of the code's characters."""
    characters = ""
    for _ in range(7):
        number, place = divmod(number, len(ALPHABET))
        characters = ALPHABET[place] + characters
    return characters
