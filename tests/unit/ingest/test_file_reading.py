"""Files are told apart by their bytes; lines and archives have their bounds."""

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.domain.feeds import FEEDS
from services.ingest.files.encodings import Break, Mixed, encoding_of
from services.ingest.files.lines import LONGEST_LINE, cells, records
from services.ingest.files.reading import Form, Sending, entries, form_of
from services.ingest.files.refusals import FileRefused
from services.ingest.files.workbook import WorkbookBounds, check
from services.ingest.mapping.model import Format

MIB = 1024 * 1024
BOUNDS = WorkbookBounds(inflated=8 * MIB)
HEADER = "uscc,month,insured_headcount\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to be written."""
    return tmp_path / "file"


def sending(file: Path, name: str = "a.csv") -> Sending:
    """Return the sending of a file without a mapping."""
    return Sending(file, name, FEEDS["insured_headcount"], None)


def archive(**members: bytes) -> bytes:
    """Return an archive with the parts of a workbook."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        for name, content in members.items():
            packed.writestr(f"xl/{name}.xml", content)
    return target.getvalue()


def code_of(file: Path) -> str:
    """Return why a workbook is refused."""
    with pytest.raises(FileRefused) as refused:
        check(file, BOUNDS)
    return refused.value.faults[0].code


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_encoding_is_seen_from_the_whole_file(file: Path, encoding: str) -> None:
    # The first wide character stands beyond the first block, and is cut by its end.
    file.write_bytes(b"a" * (MIB - 1) + "\n北京市𠮷\n".encode(encoding))
    assert encoding_of(file) == encoding


def test_utf_8_with_one_wrong_byte_is_not_taken_for_gb18030(file: Path) -> None:
    text = "统一社会信用代码和企业名称与所在区\n北京".encode()
    file.write_bytes(text + b"\xe6\xff\n")
    assert encoding_of(file) == Break("utf-8", len(text) + 1, 2, "E6")


def test_gb18030_with_a_wrong_byte_is_broken_there(file: Path) -> None:
    text = "统一社会信用代码\n北京".encode("gb18030")
    file.write_bytes(text + b"\xff\n")
    assert encoding_of(file) == Break("gb18030", len(text) + 1, 2, "FF")


def test_a_line_of_utf_8_among_gb18030_is_named(file: Path) -> None:
    before = "统一社会信用代码,名称\n".encode("gb18030") * (MIB // 10)
    line = "91110105MA0000000X,北京市朝阳区社会保险中心\n".encode()
    file.write_bytes(before + line + "上海\n".encode("gb18030"))
    assert encoding_of(file) == Mixed("gb18030", MIB // 10 + 1, "utf-8")
    file.write_bytes(before + line.rstrip())
    assert encoding_of(file) == Mixed("gb18030", MIB // 10 + 1, "utf-8")


@given(st.lists(st.text("北京市朝阳区联通信息科技有限公司一丁七万丈三上下不与,\t0", max_size=60)))
def test_text_in_gb18030_is_never_called_mixed(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    file = tmp_path_factory.mktemp("gb") / "a"
    # The first line says that it is no UTF-8.
    file.write_bytes("\n".join(["统一社会信用代码", *lines]).encode("gb18030"))
    assert encoding_of(file) == "gb18030"


@pytest.mark.parametrize("quoted", [False, True])
def test_a_second_mark_of_byte_order_is_no_part_of_the_header(file: Path, quoted: bool) -> None:
    month = '"2020-07"' if quoted else "2020-07"
    file.write_bytes(f"\ufeff\ufeff{HEADER}x,{month},3\n".encode())
    with entries(sending(file), form_of(sending(file), BOUNDS), BOUNDS) as found:
        assert [entry.record for entry in found] == [
            {"uscc": "x", "month": "2020-07", "insured_headcount": "3"}
        ]


def test_quoted_line_breaks_are_one_row_and_blank_rows_count(file: Path) -> None:
    file.write_bytes(b'a;b\r\n\r\n"x\ny";"1;2"\r\n,\r\n')
    assert list(cells(file, encoding="utf-8", delimiter=None)) == [
        (1, ["a", "b"]),
        (2, []),
        (3, ["x\ny", "1;2"]),
        (4, [","]),
    ]


def test_a_long_line_is_passed_over_in_bounded_memory(file: Path) -> None:
    file.write_bytes(b'{"a": 1}\n' + b"x" * (3 * LONGEST_LINE) + b'\n{"b": 2}\n')
    found = [
        (line.number, getattr(line.record, "code", None))
        for line in records(file, encoding="utf-8")
    ]
    assert found == [(1, None), (2, "line_too_long"), (3, None)]


def test_an_archive_that_declares_too_much_is_not_inflated(file: Path) -> None:
    file.write_bytes(archive(sheet=bytes(9 * MIB)))
    assert code_of(file) == "workbook_too_large"


def test_an_archive_that_unpacks_out_of_proportion_is_refused(file: Path) -> None:
    file.write_bytes(archive(sheet=bytes(7 * MIB)))
    assert code_of(file) == "workbook_too_large"


def test_an_archive_that_lies_about_its_size_is_found_out(file: Path) -> None:
    honest = archive(sheet=bytes(range(256)) * 4096)
    true = struct.pack("<I", MIB)
    file.write_bytes(honest.replace(true, struct.pack("<I", 1000)))
    assert code_of(file) == "workbook_unreadable"


def test_an_archive_of_countless_members_is_refused_before_they_are_read(file: Path) -> None:
    member = b"PK\x01\x02" + bytes(42)
    directory = member * (2 * MIB // len(member))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 4, 0)
    file.write_bytes(b"PK\x03\x04" + directory + end)
    tracemalloc.start()
    assert code_of(file) == "workbook_too_large"
    assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04 damaged", "workbook_unreadable"), (b"", "workbook_unreadable")],
)
def test_what_is_no_archive_is_refused(file: Path, content: bytes, code: str) -> None:
    file.write_bytes(content)
    assert code_of(file) == code


def test_an_archive_without_a_workbook_is_none(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("readme.txt", "x")
    assert code_of(file) == "workbook_not"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b'{"a": 1}\n', "x", Format.NDJSON),
        (b'\xef\xbb\xbf\n {"a": 1}', "", Format.NDJSON),
        (HEADER.encode(), "a.TSV", Format.TSV),
        (HEADER.encode(), "", Format.CSV),
    ],
)
def test_the_kind_is_seen_from_bytes_and_name(
    file: Path, content: bytes, name: str, kind: Format
) -> None:
    file.write_bytes(content)
    assert form_of(sending(file, name), BOUNDS) == Form(kind, "utf-8")


def test_faults_are_told_in_the_senders_words(file: Path) -> None:
    file.write_text("统一社会信用代码,所属月份,参保人数\nx,2020-07,三十\n", encoding="utf-8")
    with entries(sending(file), Form(Format.CSV, "utf-8"), BOUNDS) as found:
        (entry,) = found
    assert entry.record == {"uscc": "x", "month": "2020-07", "insured_headcount": "三十"}
    sent = entry.sent("insured_headcount")
    assert sent is not None
    assert (sent.header, sent.text) == ("参保人数", "三十")


@pytest.mark.parametrize(
    ("first", "sign"),
    [
        ("sep=;\r\n", ";"),
        ("SEP=|\n", "|"),
        ("sep=\t\n", "\t"),
        ('"sep=;"\r\n', ";"),
        # As a program writes it that takes it for a row of several cells.
        ("sep=,,,\n", ","),
        ("sep=^\n", "^"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_first_line_that_tells_the_delimiter_is_no_row(
    file: Path, encoding: str, first: str, sign: str
) -> None:
    rows = [["信用代码", "月份"], ["a,;|b", "2020-07"]]
    text = "\r\n".join(sign.join(f'"{cell}"' for cell in row) for row in rows)
    file.write_bytes((first + text).encode(encoding))
    read = list(cells(file, encoding=encoding.removesuffix("-sig"), delimiter=None))
    assert [(number, [cell.lstrip("\ufeff") for cell in row]) for number, row in read] == [
        (1, rows[0]),
        (2, rows[1]),
    ]


def test_who_skips_the_line_that_tells_the_delimiter_skips_it_as_before(file: Path) -> None:
    file.write_text("sep=;\nuscc;month\n1;2\n", encoding="utf-8")
    read = list(cells(file, encoding="utf-8", delimiter=None, skip=1))
    assert read == [(1, ["sep=;"]), (2, ["uscc", "month"]), (3, ["1", "2"])]


@pytest.mark.parametrize("first", ["sep=;;x\n", "sep=\n", "sep=ab\n", "step=;\n"])
def test_what_only_looks_like_it_is_a_row(file: Path, first: str) -> None:
    file.write_text(first + "uscc;month\n", encoding="utf-8")
    assert len(list(cells(file, encoding="utf-8", delimiter=";"))) == 2


def test_a_mapping_that_says_the_delimiter_holds(file: Path) -> None:
    file.write_text("sep=,\nuscc;month\n", encoding="utf-8")
    assert list(cells(file, encoding="utf-8", delimiter=";")) == [(1, ["uscc", "month"])]
