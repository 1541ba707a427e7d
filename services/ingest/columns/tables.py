"""Parquet in the fast way: its columns are columns already."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import polars as pl

from services.ingest.columns.heads import Head
from services.ingest.columns.parts import Part
from services.ingest.files import parquet_columns
from services.ingest.files.entries import Entry
from services.ingest.files.reading import Sending

_FIRST: Final = 2  # below the header, as with every table


class ParquetRows:
    """A Parquet file."""

    def __init__(self, sending: Sending) -> None:
        """Read its names. Raises FileRefused with everything that is wrong."""
        self._path = sending.path
        self._head = Head(sending, iter([(1, parquet_columns.heads(self._path))]))
        self.headers = self._head.headers
        self.rows = parquet_columns.height(self._path)

    def parts(self, *, after: int) -> Iterator[Part]:
        """Yield the rows behind the first `after`."""
        for part in parquet_columns.slices(self._path, after=after):
            texts, doubt = self._head.taken(part)
            yield Part(after + _FIRST, texts, doubt, partial(self._entries, after + _FIRST, part))
            after += part.height

    def _entries(self, first: int, part: pl.DataFrame, places: list[int]) -> list[Entry]:
        return [
            self._head.entry(first + place, [cell or "" for cell in part.row(place)])
            for place in places
        ]
