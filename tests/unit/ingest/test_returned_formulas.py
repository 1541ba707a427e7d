"""The workbook that a sender gets back runs nothing, whatever they had sent."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from services.ingest.files.returned import REASON, Reason, Sheet, write

EVIL = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example","甲")',
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "{=1+1}",
    "http://x.example",
    "internal:Sheet1!A1",
    'DDE("cmd";"/C calc";"x")',
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook of evil cells, good and bad ones, below an evil header and on an evil sheet."""
    rows = [(1, ["=1+1", "＝B"]), *((n, [text, "x"]) for n, text in enumerate(EVIL, start=2))]
    reasons = [Reason(n, "=1+1", "=1+1") for n in range(2, len(EVIL) + 2, 2)]
    sheet = Sheet("=1+1'!A1", 1, ["=1+1", "＝B"], iter(rows), reasons, whole=True)
    target = tmp_path / "a.xlsx"
    write(target, [sheet], lambda _fitted: ["=1+1", "＝1+1", "\t=2"], told="说明")
    return target


def test_no_cell_is_a_formula_or_a_link(book: Path) -> None:
    with zipfile.ZipFile(book) as parts:
        names = parts.namelist()
        xml = {name: parts.read(name).decode() for name in names if name.endswith(".xml")}
    assert not [name for name in names if "externalLink" in name or "hyperlink" in name.lower()]
    sheets = [text for name, text in xml.items() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 2
    for text in sheets:
        assert not re.search(r"<f[ >]|<hyperlink|t=\"str\"", text)


def test_every_text_comes_back_as_it_was_and_stays_text_when_it_is_edited(book: Path) -> None:
    first, told = openpyxl.load_workbook(book).worksheets
    heads = [cell.value for cell in first[1]]
    assert heads[:2] == ["=1+1", "＝B"]
    assert heads[2] == REASON
    for number, text in enumerate(EVIL, start=2):
        cell = first.cell(number, 1)
        assert (cell.data_type, cell.number_format) == ("s", "@")
        assert str(cell.value).replace("_x0009_", "\t").strip() == text.strip()
    runs = [first.cell(number, 1).quotePrefix for number in range(2, len(EVIL) + 2)]
    assert runs == [True] * 11 + [False] * 4
    assert all(first.cell(1, place).quotePrefix for place in (1, 2))
    assert [told.cell(row, 1).quotePrefix for row in (1, 2, 3)] == [True] * 3
