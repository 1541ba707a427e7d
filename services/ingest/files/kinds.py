"""What kind a file is: by its first bytes, then by its name; a name alone proves nothing."""

from pathlib import Path
from typing import Final

from services.ingest.files.refusals import refused
from services.ingest.mapping.model import Format

_HEAD: Final = 512
_BLOCK: Final = 1024 * 1024
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_BOM: Final = b"\xef\xbb\xbf"
# What people send by mistake, by the first bytes: its reason, and its name.
_OTHERS: Final = (
    (b"\x1f\x8b", "file_compressed", "gzip"),
    (b"\xfd7zXZ\x00", "file_compressed", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "file_compressed", "7z"),
    (b"Rar!", "file_compressed", "RAR"),
    (b"BZh", "file_compressed", "bzip2"),
    (b"PK\x05\x06", "file_compressed", "ZIP"),
    (b"%PDF", "file_other", "PDF"),
    (b"\x89PNG", "file_other", "PNG"),
    (b"\xff\xd8\xff", "file_other", "JPEG"),
    (b"{\\rtf", "file_other", "RTF"),
    (b"<", "file_other", "HTML / XML"),
    (b"\xff\xfe", "file_utf16", "UTF-16"),
    (b"\xfe\xff", "file_utf16", "UTF-16"),
)
_BY_NAME: Final = {
    ".csv": Format.CSV,
    ".tsv": Format.TSV,
    ".tab": Format.TSV,
    ".ndjson": Format.NDJSON,
    ".jsonl": Format.NDJSON,
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
    bare = head.removeprefix(_BOM).lstrip()
    for start, code, name in _OTHERS:
        if bare.startswith(start):
            raise refused(code, kind=name)
    if head.startswith(_OLE):
        raise refused("workbook_encrypted" if _contains(path, _ENCRYPTED) else "workbook_old")
    named = _BY_NAME.get(Path(filename).suffix.lower())
    found = Format.XLSX if head.startswith(_ZIP) else _of_text(bare, expected, named)
    if Format.XLSX in {expected, named} and found is not Format.XLSX:
        raise refused("workbook_unreadable")
    if expected not in {None, found}:
        raise refused("file_not_as_mapped", expected=str(expected), found=str(found))
    return found


def _of_text(bare: bytes, expected: Format | None, named: Format | None) -> Format:
    if bare.startswith((b"{", b"[")) and named in {None, Format.NDJSON}:
        return Format.NDJSON
    return next(
        (
            each
            for each in (expected, named)
            if each not in {None, Format.XLSX} and each is not None
        ),
        Format.CSV,
    )


def _contains(path: Path, wanted: bytes) -> bool:
    rest = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if wanted in rest + block:
                return True
            rest = block[-len(wanted) :]
    return False
