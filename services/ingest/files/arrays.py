"""A list of JSON records in one document, `[{…}, {…}]`: read record by record, never held whole."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.ingest.domain import strict_json
from services.ingest.files.refusals import FileRefused, refused

_BLOCK: Final = 256 * 1024
_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_MARK: Final = "\ufeff"
_UNENDED: Final = "Unterminated string"


def items(path: Path, *, encoding: str, longest: int) -> Iterator[tuple[int, object, int]]:
    """Yield what the list holds, numbered from 1, and how long each is written.

    Raises FileRefused where it is no list.
    """
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        text = Ahead(file)
        text.pass_over(_MARK)
        text.pass_over("[")
        number = 1
        more = not text.pass_over("]")
        while more:
            yield number, text.value(number, longest), text.length
            number += 1
            more = text.pass_over(",")
            if not more and not text.pass_over("]"):
                raise text.refused(number)
        if not text.at_end:
            raise refused("not_json", row=number, position=text.position)


class Ahead:
    """The text of a file, as far as it was read ahead of where we are."""

    def __init__(self, file: io.TextIOWrapper, *, end: str = "]") -> None:
        """Begin; `end` is the sign with which a whole document ends."""
        self._file = file
        self._end = end
        self._text = ""
        self._place = 0
        self._before = 0
        self._ended = False
        self.length = 0

    def pass_over(self, sign: str) -> bool:
        """Go on behind this sign if it is the next that is not blank; tell whether it is."""
        self._skip()
        if not self._text.startswith(sign, self._place):
            return False
        self._place += len(sign)
        return True

    def next_is(self, sign: str) -> bool:
        """Tell whether this sign is the next that is not blank."""
        self._skip()
        return self._text.startswith(sign, self._place)

    @property
    def position(self) -> int:
        """Tell which sign of the document is the next, from 1."""
        return self._before + self._place + 1

    @property
    def at_end(self) -> bool:
        """Tell whether nothing but blanks follows."""
        self._skip()
        return self._place >= len(self._text)

    def value(self, number: int, longest: int) -> object:
        """Return the next value, and go on behind it; `length` is its own. Raises FileRefused."""
        self._skip()
        while True:
            try:
                held, end = strict_json.first(self._text, self._place)
            except json.JSONDecodeError as error:
                # What is not whole yet may only lack its rest.
                long = len(self._text) - self._place > longest
                if self._ended or (long and not error.msg.startswith(_UNENDED)):
                    self._place = error.pos
                    raise self.refused(number) from None
            except RecursionError:
                raise refused("nested_too_deep", row=number) from None
            else:
                if end < len(self._text) or self._ended:
                    self.length, self._place = end - self._place, end
                    if self.length <= longest:
                        return held
                    raise refused("line_too_long", row=number, limit=longest)
            if len(self._text) - self._place > longest:
                raise refused("line_too_long", row=number, limit=longest)
            self._read()

    def refused(self, number: int) -> FileRefused:
        """Refuse what is no list of records: it is cut off, or has something else in it."""
        if self._ended and (self.at_end or not self._text.rstrip().endswith(self._end)):
            return refused("json_cut_off", row=number)
        return refused("not_json", row=number, position=self.position)

    def _skip(self) -> None:
        while True:
            found = _BLANKS.match(self._text, self._place)
            self._place = self._place if found is None else found.end()
            if self._place < len(self._text) or self._ended:
                return
            self._read()

    def _read(self) -> None:
        block = self._file.read(_BLOCK)
        self._ended = not block
        self._before += self._place
        self._text = self._text[self._place :] + block
        self._place = 0
