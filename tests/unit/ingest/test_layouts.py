"""Layouts as offices and foreign agencies make them, taken by a mapping alone."""

import pytest

from services.ingest.domain.rows import Fault
from services.ingest.files.refusals import FileRefused
from services.ingest.schemas.reasons import ImportErrorRead
from shared.messages import Language
from tests.integration.ingest.files import workbook
from tests.unit.ingest.layouts import taken
from tests.unit.ingest.records import uscc

ONE, TWO, THREE = uscc(1), uscc(2), uscc(3)

TAX = """
feed: insured_headcount
file: {skip_lines: 2, header_lines: 2}
rows:
  skip: {from: 企业名称, pattern: '^(合计|小计)$'}
  end: '^(填表人|审核)'
wide: {headers: '^(?P<key>[0-9]{4}年[0-9]{1,2}月)/(?P<name>.+)$'}
nulls: [—, 无]
columns:
  uscc: {from: 纳税人识别号, width: half, case: upper, replace: {' ': ''}}
  month: {from: $header, date: YYYY年M月}
  insured_headcount: {from: 参保人数, number: {units: {人: 1, 万人: 10_000}}}
  due:
    from: 应缴
    amount: {units: {元: 1, 万元: 10_000}, currencies: {人民币: 1}, currency: 人民币}
    unit: {from: $line 2, pattern: '单位[:：]\\s*(\\S+元)'}
ignore: [企业名称]
"""


def test_a_tax_office_puts_months_side_by_side_under_merged_headers() -> None:
    sheet = workbook(
        ["社会保险费征收情况表"],
        ["", "填报日期：2020年8月1日", "", "单位：万元"],
        ["纳税人识别号", "企业名称", "2020年6月", "", "2020年7月", ""],
        ["", "", "参保人数", "应缴", "参保人数", "应缴"],
        [ONE, "甲公司", 128, 1.25, "１１０人", "１.５"],
        [f"{TWO[:8]} {TWO[8:].lower()}", "乙公司", "—", "", "1,200", "300元"],
        ["", "合计", 128, 1.25, 1310, 1.53],
        [THREE, "丙公司", "", "", "", ""],
        [THREE, "丁公司", "很多", 1, 5, "无"],
        ["填表人：王", "", "", "审核人：李"],
        ["备注：以上"],
    )
    outcome = taken(sheet, TAX, name="a.xlsx")
    assert outcome.passed == {"row_passed_over": 1, "row_without_values": 1, "row_after_end": 2}
    assert outcome.records[:3] == [
        {"uscc": ONE, "month": "2020-06", "insured_headcount": "128", "due": "12500.00"},
        {"uscc": ONE, "month": "2020-07", "insured_headcount": "110", "due": "15000.00"},
        {"uscc": TWO, "month": "2020-07", "insured_headcount": "1200", "due": "300.00"},
    ]
    # A cell that says nothing is left out of its record.
    assert len(outcome.rows) == 4
    # The error names the row and the very column of the file.
    assert outcome.reasons == [(9, "2020年6月/参保人数", "number_unreadable")]
    assert outcome.faults[0].value == "很多"


COURT = """
feed: opinion_item
file: {header_at: 案号}
rows: {end: '^共.*条'}
wide: {cell: 被执行人, by: '[、;；]'}
columns:
  item_id: {from: [案号, $value], join: '|'}
  published_at: {from: 立案日期, date: [chinese, YYYY.M.D]}
  title: {from: $value, after: 被列为被执行人}
  text:
    parts:
      - $value
      - {from: 执行法院, before: 于, after: 被立案执行}
      - {from: 执行标的, pattern: '([0-9,.]+)', before: ，标的, after: 元}
      - {constant: 。}
  source: {first: [执行法院, 法院]}
ignore: [序号]
"""


