"""The header of a table whose columns are the contract's own, and where each stands."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from services.ingest.files.entries import Entry, by_contract
from services.ingest.files.headers import assembled, read_head, without_trail
from services.ingest.files.reading import Sending, about_file
from services.ingest.files.tables import Table


class Head:
    """What stands above the rows; `first` is the name over the first cell."""

    def __init__(self, sending: Sending, rows: Iterator[tuple[int, list[str]]]) -> None:
        """Read and check it. Raises FileRefused with everything that is wrong."""
        about = about_file(sending)
        self.number, heads = read_head(rows, sending.form, about)
        mapping = by_contract(sending.contract, heads[-1])
        names = without_trail(assembled(heads, mapping))
        self._table = Table(self.number, names, mapping, about)
        self._places = {name: place for place, name in enumerate(names) if name}
        self.width = len(heads[-1])
        self.first = names[0]
        self.headers: Mapping[str, str] = {rule.column: rule.sources[0] for rule in mapping.rules}

    def taken(self, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """Return the text of each column of the feed, and which rows have stray cells."""
        named = set(self._places.values())
        stray = [name for place, name in enumerate(cells.columns) if place not in named]
        doubt = cells.select(
            pl.any_horizontal(
                pl.repeat(value=False, n=cells.height), *(pl.col(n).is_not_null() for n in stray)
            )
        ).to_series()
        texts = cells.select(
            pl.nth(self._places[header]).alias(column)
            for column, header in self.headers.items()
            if header in self._places
        )
        return texts, doubt

    def entry(self, number: int, cells: Sequence[str]) -> Entry:
        """Return the entry of one row; a blank one lacks everything."""
        return next(self._table.entries(number, cells), Entry(number, {}))
