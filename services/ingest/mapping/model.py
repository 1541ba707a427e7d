"""What a mapping says: the form of the file, which rows are records, and how columns are read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.ingest.mapping.rule import Cells, Pattern, Rule

OF_FILE: Final = "$file"
OF_SHEET: Final = "$sheet"
OF_LINE: Final = "$line "
OF_ROW: Final = "$row"
OF_SECTION: Final = "$section"
FIRST_CELL: Final = "$first"
OF_HEADER: Final = "$header"
OF_VALUE: Final = "$value"
"""What may stand for a header: a text that does not stand in a cell of the row."""


class Format(StrEnum):
    """The kinds of files that are taken."""

    NDJSON = "ndjson"
    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"
    XLS = "xls"
    ZIP = "zip"
    PARQUET = "parquet"


@dataclass(frozen=True)
class FileForm:
    """The form of the sender's files; what is None is seen from the file itself.

    `header_at`: the header is the first row that has such a cell. `headers`: the file has no
    header, and these are the names of its columns. `sheets`: names of the sheets of a workbook that
    are laid out alike, or patterns of names with `*`; each is read as a file of its own. `records`:
    the way to the list of records within a JSON document, `data/rows`.
    """

    format: Format | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    skip_lines: int = 0
    header_lines: int = 1
    header_at: str | None = None
    headers: tuple[str, ...] = ()
    extra_cells_ignored: bool = False
    repeated_headers_numbered: bool = False
    records: str | None = None


@dataclass(frozen=True)
class RowTest:
    """By what a row is known that is no record: what its cells say."""

    sources: tuple[str, ...]
    pattern: Pattern

    def holds(self, cells: Cells) -> bool:
        """Tell whether the row is such a one."""
        return any(
            text and self.pattern.search(text.strip()) is not None
            for text in map(cells, self.sources)
        )


@dataclass(frozen=True)
class RowsForm:
    """Which rows are no records: some anywhere; from the first of `end` on, all.

    `section`: a row of one cell that the pattern finds names what the rows below it are about.
    `fill_down`: headers whose cells are merged downwards: a blank one says what the last one said.
    """

    skip: tuple[RowTest, ...] = ()
    end: tuple[RowTest, ...] = ()
    section: Pattern | None = None
    fill_down: tuple[str, ...] = ()

    @property
    def sources(self) -> frozenset[str]:
        """Name every header that is looked at."""
        tested = frozenset(name for test in (*self.skip, *self.end) for name in test.sources)
        return tested | frozenset(self.fill_down)


@dataclass(frozen=True)
class Wide:
    """One row is many records: one for each header that the pattern finds.

    What its group `key` finds is `$header`. A group `name` tells columns of one key apart; without
    it the one cell is `$value`. `cell` instead: one record for each part of that cell.
    """

    pattern: Pattern | None
    named: bool = False
    nulls: frozenset[str] = frozenset()
    cell: str | None = None
    by: Pattern | None = None


@dataclass(frozen=True)
class FeedMapping:
    """How files of a sender become records of a feed; `ignored` None: whatever is not named."""

    feed: str
    form: FileForm
    rules: tuple[Rule, ...]
    ignored: frozenset[str] | None
    rows: RowsForm = RowsForm()
    wide: Wide | None = None

    @property
    def sources(self) -> frozenset[str]:
        """Name every header that some rule reads."""
        own = frozenset(name for rule in self.rules for name in rule.all_sources)
        cell = () if self.wide is None or self.wide.cell is None else (self.wide.cell,)
        return own | self.rows.sources | frozenset(cell)

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """Name the headers that a file must have, in the order of the rules: one of each tuple."""
        groups = [names for rule in self.rules for names in rule.needed]
        if self.wide is not None and self.wide.cell is not None:
            groups.append((self.wide.cell,))
        return tuple(dict.fromkeys(names for names in groups if not any(map(is_place, names))))


def is_place(name: str) -> bool:
    """Tell whether a name stands for something other than a cell under a header."""
    return name.startswith(OF_LINE) or name in _PLACES


_PLACES: Final = frozenset({OF_FILE, OF_SHEET, OF_ROW, OF_SECTION, FIRST_CELL, OF_HEADER, OF_VALUE})
