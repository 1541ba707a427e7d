"""Archives, old workbooks and UTF-16 are read as what they hold; rows are told by their file."""

from pathlib import Path

import pytest

from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.places import member_and_row
from services.ingest.files.entries import Entry
from services.ingest.files.reading import Form, Sending, entries, form_of
from services.ingest.files.refusals import FileRefused
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.model import Format
from tests.integration.ingest.files import workbook
from tests.unit.ingest.archives import old_workbook, packed

MIB = 1024 * 1024
BOUNDS = WorkbookBounds(inflated=8 * MIB, unpacked=8 * MIB)
HEADS = ["uscc", "month", "insured_headcount"]
TABLE = "uscc,month,insured_headcount\nx,2020-07,三\n"
READ = {"uscc": "x", "month": "2020-07", "insured_headcount": "三"}


def read(path: Path, content: bytes, name: str) -> tuple[Form, list[Entry]]:
    """Write a file and read it whole."""
    path.write_bytes(content)
    sending = Sending(path, name, FEEDS["insured_headcount"], None)
    form = form_of(sending, BOUNDS)
    with entries(sending, form, BOUNDS) as found:
        return form, list(found)


def refusal(path: Path, content: bytes, name: str = "a.zip") -> tuple[int, int, str]:
    """Return why a file is refused: which file of the archive, which row, which code."""
    with pytest.raises(FileRefused) as refused:
        read(path, content, name)
    (fault,) = refused.value.faults
    return *member_and_row(fault.row), fault.code


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_utf_16_is_read_by_its_mark(tmp_path: Path, encoding: str, name: str) -> None:
    form, found = read(tmp_path / "a", ("\ufeff" + TABLE).encode(encoding), name)
    assert form == Form(Format.CSV, encoding)
    assert [(entry.number, entry.record) for entry in found] == [(2, READ)]


def test_lines_of_json_in_utf_16_are_lines(tmp_path: Path) -> None:
    lines = '\ufeff{"uscc": "上਀海"}\n{"uscc": "y"}\n'
    form, found = read(tmp_path / "a", lines.encode("utf-16-le"), "a.jsonl")
    assert form == Form(Format.NDJSON, "utf-16-le")
    assert [entry.record for entry in found] == [{"uscc": "上਀海"}, {"uscc": "y"}]


def test_utf_16_that_is_cut_off_is_broken_at_its_end(tmp_path: Path) -> None:
    content = ("\ufeff" + TABLE).encode("utf-16-le")[:-1]
    assert refusal(tmp_path / "a", content, "a.csv") == (0, 2, "encoding_broken")


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    content = old_workbook([*HEADS], ["x", "2020-07", 12.0], [], ["y", "2020-08", 1.5])
    form, found = read(tmp_path / "a", content, "a.xls")
    assert form == Form(Format.XLS, None)
    assert [(entry.number, entry.record) for entry in found] == [
        (2, {**READ, "insured_headcount": "12"}),
        (4, {"uscc": "y", "month": "2020-08", "insured_headcount": "1.5"}),
    ]


def test_a_workbook_is_one_whatever_its_name_says(tmp_path: Path) -> None:
    old, new = old_workbook([*HEADS], ["x"]), workbook([*HEADS], ["x"])
    for content, kind in ((old, Format.XLS), (new, Format.XLSX)):
        for name in ("a.xlsx", "a.xls", "a.csv", "a"):
            assert read(tmp_path / "a", content, name)[0].format is kind


def test_the_files_of_an_archive_are_read_one_after_the_other(tmp_path: Path) -> None:
    content = packed(
        {
            "一月/朝阳.csv": TABLE.encode("gb18030"),
            "一月/": b"",
            "__MACOSX/x": b"Mac",
            ".DS_Store": b"Mac",
            "b.xlsx": workbook([*HEADS], ["x", "2020-07", "三"]),
            "c.jsonl": b'{"uscc": "x"}\n\n{"uscc": "y"}\n',
            "d.tsv": ("\ufeff" + TABLE.replace(",", "\t")).encode("utf-16-le"),
        }
    )
    form, found = read(tmp_path / "a", content, "a.zip")
    assert form == Form(Format.ZIP, None, ("一月/朝阳.csv", "b.xlsx", "c.jsonl", "d.tsv"))
    assert [member_and_row(entry.number) for entry in found] == [
        (1, 2),
        (2, 2),
        (3, 1),
        (3, 3),
        (4, 2),
    ]
    assert [entry.record for entry in found] == [READ, READ, {"uscc": "x"}, {"uscc": "y"}, READ]


def test_names_of_chinese_tools_are_read_as_they_meant_them(tmp_path: Path) -> None:
    # Written by the bytes of GB18030, without the mark of UTF-8: as many characters, as many bytes.
    content = packed({"aaaa.csv": TABLE.encode()}).replace(b"aaaa.csv", "朝阳.csv".encode("gbk"))
    assert read(tmp_path / "a", content, "a.zip")[0].members == ("朝阳.csv",)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"../a.csv": b"x"}, (0, 0, "archive_path")),
        ({"a/../../b.csv": b"x"}, (0, 0, "archive_path")),
        ({"/etc/a.csv": b"x"}, (0, 0, "archive_path")),
        ({"C:\\a.csv": b"x"}, (0, 0, "archive_path")),
        ({"a\\..\\..\\b.csv": b"x"}, (0, 0, "archive_path")),
        ({"a/": b""}, (0, 0, "archive_empty")),
        ({f"{n}.csv": b"x" for n in range(201)}, (0, 0, "archive_of_many")),
        ({"a.csv": TABLE.encode(), "b.zip": packed({"c.csv": b"x"})}, (2, 0, "archive_nested")),
        ({"a.csv": TABLE.encode(), "b.csv": b"uscc\n"}, (2, 1, "column_missing")),
        ({"a.csv": TABLE.encode(), "b.pdf": b"%PDF-1.4"}, (2, 0, "file_other")),
        ({"a.csv": bytes(9 * MIB)}, (0, 0, "archive_too_large")),
        ({"a.csv": bytes(7 * MIB)}, (0, 0, "archive_too_large")),
    ],
)
def test_an_archive_is_refused_by_what_it_holds(
    tmp_path: Path, members: dict[str, bytes], expected: tuple[int, int, str]
) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path / "a", packed(members), "a.zip")
    first = refused.value.faults[0]
    assert (*member_and_row(first.row), first.code) == expected


def test_an_archive_that_is_cut_off_or_protected_is_refused(tmp_path: Path) -> None:
    whole = packed({"a.csv": TABLE.encode() * 100})
    assert refusal(tmp_path / "a", whole[:-30]) == (0, 0, "archive_unreadable")
    assert refusal(tmp_path / "a", b"PK\x05\x06" + bytes(18)) == (0, 0, "archive_empty")
    # The flag of encryption stands in the member's header and in the directory.
    protected = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        protected[whole.index(mark) + offset] |= 1
    assert refusal(tmp_path / "a", bytes(protected)) == (0, 0, "archive_encrypted")
