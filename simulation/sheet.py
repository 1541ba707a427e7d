"""A workbook of one sheet, as small as the format allows (ECMA-376); texts stand in their cells."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# The same city gives the same bytes: the earliest time that a zip can say.
_MADE: Final = (1980, 1, 1, 0, 0, 0)
_LETTERS: Final = 26


def write_sheet(path: Path, name: str, rows: Iterable[Sequence[str | int]]) -> None:
    """Write rows of texts and whole numbers as a workbook."""
    body = "".join(
        f'<row r="{number}">{"".join(_cells(number, row))}</row>'
        for number, row in enumerate(rows, start=1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>'
        "</worksheet>",
    }
    with ZipFile(path, "w") as book:
        for part, text in parts.items():
            info = ZipInfo(part, date_time=_MADE)
            info.compress_type = ZIP_DEFLATED
            book.writestr(info, f"{_HEAD}\n{text}")


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _cells(row: int, values: Sequence[str | int]) -> Iterable[str]:
    for place, value in enumerate(values):
        at = f"{_column(place)}{row}"
        if isinstance(value, int):
            yield f'<c r="{at}"><v>{value}</v></c>'
        elif value:
            yield f'<c r="{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _column(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, _LETTERS)
        name = chr(ord("A") + letter) + name
    return name
