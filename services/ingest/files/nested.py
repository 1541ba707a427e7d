"""Records of JSON within records: a value is named by the way to it, `企业/代码`."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from services.ingest.domain.unreadable import NotANumber, RepeatedNames
from services.ingest.files.headers import BETWEEN, MOST_COLUMNS
from services.ingest.mapping.reading import header

# Halves of characters that JSON can name: nothing that reads UTF-8 can look at them.
_UNPAIRED: Final = re.compile("[\ud800-\udfff]")


class RecordRefused(Exception):
    """A record that no mapping can read; `name` tells where the fault is."""

    def __init__(self, code: str, name: str | None = None, **values: int) -> None:
        super().__init__(code)
        self.code = code
        self.name = name
        self.values = values


def flattened(record: Mapping[str, object]) -> dict[str, str | None]:
    """Return every value of a record as text, by its way; the items of lists count from 1.

    Raises RecordRefused.
    """
    cells: dict[str, str | None] = {}
    for name, value in _values("", record):
        if name in cells:
            raise RecordRefused("repeated_column", name)
        if _UNPAIRED.search(name) or (value is not None and _UNPAIRED.search(value)):
            raise RecordRefused("unprintable", name)
        cells[name] = value
        if len(cells) > MOST_COLUMNS:
            raise RecordRefused("too_many_columns", limit=MOST_COLUMNS)
    return cells


def within(name: str, names: frozenset[str]) -> bool:
    """Tell whether a value is one of these, or lies within one of them."""
    steps = name.split(BETWEEN)
    return any(BETWEEN.join(steps[:depth]) in names for depth in range(1, len(steps) + 1))


def _values(way: str, value: object) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, RepeatedNames):
        raise RecordRefused("repeated_column", BETWEEN.join((way, *value.names[:1])))
    if isinstance(value, Mapping):
        for name, each in value.items():
            own = header(str(name))
            yield from _values(f"{way}{BETWEEN}{own}" if way else own, each)
    elif isinstance(value, list):
        for number, each in enumerate(value, start=1):
            yield from _values(f"{way}{BETWEEN}{number}", each)
    else:
        yield way, _as_text(value)


_WORDS: Final = {True: "true", False: "false"}


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return _WORDS[value]
    return value.text if isinstance(value, NotANumber) else str(value)
