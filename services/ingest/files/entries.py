"""What a row of a file becomes before its contract judges it: a record, and what it was sent as."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.rows import Fault
from services.ingest.domain.shown import safe, shown
from services.ingest.domain.unreadable import NotANumber, Record, RepeatedNames
from services.ingest.files.refusals import FileRefused
from services.ingest.mapping.model import FeedMapping, FileForm, NotKnown, Rule
from services.ingest.mapping.reading import header

_MOST_COLUMNS: Final = 1000


@dataclass(frozen=True)
class Sent:
    """Under which header something stood, and what."""

    header: str
    text: str | None


@dataclass(frozen=True)
class Unknown:
    """A value that is left out with a stated reason."""

    header: str
    code: str
    text: str
    values: Mapping[str, int | str]


@dataclass(frozen=True)
class Entry:
    """A row of a file: a record, or why there is none."""

    number: int
    record: Record | None
    fault: Fault | None = None
    sent: Callable[[str], Sent | None] = field(default=lambda _column: None)
    unknowns: Sequence[Unknown] = ()

    def as_sent(self, fault: Fault) -> Fault:
        """Say a fault in the sender's own words: their header, and what stood there."""
        if fault.column is None or (sent := self.sent(fault.column)) is None:
            return fault
        return replace(fault, column=safe(sent.header), value=shown(sent.text))


class Translator:
    """Makes records of a feed out of cells by a mapping."""

    def __init__(self, mapping: FeedMapping) -> None:
        self._rules = mapping.rules
        self._by_column = {rule.column: rule for rule in mapping.rules}

    def entry(self, number: int, cells: Callable[[str], str | None]) -> Entry:
        """Translate one row."""
        record: dict[str, object] = {}
        unknowns: list[Unknown] = []
        for rule in self._rules:
            value = rule.translate(cells)
            if isinstance(value, NotKnown):
                name = ", ".join(rule.sources)
                unknowns.append(Unknown(name, value.code, value.text, value.values))
            elif value is not None:
                record[rule.column] = value

        def sent(column: str) -> Sent | None:
            rule = self._by_column.get(column)
            return None if rule is None or not rule.sources else _sent(rule, cells)

        return Entry(number, record, sent=sent, unknowns=unknowns)


class Table:
    """The rows below a header."""

    def __init__(self, number: int, heads: Sequence[str], mapping: FeedMapping) -> None:
        """Check the header. Raises FileRefused with everything that is wrong."""
        names = [header(head) for head in heads]
        _check_header(number, names, mapping)
        self._places = {name: place for place, name in enumerate(names) if name}
        self._named = frozenset(self._places.values())
        self._translator = Translator(mapping)

    def entry(self, number: int, row: Sequence[str]) -> Entry | None:
        """Return the entry of a row; None if it is blank."""
        if not any(cell and not cell.isspace() for cell in row):
            return None
        for place, cell in enumerate(row):
            if place not in self._named and cell.strip():
                values = {"position": place + 1}
                fault = Fault(number, None, "cell_without_header", shown(cell), values)
                return Entry(number, None, fault)

        def cells(name: str) -> str | None:
            place = self._places.get(name)
            return row[place] if place is not None and place < len(row) else None

        return self._translator.entry(number, cells)


def of_json(number: int, record: dict[str, object], mapping: FeedMapping) -> Entry:
    """Return the entry of a JSON record that a mapping translates."""
    if mapping.ignored is not None:
        for name in record:
            if header(name) not in mapping.sources | mapping.ignored:
                return Entry(number, None, Fault(number, safe(name), "unknown_column"))
    cells = {header(name): _as_text(value) for name, value in record.items()}
    return Translator(mapping).entry(number, cells.get)


def by_contract(contract: FeedContract, heads: Sequence[str]) -> FeedMapping:
    """Return the mapping of files whose headers are the contract's own names or titles."""
    names = {header(head) for head in heads}
    rules = []
    for column in contract.columns:
        ours = (column.name, column.title.zh, column.title.en)
        found = next((name for name in ours if name in names), column.name)
        rules.append(Rule(column.name, column.kind, sources=(found,), optional=not column.required))
    return FeedMapping(contract.name, FileForm(), tuple(rules), frozenset())


def _check_header(number: int, names: Sequence[str], mapping: FeedMapping) -> None:
    if len(names) > _MOST_COLUMNS:
        fault = Fault(number, None, "too_many_columns", None, {"limit": _MOST_COLUMNS})
        raise FileRefused(fault)
    present = [name for name in names if name]
    repeated = [name for name in dict.fromkeys(present) if present.count(name) > 1]
    faults = [Fault(number, safe(name), "repeated_column") for name in repeated]
    faults += [
        Fault(number, name, "column_missing") for name in mapping.needed if name not in present
    ]
    if mapping.ignored is not None:
        known = mapping.sources | mapping.ignored
        unknown = [name for name in dict.fromkeys(present) if name not in known]
        faults += [Fault(number, safe(name), "unknown_column") for name in unknown]
    if faults:
        raise FileRefused(*faults)


def _sent(rule: Rule, cells: Callable[[str], str | None]) -> Sent:
    """Return where a value came from; of several headers the first that says something."""
    said = [(name, text) for name in rule.sources if (text := cells(name))]
    name, text = said[0] if said else (rule.sources[0], None)
    return Sent(name, text)


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list | RepeatedNames | NotANumber):
        return shown(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
