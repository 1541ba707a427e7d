"""Layouts as offices send them, which nobody described: what is proposed reads them as they are."""

from pathlib import Path

import pytest

from services.ingest.files.refusals import FileRefused
from tests.unit.ingest.archives import packed
from tests.unit.ingest.layouts import taken
from tests.unit.ingest.records import uscc
from tests.unit.ingest.test_proposal import proposed, table, whole


@pytest.mark.parametrize(
    ("title", "name"),
    [("统计年度：2020年　填报单位：社保中心", "a.csv"), ("填报单位：社保中心", "2020年参保.csv")],
)
def test_the_year_of_bare_months_stands_in_a_title_or_in_the_name_of_the_file(
    tmp_path: Path, title: str, name: str
) -> None:
    content = table(
        [title],
        ["单位", "信用代码", "1月", "", "7月", ""],
        ["", "", "参保人数", "应缴（万元）", "参保人数", "应缴（万元）"],
        ["甲", uscc(1), "１２", "1.5", "一", "一"],
        ["乙", uscc(2), "7", "/", "9", "0.2"],
        ["合　计", "", "19", "1.5", "9", "0.2"],
    )
    outcome = whole(tmp_path, "insured_headcount", name, content)
    assert outcome.reasons == []
    assert [(row.key, row.content["insured_headcount"]) for row in outcome.rows] == [
        ((uscc(1), "2020-01"), 12),
        ((uscc(2), "2020-01"), 7),
        ((uscc(2), "2020-07"), 9),
    ]


def test_bare_months_whose_year_nothing_tells_are_for_a_person(tmp_path: Path) -> None:
    content = table(["信用代码", "6月", "7月"], [uscc(1), 5, 4])
    proposal, document = proposed(tmp_path, "insured_headcount", "a.csv", content)
    assert proposal.missing == ["month"]
    assert (
        "# month: {parts: [{constant: '2020'}, $header], join: 年, date: [YYYY年M月]}" in document
    )
    edited = document.replace("# month: {parts", "month: {parts")
    assert [row.key for row in taken(content, edited).rows] == [
        (uscc(1), "2020-06"),
        (uscc(1), "2020-07"),
    ]


def test_a_word_for_one_is_nothing_among_figures_alone(tmp_path: Path) -> None:
    content = table(
        ["信用代码", "月份", "参保人数", "备注"],
        [uscc(1), "2020-06", "3", "一"],
        [uscc(2), "2020-06", "4", "二"],
    )
    assert proposed(tmp_path, "insured_headcount", "a.csv", content)[0].nulls == []


@pytest.mark.parametrize("cell", ["98.765,43", "0,50"])
def test_a_comma_before_the_fraction_is_seen(tmp_path: Path, cell: str) -> None:
    content = f"税号;开票月份;开票金额(元);开票份数\n{uscc(1)};2020/06;{cell};3\n".encode("gb18030")
    (row,) = whole(tmp_path, "invoices", "a.csv", content).rows
    assert str(row.content["issued_amount"]) == {"98.765,43": "98765.43", "0,50": "0.50"}[cell]


def test_fractions_of_what_is_counted_are_rounded_and_said_so(tmp_path: Path) -> None:
    content = table(
        ["信用代码", "抄表日期", "天数", "用电量（千瓦时）", "供电状态"],
        [uscc(1), "20200630", 30, "1234.5", "停电"],
        [uscc(2), "20200630", 30, "1,234.49", "正常"],
    )
    _, document = proposed(tmp_path, "electricity", "a.csv", content)
    assert "请核对 check: 小数四舍五入为整数 fractions are rounded" in document
    # A word that the contract does not know is said with those that it does.
    assert "可取 may be: normal 正常, limited 限电, cut_off 停供" in document
    assert "如 e.g. codes: {停电: …}, unknown_codes: keep" in document
    edited = document.replace(
        "{from: 供电状态}", "{from: 供电状态, codes: {停电: cut_off}, unknown_codes: keep}"
    )
    outcome = taken(content, edited, name="a.csv")
    assert [row.content["kwh"] for row in outcome.rows] == [1235, 1234]
    assert [row.content["supply"] for row in outcome.rows] == ["cut_off", "normal"]


def test_shares_of_one_are_not_rounded_away(tmp_path: Path) -> None:
    content = table(
        ["信用代码", "公示日期", "案号", "类别", "状态", "冻结比例"],
        [uscc(1), "2020-06-30", "甲1", "equity_freeze", "in_force", "0.35"],
    )
    proposal, document = proposed(tmp_path, "court_notice", "a.csv", content)
    (share,) = (guess for guess in proposal.guesses if guess.column == "share_percent")
    assert (share.header, share.unread) == ("冻结比例", ("0.35",))
    assert "round" not in document


