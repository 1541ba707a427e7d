"""Beijing's districts: today's codes, those that old credit codes carry, and the names in use."""

import pytest

from shared.codes.divisions import (
    DEVELOPMENT_AREA,
    DISTRICTS,
    DivisionUnknown,
    district,
    find,
    today,
)

TODAY = {
    "110101": "东城区",
    "110102": "西城区",
    "110105": "朝阳区",
    "110106": "丰台区",
    "110107": "石景山区",
    "110108": "海淀区",
    "110109": "门头沟区",
    "110111": "房山区",
    "110112": "通州区",
    "110113": "顺义区",
    "110114": "昌平区",
    "110115": "大兴区",
    "110116": "怀柔区",
    "110117": "平谷区",
    "110118": "密云区",
    "110119": "延庆区",
}


def test_sixteen_districts_and_the_development_area() -> None:
    assert {known.code: known.name for known in DISTRICTS} == {
        **TODAY,
        "1101K1": "北京经济技术开发区",
    }
    assert len(DISTRICTS) == 17
    assert [known.code for known in DISTRICTS] == sorted(known.code for known in DISTRICTS)


def test_a_district_is_named_in_two_languages() -> None:
    haidian = district("110108")
    assert (haidian.name, haidian.short, haidian.english) == ("海淀区", "海淀", "Haidian")
    assert district("1101K1").short == "经开区"


def test_the_extension_code_can_be_no_code_of_the_standard() -> None:
    assert DEVELOPMENT_AREA.isalnum()
    assert not DEVELOPMENT_AREA.isdigit()
    # A spreadsheet must not take it for a number.
    with pytest.raises(ValueError, match="could not convert"):
        float(DEVELOPMENT_AREA)


@pytest.mark.parametrize(
    ("code", "successor"),
    [
        ("110105", "110105"),
        ("110101", "110101"),
        ("1101K1", "1101K1"),
        ("110103", "110101"),
        ("110104", "110102"),
        ("110110", "110111"),
        ("110221", "110114"),
        ("110222", "110113"),
        ("110223", "110112"),
        ("110224", "110115"),
        ("110225", "110111"),
        ("110226", "110117"),
        ("110227", "110116"),
        ("110228", "110118"),
        ("110229", "110119"),
        ("110302", "1101K1"),
        ("110304", "110111"),
    ],
)
def test_old_codes_lead_to_the_district_of_today(code: str, successor: str) -> None:
    assert today(code).code == successor


@pytest.mark.parametrize("code", ["110000", "110100", "110200", "100000", "120101", "11010", ""])
def test_what_is_no_district_of_beijing_is_unknown(code: str) -> None:
    with pytest.raises(DivisionUnknown):
        today(code)


@pytest.mark.parametrize("code", ["110103", "110228", "110302"])
def test_old_codes_are_no_districts_of_today(code: str) -> None:
    with pytest.raises(DivisionUnknown):
        district(code)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("海淀", "110108"),
        ("海淀区", "110108"),
        ("北京市海淀区", "110108"),
        ("北京海淀", "110108"),
        (" 北京市 海淀区　", "110108"),
        ("门头沟", "110109"),
        ("崇文", "110101"),
        ("北京市宣武区", "110102"),
        ("密云县", "110118"),
        ("延庆", "110119"),
        ("通县", "110112"),
        ("燕山", "110111"),
        ("经开区", "1101K1"),
        ("亦庄", "1101K1"),
        ("北京经济技术开发区", "1101K1"),
        ("北京市北京经济技术开发区", "1101K1"),
        ("北京经开区", "1101K1"),
        ("北京亦庄经济技术开发区", "1101K1"),
    ],
)
def test_names_find_their_district(name: str, code: str) -> None:
    assert find(name).code == code


@pytest.mark.parametrize("name", ["", "北京市", "浦东新区", "N/A", "朝", "海淀区中关村"])
def test_other_names_find_nothing(name: str) -> None:
    with pytest.raises(DivisionUnknown):
        find(name)
