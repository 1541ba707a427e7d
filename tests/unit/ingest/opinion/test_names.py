"""Which names an enterprise has, and which of them are enough."""

import pytest

from services.ingest.opinion.dictionary import is_word
from services.ingest.opinion.names import Entry, Origin, derive, fold, name_index


def forms(full: str) -> dict[str, int]:
    """Return the forms of a name and what they need."""
    return {form.text: int(form.needs) for form in derive(full, is_word=is_word)}


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        (
            "北京鹿鸣山智能科技有限公司",
            {
                "鹿鸣山": 1,
                "鹿鸣山智能科技": 0,
                "鹿鸣山智能": 0,
                "鹿鸣山科技": 0,
                "鹿鸣山公司": 0,
                "北京鹿鸣山": 0,
                "北京鹿鸣山智能科技": 0,
            },
        ),
        (
            "禾赛（上海）科技股份有限公司",
            {"禾赛科技": 0, "禾赛公司": 0},
        ),
        (
            "北京市海淀区永曜集团有限责任公司",
            {"永曜集团": 0, "永曜公司": 0, "北京永曜": 0, "北京市海淀区永曜": 0},
        ),
        # 东方 is a word: beside a trade it needs context, and 东方公司 is anyone's.
        ("东方科技有限公司", {"东方科技": 1}),
        ("北京第一有限公司", {}),
        ("北京科技有限公司", {}),
    ],
)
def test_forms_that_people_make(full: str, expected: dict[str, int]) -> None:
    assert forms(full) == expected


@pytest.mark.parametrize(
    ("full", "form"),
    [
        ("上海康景生物医药科技有限公司", "康景生物"),
        ("广州越秀融资租赁有限公司", "越秀租赁"),
        ("合肥艾创微电子科技有限公司", "艾创微"),
        ("大连万达商业管理集团股份有限公司", "万达商管"),
        ("厦门曦煜股权投资合伙企业（有限合伙）", "厦门曦煜"),
        ("中微半导体设备（上海）股份有限公司", "中微公司"),
    ],
)
def test_forms_of_real_companies(full: str, form: str) -> None:
    assert form in forms(full)


def test_folding_keeps_places() -> None:
    text = "ＡＢＣ（北京）Co．，Ｌｔｄ　İ𝒳"
    assert fold(text) == "abc(北京)co.,ltd İ𝒳"
    assert len(fold(text)) == len(text)


def test_the_strongest_owner_has_a_name_and_several_have_none() -> None:
    index = name_index(
        [
            Entry("A", "北京鹿鸣山科技有限公司"),
            Entry("B", "天津鹿鸣山餐饮有限公司", ("鹿鸣山科技", "鹿鸣")),
            Entry("C", "鹿鸣山公司"),
            Entry("D", "天津青崖渡餐饮有限公司"),
            Entry("E", "北京青崖渡科技有限公司", ("小米",)),
        ],
        is_word=is_word,
    )
    told = {text: (name.usccs, name.origin, int(name.needs)) for text, name in index.items()}
    assert told["鹿鸣山科技"] == (("B",), Origin.SHORT, 0)
    assert told["鹿鸣山公司"] == (("C",), Origin.FULL, 0)
    assert told["青崖渡"] == (("D", "E"), Origin.DERIVED, 2)
    assert told["青崖渡餐饮"] == (("D",), Origin.DERIVED, 0)
    assert told["鹿鸣"] == (("B",), Origin.SHORT, 1), "two characters need context"
    assert told["小米"] == (("E",), Origin.SHORT, 1), "a word needs context"


def test_an_enterprise_is_found_by_what_it_was_called() -> None:
    index = name_index(
        [
            Entry("A", "北京鹿鸣山科技有限公司", (), ("北京青崖渡软件有限公司", "听雪楼公司")),
            Entry("B", "听雪楼公司"),
            Entry("C", "北京白鹭洲文化有限公司", ("青崖渡软件",)),
        ],
        is_word=is_word,
    )
    told = {text: (name.usccs, name.origin, int(name.needs)) for text, name in index.items()}
    assert told["北京青崖渡软件有限公司"] == (("A",), Origin.FORMER, 0)
    assert told["北京青崖渡软件"] == (("A",), Origin.DERIVED, 0), "as people said before"
    assert told["听雪楼公司"] == (("B",), Origin.FULL, 0), "whoever is called so now has the name"
    assert told["青崖渡软件"] == (("C",), Origin.SHORT, 0)
