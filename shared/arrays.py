"""Lists on their way to PostgreSQL, written as arrays in one step.

Services ask about thousands of enterprises at once, in dozens of statements. psycopg looks at each
element whether it has to be quoted: a quarter of the time in which 5,000 enterprises are judged.
"""

from typing import Final

from psycopg import adapters
from psycopg.abc import Buffer
from psycopg.types.array import ListDumper

_NULL: Final = "NULL"  # unquoted, this word is no text
_NO_TEXT: Final = "\x00"  # PostgreSQL has none: psycopg says so
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\""})


class QuickDumper(ListDumper):
    """As psycopg's own, but quick with lists that hold texts alone or whole numbers alone."""

    def dump(self, obj: list[object]) -> Buffer | None:
        """Write the list as PostgreSQL reads arrays."""
        kinds = set(map(type, obj))
        delimiter = self.delimiter.decode()
        if kinds == {int}:
            return f"{{{delimiter.join(map(str, obj))}}}".encode()
        if kinds != {str}:
            return super().dump(obj)
        # What stands between quotes is text whatever it says, but for quotes and backslashes.
        texts = [str(each) for each in obj]
        letters = "".join(texts)
        if letters.isalnum() and all(texts) and _NULL not in letters.upper():
            return f"{{{delimiter.join(texts)}}}".encode()
        said = f'"{delimiter}"'.join(texts)
        if _NO_TEXT in said:
            return super().dump(obj)
        if "\\" in said or said.count('"') > 2 * (len(texts) - 1):
            said = f'"{delimiter}"'.join(text.translate(_ESCAPES) for text in texts)
        return f'{{"{said}"}}'.encode()


def register() -> None:
    """Let all connections that are opened from now on write lists so."""
    adapters.register_dumper(list, QuickDumper)
