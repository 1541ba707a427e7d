"""In which encoding a text was written: as its mark says, UTF-8, GB18030, or where it breaks."""

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, _TemporaryFileWrapper
from typing import Final

from services.ingest.files.refusals import refused

UTF_8: Final = "utf-8"
GB18030: Final = "gb18030"
UTF_16_LE: Final = "utf-16-le"
UTF_16_BE: Final = "utf-16-be"
_WIDE: Final = frozenset({UTF_16_LE, UTF_16_BE})
_MARKS: Final = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, UTF_16_LE),
    (codecs.BOM_UTF16_BE, UTF_16_BE),
)
_BLOCK: Final = 1024 * 1024
# Text in GB18030 that reads as UTF-8 for so many characters does not occur: each would have to
# fit by chance, about one in seven does.
_PROOF: Final = 16
# Six characters of Chinese in a row in UTF-8. That nine of GB18030 read so by chance, and their
# whole line with them, happens in one line of ten thousand millions (about one in 2,500 triples
# of its common characters reads as two of UTF-8).
_IN_UTF_8: Final = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){6}")


@dataclass(frozen=True)
class Break:
    """The first byte that is not of the encoding; positions and lines count from 1."""

    encoding: str
    position: int
    line: int
    byte: str


@dataclass(frozen=True)
class Mixed:
    """A line, counted from 1, is written in another encoding than the lines before and after it."""

    encoding: str
    line: int
    of_line: str


def encoding_of(path: Path, *, wanted: str | None = None) -> str | Break | Mixed:
    """Return the encoding of the whole file, or where it breaks; `wanted` rules the others out."""
    sure = wanted or _marked(path)
    if sure is not None:
        found = _first_break(path, sure)
        return sure if found is None else _at(path, sure, found[0])
    in_utf_8 = _first_break(path, UTF_8)
    if in_utf_8 is None:
        return UTF_8
    position, proofs = in_utf_8
    if proofs >= _PROOF:
        return _at(path, UTF_8, position)
    in_gb18030 = _first_break(path, GB18030)
    if in_gb18030 is None:
        mixed = _line_in_utf_8(path)
        return GB18030 if mixed is None else Mixed(GB18030, mixed, UTF_8)
    # Broken in both: the one that read further is what was meant.
    if in_gb18030[0] > position:
        return _at(path, GB18030, in_gb18030[0])
    return _at(path, UTF_8, position)


@contextmanager
def in_bytes(path: Path, encoding: str) -> Iterator[tuple[Path, str]]:
    """Give a text whose lines end with a byte of their own, and its encoding.

    UTF-16 is written anew in UTF-8, block by block; what is broken in it stays recognisable.
    """
    if encoding not in _WIDE:
        yield path, encoding
        return
    with in_utf_8(path, encoding) as target:
        yield Path(target.name), UTF_8


def in_utf_8(path: Path, encoding: str) -> "_TemporaryFileWrapper[bytes]":
    """Write a text anew in UTF-8, block by block; the file is there until it is closed.

    What is broken in it stays recognisable.
    """
    target = NamedTemporaryFile()  # noqa: SIM115  whoever asked closes it
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            target.write(decoder.decode(block).encode(UTF_8))
        target.write(decoder.decode(b"", final=True).encode(UTF_8))
    target.flush()
    return target


def first_nul(path: Path, encoding: str) -> tuple[int, int] | None:
    """Return position and line of the first NUL, which no text has; both count from 1."""
    offset = 0
    with path.open("rb") as file:
        if encoding in _WIDE:
            # UTF-32 begins as UTF-16 does, and goes on with NULs.
            wider = file.read(len(codecs.BOM_UTF32_LE)) == codecs.BOM_UTF32_LE
            return (len(codecs.BOM_UTF16_LE) + 1, 1) if wider else None
        while block := file.read(_BLOCK):
            at = block.find(b"\0")
            if at >= 0:
                return offset + at + 1, _line_of(path, offset + at)
            offset += len(block)
    return None


def _line_in_utf_8(path: Path) -> int | None:
    """Return the first line of GB18030 that is certainly written in UTF-8."""
    number, rest = 1, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            whole, end, rest = (rest + block).rpartition(b"\n")
            if (found := _among(whole)) is not None:
                return number + found
            # A line without an end is looked at in pieces, as far as they are held.
            number += whole.count(b"\n") + len(end)
            rest = rest[-_BLOCK:]
    found = _among(rest)
    return None if found is None else number + found


def _among(text: bytes) -> int | None:
    """Return how many lines of a text stand before the first in UTF-8."""
    for match in _IN_UTF_8.finditer(text):
        begin = text.rfind(b"\n", 0, match.start()) + 1
        end = text.find(b"\n", match.end())
        try:
            text[begin : end if end >= 0 else None].decode(UTF_8)
        except UnicodeDecodeError:
            continue
        return text.count(b"\n", 0, begin)
    return None


def _line_of(path: Path, offset: int) -> int:
    with path.open("rb") as file:
        whole, rest = divmod(offset, _BLOCK)
        before = sum(file.read(_BLOCK).count(b"\n") for _ in range(whole))
        return 1 + before + file.read(rest).count(b"\n")


def _marked(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(3)
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _first_break(path: Path, encoding: str) -> tuple[int, int] | None:
    """Return the offset of the first wrong byte, and how many wide characters came before it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, proofs = 0, 0
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding, "ignore")
                return offset - held + error.start, proofs + _wide(good)
            if not block:
                return None
            offset += len(block)
            proofs += _wide(text) if proofs < _PROOF else 0


def _wide(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _at(path: Path, encoding: str, offset: int) -> Break:
    line, rest = 1, offset
    with path.open("rb") as file:
        while rest:
            block = file.read(min(_BLOCK, rest))
            line += block.count(b"\n")
            rest -= len(block)
        byte = file.read(1)
    return Break(encoding, offset + 1, line, byte.hex().upper())


def encoding_for(path: Path, *, wanted: str | None, of_lines: bool) -> str:
    """Return the encoding of a text that can be read in it. Raises FileRefused.

    `of_lines`: each stands for itself, so that broken ones are turned away and the others read.
    """
    found = encoding_of(path, wanted=wanted)
    if isinstance(found, Mixed):
        raise refused(
            "encodings_mixed",
            row=found.line,
            encoding=found.encoding.upper(),
            of_line=found.of_line.upper(),
        )
    if isinstance(found, Break) and not of_lines:
        raise refused(
            "encoding_broken",
            row=found.line,
            position=found.position,
            byte=found.byte,
            encoding=found.encoding.upper(),
        )
    encoding = found.encoding if isinstance(found, Break) else found
    if not of_lines and (nul := first_nul(path, encoding)) is not None:
        raise refused("file_nul", row=nul[1], position=nul[0])
    return encoding
