"""The catalogue is whole in both languages, and the language is the one that was asked for."""

import string

import pytest

from shared.messages import Language, catalogue, choose, fields, known, say


def test_both_languages_have_the_same_codes() -> None:
    assert catalogue(Language.ZH_CN).keys() == catalogue(Language.EN).keys()


def test_both_languages_need_the_same_fields() -> None:
    needed = {code: fields(code, Language.EN) for code in catalogue(Language.EN)}
    assert {code: fields(code, Language.ZH_CN) for code in catalogue(Language.ZH_CN)} == needed
    assert [names for names in needed.values() if not all(map(str.isidentifier, names))] == []


# The one names the other language, in that language; the others are a mark and a number.
IN_NO_LANGUAGE = {
    *("cli.enterprises.comma", "console.comma", "console.language", "console.money_unit"),
}


def test_texts_are_in_their_language() -> None:
    english, chinese = catalogue(Language.EN), catalogue(Language.ZH_CN)
    asked = sorted(set(english) - IN_NO_LANGUAGE)
    for texts in (english, chinese):
        assert [code for code in asked if not texts[code].replace("\n", "").isprintable()] == []
    assert [code for code in asked if _has_chinese(english[code])] == []
    # A name such as "Python 3.11" is the same in both.
    in_chinese = {code for code in asked if _has_chinese(chinese[code])}
    assert [code for code in asked if {code} - in_chinese and chinese[code] != english[code]] == []


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize("section", ["problems", "validation"])
def test_codes_that_clients_read_are_snake_case(section: str) -> None:
    allowed = set(string.ascii_lowercase + string.digits + "_.")
    codes = [code for code in catalogue(Language.EN) if code.startswith(f"{section}.")]
    assert codes
    assert [code for code in codes if not set(code) <= allowed] == []


def test_every_problem_has_a_title_and_a_detail() -> None:
    codes = {code.split(".")[1] for code in catalogue(Language.EN) if code.startswith("problems.")}
    texts = {f"problems.{code}.{part}" for code in codes for part in ("title", "detail")}
    assert texts == {code for code in catalogue(Language.EN) if code.startswith("problems.")}


def test_a_text_is_said_with_its_fields() -> None:
    assert say("validation.too_large", Language.ZH_CN, limit=200) == "不得大于 200"
    assert say("validation.too_large", Language.EN, limit=200) == "must not be greater than 200"


def test_a_code_or_a_field_that_is_not_there_is_a_mistake() -> None:
    assert not known("validation.no_such_code")
    with pytest.raises(KeyError):
        say("validation.no_such_code", Language.EN)
    with pytest.raises(KeyError):
        say("validation.too_large", Language.EN)


ZH, EN = Language.ZH_CN, Language.EN


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, ZH),
        ("", ZH),
        ("en", EN),
        ("en-GB,en;q=0.9", EN),
        ("EN-us", EN),
        ("zh-CN,zh;q=0.9,en;q=0.8", ZH),
        ("zh-TW", ZH),
        ("zh;q=0.2, en;q=0.8", EN),
        ("en;q=0.2, zh;q=0.8", ZH),
        ("en, zh", EN),
        ("zh, en", ZH),
        ("fr, de;q=0.9", ZH),
        ("fr, en;q=0.1", EN),
        ("*", ZH),
        ("zh;q=0, *", EN),
        ("en;q=0, *;q=0.5", ZH),
        ("en;q=0, zh;q=0", ZH),
        ("en;q=two", ZH),
        ("en;q=7", ZH),
        ("en;q=nan", ZH),
        (";;;,,,q=1", ZH),
        ("x," * 5_000 + "en", ZH),
    ],
)
def test_the_language_that_the_header_likes_best(header: str | None, language: Language) -> None:
    assert choose(header) is language
