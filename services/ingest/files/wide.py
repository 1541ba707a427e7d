"""Rows that are many records: one for each month of the header, or for each part of a cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.ingest.mapping.model import OF_HEADER, OF_VALUE, Wide


@dataclass(frozen=True)
class Spread:
    """The columns of one key of a wide header: places and headers by the names that rules read."""

    key: str
    places: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def said(self, row: Sequence[str], wide: Wide) -> Mapping[str, str]:
        """Return the cells of a row that say something, by the names that rules read."""
        return {
            name: row[place]
            for name, place in self.places.items()
            if place < len(row) and (text := row[place].strip()) and text not in wide.nulls
        }


def spreads_of(wide: Wide | None, names: Sequence[str]) -> list[Spread]:
    """Return what a header has for each of its keys, in its order."""
    found: dict[str, Spread] = {}
    if wide is None or wide.pattern is None:
        return []
    for place, header in enumerate(names):
        match = wide.pattern.search(header) if header else None
        if match is None:
            continue
        key = match.group("key" if wide.named else 1)
        name = match.group("name") if wide.named else OF_VALUE
        if not key or not name:
            continue
        spread = found.setdefault(key, Spread(key))
        if name not in spread.places:
            spread.places[name] = place
            spread.headers.update({name: header, OF_HEADER: header})
    return list(found.values())


def parts_of(wide: Wide, text: str | None) -> Iterator[str]:
    """Yield the parts of a cell that say something."""
    if text is None or wide.by is None:
        return
    start = 0
    for found in wide.by.finditer(text):
        yield from _said(text[start : found.start()], wide)
        start = found.end()
    yield from _said(text[start:], wide)


def _said(part: str, wide: Wide) -> Iterator[str]:
    if (stripped := part.strip()) and stripped not in wide.nulls:
        yield stripped
