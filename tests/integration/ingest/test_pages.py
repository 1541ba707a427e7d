"""A web page of several tables is read as a workbook of several sheets, and once for all."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from services.ingest.domain.places import member_and_row
from services.ingest.files.refusals import FileRefused
from tests.unit.ingest.archives import packed
from tests.unit.ingest.records import uscc
from tests.unit.ingest.test_sheets import HEAD, SHEETS, mapping, read


def page_of(sheets: dict[str, list[list[object]]]) -> bytes:
    """Return tables of a web page, called as sheets are."""
    tables = [
        f"<table><caption>{name}</caption>"
        + "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in rows)
        + "</table>"
        for name, rows in sheets.items()
    ]
    return "".join(tables).encode()


@pytest.mark.parametrize("packs", [False, True])
def test_tables_of_a_page_are_sheets_and_the_page_is_read_once_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, packs: bool
) -> None:
    asked: list[str] = []
    start = subprocess.Popen

    def counted(command: list[str], **options: Any) -> Any:
        asked.append(json.loads(command[-1])["lists"])
        return start(command, **options)

    monkeypatch.setattr(subprocess, "Popen", counted)
    page = page_of({name: rows for name, rows in SHEETS.items() if rows})
    content = packed({"a.xls": page}) if packs else page
    found = read(tmp_path, content, mapping("['2020年*月']"), "a.zip" if packs else "a.xls")
    assert [record[1:] for record in found if isinstance(record, tuple)] == [
        (3, "2020-07", "10"),
        (4, "2020-07", "20"),
        (3, "2020-08", "11"),
    ]
    # Apart from the names of its sheets, which are asked for to choose of them; an archive is gone
    # through before for the names of its members.
    assert [each for each in asked if each != "shown"] == ["all"] * (1 + packs)


def test_a_table_of_a_page_that_cannot_be_read_refuses_it_by_its_place(tmp_path: Path) -> None:
    long: list[list[object]] = [["月报"], HEAD, [uscc(1), "1" * 1_100_000]]
    sheets = {**SHEETS, "2020年8月": long}
    page = page_of({name: rows for name, rows in sheets.items() if rows})
    with pytest.raises(FileRefused) as no:
        read(tmp_path, page, mapping("['2020年*月']"), "a.xls")
    (fault,) = no.value.faults
    assert (fault.code, member_and_row(fault.row)) == ("row_too_long", (2, 3))