def test_a_court_lists_several_parties_in_one_cell_under_a_case_number() -> None:
    file = (
        "失信被执行人公告,,,,\n"
        "某市中级人民法院,,,,\n"
        "序号,案号,被执行人,立案日期,执行标的,执行法院\n"
        '1,(2020)京01执123号,甲公司、乙公司；张店,二〇二〇年七月三十一日,"1,200.5元",市一中院\n'
        "2,(2020)京01执9号,丙公司,2020.7.2,,市一中院\n"
        "序号,案号,被执行人,立案日期,执行标的,执行法院\n"
        "3,(2020)京01执10号,丁公司,2020.13.2,,市一中院\n"
        "共3条,,,,,\n"
    )
    outcome = taken(file, COURT)
    assert outcome.passed == {"row_repeats_header": 1, "row_after_end": 1}
    assert [r["item_id"] for r in outcome.records if isinstance(r, dict)] == [
        "(2020)京01执123号|甲公司",
        "(2020)京01执123号|乙公司",
        "(2020)京01执123号|张店",
        "(2020)京01执9号|丙公司",
        "(2020)京01执10号|丁公司",
    ]
    first, fourth = outcome.records[0], outcome.records[3]
    assert isinstance(first, dict)
    assert isinstance(fourth, dict)
    assert first["text"] == "甲公司于市一中院被立案执行，标的1,200.5元。"
    assert fourth["text"] == "丙公司于市一中院被立案执行。"
    assert first["published_at"] == "2020-07-31T00:00:00+08:00"
    assert outcome.reasons == [(7, "立案日期", "date_unlike")]


POWER = """
feed: layoff_report
file: {skip_lines: 1, extra_cells: ignore}
wide: {headers: '^(\\d{1,2})日'}
columns:
  uscc: 用户税号
  reported_on:
    parts: [{from: $line 1, pattern: '(\\d{4}年\\d{1,2}月)'}, {from: $header, after: 日}]
    date: YYYY年M月D日
  planned_layoffs: {from: $value, number: {units: {千瓦时: 1, 万千瓦时: 10_000}}, unit: 千瓦时}
ignore: '*'
"""


def test_a_power_company_has_a_column_for_each_day_and_the_month_in_the_title() -> None:
    file = (
        "企业日用电量表 2020年7月（单位：千瓦时）\n"
        "户号,用户税号,1日（千瓦时）,2日（千瓦时）,3日（千瓦时）\n"
        f"001,{ONE},120,1.2万千瓦时,\n"
        f"002,{TWO},,,7,多余\n"
    )
    outcome = taken(file, POWER)
    assert outcome.reasons == []
    assert outcome.records == [
        {"uscc": ONE, "reported_on": "2020-07-01", "planned_layoffs": "120"},
        {"uscc": ONE, "reported_on": "2020-07-02", "planned_layoffs": "12000"},
        {"uscc": TWO, "reported_on": "2020-07-03", "planned_layoffs": "7"},
    ]


HOTLINE = """
feed: opinion_item
file: {format: ndjson}
columns:
  item_id: {from: 工单编号, case: upper}
  published_at: {from: 来电时间, date: 'YYYY-MM-DDTHH:mm:ss.FFFZZ'}
  text: {from: [诉求内容, 办理意见], join: ' / '}
  source: {constant: 12345}
ignore: '*'
"""


def test_a_hotline_exports_its_tickets_as_lines_of_json() -> None:
    file = (
        '{"工单编号": "gd-1", "来电时间": "2020-08-02T23:30:00.000Z", "诉求内容": "欠薪", "x": 1}\n'
        '{"工单编号": "gd-2", "来电时间": "昨天", "诉求内容": "裁员"}\n'
        '{"工单编号": "gd-3", "诉求内容": "裁员", "来电时间": "2020-08-02T10:00:00.000+08:00"}\n'
    )
    outcome = taken(file, HOTLINE, name="a.ndjson")
    assert outcome.reasons == [(2, "来电时间", "date_unlike")]
    first = outcome.records[0]
    assert first == {
        "item_id": "GD-1",
        "published_at": "2020-08-03T07:30:00+08:00",
        "text": "欠薪",
        "source": "12345",
    }


