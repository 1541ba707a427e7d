"""Tables in marked-up text that programs export and call `.xls`: web pages, Excel's XML of 2003.

They are read whole, by the process that reads workbooks within its bounds.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY: Final = (b"P", b"\xd0")  # of an archive, of an OLE file
_HEAD: Final = 4096
_SAID: Final = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_:.-]+)""", re.IGNORECASE)
MOST_CELLS: Final = 16_384
"""In a row, as in any workbook: a few marks may stand for as many as they like."""
_UTF_8: Final = "utf-8"
_GB18030: Final = "gb18030"
# What a text may say of itself, and how it is read: GB18030 has all that GB2312 and GBK have, and
# who says UTF-16 in letters of one byte does not write it.
_READ_AS: Final = {
    "utf-8": _UTF_8,
    "utf8": _UTF_8,
    "utf-16": _UTF_8,
    "unicode": _UTF_8,
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
    "big5": "big5hkscs",
    "gb2312": _GB18030,
    "gbk": _GB18030,
    "gb18030": _GB18030,
    "x-gbk": _GB18030,
    "cp936": _GB18030,
    "windows-936": _GB18030,
}


class MarkupRefused(Exception):
    """The text cannot be read: a code, and what goes into its words."""

    def __init__(self, code: str, **values: int | str) -> None:
        super().__init__(code)
        self.told: dict[str, int | str] = {"code": code, **values}


@dataclass
class Sheet:
    """A table: its name, its rows of texts, and whether it is shown.

    `columns`: how many it has, blank ones included. `heads`: how many of its cells a page calls
    headers; `values`: how many it does not.
    """

    name: str
    rows: list[list[str]] = field(default_factory=list)
    shown: bool = True
    columns: int = 0
    heads: int = 0
    values: int = 0

    @property
    def is_grid(self) -> bool:
        """Tell whether it has columns; what has one only arranges a page."""
        return any(len(row) > 1 for row in self.rows)

    @property
    def said(self) -> int:
        """Tell how many rows say something."""
        return sum(map(bool, self.rows))


def is_marked(path: Path) -> bool:
    """Tell marked-up text from workbooks of other kinds by the first byte."""
    with path.open("rb") as file:
        return file.read(1) not in _BINARY


def text_of(path: Path) -> str:
    """Return the text: as its mark says, as UTF-8 if it is, else as it says of itself.

    Many systems write UTF-8 below the name of another encoding. Raises MarkupRefused.
    """
    raw = path.read_bytes()
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decoded(raw[len(mark) :], encoding)
    try:
        return raw.decode(_UTF_8)
    except UnicodeDecodeError:
        return _decoded(raw, _said(raw))


def _said(raw: bytes) -> str:
    """Return in which encoding a text says that it is; what says nothing is Chinese."""
    said = _SAID.search(raw[:_HEAD])
    if said is None:
        return _GB18030
    named = said[1].decode("ascii", "ignore").lower()
    if named not in _READ_AS:
        raise MarkupRefused("markup_encoding", encoding=named[:40])
    return _READ_AS[named]


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise MarkupRefused(
            "encoding_broken",
            row=1 + raw.count(b"\n", 0, error.start),
            position=error.start + 1,
            byte=raw[error.start : error.start + 1].hex().upper(),
            encoding=encoding.upper(),
        ) from None


def named_apart(sheets: list[Sheet]) -> Iterator[Sheet]:
    """Give each a name of its own: as it is called, else by its place."""
    taken: set[str] = set()
    for place, sheet in enumerate(sheets, start=1):
        sheet.name = sheet.name.strip() or f"Sheet{place}"
        while sheet.name in taken:
            sheet.name += f" ({place})"
        taken.add(sheet.name)
        yield sheet
