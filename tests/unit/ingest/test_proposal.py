"""A first mapping for files that nobody described: what it finds loads, and takes the rows."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.ingest.domain.feeds import FEEDS
from services.ingest.files.refusals import FileRefused
from services.ingest.files.sampling import sample
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.proposal.document import Proposal
from services.ingest.mapping.proposal.likeness import GLOSSARY
from services.ingest.mapping.proposal.proposing import propose
from services.ingest.mapping.proposal.writing import write
from tests.integration.ingest.files import workbook
from tests.unit.ingest.archives import packed
from tests.unit.ingest.layouts import Outcome, taken
from tests.unit.ingest.records import uscc

TODAY = date(2020, 8, 3)


def proposed(folder: Path, feed: str, name: str, content: str | bytes) -> tuple[Proposal, str]:
    """Return a proposal and its document."""
    path = folder / "sample"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    seen = sample(path, filename=name, contract=FEEDS[feed], bounds=WorkbookBounds())
    proposal = propose(FEEDS[feed], seen, today=TODAY)
    return proposal, write(proposal, FEEDS[feed], file=name)


def table(*rows: list[Any]) -> str:
    """Return rows as CSV."""
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue()


def whole(folder: Path, feed: str, name: str, content: str | bytes) -> Outcome:
    """Let a file be taken by what is proposed for it, as it is."""
    proposal, document = proposed(folder, feed, name, content)
    assert proposal.complete, document
    return taken(content, document, name=name)


@pytest.mark.parametrize(
    "heads",
    [
        ["统一社会信用代码", "费款所属期", "参保人数", "应缴（万元）", "经办人"],
        ["单位代码", "年月", "缴费人数", "应缴费额(万元)", "备注"],
        ["Credit Code", "Period", "Headcount", "Amount due (万元)", "Clerk"],
        ["TYSHXYDM", "SSQ", "CBRS", "YJJE（万元）", "JBR"],
    ],
)
def test_headers_are_known_in_chinese_english_and_by_their_sounds(
    tmp_path: Path, heads: list[str]
) -> None:
    rows = [[uscc(n), f"2020年{n}月", f"{n}00人", f"{n}.5", "王"] for n in range(1, 8)]
    outcome = whole(tmp_path, "insured_headcount", "a.csv", table(heads, *rows))
    assert outcome.reasons == []
    assert outcome.rows[0].key == (uscc(1), "2020-01")
    assert outcome.rows[0].content["insured_headcount"] == 100
    assert str(outcome.rows[0].content["due"]) == "15000.00"


def test_months_side_by_side_below_a_title_are_seen(tmp_path: Path) -> None:
    sheet = workbook(
        ["各单位参保人数统计表"],
        ["序号", "税号", "2020年5月", "2020年6月", "2020年7月"],
        [1, uscc(1).lower(), 12, 13, ""],
        [2, uscc(2), 7, "", 9],
    )
    proposal, document = proposed(tmp_path, "insured_headcount", "a.xlsx", sheet)
    assert proposal.left_over == ["序号"]
    assert "skip_lines: 1" in document
    outcome = taken(sheet, document, name="a.xlsx")
    assert [row.key for row in outcome.rows] == [
        (uscc(1), "2020-05"),
        (uscc(1), "2020-06"),
        (uscc(2), "2020-05"),
        (uscc(2), "2020-07"),
    ]


MONTHS_WITH_NAMES = [
    [
        ["税号", "单位", "2020年6月", "", "", "2020年7月", "", ""],
        ["", "", "参保人数", "应缴（万元）", "备注", "参保人数", "应缴（万元）", "备注"],
    ],
    [
        ["税号", "单位", "2020年", "", "", "", "", ""],
        ["", "", "6月", "", "", "7月", "", ""],
        ["", "", "人数", "应缴(万元)", "备注", "人数", "应缴(万元)", "备注"],
    ],
    [
        [
            *("税号", "单位", "202006参保人数", "202006应缴（万元）", "202006备注"),
            *("202007参保人数", "202007应缴（万元）", "202007备注"),
        ]
    ],
]


@pytest.mark.parametrize("head", MONTHS_WITH_NAMES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_months_each_with_several_names_are_seen(
    tmp_path: Path, head: list[list[object]], kind: str
) -> None:
    rows: list[list[object]] = [
        [uscc(1), "甲", 12, 1.5, "", 13, 1.6, "补缴"],
        [uscc(2), "乙", 7, 0.8, "无", "", "", ""],
    ]
    content = workbook(*head, *rows) if kind == "xlsx" else table(*head, *rows)
    proposal, document = proposed(tmp_path, "insured_headcount", f"a.{kind}", content)
    assert proposal.complete, document
    outcome = taken(content, document, name=f"a.{kind}")
    assert outcome.reasons == []
    assert [(row.key, *row.content.values()) for row in outcome.rows] == [
        ((uscc(1), "2020-06"), 12, Decimal("15000.00")),
        ((uscc(1), "2020-07"), 13, Decimal("16000.00")),
        ((uscc(2), "2020-06"), 7, Decimal("8000.00")),
    ]
    # What the feed has no column for is named, whichever month it is of.
    assert sum("备注" in header for header in proposal.left_over) == 2


def test_months_below_the_names_that_they_are_of_are_seen(tmp_path: Path) -> None:
    content = table(
        ["统一社会信用代码", "参保人数", "", "应缴（元）", ""],
        ["", "2020-06", "2020-07", "2020-06", "2020-07"],
        [uscc(1), 12, 13, 3000, 3100],
    )
    outcome = whole(tmp_path, "insured_headcount", "a.csv", content)
    assert [
        (row.key[1], row.content["insured_headcount"], row.content["due"]) for row in outcome.rows
    ] == [
        ("2020-06", 12, Decimal("3000.00")),
        ("2020-07", 13, Decimal("3100.00")),
    ]


def test_amounts_of_months_side_by_side_are_seen_with_their_unit(tmp_path: Path) -> None:
    sheet = workbook(
        ["各单位开票情况（单位：万元）"],
        ["税号", "2020-05", "2020-06"],
        [uscc(1), 12.5, 13],
        [uscc(2), "—", 0.8],
    )
    outcome = whole(tmp_path, "invoices", "a.xlsx", sheet)
    assert outcome.reasons == []
    assert [(row.key[1], row.content["issued_amount"]) for row in outcome.rows] == [
        ("2020-05", 125_000),
        ("2020-06", 130_000),
        ("2020-06", 8000),
    ]


@pytest.mark.parametrize(
    ("line", "factor"),
    [
        (["填报单位：市社保中心", "", "单位：人、千元"], 1000),
        (["（单位：万元）"], 10_000),
        (["单位: 元"], 1),
    ],
)
def test_a_unit_above_the_header_is_that_of_amounts(
    tmp_path: Path, line: list[object], factor: int
) -> None:
    sheet = workbook(
        ["参保缴费情况统计表"],
        line,
        ["信用代码", "所属期", "参保人数", "应缴金额", "实缴金额（元）"],
        [uscc(1), "2020年7月", 12, 1.5, 1500],
        [uscc(2), "2020年7月", 7, "2,000.5", "800元"],
    )
    outcome = whole(tmp_path, "insured_headcount", "a.xlsx", sheet)
    assert outcome.reasons == []
    assert [row.content["due"] for row in outcome.rows] == [
        Decimal("1.5") * factor,
        Decimal("2000.5") * factor,
    ]
    assert [row.content["paid"] for row in outcome.rows] == [1500, 800]


def test_sums_headings_footers_and_words_for_nothing_are_seen(tmp_path: Path) -> None:
    sheet = workbook(
        ["序号", "信用代码", "单位名称", "所属期", "参保人数", "应缴金额"],
        ["一、朝阳区"],
        [1, uscc(1), "甲公司", "2020-07", 12, "—"],
        [2, uscc(2), "乙公司", "2020-07", 7, 800],
        ["", "", "小计", "", 19, 800],
        ["二、海淀区"],
        [3, uscc(3), "丙公司", "2020-07", 5, "无"],
        ["合计", "", "", "", 24, 800],
        ["填表人：王某", "", "", "填报日期：2020年8月5日"],
    )
    outcome = whole(tmp_path, "insured_headcount", "a.xlsx", sheet)
    assert outcome.reasons == []
    assert [(row.key[0], row.content.get("due")) for row in outcome.rows] == [
        (uscc(1), None),
        (uscc(2), 800),
        (uscc(3), None),
    ]


@pytest.mark.parametrize("titles", [[], [["各单位参保情况"], ["单位：人、元"]]])
def test_headers_of_three_lines_below_titles_are_seen(
    tmp_path: Path, titles: list[list[object]]
) -> None:
    sheet = workbook(
        *titles,
        ["信用代码", "单位名称", "费款所属期", "参保情况", "", "", ""],
        ["", "", "", "人数", "", "费用", ""],
        ["", "", "", "参保人数", "离职", "应缴", "实缴"],
        [uscc(1), "甲公司", "2020年7月", 12, 1, 3000, 3000],
        [uscc(2), "乙公司", "2020年7月", 7, "", "", ""],
    )
    proposal, document = proposed(tmp_path, "insured_headcount", "a.xlsx", sheet)
    assert "header_lines: 3" in document
    assert ("skip_lines: 2" in document) is bool(titles)
    assert proposal.complete, document
    outcome = taken(sheet, document, name="a.xlsx")
    assert [(row.key[0], row.content["insured_headcount"]) for row in outcome.rows] == [
        (uscc(1), 12),
        (uscc(2), 7),
    ]


def test_a_record_of_words_alone_is_no_line_of_the_header(tmp_path: Path) -> None:
    content = table(
        ["信用代码", "月份", "人数", ""],
        ["", "", "参保人数", "备注"],
        [uscc(1), "七月", "", "未报"],
        [uscc(2), "2020-07", 3, ""],
    )
    _, document = proposed(tmp_path, "insured_headcount", "a.csv", content)
    assert "header_lines: 2" in document


def test_codes_of_credit_are_known_by_their_values_alone(tmp_path: Path) -> None:
    content = table(["甲", "月份", "参保人数"], *([uscc(n), "202007", n] for n in range(1, 9)))
    assert len(whole(tmp_path, "insured_headcount", "a.csv", content).rows) == 8


def test_words_become_codes_where_they_are_like_them(tmp_path: Path) -> None:
    heads = ["企业名称", "信用代码", "所属区", "经营状态", "成立日期"]
    rows = [[f"第{n}公司", uscc(n), "朝阳区", "存续", "2001/3/7"] for n in range(1, 6)]
    proposal, document = proposed(tmp_path, "enterprise_register", "a.csv", table(heads, *rows))
    assert "朝阳区" in document
    assert "110105" in document
    assert {guess.column for guess in proposal.guesses} >= {"uscc", "name", "district"}


STATES = ["存续（在营、开业、在册）", "吊销，未注销", "吊销，已注销", "注销", "迁出"]


def states(*words: str) -> str:
    """Return a table of enterprises in these states."""
    rows = [[uscc(n), f"甲{n}公司", "朝阳区", word] for n, word in enumerate(words, start=1)]
    return table(["信用代码", "企业名称", "所在区", "登记状态"], *rows)


def test_words_that_the_contract_takes_need_no_table(tmp_path: Path) -> None:
    proposal, document = proposed(tmp_path, "enterprise_register", "a.csv", states(*STATES))
    (status,) = [guess for guess in proposal.guesses if guess.column == "status"]
    assert (status.steps, status.unread) == ({}, ())
    # Another word of theirs comes only later.
    outcome = taken(states(*STATES, "在业"), document, name="a.csv")
    assert outcome.reasons == []
    assert [row.content["status"] for row in outcome.rows] == [
        *("active", "revoked", "cancelled", "cancelled", "moved_out", "active")
    ]


def test_a_word_is_not_taken_for_its_opposite(tmp_path: Path) -> None:
    content = states(*STATES, "企业已经注销", "还未注销", "歇业")
    proposal, document = proposed(tmp_path, "enterprise_register", "a.csv", content)
    (status,) = [guess for guess in proposal.guesses if guess.column == "status"]
    assert status.steps == {"codes": {"企业已经注销": "cancelled"}, "unknown_codes": "keep"}
    assert list(status.unread) == ["还未注销", "歇业"]
    outcome = taken(content, document, name="a.csv")
    assert len(outcome.rows) == 6
    assert [reason[-1] for reason in outcome.reasons] == ["not_allowed", "not_allowed"]


def test_firms_without_codes_are_looked_up_by_name_and_what_is_missing_is_said(
    tmp_path: Path,
) -> None:
    content = table(
        ["Company", "Notice Date", "Employees Affected", "Contact"],
        ["Acme, Inc.", "7/6/2020", "40", "Bob"],
        ["Apex LLC", "7/16/20", "1,204", "Ann"],
    )
    proposal, document = proposed(tmp_path, "layoff_report", "warn.csv", content)
    assert proposal.complete
    assert "lookup: enterprise_name" in document
    codes = {"Acme, Inc.": (uscc(1),), "Apex LLC": (uscc(2),)}
    assert len(taken(content, document, codes=codes).rows) == 2

    bare, document = proposed(tmp_path, "layoff_report", "a.csv", "Company,Contact\nAcme,Bob\n")
    assert bare.missing == ["reported_on", "planned_layoffs"]
    assert "请定 decide: 报告日期" in document


def test_what_no_step_reads_is_shown(tmp_path: Path) -> None:
    rows = [[uscc(n), "2020-07", n] for n in range(1, 9)]
    content = table(["信用代码", "月份", "参保人数"], *rows, [uscc(9), "七月", 3])
    proposal, document = proposed(tmp_path, "insured_headcount", "a.csv", content)
    (month,) = [guess for guess in proposal.guesses if guess.column == "month"]
    assert month.unread == ("七月",)
    assert "读不懂 not read: 七月" in document


def test_the_glossary_speaks_of_columns_that_there_are() -> None:
    columns = {column.name for contract in FEEDS.values() for column in contract.columns}
    assert set(GLOSSARY) <= columns


@pytest.mark.parametrize("feed", sorted(FEEDS))
def test_a_header_of_a_feeds_own_titles_is_found_whole(tmp_path: Path, feed: str) -> None:
    contract = FEEDS[feed]
    heads = [column.title.zh for column in contract.columns]
    row = [column.examples[0] if column.examples else "" for column in contract.columns]
    proposal, document = proposed(tmp_path, feed, "a.csv", table(heads, row))
    assert {guess.column: guess.header for guess in proposal.guesses} == {
        column.name: column.title.zh for column in contract.columns
    }
    assert proposal.complete
    assert len(taken(table(heads, row), document).records) == 1


@pytest.mark.parametrize(
    "period", ["2020-7", "2020-7-31", "31.07.2020", "7.2020", "109年7月", "109/07/31", "31-Jul-20"]
)
def test_periods_as_few_write_them_are_seen(tmp_path: Path, period: str) -> None:
    rows = [["信用代码", "所属月份", "参保人数"], [uscc(1), period, "12"]]
    outcome = whole(tmp_path, "insured_headcount", "a.csv", table(*rows))
    assert [row.key for row in outcome.rows] == [(uscc(1), "2020-07")]


def test_records_within_records_are_proposed_by_the_ways_to_their_values(tmp_path: Path) -> None:
    told = {"企业": {"信用代码": uscc(1)}, "参保": {"月份": "2020-07", "参保人数": 12}}
    lines = f"{json.dumps(told)}\n" * 2
    outcome = whole(tmp_path, "insured_headcount", "a.jsonl", lines)
    assert len(outcome.rows) == 2


TITLED: list[list[object]] = [
    ["参保情况统计表"],
    ["序号", "税号", "所属期", "参保人数"],
]


def district(number: int) -> bytes:
    """Return the workbook of one district, with a title above its header."""
    return workbook(*TITLED, [1, uscc(number), "2020年7月", number], ["合计", "", "", number])


def test_an_archive_of_files_of_one_layout_is_proposed_for_as_one_of_them(tmp_path: Path) -> None:
    content = packed({"__MACOSX/x": b"-", "朝阳.xlsx": district(1), "海淀/七月.xlsx": district(2)})
    outcome = whole(tmp_path, "insured_headcount", "七月.zip", content)
    assert outcome.reasons == []
    assert [row.key[0] for row in outcome.rows] == [uscc(1), uscc(2)]
    texts = packed(
        {"a.csv": table(["税号", "所属期", "参保人数"], [uscc(3), "202007", 5]).encode()}
    )
    assert [row.key for row in whole(tmp_path, "insured_headcount", "a.zip", texts).rows] == [
        (uscc(3), "2020-07")
    ]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"b.xlsx": workbook(["税号", "人数"], [uscc(2), 5])}, "archive_of_layouts"),
        ({"b.csv": table(["序号", "税号"], [1, uscc(2)]).encode()}, "archive_of_layouts"),
        ({"b.zip": packed({"a.csv": b"a"})}, "archive_nested"),
        ({"b.csv": b""}, "file_empty"),
    ],
)
def test_an_archive_of_several_layouts_is_told_by_the_name_of_the_file(
    tmp_path: Path, other: dict[str, bytes], code: str
) -> None:
    content = packed({"a.xlsx": district(1), **other})
    with pytest.raises(FileRefused) as refused:
        proposed(tmp_path, "insured_headcount", "a.zip", content)
    (fault,) = refused.value.faults
    assert fault.code == code
    assert fault.values["member"] == next(iter(other))


def test_months_of_electricity_side_by_side_are_readings_of_their_last_days(tmp_path: Path) -> None:
    heads = [f"2020年{n}月用电量(千瓦时)" for n in (1, 2, 6)]
    content = table(["户名", "税号", *heads], ["某厂", uscc(1), 3100, 2900, ""])
    outcome = whole(tmp_path, "electricity", "a.csv", content)
    assert outcome.reasons == []
    assert [(row.key[1], row.content["days"], row.content["kwh"]) for row in outcome.rows] == [
        ("2020-01-31", 31, 3100),
        ("2020-02-29", 29, 2900),
    ]


@pytest.mark.parametrize("head", [["202001", "202002"], ["2020-01", "2020-02"]])
def test_bare_months_of_electricity_are_seen_too(tmp_path: Path, head: list[str]) -> None:
    outcome = whole(tmp_path, "electricity", "a.csv", table(["税号", *head], [uscc(1), 31, 29]))
    assert [(row.key[1], row.content["days"]) for row in outcome.rows] == [
        ("2020-01-31", 31),
        ("2020-02-29", 29),
    ]


def test_of_months_side_by_side_none_is_taken_for_all_where_a_feed_has_no_months(
    tmp_path: Path,
) -> None:
    heads = ["2020年5月缓缴金额", "2020年6月缓缴金额", "2020年7月缓缴金额"]
    content = table(["税号", "业务编号", *heads], [uscc(1), "A1", 1, 2, 3])
    proposal, document = proposed(tmp_path, "si_deferral", "a.csv", content)
    assert not [guess for guess in proposal.guesses if guess.header in heads]
    assert "各月并列" in document


def test_a_first_line_that_tells_the_delimiter_is_none_of_the_table(tmp_path: Path) -> None:
    rows = ("信用代码;月份;参保人数;说明", f"{uscc(1)};2020-07;12;一，二,三,四,五,六,七")
    proposal, document = proposed(
        tmp_path, "insured_headcount", "a.csv", "sep=;\r\n" + "\r\n".join(rows)
    )
    assert proposal.complete, document
    # Every such file says itself which it is.
    assert "delimiter" not in document
    read = taken("sep=;\r\n" + "\r\n".join(rows), document)
    assert (read.reasons, len(read.rows)) == ([], 1)


@pytest.mark.parametrize(
    ("header", "cell", "kwh"),
    [
        ("Consumption (MWh)", "1.25", 1250),
        ("用电量（千度）", "1.25", 1250),
        ("用電量（萬千瓦時）", "0.5", 5000),
        ("用电量 [GWh]", "0.5", 500_000),
        ("Consumption (kWh)", "125", 125),
    ],
)
def test_the_unit_of_a_header_counts(tmp_path: Path, header: str, cell: str, kwh: int) -> None:
    rows = [[uscc(n), f"2020-07-0{n}", "1", cell] for n in range(1, 4)]
    content = table(["信用代码", "抄表日期", "天数", header], *rows)
    outcome = whole(tmp_path, "electricity", "a.csv", content)
    assert [row.content["kwh"] for row in outcome.rows] == [kwh] * 3


@pytest.mark.parametrize(
    ("header", "cell", "owed"),
    [
        ("Arrears (thousand CNY)", "1.5", 1500),
        ("Arrears (in thousands of RMB)", "1.5", 1500),
        ("Arrears (RMB'000)", "1,200", 1_200_000),
        ("欠税余额（萬元）", "1.5", 15_000),
        ("欠税余额", "1.5萬元", 15_000),
        ("欠税余额", "¥1,500.00", 1500),
        ("欠税余额", "RMB 1,500", 1500),
    ],
)
def test_the_unit_of_an_amount_counts_as_others_write_it(
    tmp_path: Path, header: str, cell: str, owed: int
) -> None:
    rows = [[uscc(n), "2020-07", cell] for n in range(1, 4)]
    content = table(["税号", "所属期", header], *rows)
    outcome = whole(tmp_path, "tax_arrears", "a.csv", content)
    assert [row.content["owed"] for row in outcome.rows] == [owed] * 3


@pytest.mark.parametrize(
    ("header", "cell", "currency"),
    [("应缴（k€）", "1.5", "EUR"), ("应缴（万美元）", "1.5", "USD"), ("应缴", "€1.5", "€")],
)
def test_money_of_another_currency_is_not_known_until_a_person_says_the_rate(
    tmp_path: Path, header: str, cell: str, currency: str
) -> None:
    rows = [[uscc(n), "2020-07", "12", cell] for n in range(1, 4)]
    content = table(["信用代码", "所属期", "参保人数", header], *rows)
    outcome = whole(tmp_path, "insured_headcount", "a.csv", content)
    assert [row.content.get("due") for row in outcome.rows] == [None] * 3
    _, document = proposed(tmp_path, "insured_headcount", "a.csv", content)
    assert f"请定 decide: 1 {currency} 合多少元" in document
    assert f"{currency}: unknown" in document or f'"{currency}": unknown' in document


def test_what_a_header_says_and_is_no_unit_that_we_know_is_told(tmp_path: Path) -> None:
    content = table(["信用代码", "所属期", "参保人数（千人次）"], [uscc(1), "2020-07", "12"])
    _, document = proposed(tmp_path, "insured_headcount", "a.csv", content)
    assert "“千人次”未作单位" in document


@pytest.mark.parametrize(
    ("days", "form", "doubt"),
    [
        # Either order reads them: what is sent together is mostly of one month.
        (["1/7/2020", "2/7/2020", "3/7/2020"], "D/M/YYYY", "M/D/YYYY"),
        (["7/1/2020", "7/2/2020", "7/3/2020"], "M/D/YYYY", "D/M/YYYY"),
        # One of them decides for all.
        (["1/7/2020", "2/7/2020", "31/7/2020"], "D/M/YYYY", None),
        (["7/1/2020", "7/2/2020", "7/31/2020"], "M/D/YYYY", None),
        # The other order lies in the future.
        (["6/10/2020", "6/11/2020", "7/9/2020"], "M/D/YYYY", None),
        (["2020-07-01", "7/31/2020"], "M/D/YYYY", None),
    ],
)
def test_all_dates_of_a_column_have_the_same_order_of_day_and_month(
    tmp_path: Path, days: list[str], form: str, doubt: str | None
) -> None:
    rows = [[uscc(n), day, f"{n}0"] for n, day in enumerate(days, start=1)]
    content = table(["信用代码", "报告日期", "拟裁减人数"], *rows)
    proposal, document = proposed(tmp_path, "layoff_report", "a.csv", content)
    (guess,) = [each for each in proposal.guesses if each.column == "reported_on"]
    assert guess.steps["date"][-1] == form
    assert guess.doubt == doubt
    assert ("月日先后不明" in document) is (doubt is not None)
    assert taken(content, document).reasons == []


@pytest.mark.parametrize(
    ("period", "month"),
    [
        ("2020-07-01 至 2020-07-31", "2020-07"),
        ("2020年7月1日—2020年7月31日", "2020-07"),
        ("07/2020", "2020-07"),
        ("Jul-20", "2020-07"),
        ("July 2020", "2020-07"),
    ],
)
def test_months_are_read_as_others_write_them(tmp_path: Path, period: str, month: str) -> None:
    content = table(["税号", "所属期", "欠税余额"], [uscc(1), period, "1"], [uscc(2), period, "2"])
    outcome = whole(tmp_path, "tax_arrears", "a.csv", content)
    assert [row.key for row in outcome.rows] == [(uscc(1), month), (uscc(2), month)]


def test_a_period_of_several_months_is_left_to_a_person(tmp_path: Path) -> None:
    content = table(["税号", "所属期", "欠税余额"], [uscc(1), "2020-04-01至2020-06-30", "1"])
    proposal, _ = proposed(tmp_path, "tax_arrears", "a.csv", content)
    (month,) = [guess for guess in proposal.guesses if guess.column == "month"]
    assert month.unread == ("2020-04-01至2020-06-30",)


def test_codes_in_groups_are_read(tmp_path: Path) -> None:
    rows = [[f"{uscc(n)[:4]} {uscc(n)[4:8]}　{uscc(n)[8:]}", "2020-07", n] for n in range(1, 4)]
    content = table(["Credit Code", "月份", "人数"], *rows)
    outcome = whole(tmp_path, "insured_headcount", "a.csv", content)
    assert [row.key[0] for row in outcome.rows] == [uscc(1), uscc(2), uscc(3)]


def test_headers_of_old_characters_and_years_of_the_republic_are_known(tmp_path: Path) -> None:
    sheet = workbook(
        ["各用電戶每月用電量（千度）"],
        ["電號", "統一社會信用代碼", "用戶名稱", "109年5月", "109年6月"],
        ["001", uscc(1), "某甲", 10.5, 20],
        ["合計", "", "", 10.5, 20],
    )
    outcome = whole(tmp_path, "electricity", "a.xlsx", sheet)
    told = [(row.key[1], row.content["days"], row.content["kwh"]) for row in outcome.rows]
    assert told == [("2020-05-31", 31, 10_500), ("2020-06-30", 30, 20_000)]
    sheet = workbook(
        ["案號", "統一社會信用代碼", "受理日期", "管道", "涉及勞工人數", "請求金額（萬元）"],
        ["109調1", uscc(1), "109/07/01", "調解", "12", "3.5"],
        ["合計", "", "", "", "12", "3.5"],
    )
    outcome = whole(tmp_path, "labour_dispute", "a.xlsx", sheet)
    (row,) = outcome.rows
    assert row.content["channel"] == "mediation"
    assert row.content["amount"] == 35_000


def test_french_headers_are_known(tmp_path: Path) -> None:
    rows = [f"{uscc(n)};0{n}/2020;{n}2;{n},5" for n in range(1, 4)]
    content = "\n".join(["Code USCC;Période;Effectif assuré;Cotisations dues (CNY)", *rows])
    outcome = whole(tmp_path, "insured_headcount", "a.csv", content)
    assert [str(row.content["due"]) for row in outcome.rows] == ["1.50", "2.50", "3.50"]
    assert [row.key[1] for row in outcome.rows] == ["2020-01", "2020-02", "2020-03"]


@pytest.mark.parametrize(
    ("title", "headcount"),
    [
        ("各单位人数（万人）", 15_000),
        ("单位：千人、元", 1500),
        ("单位：人", None),
        ("填报单位：市", None),
    ],
)
def test_a_unit_above_the_header_is_that_of_counts(
    tmp_path: Path, title: str, headcount: int | None
) -> None:
    cell: object = 7 if headcount is None else 1.5
    sheet = workbook([title], ["信用代码", "所属期", "参保人数"], [uscc(1), "2020年7月", cell])
    outcome = whole(tmp_path, "insured_headcount", "a.xlsx", sheet)
    assert [row.content["insured_headcount"] for row in outcome.rows] == [headcount or 7]


def test_words_that_are_only_like_others_are_told(tmp_path: Path) -> None:
    rows = [
        [uscc(1), "2020-07-01", "B1", "注册资本变更"],
        [uscc(2), "2020-07-01", "B2", "经营异常名录"],
        [uscc(3), "2020-07-01", "B3", "股权出质"],
    ]
    content = table(["信用代码", "变更日期", "业务编号", "变更事项"], *rows)
    proposal, document = proposed(tmp_path, "register_change", "a.csv", content)
    (kind,) = [guess for guess in proposal.guesses if guess.column == "kind"]
    # Put on the list or taken off it: nobody can tell.
    assert list(kind.unread) == ["经营异常名录"]
    assert "guessed by likeness: 注册资本变更 = capital_cut 减少注册资本\n" in document
