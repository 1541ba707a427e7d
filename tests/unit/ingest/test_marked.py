"""Tables in marked-up text: what a person sees in the page is what is read."""

from pathlib import Path

import pytest

from services.ingest.files import marked, page, spreadsheet_xml
from services.ingest.files.marked import MarkupRefused

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
    ["2020年7月 参保人数", "", ""],
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
    <table><tr><td>页脚</td></tr></table><table><tr><td>c<td>d</table>"""
    found = list(marked.named_apart(page.sheets_of(text)))
    assert [(each.name, each.rows) for each in found] == [
        ("Sheet1", [["a", "b"], ["1", "2"]]),
        ("Sheet2", [["c", "d"]]),
    ]


def test_a_table_of_one_column_is_read_where_there_is_no_other() -> None:
    (sheet,) = page.sheets_of("<table><tr><td>uscc<tr><td>91110105MA00000004</table>")
    assert sheet.rows == [["uscc"], ["91110105MA00000004"]]


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


def test_a_spreadsheet_in_xml_that_is_cut_off_is_refused() -> None:
    with pytest.raises(MarkupRefused):
        spreadsheet_xml.sheets_of(SPREADSHEET[:900])


def test_sheets_of_one_name_are_told_apart() -> None:
    text = "<table><caption>A</caption><tr><td>1<td>2</table>" * 2
    assert [each.name for each in marked.named_apart(page.sheets_of(text))] == ["A", "A (2)"]
