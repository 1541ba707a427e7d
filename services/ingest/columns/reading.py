"""Which files go the fast way, and their rows in chunks: good ones in columns, others to judge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from services.ingest.columns.cells import CellLines
from services.ingest.columns.expressions import Compiler
from services.ingest.columns.mapped import goes_by_cells
from services.ingest.columns.objects import ObjectLines
from services.ingest.columns.parts import Layout, Part
from services.ingest.columns.tables import ParquetRows
from services.ingest.domain.contract import Target
from services.ingest.domain.feeds import FEEDS
from services.ingest.files.encodings import UTF_8
from services.ingest.files.entries import Entry
from services.ingest.files.reading import Form, Sending, is_wrapped
from services.ingest.files.refusals import FileRefused
from services.ingest.mapping.model import Format

ROW: Final = "row_"
"""The column of the numbers that the sender sees; the name of no column of a feed ends so."""
_TAB: Final = "\t"


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file, each once: judged to be good, or an entry that is yet to be judged."""

    good: pl.DataFrame
    rest: Sequence[Entry]
    headers: Mapping[str, str]

    @property
    def rows(self) -> int:
        """Count the rows."""
        return self.good.height + len(self.rest)


def layout_of(sending: Sending, form: Form) -> Layout | None:
    """Return how a file goes the fast way; None if it cannot.

    Only by the contract as it holds now: what is recorded has its columns. A file that is refused
    goes the other way, which says why.
    """
    contract = sending.contract
    observed = contract.target is Target.OBSERVATIONS and contract == FEEDS[contract.name]
    # The period of an event is made of two columns.
    observed = observed and contract.period.name in contract.key
    if not observed or not (sending.mapping is None or goes_by_cells(sending.mapping)):
        return None
    try:
        layout = _layout(sending, form)
    except FileRefused:
        return None
    return layout if layout is not None and layout.rows > 0 else None


def _layout(sending: Sending, form: Form) -> Layout | None:
    if form.format is Format.PARQUET:
        return ParquetRows(sending)
    if form.format in {Format.CSV, Format.TSV}:
        given = sending.form.delimiter or (_TAB if form.format is Format.TSV else None)
        return CellLines(sending, delimiter=given, encoding=form.encoding or UTF_8)
    if form.format is not Format.NDJSON or form.encoding != UTF_8 or sending.mapping is not None:
        return None
    return None if is_wrapped(sending, UTF_8) else ObjectLines(sending.path, sending.contract)


def chunks(sending: Sending, layout: Layout, *, today: date, after: int) -> Iterator[Chunk]:
    """Yield the rows behind the first `after`, judged by the contract of `today`."""
    compiler = Compiler(sending.contract, today=today)
    for part in layout.parts(after=after):
        yield _chunk(part, compiler, layout.headers)


def _chunk(part: Part, compiler: Compiler, headers: Mapping[str, str]) -> Chunk:
    judged = compiler.judge(part.texts)
    good = judged.good & ~part.doubt
    rows = judged.values.with_row_index(ROW, part.first).cast({ROW: pl.Int64})
    if good.all():
        return Chunk(rows, (), headers)
    return Chunk(rows.filter(good), part.entries((~good).arg_true().to_list()), headers)