BUREAU = """
feed: layoff_report
file: {header_at: 单位名称}
rows: {skip: ['^(合计|总计|小计)', {from: 单位名称, pattern: '合计$'}]}
columns:
  uscc: {from: 单位名称, lookup: enterprise_name}
  reported_on: {from: 报告时间, date: {formats: [YYYY年M月D日, YYYY/M/D, M/D/YY], take: last}}
  planned_layoffs: {from: 拟裁/人数, pattern: {find: '([0-9]+)', take: last}}
  headcount: {first: [职工总数, 在职人数], number: plain, optional: true}
  ground: {from: 情形, codes: {经营困难: serious_difficulty}, optional: true}
ignore: [序号]
"""


def test_a_bureau_names_firms_without_their_codes_and_appends_amendments() -> None:
    file = (
        "规模裁员情况报告（2020年7月） 单位：人\n"
        "\n"
        "序号,单位名称,报告时间,拟裁/人数,在职人数\n"
        "1,甲（北京）公司,2020年7月3日更正：2020年7月9日,原30现25,300\n"
        "2,乙公司,2020/7/4,12,\n"
        "3,丙公司,7/5/20,9,（1）\n"
        ",小计合计,,46,\n"
        "合计,,,46,\n"
    )
    codes = {"甲（北京）公司": (ONE,), "丙公司": (TWO, THREE)}
    outcome = taken(file, BUREAU, codes=codes)
    assert outcome.names == {"甲（北京）公司", "乙公司", "丙公司"}
    assert outcome.passed == {"row_passed_over": 2}
    (row,) = outcome.rows
    assert row.key == (ONE, "2020-07-09")
    assert (row.content["planned_layoffs"], row.content["headcount"]) == (25, 300)
    assert outcome.reasons == [
        (5, "单位名称", "enterprise_name_unknown"),
        (6, "单位名称", "enterprise_name_ambiguous"),
        (6, "在职人数", "too_small"),
    ]
    told = [ImportErrorRead.of(fault, Language.ZH_CN) for fault in outcome.faults]
    assert [each.name for each in told] == [*(fault.values.get("name") for fault in outcome.faults)]
    assert told[0].name is not None
    assert told[0].name in told[0].message
    assert told[0].name in outcome.names


def test_errors_of_names_that_were_kept_without_them_are_told_by_what_stood_there() -> None:
    fault = Fault(3, "siret", "enterprise_name_unknown", "542")
    told = ImportErrorRead.of(fault, Language.EN)
    assert (told.name, "“542”" in told.message) == (None, True)


def test_sixteen_thousand_trailing_columns_are_no_columns() -> None:
    trail = "," * 16_379
    mapping = "feed: insured_headcount\ncolumns: {uscc: a, month: b, insured_headcount: c}\n"
    file = f"a,b,c{trail}\n{ONE},2020-07,3{trail}\n{TWO},2020-07\n"
    outcome = taken(file, mapping)
    assert len(outcome.rows) == 1
    assert outcome.reasons == [(3, "c", "missing")]
    with pytest.raises(FileRefused) as refused:
        taken(f"a,b,c{''.join(f',x{n}' for n in range(1000))}\n", mapping)
    assert refused.value.faults[0].code == "too_many_columns"


def test_headers_may_be_missing_or_alike() -> None:
    bare = "feed: insured_headcount\nfile: {headers: [a, b, c]}\ncolumns: {uscc: a, month: b, "
    assert len(taken(f"{ONE},2020-07,3\n", bare + "insured_headcount: c}\n").rows) == 1
    alike = (
        "feed: insured_headcount\nfile: {repeated_headers: number}\n"
        "columns: {uscc: a, month: b, insured_headcount: n (2)}\nignore: [n]\n"
    )
    assert taken(f"a,b,n,n\n{ONE},2020-07,3,4\n", alike).rows[0].content["insured_headcount"] == 4
    with pytest.raises(FileRefused):
        taken("a,b,n,n\n", alike.replace("number", "reject"))


