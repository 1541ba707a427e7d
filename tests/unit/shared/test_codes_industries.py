"""Industries of GB/T 4754-2017: the counts of the standard, known entries, the forms of a code."""

from collections import Counter

import pytest

from shared.codes.industries import Industry, IndustryUnknown, Level, _industries, industry

# Divisions, groups and classes of each section.
COUNTS = {
    "A": (5, 24, 72),
    "B": (7, 19, 39),
    "C": (31, 179, 609),
    "D": (3, 9, 18),
    "E": (4, 18, 44),
    "F": (2, 18, 128),
    "G": (8, 27, 67),
    "H": (2, 10, 16),
    "I": (3, 17, 34),
    "J": (4, 26, 48),
    "K": (1, 5, 5),
    "L": (2, 12, 58),
    "M": (3, 19, 48),
    "N": (4, 18, 33),
    "O": (3, 16, 32),
    "P": (1, 6, 17),
    "Q": (2, 6, 30),
    "R": (5, 27, 48),
    "S": (6, 16, 34),
    "T": (1, 1, 1),
}


def every_industry() -> list[Industry]:
    return list({entry.code: entry for entry in _industries().values()}.values())


def test_the_table_is_as_large_as_the_standard() -> None:
    levels = Counter(entry.level for entry in every_industry())
    assert levels == {
        Level.SECTION: 20,
        Level.DIVISION: 97,
        Level.GROUP: 473,
        Level.CLASS: 1381,
    }
    by_section = Counter((entry.section, entry.level) for entry in every_industry())
    assert {
        section: tuple(
            by_section[section, level] for level in (Level.DIVISION, Level.GROUP, Level.CLASS)
        )
        for section in "ABCDEFGHIJKLMNOPQRST"
    } == COUNTS


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("A", "农、林、牧、渔业"),
        ("T", "国际组织"),
        ("0111", "稻谷种植"),
        ("353", "食品、饮料、烟草及饲料生产专用设备制造"),
        ("5910", "装卸搬运"),
        ("62", "餐饮业"),
        ("6210", "正餐服务"),
        ("65", "软件和信息技术服务业"),
        ("6513", "应用软件开发"),
        ("7010", "房地产开发经营"),
        ("7020", "物业管理"),
        ("7262", "职业中介服务"),
        ("8399", "其他未列明教育"),
        ("9700", "国际组织"),
    ],
)
def test_names_are_those_of_the_standard(code: str, name: str) -> None:
    assert industry(code).name == name


def test_an_industry_knows_where_it_belongs() -> None:
    assert industry("6513") == Industry(
        code="6513",
        name="应用软件开发",
        section="I",
        level=Level.CLASS,
        parents=("I", "65", "651"),
    )
    assert industry("651").parents == ("I", "65")
    assert industry("65").parents == ("I",)
    assert industry("I").parents == ()


@pytest.mark.parametrize(
    ("with_section", "without"), [("I6513", "6513"), ("I651", "651"), ("I65", "65"), ("A01", "01")]
)
def test_a_code_may_carry_its_section(with_section: str, without: str) -> None:
    assert industry(with_section) == industry(without)


@pytest.mark.parametrize("code", ["", "U", "J6513", "i6513", "6514", "98", "6", "65130", " 6513"])
def test_other_codes_are_unknown(code: str) -> None:
    with pytest.raises(IndustryUnknown):
        industry(code)


def test_every_entry_has_its_parents_and_a_clean_name() -> None:
    for entry in every_industry():
        for parent in entry.parents:
            assert industry(parent).section == entry.section
        assert entry.name
        assert not any(letter.isspace() for letter in entry.name)
