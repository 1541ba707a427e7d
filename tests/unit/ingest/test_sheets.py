"""Sheets of one layout in a workbook are read one after the other, each with rows of its own."""

from datetime import date
from pathlib import Path

import pytest

from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.places import member_and_row, place
from services.ingest.files.judging import Kinds
from services.ingest.files.reading import Sending, entries, form_of
from services.ingest.files.refusals import FileRefused
from services.ingest.files.sampling import sample
from services.ingest.files.template import template
from services.ingest.files.unread import note_unread
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.proposal.proposing import propose
from services.ingest.mapping.proposal.writing import write
from services.ingest.mapping.reading import read_mapping
from shared.messages import Language
from tests.integration.ingest.files import book_of
from tests.unit.ingest.archives import packed
from tests.unit.ingest.records import uscc

BOUNDS = WorkbookBounds()
HEAD: list[object] = ["信用代码", "参保人数"]
MAPPING = """
feed: insured_headcount
file: {{sheets: {sheets}}}
columns:
  uscc: 信用代码
  month: {{from: $sheet, date: YYYY年M月}}
  insured_headcount: 参保人数
"""
SHEETS: dict[str, list[list[object]]] = {
    "2020年7月": [["参保人数月报"], HEAD, [uscc(1), 10], [uscc(2), 20]],
    "说明": [["请勿修改"]],
    "2020年8月": [["参保人数月报"], HEAD, [uscc(1), 11]],
    "2020年9月": [],
}


def read(folder: Path, content: bytes, document: str, name: str = "a.xlsx") -> list[object]:
    """Return member, row and record of every row."""
    file = folder / name
    file.write_bytes(content)
    sending = Sending(file, name, FEEDS["insured_headcount"], read_mapping(document.encode()))
    form = form_of(sending, BOUNDS)
    with entries(sending, form, BOUNDS) as found:
        return [
            (form.members[member - 1], row, each.record["month"], each.record["insured_headcount"])
            for each in found
            if isinstance(each.record, dict)
            for member, row in [member_and_row(each.number)]
        ]


def mapping(sheets: str) -> str:
    """Return a mapping that reads these sheets below two lines."""
    return MAPPING.format(sheets=sheets).replace("file: {", "file: {skip_lines: 1, ")


@pytest.mark.parametrize("sheets", ["['2020年*月']", "[2020年7月, 2020年8月]", "['*8月', '*7月']"])
def test_each_sheet_has_its_own_rows_and_names_what_it_is_about(
    tmp_path: Path, sheets: str
) -> None:
    assert read(tmp_path, book_of(**SHEETS), mapping(sheets)) == [
        ("2020年7月", 3, "2020-07", "10"),
        ("2020年7月", 4, "2020-07", "20"),
        ("2020年8月", 3, "2020-08", "11"),
    ]


@pytest.mark.parametrize(
    ("sheets", "name", "code", "place"),
    [
        ("['2021*']", "a.xlsx", "sheet_missing", (0, 0)),
        ("['*']", "a.xlsx", "file_without_rows", (2, 0)),
        ("['2021*']", "a.zip", "sheet_missing", (1, 0)),
    ],
)
def test_a_workbook_that_is_not_as_the_mapping_says_is_refused_as_a_whole(
    tmp_path: Path, sheets: str, name: str, code: str, place: tuple[int, int]
) -> None:
    body = book_of(**SHEETS)
    content = packed({"a.xlsx": body}) if name == "a.zip" else body
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, content, mapping(sheets), name)
    (fault, *_) = refused.value.faults
    assert (fault.code, member_and_row(fault.row)) == (code, place)


def test_a_workbook_in_an_archive_is_read_as_one_that_is_sent_alone(tmp_path: Path) -> None:
    more: dict[str, list[list[object]]] = {
        "2020年6月": [["参保人数月报"], HEAD, [uscc(3), 7]],
        "2020年5月": [],
    }
    content = packed({"朝阳/a.xlsx": book_of(**SHEETS), "海淀.xlsx": book_of(**more)})
    assert read(tmp_path, content, mapping("['2020*']"), "a.zip") == [
        ("朝阳/a.xlsx: 2020年7月", 3, "2020-07", "10"),
        ("朝阳/a.xlsx: 2020年7月", 4, "2020-07", "20"),
        ("朝阳/a.xlsx: 2020年8月", 3, "2020-08", "11"),
        ("海淀.xlsx: 2020年6月", 3, "2020-06", "7"),
    ]
    one = mapping("['2020年6月']").replace("sheets: ['2020年6月']", "sheet: 2020年6月")
    only = packed({"海淀.xlsx": book_of(**more)})
    month = one.replace("{from: $sheet, date: YYYY年M月}", "{constant: 2020-06}")
    assert read(tmp_path, only, month, "b.zip") == [("海淀.xlsx", 3, "2020-06", "7")]


