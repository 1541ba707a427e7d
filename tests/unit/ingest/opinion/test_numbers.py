"""Numbers as texts write them, against cn2an, and how many jobs a cut announces."""

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.opinion.numbers import announced, number


@given(st.integers(1, 99_999_999))
def test_chinese_numbers_are_what_cn2an_writes(value: int) -> None:
    assert number(cn2an.an2cn(value)) == value


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from("百千万"))
def test_a_last_digit_without_its_unit_is_of_the_next_smaller(
    first: int, last: int, unit: str
) -> None:
    written = f"{cn2an.an2cn(first)}{unit}{cn2an.an2cn(last)}"
    assert number(written) == cn2an.cn2an(written, "smart")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("300", 300),
        ("1,500", 1500),
        ("1.2万", 12_000),
        ("两百", 200),
        ("三千五", 3500),
        ("一百零五", 105),
        ("十", 10),
        ("〇", 0),
        ("", None),
        ("数百", None),
        ("abc", None),
    ],
)
def test_numbers(written: str, value: float | None) -> None:
    assert number(written) == value


@pytest.mark.parametrize(
    ("text", "count", "share"),
    [
        ("裁员300人", 300, None),
        ("裁员约两百名员工", 200, None),
        ("裁员近千人", 1000, None),
        ("裁员超10万人", 100_000, None),
        ("裁员1.7万人", 17_000, None),
        ("裁员数千人", None, None),
        ("裁减三成员工", None, 0.3),
        ("裁员三成半", None, 0.35),
        ("裁员30%", None, 0.3),
        ("裁员20%至40%", None, 0.2),
        ("裁员百分之十五", None, 0.15),
        ("裁员三分之一", None, 0.3333),
        ("裁员一半员工", None, 0.5),
        ("裁员比例高达75%", None, 0.75),
        ("个别部门裁员比例高达75%", None, None),
        ("三百余名员工被裁员", 300, None),
        ("约15%的员工被裁员", None, 0.15),
        ("现有员工2000人，今日裁员", None, None),
        ("裁员，公司现有员工2000人", None, None),
        ("裁员。300人围观", None, None),
        ("裁员赔偿300人民币", None, None),
        ("裁员99999999人", None, None),
        ("裁员", None, None),
    ],
)
def test_how_many_jobs_a_cut_announces(text: str, count: int | None, share: float | None) -> None:
    start = text.index("裁")
    told = announced(text, start, start + 2)
    assert (told.count, told.share) == (count, share)
