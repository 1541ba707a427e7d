"""Parts of a file on their way: text in columns of the feed, and the way back to a row."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from services.ingest.columns.scan import Block, pieces
from services.ingest.files.entries import Entry

PIECE: Final = 2 * 1024 * 1024
"""Bytes of cells at once: some 15,000 to 35,000 rows."""


@dataclass(frozen=True)
class Part:
    """Some rows of a file: texts by column of the feed, which rows are in doubt anyway.

    `first` is the number of the first row; `entries` gives those at some places to the judge.
    """

    first: int
    texts: pl.DataFrame
    doubt: pl.Series
    entries: Callable[[list[int]], list[Entry]]


class Layout(Protocol):
    """How the rows of a kind of file are found."""

    headers: Mapping[str, str]
    """Under which header the sender has each column."""
    rows: int

    def parts(self, *, after: int) -> Iterator[Part]:
        """Yield the rows behind the first `after`."""


def lines_after(path: Path, after: int, *, wide: int = 1) -> Iterator[tuple[int, Block]]:
    """Yield whole lines behind the first `after`, and how many stand before them.

    `wide`: how many times as long as lines of cells they are, for the same rows.
    """
    before = 0
    for piece in pieces(path, size=wide * PIECE):
        block = Block.of(piece)
        count = len(block.ends)
        if after - before < count:
            yield max(before, after), block.behind(after - before)
        before += count
