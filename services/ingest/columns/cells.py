"""Lines of cells (CSV, TSV) as columns of text: each line is a row."""

import csv
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import polars as pl

from services.ingest.columns.fields import fields
from services.ingest.columns.heads import Head
from services.ingest.columns.parts import Part, lines_after
from services.ingest.columns.scan import Block, scan
from services.ingest.files import lines
from services.ingest.files.encodings import UTF_8, in_utf_8
from services.ingest.files.entries import Entry
from services.ingest.files.reading import Sending


class CellLines:
    """A plain file of cells below a header in its first line."""

    def __init__(self, sending: Sending, *, delimiter: str | None, encoding: str) -> None:
        """Read the header; what the sender does not say of the form is seen from it.

        Raises FileRefused with everything that is wrong.
        """
        # Another encoding is written anew, for as long as somebody reads the rows.
        self._copy = None if encoding == UTF_8 else in_utf_8(sending.path, encoding)
        self._path = sending.path if self._copy is None else Path(self._copy.name)
        self._delimiter = delimiter or lines.delimiter_of(self._path)
        with closing(lines.cells(self._path, encoding=UTF_8, delimiter=self._delimiter)) as rows:
            head = Head(sending, rows)
        self._width, self._head, self.headers = head.width, head, head.headers
        self.rows = 0
        # A line that only tells the delimiter is no row: such files are read row by row.
        hinted = lines.hinted(lines.first_of(self._path, UTF_8)) is not None
        is_plain = head.number == 1 and head.first and not hinted
        if is_plain and len(self._delimiter.encode()) == 1:
            cut = self._delimiter.encode()
            scanned = scan(self._path, delimiter=cut, quoted=False, head=head.first)
            self.rows = scanned.count - 1 if scanned.plain else 0

    def parts(self, *, after: int) -> Iterator[Part]:
        """Yield the rows behind the first `after`; the header is line 1."""
        for before, block in lines_after(self._path, after + 1):
            texts, doubt = self._texts(block)
            yield Part(before + 1, texts, doubt, partial(self._entries, before + 1, block))

    def _texts(self, block: Block) -> tuple[pl.DataFrame, pl.Series]:
        # One that is blank may stand behind those of the header, as programs put it there.
        names = [str(place) for place in range(self._width + 1)]
        plain, others = block.unquoted(self._delimiter.encode())
        cells, more = fields(plain, names, delimiter=self._delimiter)
        texts, doubt = self._head.taken(cells)
        doubt = doubt | more
        return texts, doubt.scatter(others, True) if others else doubt

    def _entries(self, first: int, block: Block, places: list[int]) -> list[Entry]:
        held = [block.line(place).removesuffix(b"\r").decode() for place in places]
        rows = csv.reader(held, delimiter=self._delimiter, strict=True)
        return [
            self._head.entry(first + place, row) for place, row in zip(places, rows, strict=True)
        ]
