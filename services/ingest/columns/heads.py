"""The header of a table whose rows a mapping reads cell by cell, and where each column stands."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from services.ingest.columns.mapped import translated
from services.ingest.files.entries import Entry, by_contract
from services.ingest.files.headers import assembled, read_head, without_trail
from services.ingest.files.reading import Sending, about_file
from services.ingest.files.tables import Table


class Head:
    """What stands above the rows; `first` is the name over the first cell."""

    def __init__(self, sending: Sending, rows: Iterator[tuple[int, list[str]]]) -> None:
        """Read and check it. Raises FileRefused with everything that is wrong."""
        self._about = about_file(sending)
        self.number, heads = read_head(rows, sending.form, self._about)
        self._mapping = sending.mapping or by_contract(sending.contract, heads[-1])
        names = without_trail(assembled(heads, self._mapping))
        self._table = Table(self.number, names, self._mapping, self._about)
        # Of equal names that nobody reads any one will do.
        self._places = {name: place for place, name in enumerate(names) if name}
        self._named = {place for place, name in enumerate(names) if name}
        self.width = len(heads[-1])
        self.first = names[0]
        self.headers: Mapping[str, str] = {
            rule.column: next(iter(rule.all_sources), "") for rule in self._mapping.rules
        }

    def taken(self, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """Return the text of each column of the feed, and which rows are in doubt."""
        doubt = self._stray(cells)
        held = {name: cells.to_series(place) for name, place in self._places.items()}
        texts: dict[str, pl.Series] = {}
        for rule in self._mapping.rules:
            said, odd = translated(rule, held, self._about, count=cells.height)
            doubt = doubt if odd is None else doubt | odd
            # A column that is not there is blank in all rows; one at least tells of how many.
            if said.null_count() < cells.height or not texts:
                texts[rule.column] = said
        return pl.DataFrame(texts), doubt

    def entry(self, number: int, cells: Sequence[str]) -> Entry:
        """Return the entry of one row; a blank one lacks everything."""
        return next(self._table.entries(number, cells), Entry(number, {}))

    def _stray(self, cells: pl.DataFrame) -> pl.Series:
        """Tell which rows have cells that no header names."""
        ignored = self._mapping.form.extra_cells_ignored
        stray = [
            pl.col(name).is_not_null()
            for place, name in enumerate(cells.columns)
            if place not in self._named and not ignored
        ]
        none = pl.repeat(value=False, n=cells.height)
        return cells.select(pl.any_horizontal(none, *stray)).to_series()
