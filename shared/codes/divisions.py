"""Beijing's districts by GB/T 2260, the development area as a 17th unit, and their older codes."""

from collections.abc import Mapping
from dataclasses import dataclass


class DivisionUnknown(ValueError):
    """No district of Beijing has this code or name."""

    code = "division_unknown"

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(f"no district of Beijing: {asked!r}")


@dataclass(frozen=True, slots=True)
class District:
    """A district as it is today."""

    code: str
    name: str
    short: str
    english: str


# The economic-technological development area has no code in GB/T 2260, though it acts as a
# district. Codes of that standard are six digits, so one with a letter can never be given to
# another place; it keeps the prefix 1101 and sorts last. K for 开发区: an E would let spreadsheets
# read the code as a number (1101E1 = 11010).
DEVELOPMENT_AREA = "1101K1"

DISTRICTS = (
    District("110101", "东城区", "东城", "Dongcheng"),
    District("110102", "西城区", "西城", "Xicheng"),
    District("110105", "朝阳区", "朝阳", "Chaoyang"),
    District("110106", "丰台区", "丰台", "Fengtai"),
    District("110107", "石景山区", "石景山", "Shijingshan"),
    District("110108", "海淀区", "海淀", "Haidian"),
    District("110109", "门头沟区", "门头沟", "Mentougou"),
    District("110111", "房山区", "房山", "Fangshan"),
    District("110112", "通州区", "通州", "Tongzhou"),
    District("110113", "顺义区", "顺义", "Shunyi"),
    District("110114", "昌平区", "昌平", "Changping"),
    District("110115", "大兴区", "大兴", "Daxing"),
    District("110116", "怀柔区", "怀柔", "Huairou"),
    District("110117", "平谷区", "平谷", "Pinggu"),
    District("110118", "密云区", "密云", "Miyun"),
    District("110119", "延庆区", "延庆", "Yanqing"),
    District(
        DEVELOPMENT_AREA, "北京经济技术开发区", "经开区", "Economic-Technological Development Area"
    ),
)

# Codes that GB/T 2260 gave once, as old credit codes still carry them. None was ever given
# again to another place, so no date is needed to read one.
FORMER_CODES: Mapping[str, str] = {
    "110103": "110101",  # 崇文区, until 2010
    "110104": "110102",  # 宣武区, until 2010
    "110110": "110111",  # 燕山区, until 1986
    "110221": "110114",  # 昌平县, until 1999
    "110222": "110113",  # 顺义县, until 1998
    "110223": "110112",  # 通县, until 1997
    "110224": "110115",  # 大兴县, until 2001
    "110225": "110111",  # 房山县, until 1986
    "110226": "110117",  # 平谷县, until 2001
    "110227": "110116",  # 怀柔县, until 2001
    "110228": "110118",  # 密云县, until 2015
    "110229": "110119",  # 延庆县, until 2015
}

# Codes outside GB/T 2260 that Beijing's registration offices put into credit codes.
REGISTRATION_CODES: Mapping[str, str] = {
    "110302": DEVELOPMENT_AREA,  # the office of the development area
    "110304": "110111",  # the office of Yanshan (燕山), which lies in 房山
}

# Other names in use, by the code of today.
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "110101": ("崇文区", "崇文"),
    "110102": ("宣武区", "宣武"),
    "110111": ("燕山区", "燕山", "燕山地区", "房山县"),
    "110112": ("通县",),
    "110113": ("顺义县",),
    "110114": ("昌平县",),
    "110115": ("大兴县",),
    "110116": ("怀柔县",),
    "110117": ("平谷县",),
    "110118": ("密云县",),
    "110119": ("延庆县",),
    DEVELOPMENT_AREA: (
        "经济技术开发区",
        "亦庄",
        "亦庄开发区",
        "亦庄经开区",
        "亦庄经济技术开发区",
    ),
}

_BY_CODE = {district.code: district for district in DISTRICTS}
_BY_OLD_CODE = {old: _BY_CODE[code] for old, code in {**FORMER_CODES, **REGISTRATION_CODES}.items()}
_BY_NAME = {
    name: district
    for district in DISTRICTS
    for name in (district.name, district.short, *OTHER_NAMES.get(district.code, ()))
}


def district(code: str) -> District:
    """Return the district that has `code` today, or raise `DivisionUnknown`."""
    found = _BY_CODE.get(code)
    if found is None:
        raise DivisionUnknown(code)
    return found


def today(code: str) -> District:
    """Return the district that took over what `code` stood for: itself, or a successor.

    Raise `DivisionUnknown` for other codes, also for the city as a whole (110000).
    """
    return _BY_OLD_CODE.get(code) or district(code)


def find(name: str) -> District:
    """Return the district of a full, short, former or common name, with or without 北京市."""
    bare = "".join(name.split())
    for known in (bare, bare.removeprefix("北京市"), bare.removeprefix("北京")):
        if known in _BY_NAME:
            return _BY_NAME[known]
    raise DivisionUnknown(name)
