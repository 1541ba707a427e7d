"""Tables in marked-up text: what a person sees in the page is what is read."""

from pathlib import Path

import pytest

from services.ingest.files import marked, page, spreadsheet_xml
from services.ingest.files.marked import MarkupRefused
from services.ingest.files.workbook_child import seconds_for

# As a reporting system of a bureau exports it: a title over all columns, cells that go over rows.
EXPORT = """
<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<style>td { mso-number-format:"\\@"; } <table></style>
<script>document.write("<tr><td>nothing</td></tr>")</script></head><body>
<table><caption> 参保人数 </caption>
<tr><th colspan="3">2020年7月&nbsp;参保人数</th></tr>
<tr><th>街道</th><th>统一社会信用代码</th><th>人数</th></tr>
<tr><td rowspan=2>建外街道</td><td x:str>91110105MA00000004</td><td>1,280</td></tr>
<tr><td>91110105MA00000012<td>64
<tr></tr>
<TR><TD>三里屯<br>街道</TD><TD>  91110105MA00000020
 </TD><TD>&lt;5</TD></TR>
</table></body></html>
"""
READ = [
    ["2020年7月 参保人数"],
    ["街道", "统一社会信用代码", "人数"],
    ["建外街道", "91110105MA00000004", "1,280"],
    ["", "91110105MA00000012", "64"],
    [],
    ["三里屯\n街道", "91110105MA00000020", "<5"],
]


def test_a_page_is_read_as_it_is_seen() -> None:
    (sheet,) = page.sheets_of(EXPORT)
    assert (sheet.name, sheet.rows) == (" 参保人数 ".strip(), READ)


def test_tables_that_arrange_others_are_none() -> None:
    text = """<table><tr><td>menu<td><table><tr><td>a<td>b<tr><td>1<td>2</table></table>
    <table><tr><td>页脚</td></tr></table><table><tr><td>年<td>查<td>询</table>
    <table><tr><td>c<td>d<tr><td>3<td>4</table>"""
    found = list(marked.named_apart(page.sheets_of(text)))
    assert [(each.name, each.rows) for each in found] == [
        ("Sheet1", [["a", "b"], ["1", "2"]]),
        ("Sheet2", [["c", "d"], ["3", "4"]]),
    ]


def test_a_table_of_one_column_is_read_where_there_is_no_other() -> None:
    (sheet,) = page.sheets_of("<table><tr><td>uscc<tr><td>91110105MA00000004</table>")
    assert sheet.rows == [["uscc"], ["91110105MA00000004"]]


def test_a_table_of_one_row_is_read_where_there_is_no_other() -> None:
    (sheet,) = page.sheets_of("<table><tr><td>uscc<td>month</table>")
    assert sheet.rows == [["uscc", "month"]]


def test_a_table_within_a_cell_is_what_the_cell_says_if_it_is_none_of_its_own() -> None:
    text = """<table><tr><th><table><tr><td>信用代码<td><img></table><th>人数
    <tr><td><table><tr><td>a<tr><td>b</table><td>1<tr><td>c<td>2</table>"""
    (sheet,) = page.sheets_of(text)
    assert sheet.rows == [["信用代码", "人数"], ["a\nb", "1"], ["c", "2"]]


def test_no_cell_goes_over_the_end_of_its_group_of_rows() -> None:
    text = """<table><thead><tr><th rowspan=2>a<th>b</tr></thead><tbody><tr><td>1<td>2
    </tbody><tfoot><tr><td rowspan=3>3<td>4</table>"""
    (sheet,) = page.sheets_of(text)
    assert sheet.rows == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_headers_that_stand_in_a_table_of_their_own_belong_to_the_values_below() -> None:
    text = """<table><tr><th>代码<th>人数<th>操作</table>
    <table><tr><td>a<td>1<td><a></a><tr><td>b<td>2<td></table>"""
    (sheet,) = page.sheets_of(text)
    assert sheet.rows == [["代码", "人数", "操作"], ["a", "1"], ["b", "2"]]


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        ("<td><select><option>朝阳区<option selected>海淀区</select>", "海淀区"),
        ("<td><select><option>朝阳区</option><option>海淀区</option></select>人", "朝阳区人"),
        ("<td><input type=text value=128><input type=hidden value=7>", "128"),
        ("<td><input value='128'><input type=checkbox value=on><input type=button value=x>", "128"),
        ("<td><span style='display: none'>20200731<span>x</span></span>2020-07-31", "2020-07-31"),
        ("<td><i hidden>9<br></i>128", "128"),
        ("<td>128<![foo bar]>", "128"),
        # Excel shows a number rounded, and keeps it beside.
        ("<td x:num='91110105'>9.1E+07", "91110105"),
        ("<td x:num='1234.5678'>1,234.57", "1234.5678"),
        ("<td x:num='0.125'>13%", "12.5%"),
        ("<td x:num='44043'>2020-07-31", "2020-07-31"),
        ("<td x:num>128", "128"),
        ("<td x:num='1E999999999'>128", "128"),
        ("<td x:num='NaN'>128", "128"),
    ],
)
def test_a_cell_says_what_is_seen_in_it(cell: str, seen: str) -> None:
    (sheet,) = page.sheets_of(f"<table><tr><td>a<td>b<tr>{cell}<td>c</table>")
    assert sheet.rows[1] == [seen, "c"]


def test_a_page_is_called_as_excel_called_its_sheet() -> None:
    text = """<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet>
    <x:Name>A&amp;B 七月</x:Name></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml>
    <![endif]--><table><tr><td>a<td>b<tr><td>1<td>2</table>"""
    assert [each.name for each in page.sheets_of(text)] == ["A&B 七月"]


