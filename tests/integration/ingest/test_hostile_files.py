"""What is sent to harm is refused by name; in a process of its own, its memory stays bounded."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest
import xlsxwriter

from services.ingest.files.workbook import WorkbookBounds, rows
from tests.integration.ingest.files import workbook
from tests.unit.ingest.archives import old_workbook, packed

MIB: Final = 1024 * 1024
HEADER: Final = b"uscc,month,insured_headcount\n"
# Beside what an idle interpreter with our modules has; a workbook's child has a bound of its own.
MOST_MIB: Final = 64
_READ: Final = """
import json, resource, sys, time
from pathlib import Path
from services.ingest.domain.feeds import FEEDS
from services.ingest.files.entries import part
from services.ingest.files.reading import Sending, entries, form_of
from services.ingest.files.refusals import FileRefused
from services.ingest.files.workbook import WorkbookBounds

bounds = WorkbookBounds(inflated=64 << 20, memory=512 << 20, unpacked=64 << 20)
sending = Sending(Path(sys.argv[1]), sys.argv[2], FEEDS["insured_headcount"], None)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
codes = []
try:
    with entries(sending, form_of(sending, bounds), bounds) as found:
        # In parts, as a worker holds them.
        while held := part(found, most=1000):
            codes += [entry.fault.code for entry in held if entry.fault is not None]
except FileRefused as no:
    codes += [fault.code for fault in no.faults]
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"codes": codes, "grown": (after - before) // 1024, "child": child // 1024}))
"""


def told(path: Path, name: str) -> dict[str, object]:
    """Read a file in a process of its own; return what it met, and by how many MiB it grew."""
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path), name],
        check=True,
        capture_output=True,
        timeout=60,
        cwd=Path(__file__).parents[3],
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def xlsx(**members: str) -> bytes:
    """Return a workbook with these parts exchanged or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["uscc"], ["x"]))) as whole,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        parts = {part: whole.read(part) for part in whole.namelist()}
        parts |= {f"xl/{name}": content.encode() for name, content in members.items()}
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


