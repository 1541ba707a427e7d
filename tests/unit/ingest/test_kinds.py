"""Free text, joined names, addresses and times with their zone: what is taken, what is refused."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import sift
from tests.unit.ingest.records import a_layoff_report, a_protected, an_enterprise, an_opinion

TODAY = date(2020, 8, 3)


def faults(feed: str, record: dict[str, Any]) -> list[tuple[str | None, str]]:
    """Return what is wrong with a record, column by column."""
    sifted = sift(FEEDS[feed], [record], today=TODAY)
    return [(fault.column, fault.code) for fault in sifted.faults]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("一行\r\n二行\r三行", "一行\n二行\n三行"),
        ("左\t右", "左 右"),
        ("\u200e裁\x07员\u202e", "裁员"),
        ("  两边  \n\n  空白  ", "两边\n\n空白"),
        ("😀裁员", "😀裁员"),
        ("长" * 20_000, "长" * 20_000),
    ],
)
def test_free_text_keeps_its_lines_and_loses_what_cannot_be_seen(sent: str, read: str) -> None:
    (row,) = sift(FEEDS["opinion_item"], [an_opinion(text=sent)], today=TODAY).rows
    assert row.content["text"] == read


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("空\x00字", "unprintable"),
        ("\ud800", "unprintable"),
        ("\u200e\u200e", "unprintable"),
        ("长" * 20_001, "too_long"),
        (5, "not_text"),
        (" ", "missing"),
    ],
)
def test_free_text_that_cannot_be_kept_is_refused(sent: object, code: str) -> None:
    assert faults("opinion_item", an_opinion(text=sent)) == [("text", code)]


@pytest.mark.parametrize(
    "sent",
    [
        "2020-08-03T08:30:00+08:00",
        "2020-08-03T00:30:00Z",
        "2020-08-03 08:30+0800",
        "2020-08-03T08:30:00.000000000+08:00",
        "2020-08-02T19:30:00-05:00",
    ],
)
def test_a_time_is_the_same_instant_in_whatever_zone_it_is_written(sent: str) -> None:
    (row,) = sift(FEEDS["opinion_item"], [an_opinion(published_at=sent)], today=TODAY).rows
    assert row.content["published_at"] == datetime(2020, 8, 3, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("2020-08-03T08:30:00", "no_time_zone"),
        ("2020-08-03", "not_an_instant"),
        ("2020-02-30T08:30:00Z", "not_an_instant"),
        ("2020-08-03T25:00:00Z", "not_an_instant"),
        ("0001-01-01T00:00:00+23:00", "not_an_instant"),
        ("1999-12-31T15:59:59Z", "date_too_early"),
        ("2020-08-03T16:00:00Z", "date_in_future"),
        (1596414600, "not_text"),
    ],
)
def test_a_time_that_is_none_or_not_yet_is_refused(sent: object, code: str) -> None:
    """The last day is Beijing's: 16:00 UTC is its tomorrow."""
    assert faults("opinion_item", an_opinion(published_at=sent)) == [("published_at", code)]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("https://weibo.com/1/a?b=c#d", None),
        ("HTTP://例子.中国", None),
        ("javascript:alert(1)", "not_a_url"),
        ("https://", "not_a_url"),
        ("https://a b.cn/", "not_a_url"),
        ("ftp://a.cn/", "not_a_url"),
        ("https://a.cn/" + "a" * 2000, "too_long"),
    ],
)
def test_an_address_is_one_of_the_web(sent: str, code: str | None) -> None:
    assert faults("opinion_item", an_opinion(url=sent)) == ([("url", code)] if code else [])


@pytest.mark.parametrize(
    ("sent", "read"),
    [("京东", "京东"), (" 京东；JD ;京东; ", "京东;JD"), ("a b;c d", "a b;c d")],
)
def test_names_come_joined_and_each_once(sent: str, read: str) -> None:
    record = an_enterprise(short_names=sent)
    (row,) = sift(FEEDS["enterprise_register"], [record], today=TODAY).rows
    assert row.content["short_names"] == read


@pytest.mark.parametrize(
    ("sent", "code"), [("京", "too_short"), (";", "too_short"), ("长" * 501, "too_long")]
)
def test_a_name_of_one_character_names_nobody(sent: str, code: str) -> None:
    assert faults("enterprise_register", an_enterprise(short_names=sent)) == [("short_names", code)]


def test_a_planned_day_may_lie_ahead_and_a_reported_one_may_not() -> None:
    assert faults("layoff_report", a_layoff_report(layoff_on="2021-12-31")) == []
    late = a_layoff_report(layoff_on="2101-01-01")
    assert faults("layoff_report", late) == [("layoff_on", "date_too_late")]
    early = a_layoff_report(reported_on="2020-08-04")
    assert faults("layoff_report", early) == [("reported_on", "date_in_future")]
    assert faults("protection_list", a_protected(valid_from="2021-01-01")) == []


def test_an_author_is_not_taken() -> None:
    told = faults("opinion_item", an_opinion(author="某用户"))
    assert told == [("author", "unknown_column")]
