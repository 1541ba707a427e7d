"""What a cell of a table means: all is text, and numbers stand as people write them.

Only for files of cells; JSON says itself what is a number, and is taken at its word.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from services.ingest.domain.contract import Kind

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_FIRST_OF_MONTH: Final = re.compile(r"([0-9]{4}-[0-9]{2})-01")


def as_meant(kind: Kind, raw: object) -> object:
    """Return what a cell means to a column of this kind; what it cannot mean stays as it is."""
    read = _MEANT.get(kind)
    return raw if read is None or not isinstance(raw, str) else read(raw.strip())


def _integer(text: str) -> object:
    bare = _ungrouped(text)
    return int(bare) if _INTEGER.fullmatch(bare) else text


def _ungrouped(text: str) -> str:
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def _month(text: str) -> str:
    # A spreadsheet takes "2020-07" for a day, the first.
    found = _FIRST_OF_MONTH.fullmatch(text)
    return text if found is None else found[1]


_MEANT: Final[Mapping[Kind, Callable[[str], object]]] = {
    Kind.INTEGER: _integer,
    Kind.CNY: _ungrouped,
    Kind.MONTH: _month,
}
