"""What a Parquet file declares of its pages, looked at before any of them is unpacked.

A page of a few bytes may unpack to gigabytes, and its reader unpacks a group of rows at once. So
footer and page headers (Thrift's compact protocol) are walked: nothing is inflated.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from services.ingest.files.refusals import refused

_MIB: Final = 1024 * 1024
# A byte of it may be a hundred in memory.
_MOST_FOOTER: Final = 4 * _MIB
_MOST_OF_GROUP: Final = 512 * _MIB
_MOST_OF_FILE: Final = 16 * 1024 * _MIB
# Each costs some ten microseconds to look at; those of any writer are many kilobytes.
_MOST_PAGES: Final = 1_000_000
_MOST_OF_PAGE: Final = 64 * _MIB
# What a value takes at least when it is read, however well it was packed.
_OF_VALUE: Final = 16
_TAIL: Final = 8
_MAGIC: Final = b"PAR1"
_HEADER: Final = 64 * 1024
_MOST_DEPTH: Final = 20
_MOST_BYTES_OF_NUMBER: Final = 10
_TRUE, _FALSE, _BINARY, _MAP, _STRUCT = 1, 2, 8, 11, 12
_WIDTHS: Final = {_TRUE: 1, _FALSE: 1, 3: 1, 7: 8}
_NUMBERS: Final = frozenset({4, 5, 6})
_LISTS: Final = frozenset({9, 10})
# Numbers of fields in FileMetaData, RowGroup, ColumnChunk, ColumnMetaData and PageHeader.
_GROUPS, _COLUMNS, _ROWS, _CHUNK, _VALUES, _PACKED, _DATA_AT, _WORDS_AT = 4, 1, 3, 3, 5, 7, 9, 11
_UNPACKED_OF_PAGE, _PACKED_OF_PAGE, _DATA, _WORDS, _DATA_V2 = 2, 3, 5, 7, 8
# Of the headers of both kinds of data, and of words: how many values, and of the second kind how
# many bytes tell which of them are there.
_VALUES_OF_PAGE, _LEVELS_OF_PAGE = 1, (5, 6)
_ENCODING, _ENCODING_V2 = 2, 4
# Each value says how much of the one before it begins with: a long one may stand in all of them.
_DELTA_BYTE_ARRAY: Final = 7


class _Odd(Exception):
    """The bytes are not what they should be."""


@dataclass(frozen=True)
class Group:
    """A group of rows: how many it says it has, and how many bytes they are at least in memory."""

    rows: int
    size: int


@dataclass(frozen=True)
class _Page:
    """Bytes of a page when it is unpacked, and of its values at worst when they are read."""

    unpacked: int
    at_worst: int


def groups(path: Path) -> list[Group]:
    """Return the groups of rows. Raises FileRefused, also where they need too much memory."""
    try:
        with path.open("rb") as file:
            return list(_groups(file))
    except (_Odd, LookupError, TypeError, ValueError, AttributeError, OSError):
        raise refused("parquet_unreadable") from None


def _groups(file: BinaryIO) -> Iterator[Group]:
    footer = _footer(file)
    # No page belongs to two columns, or a small file would have any number of them.
    left, pages = file.seek(0, io.SEEK_END), _MOST_PAGES
    total = 0
    for group in footer.get(_GROUPS, ()):
        size, unpacked, at_worst = 0, 0, 0
        for chunk in group.get(_COLUMNS, ()):
            about = chunk[_CHUNK]
            values, packed = about[_VALUES], about[_PACKED]
            left -= packed
            if values < 0 or packed < 0 or left < 0:
                raise _Odd
            size += values * _OF_VALUE
            for page in _pages(file, about):
                pages -= 1
                unpacked += page.unpacked
                at_worst += page.at_worst
                if pages < 0:
                    raise _Odd
        if at_worst > max(_MOST_OF_GROUP, unpacked):
            raise refused("parquet_prefixes", limit=_MOST_OF_GROUP // _MIB)
        size = max(size, unpacked, at_worst)
        total += size
        for held, limit in ((size, _MOST_OF_GROUP), (total, _MOST_OF_FILE)):
            if held > limit:
                raise refused("parquet_too_large", size=held // _MIB, limit=limit // _MIB)
        if group[_ROWS] < 0:
            raise _Odd
        yield Group(group[_ROWS], size)


def _footer(file: BinaryIO) -> dict[int, Any]:
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[:4], "little")
    if not tail.endswith(_MAGIC) or length > min(_MOST_FOOTER, size - _TAIL - len(_MAGIC)):
        raise _Odd
    file.seek(size - _TAIL - length)
    return _Thrift(file.read(length)).struct()


def _pages(file: BinaryIO, about: dict[int, Any]) -> Iterator[_Page]:
    """Yield how large each page of a column is when it is unpacked.

    A reader makes room for the values that a page declares: no more than the column's own.
    """
    left = about[_VALUES]
    place = min((at for at in (about.get(_WORDS_AT), about[_DATA_AT]) if at), default=0)
    if place < len(_MAGIC):
        raise _Odd
    end = place + about[_PACKED]
    while place < end:
        file.seek(place)
        thrift = _Thrift(file.read(min(_HEADER, end - place)))
        header = thrift.struct()
        unpacked, packed = header[_UNPACKED_OF_PAGE], header[_PACKED_OF_PAGE]
        if unpacked < 0 or packed < 0:
            raise _Odd
        if unpacked > _MOST_OF_PAGE:
            raise refused("parquet_too_large", size=unpacked // _MIB, limit=_MOST_OF_PAGE // _MIB)
        values = _values(header, unpacked)
        left -= values
        if left < 0:
            raise _Odd
        yield _Page(unpacked, unpacked * values if _repeats(header) else unpacked)
        place += thrift.place + packed


def _repeats(header: dict[int, Any]) -> bool:
    """Tell whether the values of a page may be longer than all that stands in it."""
    one, other = header.get(_DATA, {}), header.get(_DATA_V2, {})
    return _DELTA_BYTE_ARRAY in (one.get(_ENCODING), other.get(_ENCODING_V2))


def _values(header: dict[int, Any], unpacked: int) -> int:
    """Return how many values of its column a page declares. Raises _Odd where that cannot be."""
    words = header[_WORDS][_VALUES_OF_PAGE] if _WORDS in header else 0
    about = header.get(_DATA) or header.get(_DATA_V2) or {}
    values: int = about.get(_VALUES_OF_PAGE, 0)
    levels = [about.get(name, 0) for name in _LEVELS_OF_PAGE] if _DATA_V2 in header else []
    # A word takes a byte at least.
    if not 0 <= words <= unpacked or values < 0 or min(levels, default=0) < 0:
        raise _Odd
    if sum(levels) > unpacked or {_DATA, _DATA_V2} <= header.keys():
        raise _Odd
    return values


class _Thrift:
    """Reads structs of the compact protocol as their fields by number."""

    def __init__(self, held: bytes) -> None:
        self._held = held
        self.place = 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Return the next struct. Raises _Odd."""
        fields: dict[int, Any] = {}
        number = 0
        while kind := self._byte():
            step, kind = kind >> 4, kind & 15
            number = number + step if step else self._number()
            fields[number] = kind == _TRUE if kind in {_TRUE, _FALSE} else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:  # noqa: ANN401 whatever a struct may hold
        if depth > _MOST_DEPTH:
            raise _Odd
        if kind in _LISTS:
            return self._list(depth)
        if kind == _MAP:
            return self._map(depth)
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in _NUMBERS:
            return self._number()
        # Nothing of what is passed over is looked at.
        return self._passed(self._size() if kind == _BINARY else self._width(kind))

    def _width(self, kind: int) -> int:
        if kind not in _WIDTHS:
            raise _Odd
        return _WIDTHS[kind]

    def _map(self, depth: int) -> None:
        count = self._size()
        kinds = self._byte() if count else 0
        for _ in range(self._possible(count)):
            self._value(kinds >> 4, depth + 1)
            self._value(kinds & 15, depth + 1)

    def _list(self, depth: int) -> list[Any]:
        first = self._byte()
        count = self._size() if first >> 4 == 15 else first >> 4  # noqa: PLR2004 15: a longer one
        return [self._value(first & 15, depth + 1) for _ in range(self._possible(count))]

    def _possible(self, count: int) -> int:
        """Return a count of values, of which each has a byte at least."""
        if count > len(self._held) - self.place:
            raise _Odd
        return count

    def _passed(self, size: int) -> None:
        self.place += self._possible(size)

    def _byte(self) -> int:
        if self.place >= len(self._held):
            raise _Odd
        self.place += 1
        return self._held[self.place - 1]

    def _size(self) -> int:
        size = shift = 0
        for _ in range(_MOST_BYTES_OF_NUMBER):
            byte = self._byte()
            size |= (byte & 127) << shift
            if byte < 128:  # noqa: PLR2004 the last byte has no mark
                return size
            shift += 7
        raise _Odd

    def _number(self) -> int:
        coded = self._size()
        return (coded >> 1) ^ -(coded & 1)
