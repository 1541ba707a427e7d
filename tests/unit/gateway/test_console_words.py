"""How the console writes dates, time left, amounts and people."""

from datetime import datetime

import pytest

from gateway.console.words import Speech
from shared.calendar import SHANGHAI
from shared.messages import Language

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
ZH, EN = Speech(Language.ZH_CN, NOW), Speech(Language.EN, NOW)


def _item(due_at: str | None, *, overdue: bool = False) -> dict[str, object]:
    return {"due_at": due_at, "overdue": overdue}


def test_dates_are_those_of_beijing() -> None:
    assert ZH.date("2026-11-23") == "2026年11月23日"
    assert ZH.date("2026-11-22T16:30:00+00:00") == "2026年11月23日"
    assert ZH.moment("2026-11-22T16:30:00+00:00") == "2026年11月23日 00:30"
    assert EN.moment("2026-01-02T09:05:00+08:00") == "2026-01-02 09:05"
    assert ZH.date(None) == "—"
    assert ZH.period("2026-10") == "2026年10月"
    assert ZH.period("latest") == "latest"
    assert [ZH.span(each) for each in ("2026-10", "2026-10-31", None)] == [
        "2026年10月",
        "2026年10月31日",
        "—",
    ]
    assert [ZH.is_month(each) for each in ("2026-10", "2026-10-31", "latest")] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("due_at", "overdue", "words", "group"),
    [
        ("2026-11-23T09:59:00+08:00", True, "今日 09:59 已超期", "overdue"),
        ("2026-11-22T17:30:00+08:00", True, "已超期 1 天", "overdue"),
        ("2026-10-23T17:30:00+08:00", True, "已超期 31 天", "overdue"),
        ("2026-11-23T17:30:00+08:00", False, "今日 17:30 到期", "today"),
        ("2026-11-24T00:00:00+08:00", False, "明日 00:00 到期", "later"),
        ("2026-11-25T17:30:00+08:00", False, "还有 2 天", "later"),
        (None, False, "无时限", "none"),
    ],
)
def test_time_left_is_said_in_words(
    due_at: str | None, overdue: bool, words: str, group: str
) -> None:
    item = _item(due_at, overdue=overdue)
    assert ZH.due(item) == words
    assert ZH.urgency(item) == group


def test_amounts_are_counted_as_people_do() -> None:
    assert ZH.money("5000000.00") == "500 万元"
    assert ZH.money("12345.60") == "1.23 万元"
    assert EN.money("5000000.00") == "CNY 5,000,000"
    assert EN.money("100") == "CNY 100"
    assert ZH.money(None) == "—"


def test_codes_become_words_or_stay() -> None:
    assert ZH.word("level", "red") == "红"
    assert ZH.word("level", "purple") == "purple"
    assert ZH.district("1101K1") == "北京经济技术开发区"
    assert EN.district("110105") == "Chaoyang"
    assert ZH.district("999999") == "999999"
    assert ZH.industry("6513") == "应用软件开发（6513）"
    assert ZH.industry("0000") == "0000"


def test_people_are_named_as_far_as_they_are_known() -> None:
    names = {"officer-110105": "黄强"}
    assert ZH.person("officer:officer-110105", names) == "黄强"
    assert ZH.person("officer-110105", names) == "黄强"
    assert ZH.person("officer:lead-110105", names) == "lead-110105"
    assert ZH.person("service:cases", names) == "系统"
    assert ZH.person(None, names) == "—"


def test_details_are_read_by_what_they_are() -> None:
    assert ZH.detail("outcome", "averted") == "未裁员，风险化解"
    assert ZH.detail("district", "110108") == "海淀区"
    assert ZH.detail("suspended_until", "2026-12-01T18:00:00+08:00") == "2026年12月1日 18:00"
    assert ZH.detail("evidence", "名单") == "名单"
    assert ZH.detail("service", "rent_relief") == "房租减免"
    assert ZH.detail("on_site", "true") == "到企业现场"
    assert ZH.detail("gathering", "false") == "否"
    assert ZH.detail("layoff_on", "2026-12-01") == "2026年12月1日"
    assert ZH.detail("layoff_on", "") == "已撤回"
    assert ZH.detail("lists", "priority,key") == "优先保障、重点保障"
    assert ZH.detail("clock", "resolve") == ZH.word("clock", "resolve")
    assert ZH.detail("amount", "3000000.00") == "300 万元"


def test_what_a_model_looks_at_has_a_name() -> None:
    assert ZH.feature("last(arrears)") == "社会保险费欠缴月数"
    assert ZH.feature("margin") == "模型总体判断"
    assert ZH.feature("ratio(a/b)") == "ratio(a/b)"
