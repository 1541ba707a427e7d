"""What a row of a file becomes before its contract judges it: records, as they were sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.places import place
from services.ingest.domain.rows import Fault
from services.ingest.domain.shown import safe, shown
from services.ingest.domain.unreadable import Record
from services.ingest.mapping.model import FeedMapping, FileForm
from services.ingest.mapping.reading import header
from services.ingest.mapping.rule import Cells, NotKnown, Rule, Translated

_MOST_REMEMBERED: Final = 5000
_LONGEST_REMEMBERED: Final = 100
_LONG: Final = 4096
# Characters of the rows of a part: a thousand rows of the longest would be gigabytes.
_MOST_OF_PART: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class Sent:
    """Under which header something stood, and what."""

    header: str
    text: str | None


@dataclass(frozen=True)
class Unknown:
    """A value that is left out, or a row that is no record, with a stated reason."""

    header: str
    code: str
    text: str
    values: Mapping[str, int | str]


@dataclass(frozen=True)
class Entry:
    """A record of a file, or why there is none; a row of a file may be many records.

    `passed`: the row is no record at all, and counts as none. `typed`: its values have the types
    of JSON as they were sent, while those of tables, and of mappings, are all text. `size`:
    characters of the row, where that is a long one.
    """

    number: int
    record: Record | None
    fault: Fault | None = None
    sent: Callable[[str], Sent | None] = field(default=lambda _column: None)
    unknowns: Sequence[Unknown] = ()
    passed: Unknown | None = None
    typed: bool = False
    size: int = 0

    def of_member(self, member: int) -> "Entry":
        """Return the entry as one of a file of an archive, or of a sheet."""
        number = place(member, self.number)
        fault = None if self.fault is None else replace(self.fault, row=number)
        return replace(self, number=number, fault=fault)

    def as_sent(self, fault: Fault) -> Fault:
        """Say a fault in the sender's own words: their header, and what stood there."""
        mine = replace(fault, row=self.number)
        if fault.column is None or (sent := self.sent(fault.column)) is None:
            return mine
        return replace(mine, column=safe(sent.header), value=shown(sent.text))


def of_length(entries: Iterator[Entry], size: int) -> Iterator[Entry]:
    """Give the entries of a row of so many characters, and note how many, if it is a long one."""
    return entries if size < _LONG else (replace(entry, size=size) for entry in entries)


def part(entries: Iterator[Entry], *, most: int) -> list[Entry]:
    """Take the next entries: so many at most, fewer of long rows, for all are held at once."""
    taken: list[Entry] = []
    size = 0
    for entry in islice(entries, most):
        taken.append(entry)
        size += entry.size
        if size >= _MOST_OF_PART:
            break
    return taken


class Translator:
    """Makes records of a feed out of cells by a mapping."""

    def __init__(self, mapping: FeedMapping) -> None:
        self._rules = [_Remembering(rule) for rule in mapping.rules]
        self._by_column = {rule.column: rule for rule in mapping.rules}

    def entry(
        self, number: int, cells: Cells, header_of: Callable[[str], str] = lambda name: name
    ) -> Entry:
        """Translate one record; `header_of` tells the sender's header of what a rule reads."""
        record: dict[str, object] = {}
        unknowns: list[Unknown] = []
        for remembering in self._rules:
            rule, value = remembering.rule, remembering.translate(cells)
            if isinstance(value, NotKnown):
                name = _sent(rule, cells, header_of).header
                unknowns.append(Unknown(name, value.code, value.text, value.values))
            elif value is not None:
                record[rule.column] = value

        def sent(column: str) -> Sent | None:
            rule = self._by_column.get(column)
            return None if rule is None or not rule.all_sources else _sent(rule, cells, header_of)

        return Entry(number, record, sent=sent, unknowns=unknowns)


class _Remembering:
    """A rule that remembers what it made of a cell: most columns have few different ones."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._source = rule.sources[0] if rule.of_one_cell else None
        self._made: dict[str, Translated] = {}

    def translate(self, cells: Cells) -> Translated:
        """Return what the row says of the column."""
        if self._source is None:
            return self.rule.translate(cells)
        cell = cells(self._source)
        if cell is None or len(cell) > _LONGEST_REMEMBERED:
            return self.rule.translate(lambda _name: cell)
        if cell in self._made:
            return self._made[cell]
        if len(self._made) >= _MOST_REMEMBERED:
            self._made.clear()
        made = self._made[cell] = self.rule.translate(lambda _name: cell)
        return made


def by_contract(contract: FeedContract, heads: Sequence[str]) -> FeedMapping:
    """Return the mapping of files whose headers are the contract's own names or titles."""
    names = {header(head) for head in heads}
    rules = []
    for column in contract.columns:
        ours = (column.name, column.title.zh, column.title.en)
        found = next((name for name in ours if name in names), column.name)
        rules.append(Rule(column.name, column.kind, sources=(found,), optional=not column.required))
    return FeedMapping(contract.name, FileForm(), tuple(rules), frozenset())


def _sent(rule: Rule, cells: Cells, header_of: Callable[[str], str]) -> Sent:
    """Return where a value came from: of several headers the first that says something.

    Of those that say nothing the first that the file has.
    """
    held = [(name, text) for name in rule.all_sources if (text := cells(name)) is not None]
    said = [each for each in held if each[1].strip()]
    name, text = next(iter((*said, *held)), (rule.all_sources[0], ""))
    return Sent(header_of(name), text or None)
