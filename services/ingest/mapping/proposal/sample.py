"""The beginning of a file, as a proposal looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_MOST_VALUES: Final = 200


@dataclass(frozen=True)
class Sample:
    """The beginning of a file: how it is read, its headers, and rows below them.

    `above`: the lines above the header, by the names by which a mapping reads them. `files`: what
    the file is called, or those of an archive that were looked at.
    """

    form: Mapping[str, Any]
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    above: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[str] = ()

    def values(self, place: int) -> list[str]:
        """Return what stands under a header."""
        texts = (row[place].strip() for row in self.rows if place < len(row))
        return [text for text in texts if text][:_MOST_VALUES]