def test_a_header_that_is_meant_is_shown_although_nothing_reads_its_cells(tmp_path: Path) -> None:
    content = table(["信用代码", "月份", "参保人数"], [uscc(1), "上上月", "若干"])
    proposal, document = proposed(tmp_path, "insured_headcount", "a.csv", content)
    assert proposal.left_over == []
    assert "读不懂 not read: 上上月" in document
    assert "读不懂 not read: 若干" in document


@pytest.mark.parametrize("between", ["/", "\n", "（"])
def test_a_code_that_stands_with_the_name_in_one_cell_is_found(
    tmp_path: Path, between: str
) -> None:
    content = table(
        ["统一社会信用代码/名称", "月份", "拖欠月数"],
        [f"{uscc(1).lower()}{between}北京甲公司", "2020年6月", 1],
    )
    assert [row.key for row in whole(tmp_path, "rent_arrears", "a.csv", content).rows] == [
        (uscc(1), "2020-06")
    ]


def test_a_list_that_repeats_its_titles_on_each_page_is_read_with_the_month_above(
    tmp_path: Path,
) -> None:
    page = [
        ["参保单位花名册", "", ""],
        ["打印日期：2020-07-02", "费款所属期：2020年6月", "单位：元"],
        ["统一社会信用代码", "参保人数", "应缴"],
    ]
    content = table(
        *page,
        [uscc(1), 50, "1,000.50"],
        ["本页小计", 50, ""],
        ["第 1 页 共 2 页"],
        *page,
        [uscc(2), 51, "2,000.00"],
        ["总 计", 101, ""],
    )
    outcome = whole(tmp_path, "insured_headcount", "a.csv", content)
    assert outcome.reasons == []
    assert [row.key for row in outcome.rows] == [(uscc(1), "2020-06"), (uscc(2), "2020-06")]


def test_the_month_of_files_in_an_archive_is_told_by_their_folders(tmp_path: Path) -> None:
    def part(number: int) -> bytes:
        return table(["信用代码", "拖欠月数"], [uscc(number), 2]).encode()

    archive = packed({"2020年5月/朝阳/房租.csv": part(1), "2020年6月/朝阳/房租.csv": part(2)})
    outcome = whole(tmp_path, "rent_arrears", "a.zip", archive)
    assert [row.key for row in outcome.rows] == [(uscc(1), "2020-05"), (uscc(2), "2020-06")]


def test_a_title_of_several_months_tells_none(tmp_path: Path) -> None:
    content = table(["2020年1月至2020年6月欠租"], ["信用代码", "拖欠月数"], [uscc(1), 2])
    assert proposed(tmp_path, "rent_arrears", "a.csv", content)[0].missing == ["month"]


def test_what_a_value_within_a_value_is_called_tells_most(tmp_path: Path) -> None:
    content = (
        f'{{"caseNo": "甲1", "employer": {{"creditCode": "{uscc(1)}"}}, "acceptance": {{"time":'
        ' 1593532800000, "channel": "仲裁"}, "claim": {"persons": 12, "amountWan": 3.5}}\n'
    )
    (row,) = whole(tmp_path, "labour_dispute", "a.jsonl", content).rows
    assert row.key == (uscc(1), "2020-07-01/甲1")
    assert (row.content["workers"], str(row.content["amount"])) == (12, "35000.00")


def test_of_two_headers_the_title_of_the_contract_is_taken(tmp_path: Path) -> None:
    content = table(
        ["信用代码", "立案时间", "公示日期", "案号", "类别", "状态", "解除时间"],
        [
            uscc(1),
            "2020-06-01",
            "2020-06-30",
            "甲1",
            "enforcement",
            "lifted",
            "2020-07-05T00:00:00",
        ],
    )
    proposal, _ = proposed(tmp_path, "court_notice", "a.csv", content)
    read = {guess.column: guess.header for guess in proposal.guesses}
    assert (read["noticed_on"], read["lifted_on"]) == ("公示日期", "解除时间")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ('{"a": ' * 4000 + "1" + "}" * 4000, "nested_too_deep"),
        ("{" + ", ".join(f'"k{number}": 1' for number in range(1001)) + "}", "too_many_columns"),
        ('{"a": 1', "not_json"),
    ],
)
def test_records_that_no_mapping_can_read_are_told_by_their_reason(
    tmp_path: Path, record: str, code: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        proposed(tmp_path, "insured_headcount", "a.jsonl", record + "\n")
    assert [(fault.row, fault.code) for fault in refused.value.faults] == [(1, code)]
