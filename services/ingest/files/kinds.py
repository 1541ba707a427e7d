"""What kind a file is: by its first bytes, then by its name; a name alone proves nothing."""

import codecs
from pathlib import Path
from typing import Final

from services.ingest.files import archives
from services.ingest.files.refusals import refused
from services.ingest.mapping.model import Format

# Pages that programs fill in begin with blank lines, as many as the program has lines of its own.
_HEAD: Final = 4096
_BLOCK: Final = 1024 * 1024
_LARGE: Final = 256 * 1024 * 1024
_ZIP: Final = b"PK\x03\x04"
_PARQUET: Final = b"PAR1"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names in the directory of an OLE file: what is encrypted, what has macros, what is a workbook.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")
_OLD_BOOKS: Final = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_BOOK: Final = "xl/workbook.xml"
# Of marked-up text that holds tables, in lower case: a web page, Excel's XML of 2003.
_TABLED: Final = tuple(
    mark.encode(encoding)
    for mark in ("<table", "urn:schemas-microsoft-com:office:spreadsheet")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
# Documents of other programs that are packed alike: a part that they have, and their name.
_PACKED: Final = {
    "xl/workbook.bin": "XLSB",
    "word/document.xml": "Word",
    "ppt/presentation.xml": "PowerPoint",
    "META-INF/manifest.xml": "OpenDocument",
}
# Excel keeps the sheets of a page each in a file of its own, beside one that only frames them.
_FRAMES: Final = (b"<frameset",)
_PAGES: Final = (b"<html", b"<!doctype html")
_BOMS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOKS: Final = frozenset({Format.XLSX, Format.XLS})
_TABLES: Final = frozenset({Format.PARQUET})
# What people send by mistake, by the first bytes: its reason, and its name.
_OTHERS: Final = (
    (b"\x1f\x8b", "file_compressed", "gzip"),
    (b"\xfd7zXZ\x00", "file_compressed", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "file_compressed", "7z"),
    (b"Rar!", "file_compressed", "RAR"),
    (b"BZh", "file_compressed", "bzip2"),
    (b"PK\x05\x06", "archive_empty", "ZIP"),
    (b"%PDF", "file_other", "PDF"),
    (b"\x89PNG", "file_other", "PNG"),
    (b"\xff\xd8\xff", "file_other", "JPEG"),
    (b"{\\rtf", "file_other", "RTF"),
    (b"MIME-Version:", "file_other", "MHTML"),
)
# A form of a web page around the file, as curl -F sends it.
_FORM: Final = b"Content-Disposition: form-data"
_BY_NAME: Final = {
    ".csv": Format.CSV,
    ".tsv": Format.TSV,
    ".tab": Format.TSV,
    ".ndjson": Format.NDJSON,
    ".jsonl": Format.NDJSON,
    ".parquet": Format.PARQUET,
    ".xlsx": Format.XLSX,
    ".xls": Format.XLSX,
    ".xlsm": Format.XLSX,
}


def kind_of(path: Path, *, filename: str, expected: Format | None) -> Format:
    """Return the kind of a file; `expected` is what the mapping says. Raises FileRefused."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise refused("file_empty")
    bare = _bare(head)
    if bare.startswith(b"--") and _FORM in bare:
        raise refused("file_form")
    for start, code, name in _OTHERS:
        if bare.startswith(start):
            raise refused(code, kind=name)
    named = _BY_NAME.get(Path(filename).suffix.lower())
    booked = named in _WORKBOOKS
    found = _by_content(path, head, booked=booked) or _of_text(bare, expected, named)
    if found is Format.ZIP:
        return found
    _check_promise({named, expected}, found)
    if expected not in {None, found} and not _fits(expected, found):
        raise refused("file_not_as_mapped", expected=str(expected), found=str(found))
    return found


def _by_content(path: Path, head: bytes, *, booked: bool) -> Format | None:
    """Return what the first bytes prove; None of text that may be anything."""
    if head.startswith(_OLE):
        return _in_ole(path)
    if head.startswith(_ZIP):
        return _in_zip(path, booked=booked)
    if head.startswith(_PARQUET):
        return Format.PARQUET
    bare = _bare(head)
    return _in_markup(path, bare) if bare.startswith(b"<") else None


def _fits(expected: Format | None, found: Format) -> bool:
    """Tell whether a file is taken in place of what the mapping says.

    A workbook of today's kind is what errors come back in, whatever was sent.
    """
    return found is Format.XLSX or {expected, found} <= _WORKBOOKS


def _check_promise(promised: set[Format | None], found: Format) -> None:
    """Refuse what is not of the kind that its name or mapping says, where bytes would show it."""
    for kinds, code in ((_WORKBOOKS, "workbook_unreadable"), (_TABLES, "parquet_unreadable")):
        if promised & kinds and found not in kinds:
            raise refused(code)


def _bare(head: bytes) -> bytes:
    """Return the first characters as ASCII, whatever text they are in."""
    bom = next((each for each in _BOMS if head.startswith(each)), b"")
    bare = head.removeprefix(bom)
    return (bare.replace(b"\0", b"") if bom in _BOMS[1:] else bare).lstrip()


def _in_ole(path: Path) -> Format:
    if _contains(path, (_ENCRYPTED,)):
        raise refused("workbook_encrypted")
    if not _contains(path, _OLD_BOOKS):
        raise refused("file_other", kind="OLE")
    if _contains(path, (_MACROS,)):
        raise refused("workbook_macros")
    return Format.XLS


def _in_markup(path: Path, bare: bytes) -> Format:
    """Tables that programs export as text and call workbooks are read as such."""
    if not _contains(path, _TABLED, lower=True):
        if _contains(path, _FRAMES, lower=True):
            raise refused("markup_of_frames")
        if bare.lower().startswith(_PAGES):
            raise refused("markup_without_table")
        raise refused("file_other", kind="XML")
    return Format.XLS


def _in_zip(path: Path, *, booked: bool) -> Format:
    of = archives.WORKBOOK if booked else archives.ARCHIVE
    names = {part.filename for part in archives.parts(path, limit=_LARGE, of=of)}
    if _BOOK not in names:
        for part, name in _PACKED.items():
            if part in names:
                raise refused("file_other", kind=name)
    return Format.XLSX if booked or _BOOK in names else Format.ZIP


def _of_text(bare: bytes, expected: Format | None, named: Format | None) -> Format:
    if bare.startswith((b"{", b"[")) and named in {None, Format.NDJSON}:
        return Format.NDJSON
    texts = (each for each in (expected, named) if each is not None and each not in _WORKBOOKS)
    return next(texts, Format.CSV)


def _contains(path: Path, wanted: tuple[bytes, ...], *, lower: bool = False) -> bool:
    rest = b""
    longest = max(map(len, wanted))
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            block = block.lower() if lower else block
            searched = rest + block
            if any(each in searched for each in wanted):
                return True
            rest = block[-longest:]
    return False
