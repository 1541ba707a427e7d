"""The rows of a file as a mapping takes them: which are records, and how many each is."""

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import partial

from services.ingest.domain.rows import Fault
from services.ingest.domain.shown import safe, shown
from services.ingest.files import headers
from services.ingest.files.entries import Entry, Translator, Unknown
from services.ingest.files.nested import RecordRefused, flattened, within
from services.ingest.files.wide import Spread, parts_of, spreads_of
from services.ingest.mapping.model import (
    FIRST_CELL,
    OF_HEADER,
    OF_ROW,
    OF_SECTION,
    OF_VALUE,
    FeedMapping,
)
from services.ingest.mapping.reading import header
from services.ingest.mapping.rule import Cells


class Rows:
    """What tables and lines of JSON have in common: a mapping, and what stands elsewhere."""

    def __init__(self, mapping: FeedMapping, about: Mapping[str, str]) -> None:
        """Take what stands elsewhere in the file, by the names that rules give it."""
        self.mapping = mapping
        self._about = about
        self._translator = Translator(mapping)
        self._ended = False
        self._section: str | None = None

    def place(self, name: str, number: int, row: Sequence[str]) -> str | None:
        """Return what stands in a place that is no cell under a header."""
        if name == OF_ROW:
            return str(number)
        if name == FIRST_CELL:
            return next((cell for cell in row if cell.strip()), None)
        return self._section if name == OF_SECTION else self._about.get(name)

    def passed(self, look: Cells, row: Sequence[str]) -> str | None:
        """Return by which rule of the mapping a row is no record; None if it is one."""
        section = self.mapping.rows.section
        if section is not None and sum(bool(cell.strip()) for cell in row) == 1:
            found = section.search((look(FIRST_CELL) or "").strip())
            if found is not None and not self._ended:
                self._section = found.group(min(section.groups, 1))
                return "row_of_section"
        if self._ended or any(test.holds(look) for test in self.mapping.rows.end):
            self._ended = True
            return "row_after_end"
        if any(test.holds(look) for test in self.mapping.rows.skip):
            return "row_passed_over"
        return None

    def records(
        self, number: int, look: Cells, row: Sequence[str], spreads: Sequence[Spread]
    ) -> Iterator[Entry]:
        """Yield the records of a row."""
        wide = self.mapping.wide
        if wide is None:
            yield self._translator.entry(number, look)
            return
        found = False
        if wide.cell is not None:
            for part in parts_of(wide, look(wide.cell)):
                found = True
                yield self._translator.entry(
                    number, _with(look, {OF_VALUE: part}), partial(_called, {OF_VALUE: wide.cell})
                )
        for spread in spreads:
            said = spread.said(row, wide)
            if said:
                found = True
                own = {**dict.fromkeys(spread.places), **said, OF_HEADER: spread.key}
                yield self._translator.entry(
                    number, _with(look, own), partial(_called, spread.headers)
                )
        if not found:
            yield _none(number, "row_without_values", look)


class Table(Rows):
    """The rows below a header."""

    def __init__(
        self, number: int, names: Sequence[str], mapping: FeedMapping, about: Mapping[str, str]
    ) -> None:
        """Check the header. Raises FileRefused with everything that is wrong."""
        super().__init__(mapping, about)
        self._names = headers.without_trail(names)
        self._spreads = spreads_of(mapping.wide, self._names)
        virtual = [name for spread in self._spreads for name in spread.places]
        headers.check(number, self._names, mapping, virtual)
        # Of equal names that nobody reads any one will do.
        self._places = {name: place for place, name in enumerate(self._names) if name}
        self._above: dict[int, str] = {}
        self._bare = [place for place, name in enumerate(self._names) if not name]

    def entries(self, number: int, cells: Sequence[str]) -> Iterator[Entry]:
        """Yield the records of a row, or why it is none; nothing if it has no cells at all."""
        row = headers.without_trail(cells)
        if not row:
            if cells:
                yield _none(number, "row_blank", lambda _name: None)
            return

        def look(name: str) -> str | None:
            place = self._places.get(name)
            if place is None:
                return self.place(name, number, row)
            return row[place] if place < len(row) else ""

        passed = self.passed(look, row)
        if passed is None and len(row) > 1 and self._is_header(row):
            passed = "row_repeats_header"
        if passed is not None:
            yield _none(number, passed, look)
        elif (stray := self._stray(number, row)) is not None:
            yield Entry(number, None, stray)
        else:
            row = self._filled(row)
            yield from self.records(number, look, row, self._spreads)

    def _filled(self, row: list[str]) -> list[str]:
        """Return a row in which cells that are merged downwards say what they say above."""
        for name in self.mapping.rows.fill_down:
            place = self._places.get(name)
            if place is None:
                continue
            row += [""] * (place + 1 - len(row))
            row[place] = self._above[place] = (
                row[place] if row[place].strip() else self._above.get(place, "")
            )
        return row

    def _is_header(self, row: Sequence[str]) -> bool:
        return row[0].strip() == self._names[0] and [header(cell) for cell in row] == self._names

    def _stray(self, number: int, row: Sequence[str]) -> Fault | None:
        if self.mapping.form.extra_cells_ignored:
            return None
        for place in (*self._bare, *range(len(self._names), len(row))):
            if place < len(row) and row[place].strip():
                values = {"position": place + 1}
                return Fault(number, None, "cell_without_header", shown(row[place]), values)
        return None


class Lines(Rows):
    """Records of JSON that a mapping translates; each has its own names."""

    def entries(self, number: int, record: Mapping[str, object]) -> Iterator[Entry]:
        """Yield the entries of a record."""
        try:
            cells = flattened(record)
        except RecordRefused as no:
            name = None if no.name is None else safe(no.name)
            yield Entry(number, None, Fault(number, name, no.code, None, no.values))
            return
        row = [text or "" for text in cells.values()]
        spreads = spreads_of(self.mapping.wide, list(cells))

        def look(name: str) -> str | None:
            return cells[name] if name in cells else self.place(name, number, row)

        passed = self.passed(look, row)
        if passed is not None:
            yield _none(number, passed, look)
        elif (strange := self._strange(cells, spreads)) is not None:
            yield Entry(number, None, Fault(number, safe(strange), "unknown_column"))
        else:
            yield from self.records(number, look, row, spreads)

    def _strange(self, cells: Mapping[str, object], spreads: Sequence[Spread]) -> str | None:
        """Return the first name that the mapping does not know; None if it knows all."""
        ignored = self.mapping.ignored
        if ignored is None:
            return None
        known = self.mapping.sources.union(*(each.headers.values() for each in spreads))
        strange = (name for name in cells if name not in known and not within(name, ignored))
        return next((name for name in strange if not _is_void(name, cells[name], known)), None)


def _none(number: int, code: str, look: Cells) -> Entry:
    return Entry(number, None, passed=Unknown("", code, look(FIRST_CELL) or "", {}))


def _is_void(name: str, value: object, known: Set[str]) -> bool:
    """Tell whether nothing stands where the mapping knows of values further in."""
    return value is None and any(each.startswith(name + headers.BETWEEN) for each in known)


def _with(look: Cells, own: Mapping[str, str | None]) -> Cells:
    return lambda name: own[name] if name in own else look(name)


def _called(names: Mapping[str, str], name: str) -> str:
    return names.get(name, name)
