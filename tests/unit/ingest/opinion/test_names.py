"""Which names an enterprise has, which of them are enough, and how many of real ones are found."""

import json
import lzma
import os
from pathlib import Path

import pytest

from services.ingest.opinion.dictionary import cut, is_word
from services.ingest.opinion.matching import Matcher
from services.ingest.opinion.names import Entry, Name, Needs, Origin, derive, fold, name_index

DATA = os.environ.get("WENGANG_DATA")
real = pytest.mark.skipif(DATA is None, reason="WENGANG_DATA is not set: no real names")


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


def pairs() -> list[tuple[str, str, str]]:
    """Return sentences with a full company name and the short one that stands for it."""
    file = Path(DATA or "") / "company_alias" / "alias.json.xz"
    found = []
    for item in json.loads(lzma.decompress(file.read_bytes())):
        sentence = "".join(item["sentence"])
        for entry in item["full_short_list"]:
            for first, last, start, end in entry.values():
                full = sentence[first:last]
                if "公司" in full or "合伙企业" in full:
                    found.append((sentence, full, sentence[start:end]))
    return found


@real
def test_most_real_short_names_are_among_the_forms() -> None:
    """Measured: 145 of 174 (.83); most others are brands of which the full name says nothing."""
    asked = {(full, short) for _, full, short in pairs()}
    found = [short for full, short in asked if fold(short) in forms(full)]
    assert len(asked) > 150
    assert len(found) / len(asked) >= 0.8


@real
def test_forms_found_in_real_sentences_mean_their_enterprise() -> None:
    """Measured: of 189 forms found beside the full names, 184 (.97) are the annotated short one."""
    right = wrong = 0
    for sentence, full, short in pairs():
        matcher = Matcher(
            [
                Name(form.text, (full,), Origin.DERIVED, Needs.NOTHING)
                for form in derive(full, is_word=is_word)
            ],
            cut=cut,
        )
        rest = fold(sentence).replace(fold(full), "。" * len(full))
        for each in matcher.find(rest):
            if fold(short) in each.name.text or each.name.text in fold(short):
                right += 1
            else:
                wrong += 1
    assert right > 100
    assert right / (right + wrong) >= 0.94