def test_a_mapping_of_workbooks_reads_them_out_of_an_archive(tmp_path: Path) -> None:
    rows = [HEAD, [uscc(1), 10]]
    content = packed({"朝阳.xlsx": book_of(七月=rows), "海淀.xlsx": book_of(七月=rows)})
    document = mapping("[七月]").replace("sheets: [七月]", "format: xlsx")
    document = document.replace("skip_lines: 1, ", "")
    document = document.replace("{from: $sheet, date: YYYY年M月}", "{constant: 2020-07}")
    for name in ("a.zip", ""):
        assert read(tmp_path, content, document, name or "a") == [
            ("朝阳.xlsx", 2, "2020-07", "10"),
            ("海淀.xlsx", 2, "2020-07", "10"),
        ]


def test_sheets_of_an_archive_are_bounded_together(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {f"2020年{n}": [["月报"], HEAD] for n in range(1, 70)}
    book = book_of(**sheets)
    content = packed({f"{n}.xlsx": book for n in range(3)})
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, content, mapping("['2020*']"), "a.zip")
    assert [fault.code for fault in refused.value.faults] == ["archive_of_many"]


def test_a_proposal_names_the_sheets_that_are_alike_and_reads_the_month_from_them(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(book_of(**SHEETS))
    contract = FEEDS["insured_headcount"]
    seen = sample(file, filename="a.xlsx", contract=contract, bounds=BOUNDS)
    proposal = propose(contract, seen, today=date(2020, 10, 1))
    assert (proposal.complete, proposal.left_over) == (True, [])
    document = write(proposal, contract, file="a.xlsx")
    assert read(tmp_path, book_of(**SHEETS), document) == [
        ("2020年7月", 3, "2020-07", "10"),
        ("2020年7月", 4, "2020-07", "20"),
        ("2020年8月", 3, "2020-08", "11"),
    ]


FILLED: list[list[object]] = [["uscc", "month", "insured_headcount"], [uscc(1), "2020-07", 1]]
SEVERAL: dict[str, list[list[object]]] = {
    "七月": FILLED,
    "填写说明": [["字段"], ["uscc"]],
    "八月": [*FILLED, [], [uscc(1), "2020-08", 2]],
    "空": [],
    "标题": [["备注"]],
}


def unread(folder: Path, content: bytes, document: str | None = None) -> list[tuple[str, int]]:
    """Return the sheets that are told as not read, and their rows."""
    file = folder / "a.xlsx"
    file.write_bytes(content)
    given = None if document is None else read_mapping(document.encode())
    sending = Sending(file, file.name, FEEDS["insured_headcount"], given)
    found: Kinds = {}
    note_unread(found, sending, form_of(sending, BOUNDS), BOUNDS)
    assert {kind["code"] for kind in found.values()} <= {"sheet_unread"}
    return [(str(kind["sheet"]), int(kind["rows"])) for kind in found.values()]


def test_sheets_with_rows_that_nobody_asked_for_are_told(tmp_path: Path) -> None:
    assert unread(tmp_path, book_of(**SEVERAL)) == [("八月", 3)]


def test_sheets_of_workbooks_in_an_archive_are_told_with_their_file(tmp_path: Path) -> None:
    archive = packed(
        {
            "朝阳/七月.xlsx": book_of(**SEVERAL),
            "海淀.csv": b"uscc,month,insured_headcount\n",
            "海淀.xlsx": book_of(七月=FILLED, 八月=FILLED),
        }
    )
    (tmp_path / "a.zip").write_bytes(archive)
    sending = Sending(tmp_path / "a.zip", "a.zip", FEEDS["insured_headcount"], None)
    found: Kinds = {}
    note_unread(found, sending, form_of(sending, BOUNDS), BOUNDS)
    told = [(kind["sheet"], kind["rows"], kind["first_row"]) for kind in found.values()]
    assert told == [("八月", 3, place(1, 1)), ("八月", 2, place(3, 1))]


def test_who_names_sheets_means_no_others(tmp_path: Path) -> None:
    for form in ("{sheet: 七月}", "{sheets: [七月]}"):
        document = (
            f"feed: insured_headcount\nfile: {form}\n"
            "columns: {uscc: uscc, month: month, insured_headcount: insured_headcount}\n"
        )
        assert unread(tmp_path, book_of(**SEVERAL), document) == []


@pytest.mark.parametrize("language", list(Language))
def test_a_template_that_is_filled_in_has_no_unread_sheets(
    tmp_path: Path, language: Language
) -> None:
    assert unread(tmp_path, template(FEEDS["insured_headcount"], language)) == []


def test_the_sheet_that_told_what_to_mend_is_passed_over(tmp_path: Path) -> None:
    notice: list[list[object]] = [
        ["导入 01a21f17-2a7b-7793-8bad-ac665161907e，文件 a.xls：共 3 行"]
    ]
    returned = {**SHEETS, "说明": notice}
    assert len(read(tmp_path, book_of(**returned), mapping("['*']"))) == 3
    with pytest.raises(FileRefused):
        read(tmp_path, book_of(**SHEETS), mapping("['*']"))