_LAUGHS: Final = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol" * 100}">' for n in range(9)
)
_BOMB: Final = (
    f'<?xml version="1.0"?><!DOCTYPE sst [{_LAUGHS}]>'
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1">'
    "<si><t>&l8;</t></si></sst>"
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SPREADSHEET: Final = (
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    b' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
)

HOSTILE: Final[dict[str, tuple[bytes, str, str]]] = {
    "a zip bomb": (packed({"a.csv": bytes(256 * MIB)}), "a.zip", "archive_too_large"),
    "a bomb in a workbook": (xlsx(**{"x.xml": "0" * 65 * MIB}), "a.xlsx", "workbook_too_large"),
    "a name that leads out": (packed({"../../etc/cron.d/x": b"x"}), "a.zip", "archive_path"),
    "20,000 columns": (
        ",".join(f"column{n}" for n in range(20_000)).encode() + b"\n1\n",
        "a.csv",
        "too_many_columns",
    ),
    "NUL bytes": (HEADER + b"x,2020-07,\x00\n", "a.csv", "file_nul"),
    "UTF-16 without its mark": (
        HEADER.decode().encode("utf-16-le") * 2,
        "a.csv",
        "file_nul",
    ),
    "UTF-32": (HEADER.decode().encode("utf-32"), "a.csv", "file_nul"),
    "mixed encodings": (
        HEADER + "北京市朝阳区社会保险基金管理中心\n".encode() + "上海".encode("gb18030") + b"\n",
        "a.csv",
        "encoding_broken",
    ),
    "a row of UTF-8 among GB18030": (
        HEADER
        + "北京\n".encode("gb18030")
        # An even number of bytes: it reads as some GB18030, and as no words.
        + "北京市朝阳区社会保险中心\n".encode()
        + "上海市\n".encode("gb18030"),
        "a.csv",
        "encodings_mixed",
    ),
    "a header twice": (b"uscc,month,insured_headcount,month\n", "a.csv", "repeated_column"),
    "an encrypted workbook": (
        _OLE + "EncryptedPackage".encode("utf-16-le"),
        "a.xlsx",
        "workbook_encrypted",
    ),
    "a workbook with macros": (xlsx(**{"vbaProject.bin": "x"}), "a.xlsm", "workbook_macros"),
    "an old workbook with macros": (
        old_workbook(["uscc"]) + "_VBA_PROJECT".encode("utf-16-le"),
        "a.xls",
        "workbook_macros",
    ),
    "a workbook that is cut off": (xlsx()[:-100], "a.xlsx", "workbook_unreadable"),
    "an old workbook that is cut off": (
        old_workbook(*[["uscc", "x" * 50]] * 200)[:2000] + "Workbook".encode("utf-16-le"),
        "a.xls",
        "workbook_unreadable",
    ),
    "a table that is called a workbook": (HEADER, "a.xlsx", "workbook_unreadable"),
    "a page that is called a workbook": (b"<html><p>login</p>", "a.xls", "markup_without_table"),
    "XML of something else": (b"<?xml version='1.0'?><rows/>", "a.xml", "file_other"),
    "a page whose table is empty": (b"<html><table>", "a.xls", "markup_without_table"),
    "a page in an archive of the web": (b"MIME-Version: 1.0\r\n<table>", "a.xls", "file_other"),
    "a page in an encoding of nobody": (
        b"<meta charset=klingon><table><tr><td>\xd5\xfd",
        "a.xls",
        "markup_encoding",
    ),
    "a page that is not what it says": (
        b'<meta charset="utf-8"><table><tr><td>\xff',
        "a.xls",
        "encoding_broken",
    ),
    "a mark without end": (b"<table><tr><td " + b"a" * 3 * MIB, "a.xls", "workbook_unreadable"),
    "marks that begin marks": (b"<table>" + b"<!" * MIB, "a.xls", "workbook_unreadable"),
    "entities in XML of a spreadsheet": (
        b'<!DOCTYPE a [<!ENTITY a "aaaa">]>' + _SPREADSHEET + b"/>",
        "a.xls",
        "workbook_unreadable",
    ),
    "a row of XML at the end of the world": (
        _SPREADSHEET
        + b'><Worksheet><Table><Row ss:Index="999999999"/></Table></Worksheet></Workbook>',
        "a.xls",
        "workbook_unreadable",
    ),
    "cells as wide as the memory": (
        b"<table>" + (b"<tr>" + b"<td colspan=1000>x" * 16) * 12_000,
        "a.xls",
        "workbook_too_large",
    ),
    "a row wider than any": (
        b"<table><tr>" + b"<td colspan=1000>x" * 100_000,
        "a.xls",
        "too_many_columns",
    ),
    "a page that is cut off": (
        b"<table><tr><td>a</td><td>b</td></tr><tr><td>1</td>",
        "a.xls",
        "markup_cut_off",
    ),
    "a page that frames others": (
        b"<html><frameset><frame src='a.files/sheet001.htm'></frameset></html>",
        "a.xls",
        "markup_of_frames",
    ),
    "a page that begins far below": (b"\r\n" * 1000 + b"<html>", "a.xls", "markup_without_table"),
    "a name with a sign of markup": (
        _SPREADSHEET + b"><Worksheet><Table><Row><Cell><Data>A&B",
        "a.xls",
        "markup_broken",
    ),
    "a file within a form": (
        b'--b1\r\nContent-Disposition: form-data; name="file"\r\n\r\nuscc,month\r\n--b1--\r\n',
        "a.csv",
        "file_form",
    ),
    "a document of another program": (_OLE + bytes(600), "a.xls", "file_other"),
    "a text of Word": (packed({"word/document.xml": b"x"}), "a.docx", "file_other"),
    "a spreadsheet of LibreOffice": (
        packed({"META-INF/manifest.xml": b"x", "content.xml": b"x"}),
        "a.ods",
        "file_other",
    ),
    "a binary workbook": (packed({"xl/workbook.bin": b"x"}), "a.xlsb", "file_other"),
    "a row of many lines": (
        HEADER + ('"' + "x\n" * 60_000 + '",').encode() * 20 + b"\n",
        "a.csv",
        "line_too_long",
    ),
    "a row of a workbook that is long": (
        workbook(["uscc", "month", "insured_headcount"], ["x" * 32_000] * 40),
        "a.xlsx",
        "row_too_long",
    ),
    "a table that is cut off": (HEADER + b'x,"2020', "a.csv", "quote_unclosed"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_by_name_in_bounded_memory(tmp_path: Path, name: str) -> None:
    content, filename, code = HOSTILE[name]
    (tmp_path / "a").write_bytes(content)
    found = told(tmp_path / "a", filename)
    assert found["codes"] == [code]
    assert found["grown"] < MOST_MIB  # type: ignore[operator]  # numbers of JSON


LONG_ROWS: Final[dict[str, tuple[bytes, str]]] = {
    # One sign beyond the first plane makes every sign of a text take four bytes.
    "lines of JSON": (f'{{"uscc": "\U00020000{"x" * (MIB - 100)}"}}\n'.encode(), "a.ndjson"),
    "a list of JSON": (f'{{"uscc": "\U00020000{"x" * (MIB - 100)}"}},'.encode(), "a.json"),
    "lines of cells": (b"x" * 100_000 + b",2020-07,5\n", "a.csv"),
}


@pytest.mark.parametrize("name", LONG_ROWS)
def test_a_thousand_long_rows_are_not_held_at_once(tmp_path: Path, name: str) -> None:
    row, filename = LONG_ROWS[name]
    before, after = (b"[", b"{}]") if filename == "a.json" else (HEADER, b"")
    (tmp_path / "a").write_bytes((b"" if filename == "a.ndjson" else before) + row * 300 + after)
    found = told(tmp_path / "a", filename)
    assert found["grown"] < 3 * MOST_MIB  # type: ignore[operator]  # numbers of JSON


def test_entities_of_xml_are_not_expanded(tmp_path: Path) -> None:
    """A billion laughs would be 300 GB; the reader of workbooks knows no entities of theirs."""
    (tmp_path / "a").write_bytes(xlsx(**{"sharedStrings.xml": _BOMB}))
    found = told(tmp_path / "a", "a.xlsx")
    assert found["codes"][0] in {"workbook_unreadable", "column_missing"}  # type: ignore[index]
    assert found["grown"] < MOST_MIB  # type: ignore[operator]
    assert found["child"] < 2 * MOST_MIB  # type: ignore[operator]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_line_without_end_is_refused_in_bounded_memory(tmp_path: Path, name: str) -> None:
    size = 1024 if os.environ.get("WENGANG_FULL") else 128
    with (tmp_path / "a").open("wb") as file:
        file.write(b'{"a": "' if name == "a.jsonl" else HEADER)
        for _ in range(size):
            file.write(b"x" * MIB)
    found = told(tmp_path / "a", name)
    assert found["codes"] == ["line_too_long"]
    assert found["grown"] < MOST_MIB  # type: ignore[operator]


def test_blank_rows_of_a_workbook_are_counted_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["a", "b", "c"])
        page.write(49_999, 2, 1)
    found = list(rows(path, sheet=None, bounds=WorkbookBounds()))
    assert len(found) == 50_000
    assert (found[0], found[1], found[-1]) == (
        (1, ["a", "b", "c"]),
        (2, []),
        (50_000, ["", "", "1"]),
    )