def test_what_a_page_keeps_for_its_program_may_be_long() -> None:
    text = f"<input type=hidden value='{'A' * 600_000}'><table><tr><td>a<td>b<tr><td>1<td>2</table>"
    (sheet,) = page.sheets_of(text)
    assert sheet.rows == [["a", "b"], ["1", "2"]]


def test_a_page_that_is_cut_off_is_refused() -> None:
    rows = "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr>"
    with pytest.raises(MarkupRefused) as no:
        page.sheets_of(rows + "<tr><td>3</t")
    assert no.value.told == {"code": "markup_cut_off", "rows": 2}
    # Some leave out what they may, and more.
    assert len(page.sheets_of("<table><tr><td>a<td>b<tr><td>1<td>2")) == 1


def test_a_few_marks_stand_for_no_more_cells_than_a_workbook_has() -> None:
    row = "<tr><td>a" + "<td colspan=1000>" * 16
    with pytest.raises(MarkupRefused) as no:
        page.sheets_of(f"<table><tr><td>a{row}<td colspan=384></table>")
    assert no.value.told == {"code": "too_many_columns", "row": 2, "limit": 16_384}
    page.sheets_of(f"<table><tr><td>a{row}<td colspan=383></table>")


def test_a_cell_covers_columns_and_rows_at_once() -> None:
    text = """<table><tr><td rowspan=2 colspan=2>a<td>b<tr><td>c
    <tr><td>d<td rowspan=0>e<td>f<tr><td>g<td>h</table>"""
    (sheet,) = page.sheets_of(text)
    assert sheet.rows == [["a", "", "b"], ["", "", "c"], ["d", "e", "f"], ["g", "", "h"]]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gb18030"),
        ('<meta charset="gb2312">', "utf-8"),  # many say so and write UTF-8
        ('<meta charset="utf-8">', "utf-8"),
        ("", "gb18030"),
        ("", "utf-8"),
        ("\ufeff", "utf-16-le"),
        ('<meta charset="big5">', "big5"),
    ],
)
def test_text_is_read_in_the_encoding_that_it_is_in(
    tmp_path: Path, head: str, encoding: str
) -> None:
    (tmp_path / "a").write_bytes(f"{head}<table><tr><td>社會保險<td>b".encode(encoding))
    (sheet,) = page.sheets_of(marked.text_of(tmp_path / "a"))
    assert sheet.rows == [["社會保險", "b"]]


SPREADSHEET = """<?xml version="1.0" encoding="GB2312"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="七月"><Table>
  <Row><Cell ss:MergeAcross="1"><Data ss:Type="String">参保人数</Data></Cell>
   <Cell><Data ss:Type="String">日期</Data></Cell></Row>
  <Row ss:Index="3"><Cell><Data ss:Type="String">0012</Data><Comment><ss:Data
   ss:Type="String">批注</ss:Data></Comment></Cell>
   <Cell ss:Index="3"><Data ss:Type="DateTime">2020-07-31T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="Number">1.2E3</Data></Cell>
   <Cell><Data ss:Type="Number">91110105000000004</Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell>
   <Cell><Data ss:Type="Number">1E999999999</Data></Cell></Row>
 </Table></Worksheet>
 <Worksheet ss:Name="参数"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
  <x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
</Workbook>
"""


def test_a_spreadsheet_in_xml_is_read_by_the_places_that_it_tells() -> None:
    july, hidden = spreadsheet_xml.sheets_of(SPREADSHEET)
    assert (july.name, july.shown) == ("七月", True)
    assert july.rows == [
        ["参保人数", "", "日期"],
        [],
        ["0012", "", "2020-07-31", "1200", "91110105000000004", "true", "1E999999999"],
    ]
    assert (hidden.name, hidden.shown) == ("参数", False)


def test_a_spreadsheet_in_xml_that_is_cut_off_is_refused_by_its_line() -> None:
    with pytest.raises(MarkupRefused) as no:
        spreadsheet_xml.sheets_of(SPREADSHEET[:900])
    assert no.value.told == {"code": "markup_broken", "line": SPREADSHEET[:900].count("\n") + 1}


def test_a_row_of_a_spreadsheet_has_no_more_cells_than_excel() -> None:
    cell = '<Cell ss:MergeAcross="8191"><Data ss:Type="String">a</Data></Cell>'
    head, _, tail = SPREADSHEET.partition("<Table>")
    assert spreadsheet_xml.sheets_of(f"{head}<Table><Row>{cell * 2}</Row>{tail}")
    with pytest.raises(MarkupRefused):
        spreadsheet_xml.sheets_of(f"{head}<Table><Row>{cell * 2}<Cell/></Row>{tail}")


def test_a_page_that_names_the_spreadsheets_of_office_is_none() -> None:
    text = '<html xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><table><tr><td>a</table>'
    assert not spreadsheet_xml.is_spreadsheet(text + "<x:ExcelWorkbook>")
    assert spreadsheet_xml.is_spreadsheet(SPREADSHEET)
    assert spreadsheet_xml.is_spreadsheet(SPREADSHEET.replace("<Workbook", "<ss:Workbook"))


def test_sheets_of_one_name_are_told_apart() -> None:
    text = "<table><caption>A</caption><tr><td>1<td>2</table>" * 2
    assert [each.name for each in marked.named_apart(page.sheets_of(text))] == ["A", "A (2)"]


@pytest.mark.parametrize(("size", "seconds"), [(1000, 30), (18 << 20, 102), (1 << 30, 300)])
def test_a_small_page_may_take_no_long_time(size: int, seconds: int) -> None:
    assert seconds_for(size) == seconds
