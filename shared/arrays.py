"""Lists on their way to PostgreSQL, written as arrays in one step.

Services ask about thousands of enterprises at once, in dozens of statements. psycopg looks at each
element whether it has to be quoted: a quarter of the time in which 5,000 enterprises are judged.
"""

from collections.abc import Iterable
from datetime import date
from types import NoneType
from typing import Final

from psycopg import adapters
from psycopg.abc import Buffer
from psycopg.types.array import ListDumper

_NULL: Final = "NULL"  # unquoted, this word is no text
_NO_TEXT: Final = "\x00"  # PostgreSQL has none: psycopg says so
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\""})


class QuickDumper(ListDumper):
    """As psycopg's own, but quick with texts, whole numbers or days, and None among them."""

    def dump(self, obj: list[object]) -> Buffer | None:
        """Write the list as PostgreSQL reads arrays."""
        kinds = set(map(type, obj))
        if kinds == {str}:
            return self._texts([str(each) for each in obj])
        if kinds <= {int, NoneType}:
            return self._joined(_NULL if each is None else str(each) for each in obj)
        if kinds <= {date, NoneType}:  # a moment's kind is another, and not of these
            return self._joined(_NULL if each is None else str(each) for each in obj)
        if kinds == {str, NoneType}:
            return self._texts_and_none([None if each is None else str(each) for each in obj])
        return super().dump(obj)

    def _texts(self, texts: list[str]) -> Buffer | None:
        letters = "".join(texts)
        if letters.isalnum() and all(texts) and _NULL not in letters.upper():
            return self._joined(texts)
        # What stands between quotes is text whatever it says, but for quotes and backslashes.
        between = f'"{self.delimiter.decode()}"'
        said = between.join(texts)
        if _NO_TEXT in said:
            return super().dump(list(texts))
        if "\\" in said or said.count('"') > 2 * (len(texts) - 1):
            said = between.join(text.translate(_ESCAPES) for text in texts)
        return f'{{"{said}"}}'.encode()

    def _texts_and_none(self, texts: list[str | None]) -> Buffer | None:
        letters = "".join(text for text in texts if text is not None)
        if _NO_TEXT in letters:
            return super().dump(list(texts))
        if "\\" in letters or '"' in letters:
            texts = [None if text is None else text.translate(_ESCAPES) for text in texts]
        return self._joined(_NULL if text is None else f'"{text}"' for text in texts)

    def _joined(self, told: Iterable[str]) -> bytes:
        return f"{{{self.delimiter.decode().join(told)}}}".encode()


def register() -> None:
    """Let all connections that are opened from now on write lists so."""
    adapters.register_dumper(list, QuickDumper)
