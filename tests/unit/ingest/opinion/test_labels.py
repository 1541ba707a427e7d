"""What is alleged of whom: the plain cases, and the texts that mislead."""

from time import process_time

import pytest

from services.ingest.opinion.guards import GUARDS
from services.ingest.opinion.names import Entry
from services.ingest.opinion.reading import matcher_of, read
from services.ingest.opinion.rules import RULES
from shared.events.ingest import OpinionKind

MATCHER = matcher_of(
    [
        Entry("A", "北京鹿鸣山科技有限公司", ("鹿鸣山",)),
        Entry("B", "北京青崖渡科技有限公司", ("青崖渡",)),
        Entry("C", "北京白鹭洲文化有限公司", ("白鹭洲",)),
    ]
)


def kinds(text: str, *, title: str | None = None, year: int = 2020) -> dict[str, str]:
    """Return what is alleged of each enterprise that is spoken ill of."""
    told = read(MATCHER, text, title=title, year=year).verdicts
    return {who: " ".join(verdict.kinds) for who, verdict in told.items() if verdict.kinds}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("鹿鸣山科技被曝裁员", "layoff"),
        ("鹿鸣山将裁500人", "layoff"),
        ("鹿鸣山人员优化7%", "layoff"),
        ("鹿鸣山批量辞退员工", "layoff"),
        ("被鹿鸣山裁了，求内推", "layoff"),
        ("鹿鸣山开始优化了，房贷怎么办", "layoff"),
        ("鹿鸣山宣布毕业三成", "layoff"),
        ("鹿鸣山什么时候发工资", "wage_arrears"),
        ("几十个人围在鹿鸣山门口要说法", "gathering"),
        ("鹿鸣山全员降薪三成", "pay_cut"),
        ("鹿鸣山薪资打七折", "pay_cut"),
        ("鹿鸣山拖欠工资三个月", "wage_arrears"),
        ("鹿鸣山两个月没发工资了", "wage_arrears"),
        ("鹿鸣山断缴社保", "wage_arrears"),
        ("鹿鸣山社保好像断缴了", "wage_arrears"),
        ("鹿鸣山停产放假", "closure"),
        ("鹿鸣山关闭上海工厂", "closure"),
        ("鹿鸣山老板跑路，人去楼空", "closure"),
        ("法院裁定鹿鸣山进入破产重整", "bankruptcy"),
        ("鹿鸣山员工集体讨薪，堵门拉横幅", "wage_arrears gathering"),
        ("鹿鸣山回应裁员", "layoff"),
        ("员工称，公司突然裁员。鹿鸣山没有回应。", "layoff"),
    ],
)
def test_what_is_alleged(text: str, expected: str) -> None:
    assert kinds(text) == {"A": expected}


@pytest.mark.parametrize(
    "text",
    [
        "鹿鸣山辟谣裁员",
        "鹿鸣山否认全公司范围内裁员",
        "网传鹿鸣山裁员，公司回应：消息不实。",
        "鹿鸣山裁员是谣言",
        "鹿鸣山承诺不裁员",
        "鹿鸣山没有裁员",
        "鹿鸣山将不会裁员",
        "鹿鸣山不裁员不降薪",
        "如果鹿鸣山裁员怎么办",
        "鹿鸣山避免了裁员",
        "鹿鸣山招聘裁员专家",
        "如何看待鹿鸣山裁员的补偿方案",
        "鹿鸣山球员降薪续约",
        "白鹭洲乐队宣布解散，鹿鸣山音乐节取消",
        "鹿鸣山投资的电视剧里主角家破产",
        "鹿鸣山分析师谈裁员潮",
        "鹿鸣山报告称多家公司裁员",
        "鹿鸣山的竞争对手裁员",
        "鹿鸣山说某某教育公司裁员",
        "鹿鸣山已经补发拖欠的工资",
        "鹿鸣山复工，此前停产",
        "鹿鸣山十年前裁员",
        "2015年鹿鸣山裁员三百人",
        "鹿鸣山手机停产",
        "鹿鸣山律师承接破产清算业务",
        "鹿鸣山CEO主动要求降薪",
        "鹿鸣山怀孕女员工被裁",
        "鹿鸣山因台风停工",
        "鹿鸣山享受稳岗返还政策，不得裁员",
        "鹿鸣山聚集人才",
        "鹿鸣山家破产",
        "鹿鸣山爸爸破产跳楼",
        "鹿鸣山优化了流程",
        "鹿鸣山的毕业生",
        "被鹿鸣山裁员了怎么办",
        "鹿鸣山开了新店",
    ],
)
def test_what_misleads_alleges_nothing(text: str) -> None:
    assert kinds(text) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("鹿鸣山裁员，青崖渡招聘", {"A": "layoff"}),
        ("鹿鸣山扩大规模。青崖渡破产。", {"B": "bankruptcy"}),
        ("鹿鸣山、青崖渡和白鹭洲裁员", {"A": "layoff", "B": "layoff", "C": "layoff"}),
        ("鹿鸣山与青崖渡合作，白鹭洲欠薪", {"C": "wage_arrears"}),
        ("鹿鸣山裁员；青崖渡停产。", {"A": "layoff", "B": "closure"}),
        ("鹿鸣山被青崖渡起诉，前者已停产", {"B": "closure"}),
        ("遭裁员的青崖渡员工说", {"B": "layoff"}),
    ],
)
def test_of_whom(text: str, expected: dict[str, str]) -> None:
    assert kinds(text) == expected


