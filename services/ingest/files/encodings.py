"""In which encoding a text was written: UTF-8, else GB18030, else where it is broken."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

UTF_8: Final = "utf-8"
GB18030: Final = "gb18030"
_BLOCK: Final = 1024 * 1024
# Text in GB18030 that reads as UTF-8 for so many characters does not occur: each would have to
# fit by chance, about one in seven does.
_PROOF: Final = 16


@dataclass(frozen=True)
class Break:
    """The first byte that is not of the encoding; positions and lines count from 1."""

    encoding: str
    position: int
    line: int
    byte: str


def encoding_of(path: Path, *, wanted: str | None = None) -> str | Break:
    """Return the encoding of the whole file, or where it breaks; `wanted` rules the others out."""
    if wanted is not None:
        found = _first_break(path, wanted)
        return wanted if found is None else _at(path, wanted, found[0])
    in_utf_8 = _first_break(path, UTF_8)
    if in_utf_8 is None:
        return UTF_8
    position, proofs = in_utf_8
    if proofs >= _PROOF or _has_bom(path):
        return _at(path, UTF_8, position)
    in_gb18030 = _first_break(path, GB18030)
    if in_gb18030 is None:
        return GB18030
    # Broken in both: the one that read further is what was meant.
    if in_gb18030[0] > position:
        return _at(path, GB18030, in_gb18030[0])
    return _at(path, UTF_8, position)


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


def _has_bom(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(3) == codecs.BOM_UTF8


def _at(path: Path, encoding: str, offset: int) -> Break:
    line, rest = 1, offset
    with path.open("rb") as file:
        while rest:
            block = file.read(min(_BLOCK, rest))
            line += block.count(b"\n")
            rest -= len(block)
        byte = file.read(1)
    return Break(encoding, offset + 1, line, byte.hex().upper())
