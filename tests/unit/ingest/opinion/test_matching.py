"""Names are found at their places: the longest, none within another word, whose they are."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.opinion.matching import mentions, whole
from services.ingest.opinion.names import Entry
from services.ingest.opinion.reading import matcher_of, read

MATCHER = matcher_of(
    [
        Entry("A", "北京鹿鸣山科技有限公司", ("鹿鸣山",)),
        Entry("B", "天津鹿鸣山餐饮有限公司"),
        Entry("C", "北京京东世纪贸易有限公司", ("京东",)),
        Entry("D", "小米（北京）科技有限公司", ("小米",)),
        Entry("E", "北京青崖渡科技有限公司"),
        Entry("F", "天津青崖渡餐饮有限公司"),
        Entry("G", "IBM（中国）有限公司", ("IBM",)),
    ]
)


def found(text: str) -> list[tuple[str, str, float]]:
    """Return whom a text mentions, by which words, how surely."""
    return [
        (mention.who, text[mention.start : mention.end], mention.confidence)
        for mention in mentions(text, MATCHER.find(text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北京鹿鸣山科技有限公司今天裁员", [("A", "北京鹿鸣山科技有限公司", 1.0)]),
        ("鹿鸣山科技今天裁员", [("A", "鹿鸣山科技", 0.85)]),
        ("鹿鸣山风景好", [("A", "鹿鸣山", 0.9)]),
        ("天津鹿鸣山的店关了", [("B", "天津鹿鸣山", 0.85)]),
        # Two characters, and words, need something that goes with organisations.
        ("京东裁员", [("C", "京东", 0.7)]),
        ("京东的快递真快", []),
        ("小米公司的手机", [("D", "小米", 0.7)]),
        ("小米粥养胃，公司食堂有", []),
        ("北京东方航空公司裁员", []),
        # What two share says nothing, unless one of them is named.
        ("青崖渡公司裁员", []),
        ("青崖渡餐饮开业，青崖渡裁员", [("F", "青崖渡餐饮", 0.85), ("F", "青崖渡", 0.8)]),
        ("ＩＢＭ公司裁员", [("G", "ＩＢＭ公司", 0.85)]),
        ("XIBM公司裁员", []),
        ("IBM2公司裁员", []),
        ("𝒳😀京东裁员", [("C", "京东", 0.7)]),
    ],
)
def test_whom_a_text_mentions(text: str, expected: list[tuple[str, str, float]]) -> None:
    assert found(text) == expected


def test_a_title_that_the_text_repeats_counts_once() -> None:
    assert whole("标题", "正文") == "标题\n正文"
    assert whole("标题", "标题：正文") == "标题：正文"
    assert whole(None, "正文") == "正文"


@given(
    st.lists(
        st.sampled_from(
            [
                "京东",
                "鹿鸣山",
                "科技",
                "裁员",
                "300人",
                "，",
                "。",
                "不",
                "没有",
                "\n",
                "x",
                "😀",
                "公司",
                "IBM",
            ]
        )
        | st.text(max_size=3)
    )
)
def test_any_text_can_be_read(parts: Sequence[str]) -> None:
    text = "".join(parts)
    told = read(MATCHER, text, title=None, year=2020)
    assert all(0 <= each.start < each.end <= len(text) for each in told.mentions)
    ends = [each.end for each in told.mentions]
    assert all(end <= later.start for end, later in zip(ends, told.mentions[1:], strict=False))
    assert set(told.verdicts) == {each.who for each in told.mentions}
