"""Archives and old workbooks as agencies send them, made for the tests."""

import io
import zipfile
from collections.abc import Sequence

import xlwt


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def old_workbook(*rows: Sequence[object], sheet: str = "Sheet1") -> bytes:
    """Return a workbook of one sheet as Excel 97 wrote it."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            page.write(number, place, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