def test_the_title_says_whom_the_text_is_about() -> None:
    assert kinds("昨天下午，公司宣布裁员。", title="鹿鸣山科技怎么了") == {"A": "layoff"}


def test_bad_news_of_another_kind_is_negative_without_a_kind() -> None:
    told = read(MATCHER, "鹿鸣山涉嫌非法集资被立案", year=2020).verdicts["A"]
    assert (told.negative, told.kinds) == (True, ())


@pytest.mark.parametrize(
    "text",
    [
        "鹿鸣山暂停招聘",
        "鹿鸣山的招聘也停了",
        "鹿鸣山车间轮流放假",
        "鹿鸣山没活干，员工待岗",
        "鹿鸣山订单大幅减少",
        "鹿鸣山快撑不下去了",
        "鹿鸣山压缩开支",
        "鹿鸣山业绩承压",
    ],
)
def test_hard_times_are_negative_without_a_kind_and_of_their_subject_alone(text: str) -> None:
    told = read(MATCHER, f"青崖渡很好，{text}。", year=2020).verdicts
    assert (told["A"].negative, told["A"].kinds, told["B"].negative) == (True, (), False)
    assert told["A"].confidence >= 0.6


@pytest.mark.parametrize(
    "text", ["鹿鸣山没有暂停招聘", "鹿鸣山订单增加", "鹿鸣山国庆放假", "鹿鸣山否认生意难做"]
)
def test_ordinary_times_are_not_hard(text: str) -> None:
    assert not read(MATCHER, text, year=2020).verdicts["A"].negative


def test_confidence_falls_with_distance() -> None:
    near = read(MATCHER, "鹿鸣山科技裁员。", year=2020).verdicts["A"].confidence
    far = read(MATCHER, "鹿鸣山科技今天开会。昨天裁员了。", year=2020).verdicts["A"].confidence
    assert near > far > 0


def test_a_rumour_counts_for_less() -> None:
    plain = read(MATCHER, "鹿鸣山科技裁员。", year=2020).verdicts["A"].confidence
    rumour = read(MATCHER, "网传鹿鸣山科技裁员，真的假的？", year=2020).verdicts["A"].confidence
    assert 0 < rumour < plain


def test_every_rule_and_guard_has_its_reason() -> None:
    assert all(rule.reason for rule in RULES)
    assert all(guard.reason for guard in GUARDS)
    names = [guard.name for guard in GUARDS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("repeated", ["裁员", "1", "裁员100人", "裁50%", "鹿鸣山裁员", "裁1"])
def test_the_longest_text_that_repeats_itself_is_read_in_no_time(repeated: str) -> None:
    text = ("鹿鸣山裁员" + repeated * 20_000)[:20_000]
    begun = process_time()
    assert read(MATCHER, text, year=2020).verdicts["A"].kinds == (OpinionKind.LAYOFF,)
    assert process_time() - begun < 8
