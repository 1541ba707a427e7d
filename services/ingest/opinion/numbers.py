"""How many: numbers as Chinese texts write them, and the jobs or shares that they announce."""

import re
from dataclasses import dataclass
from typing import Final

_DIGITS: Final = {
    digit: value
    for value, digits in enumerate(
        ("零〇○", "一壹", "二两贰俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for digit in digits
}
_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS: Final = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}
_HANZI: Final = "".join((*_DIGITS, *_UNITS, *_MYRIADS))

_NUMBER: Final = rf"(?:[0-9][0-9,]*(?:\.[0-9]+)?\s*[百千万]?|[{_HANZI}]+)"
_VAGUE: Final = "[近约超逾过至达上]{0,2}"
_PEOPLE: Final = (
    # 数千 says how many digits, not how many.
    rf"{_VAGUE}(?<![数几])(?P<count>{_NUMBER})\s*[余多来几]?\s*"
    r"(?:人|名|位|员工|职工|雇员|个(?:岗位|职位|工作岗位|员工|人|职员))(?!民币)"
)
_SHARES: Final = (
    rf"{_VAGUE}(?:百分之(?P<of_hundred>[{_HANZI}0-9.]+)|(?P<percent>[0-9]+(?:\.[0-9]+)?)\s*[%％]"
    rf"|(?P<tenths>[0-9{''.join(_DIGITS)}])\s*成(?P<half_tenth>半)?"
    r"|(?P<of>[三四五])分之(?P<parts>[一二三四])|(?P<half>一?半(?:以上|数)?)(?=员工|人|职|的|，|。|$))"
)
_COUNT: Final = re.compile(_PEOPLE)
_SHARE: Final = re.compile(_SHARES)
_TEN: Final = 10
_MOST: Final = 5_000_000
# What stands between a cut and its number if the number is of the cut.
_NEAR: Final = 16
_STOPS: Final = re.compile(r"[。！？!?；;\n]")
# Between staff and what happens to them.
_SUFFERED: Final = re.compile(
    "(?:的)?(?:员工|职工|老员工|骨干)?(?:[已将全都或即]{0,3}(?:惨?[被遭]|面临)?)?$"
)
# A share of some department is none of the enterprise.
_PART: Final = re.compile("部门|团队|事业部|业务线|板块|个别|部分|工作室|项目组|办公室")
# A number beside one of these counts something else.
_ELSE: Final = re.compile(
    "现有|共有|员工总数|拥有|招聘|扩招|录用|服务|用户|注册|累计培训|持股|股东|成立|融资"
)


@dataclass(frozen=True, slots=True)
class Announced:
    """How many jobs a text says will go: persons, a share of the staff, or nothing."""

    count: int | None = None
    share: float | None = None


NONE: Final = Announced()


def number(text: str) -> float | None:
    """Return the number that is written in digits, in Chinese, or in both (1.2万); None if none."""
    plain = re.sub(r"[,\s]", "", text)
    if not plain:
        return None
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([百千万亿]?)", plain)
    if match:
        unit = {"": 1, "百": 100, "千": 1000} | _MYRIADS
        return float(match[1]) * unit[match[2]]
    return _chinese(plain)


def _chinese(text: str) -> float | None:
    """Read 三千五百, 两万三, 一百零五, 二〇二〇."""
    if all(character in _DIGITS for character in text):
        return float("".join(str(_DIGITS[character]) for character in text))
    total = section = digit = 0
    last_unit = 0
    zero = False
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
            zero = zero or digit == 0
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            last_unit, digit, zero = _UNITS[character], 0, False
        elif character in _MYRIADS:
            total = (total + section + digit) * _MYRIADS[character]
            last_unit, section, digit, zero = _MYRIADS[character], 0, 0, False
        else:
            return None
    # 两万三 is 23,000 and 一百零五 is 105.
    final = digit * last_unit // 10 if digit and last_unit > _TEN and not zero else digit
    return float(total + section + final) or None


def announced(text: str, start: int, end: int) -> Announced:
    """Return how many jobs a text announces beside the cut at [start, end)."""
    after = _STOPS.split(text[end : end + _NEAR * 2], maxsplit=1)[0]
    before = _STOPS.split(text[max(0, start - _NEAR) : start])[-1]
    count = _count(after[: _NEAR + 8]) or _count_before(before)
    if _PART.search(text[max(0, start - 8) : end + 4]):
        return Announced(count)
    return Announced(count, _share(after) or _share_before(before))


def _count(after: str) -> int | None:
    match = _COUNT.search(after)
    if match is None or match.start() > _NEAR or _ELSE.search(after[: match.end()]):
        return None
    return _persons(match["count"])


def _count_before(before: str) -> int | None:
    """Read 三百余名员工被…: the number stands just before what happens to them."""
    matches = list(_COUNT.finditer(before))
    if not matches or _ELSE.search(before):
        return None
    return _persons(matches[-1]["count"]) if _SUFFERED.match(before, matches[-1].end()) else None


def _persons(written: str) -> int | None:
    value = number(written)
    if value is None or value != int(value) or not 0 < value <= _MOST:
        return None
    return int(value)


def _share(after: str) -> float | None:
    match = _SHARE.search(after)
    return None if match is None or match.start() > _NEAR else _fraction(match)


def _share_before(before: str) -> float | None:
    match = re.search(rf"{_SHARES}(?:的)?(?:员工|职工|人员|人)", before)
    return None if match is None else _fraction(match)


def _fraction(match: re.Match[str]) -> float | None:
    if match["percent"]:
        value = float(match["percent"]) / 100
    elif match["of_hundred"]:
        value = (number(match["of_hundred"]) or 0) / 100
    elif match["tenths"]:
        tenths = number(match["tenths"]) or 0
        value = (tenths + (0.5 if match["half_tenth"] else 0)) / 10
    elif match["of"]:
        value = (number(match["parts"]) or 0) / (number(match["of"]) or 1)
    else:
        value = 0.5
    return round(value, 4) if 0 < value <= 1 else None
