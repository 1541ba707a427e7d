"""A look at a file of lines as bytes: whether its rows are its lines, and how many there are."""

import codecs
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import numpy as np

_BOM: Final = b"\xef\xbb\xbf"
_BLOCK: Final = 128 * 1024
_BLANK: Final = (
    rb"[ \t\x0b\x0c\x1c-\x1f]|\xe3\x80\x80|\xc2\xa0|\xc2\x85|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]"
    rb"|\xe2\x81\x9f|\xe1\x9a\x80"
)
# With what one of these, or a blank line, begins.
_MAY_BE_BLANK: Final = b" \t\x0b\x0c\x1c\x1d\x1e\x1f\n\r\xe3\xc2\xe2\xe1"
_END: Final = ord("\n")
_RETURN: Final = ord("\r")
_QUOTE: Final = b'"'

Places = np.ndarray[tuple[int], np.dtype[Any]]


@dataclass(frozen=True)
class Block:
    """Whole lines of a file, and behind which bytes each has its end."""

    text: bytes
    ends: Places

    @classmethod
    def of(cls, text: bytes) -> Self:
        """Find the ends of lines, of which the last has one; a little at once, which is faster."""
        letters = np.frombuffer(text, np.uint8)
        found = [
            np.flatnonzero(letters[start : start + _BLOCK] == _END) + start
            for start in range(0, len(letters), _BLOCK)
        ]
        return cls(text, np.concatenate(found) if found else np.empty(0, np.int64))

    def line(self, place: int) -> bytes:
        """Return a line without its end."""
        return self.text[self._first(place) : int(self.ends[place])]

    def behind(self, count: int) -> Self:
        """Return the lines behind the first `count`."""
        if count <= 0:
            return self
        first = self._first(count)
        return type(self)(self.text[first:], self.ends[count:] - first)

    def unquoted(self, delimiter: bytes) -> tuple[Self, list[int]]:
        """Return the lines without quotes, and blanked out those that are more than their cells.

        That are those with a delimiter within quotes. To be asked where quotes stand in order.
        """
        if _QUOTE not in self.text:
            return self, []
        letters = np.frombuffer(self.text, np.uint8)
        quotes = np.flatnonzero(letters == _QUOTE[0])
        cuts = np.flatnonzero(letters == delimiter[0])
        within = cuts[np.searchsorted(quotes, cuts) % 2 == 1]
        places = np.unique(np.searchsorted(self.ends, within)).tolist()
        plain = self.without(places) if places else self
        return self.of(plain.text.replace(_QUOTE, b"")), places

    def broken(self) -> list[int]:
        """Return the places of the lines that are not UTF-8."""
        found: list[int] = []
        if self.text.isascii():
            return found
        held, start = memoryview(self.text), 0
        while start < len(held):
            try:
                codecs.utf_8_decode(held[start:], "strict", True)
            except UnicodeDecodeError as error:
                place = int(np.searchsorted(self.ends, start + error.start))
                found.append(place)
                start = self._first(place + 1)
            else:
                break
        return found

    def without(self, places: Iterable[int]) -> Self:
        """Return the lines, blanked out at some places."""
        text = bytearray(self.text)
        for place in places:
            first, end = self._first(place), int(self.ends[place])
            text[first:end] = b" " * (end - first)
        return type(self)(bytes(text), self.ends)

    def _first(self, place: int) -> int:
        """Return where a line begins."""
        return int(self.ends[place - 1]) + 1 if place else 0


@dataclass(frozen=True)
class Lines:
    """How many lines a file has; `plain` if each is a row of its own and none is blank.

    `ended`: the last one has its end.
    """

    count: int
    plain: bool
    ended: bool = True


def scan(path: Path, *, delimiter: bytes, quoted: bool, head: str = "") -> Lines:
    """Look at the whole file. `quoted`: quotes do not hide the ends of lines (JSON).

    A line is not plain if it is blank, if it has quotes that do not stand around whole cells, for
    such may hide its end, if it ends with a lone carriage return, if it holds a NUL, if it begins
    as the header does (`head`), or if it may be longer than a cell may be.
    """
    first = head.encode()
    again = re.compile(rb'\n(?:"|' + _BLANK + rb")*" + re.escape(first)) if head else None
    seen = 0
    blank = re.compile(rb"\n(?:" + _BLANK + rb'|"|' + re.escape(delimiter) + rb")*\r?\n")
    begins = np.zeros(256, np.bool_)
    begins[list(_MAY_BE_BLANK + delimiter + first[:1])] = True
    begins[_QUOTE[0]] = not quoted
    count = 0
    for piece in pieces(path, size=_BLOCK):
        letters = np.frombuffer(piece, np.uint8)
        behind = np.flatnonzero(letters == _END) + 1
        ends = len(behind)
        # Few lines begin as one that would have to be looked at.
        asked = begins[letters[0]] or begins[letters[behind[:-1]]].any()
        if asked and again is not None:
            seen += len(again.findall(b"\n" + piece))
        if (
            seen > 1
            or (ends <= 1 and len(piece) >= _BLOCK)
            or (not quoted and _QUOTE in piece and not _in_order(letters, behind - 1, delimiter))
            or b"\x00" in piece
            or (b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n"))
            or (asked and blank.search(b"\n" + piece) is not None)
        ):
            return Lines(0, plain=False)
        count += ends
    return Lines(count, plain=count > 0, ended=_ended(path))


def _in_order(letters: Places, ends: Places, delimiter: bytes) -> bool:
    """Tell whether quotes stand in pairs, each around a whole cell of one line."""
    quotes = np.flatnonzero(letters == _QUOTE[0])
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = np.concatenate(([_END], letters))[opening]
    behind = letters[closing + 1]
    return bool(
        ((before == delimiter[0]) | (before == _END)).all()
        and ((behind == delimiter[0]) | (behind == _END) | (behind == _RETURN)).all()
        and (np.searchsorted(ends, opening) == np.searchsorted(ends, closing)).all()
    )


def _ended(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
        return file.read(1) == b"\n"


def pieces(path: Path, *, size: int) -> Iterator[bytes]:
    """Yield whole lines, about `size` bytes of them at once; the last has its end put to it."""
    with path.open("rb") as file:
        rest = b"" if file.read(len(_BOM)) == _BOM else _again(file)
        while block := file.read(size):
            cut = block.rfind(b"\n") + 1
            if not cut:
                # A line that is longer: whoever scans gives it up, and nobody else comes here.
                rest += block
                if len(rest) > size:
                    break
                continue
            whole = b"".join((rest, memoryview(block)[:cut]))
            rest = block[cut:]
            del block  # whoever takes what is whole may keep it for long
            yield whole
        if rest:
            yield rest if rest.endswith(b"\n") else rest + b"\n"


def _again(file: BinaryIO) -> bytes:
    file.seek(0)
    return b""
