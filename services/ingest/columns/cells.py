"""Lines of cells (CSV, TSV) as columns of text: each line is a row."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial

import polars as pl

from services.ingest.columns.fields import fields
from services.ingest.columns.heads import Head
from services.ingest.columns.parts import Part, lines_after
from services.ingest.columns.scan import Block, scan
from services.ingest.files import lines
from services.ingest.files.encodings import UTF_8
from services.ingest.files.entries import Entry
from services.ingest.files.reading import Sending


class CellLines:
    """A plain file of cells below a header in its first line."""

    def __init__(self, sending: Sending, delimiter: str) -> None:
        """Read the header. Raises FileRefused with everything that is wrong."""
        self._path = sending.path
        self._delimiter = delimiter
        with closing(lines.cells(self._path, encoding=UTF_8, delimiter=delimiter)) as rows:
            head = Head(sending, rows)
        self._width, self._head, self.headers = head.width, head, head.headers
        scanned = scan(self._path, delimiter=delimiter.encode(), quoted=False, head=head.first)
        self.rows = scanned.count - 1 if scanned.plain and head.number == 1 and head.first else 0

    def parts(self, *, after: int) -> Iterator[Part]:
        """Yield the rows behind the first `after`; the header is line 1."""
        for before, block in lines_after(self._path, after + 1):
            texts, doubt = self._texts(block)
            yield Part(before + 1, texts, doubt, partial(self._entries, before + 1, block))

    def _texts(self, block: Block) -> tuple[pl.DataFrame, pl.Series]:
        # One that is blank may stand behind those of the header, as programs put it there.
        names = [str(place) for place in range(self._width + 1)]
        cells, more = fields(block, names, delimiter=self._delimiter)
        texts, doubt = self._head.taken(cells)
        return texts, doubt | more

    def _entries(self, first: int, block: Block, places: list[int]) -> list[Entry]:
        return [
            self._head.entry(
                first + place,
                block.line(place).removesuffix(b"\r").decode().split(self._delimiter),
            )
            for place in places
        ]