def test_a_file_without_the_header_that_is_looked_for_is_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        taken("a,b\n1,2\n", BUREAU)
    assert refused.value.faults[0].code == "header_missing"


SECTIONS = """
feed: layoff_report
file: {header_at: 单位代码}
rows:
  section: '^[一二三四五六七八九十]+、(.+区)'
  fill_down: [单位代码]
  skip: '^本区小计'
columns:
  uscc: 单位代码
  reported_on: {from: [年, 月, 日], join: '-', date: YYYY-M-D}
  planned_layoffs: {from: 人数, number: plain}
  ground:
    from: $section
    codes: {朝阳区: serious_difficulty, 海淀区: technical_change}
"""


def test_rows_are_grouped_under_headings_and_cells_merged_downwards() -> None:
    file = (
        "裁员情况,,,,\n单位代码,年,月,日,人数\n"
        "一、朝阳区（3家）,,,,\n"
        f"{ONE},2020,7,3,30\n,2020,7,9,12\n"
        "本区小计,,,,42\n"
        "二、海淀区,,,,\n"
        f"{TWO},2020,7,30,5\n"
    )
    outcome = taken(file, SECTIONS)
    assert outcome.passed == {"row_of_section": 2, "row_passed_over": 1}
    assert [(row.key, row.content["ground"]) for row in outcome.rows] == [
        ((ONE, "2020-07-03"), "serious_difficulty"),
        ((ONE, "2020-07-09"), "serious_difficulty"),
        ((TWO, "2020-07-30"), "technical_change"),
    ]


def test_a_german_table_has_its_own_encoding_and_decimal_comma() -> None:
    file = f"Kennung;Zeitraum;Köpfe;Beiträge\n{ONE};07.2020;1.234;45.600,50 €\n"
    mapping = """
feed: insured_headcount
file: {encoding: windows-1252, delimiter: ;}
columns:
  uscc: Kennung
  month: {from: Zeitraum, date: MM.YYYY}
  insured_headcount: {from: Köpfe, number: {decimal: ','}}
  due: {from: Beiträge, amount: {units: {}, currencies: {€: 8}, currency: €, decimal: ','}}
"""
    (row,) = taken(file.encode("cp1252"), mapping).rows
    assert row.key == (ONE, "2020-07")
    assert (row.content["insured_headcount"], str(row.content["due"])) == (1234, "364804.00")


def test_the_delimiter_is_seen_in_the_header_not_in_the_titles_above_it() -> None:
    mapping = (
        "feed: insured_headcount\nfile: {header_at: 代码}\n"
        "columns: {uscc: 代码, month: 月份, insured_headcount: 人数}\n"
    )
    file = f"某区参保人数，快报\n制表：2020-08-01, 王\n代码|月份|人数\n{ONE}|2020-07|5\n"
    assert len(taken(file, mapping).rows) == 1


def test_rows_of_blank_cells_are_told_of() -> None:
    mapping = "feed: insured_headcount\ncolumns: {uscc: a, month: b, insured_headcount: c}\n"
    outcome = taken(f"a,b,c\n{ONE},2020-07,3\n,,\n\n , ,\n{TWO},2020-07,3\n", mapping)
    assert (len(outcome.rows), outcome.passed) == (2, {"row_blank": 2})


def test_an_error_names_a_header_that_the_file_has() -> None:
    mapping = """
feed: layoff_report
columns:
  uscc: 代码
  reported_on: {first: [通知日期, 报告日], date: YYYY-MM-DD}
  planned_layoffs: {first: [人数, 裁员人数]}
  layoff_on: {first: [日期, 裁员日], date: YYYY-MM-DD, unreadable: unknown, optional: true}
"""
    file = f"代码,报告日,裁员人数,裁员日\n{ONE}\n{TWO},2020-07-01,3,年底\n"
    outcome = taken(file, mapping)
    assert outcome.reasons == [(2, "报告日", "missing"), (2, "裁员人数", "missing")]
    assert [each["column"] for each in outcome.unknowns] == ["裁员日"]
