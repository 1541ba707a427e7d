"""From records to rows that a contract takes, and to those that it does not, with every reason."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.ingest.domain.contract import Column, FeedContract
from services.ingest.domain.shown import pointer_to, safe, shown
from services.ingest.domain.unreadable import Record, RepeatedNames, Untranslated
from services.ingest.domain.values import Reader, Value, ValueRefused, is_absent, reader_for
from services.ingest.domain.written import as_meant

# A record of a thousand wrong columns says nothing more in its thousandth reason.
MAX_FAULTS_PER_ROW = 10

Key = tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """Why a row was not taken: where, by which code, and what stood there, shown safely.

    `row` counts from 0 in a batch, as the pointer does. In a file it is the number that the
    sender's own program shows: from 1, the header included; 0 means the file as a whole.
    """

    row: int
    column: str | None
    code: str
    value: str | None = None
    values: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def pointer(self) -> str:
        """Return the place in the body (RFC 6901): /records/3/uscc."""
        steps = ("records", self.row)
        return pointer_to(*steps) if self.column is None else pointer_to(*steps, self.column)


@dataclass(frozen=True)
class Row:
    """A record that its contract takes: what it is about, and what it says (absent is left out).

    `number` is that of its row in the file, where it came in one.
    """

    index: int
    key: Key
    content: Mapping[str, Value]
    number: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Sifted:
    """The records of a batch, each once: a row, or faults.

    `strangers` are rows that wait until the register knows their enterprises.
    """

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    strangers: tuple[Row, ...] = ()


def sift(contract: FeedContract, records: Sequence[Record], *, today: date) -> Sifted:
    """Read every record by its contract; one that cannot be taken gets its reasons."""
    return sift_numbered(contract, enumerate(records), today=today, typed=range(len(records)))


def sift_numbered(
    contract: FeedContract,
    records: Iterable[tuple[int, Record]],
    *,
    today: date,
    typed: Container[int],
) -> Sifted:
    """Read records that have their own numbers; those that are not `typed` are all text."""
    as_sent = {column.name: reader_for(column, today=today) for column in contract.columns}
    of_text = {column.name: _of_text(column, as_sent[column.name]) for column in contract.columns}
    required = frozenset(column.name for column in contract.columns if column.required)
    rows: list[Row] = []
    faults: list[Fault] = []
    for index, record in records:
        readers = as_sent if index in typed else of_text
        content, wrong = _read(index, record, readers, required)
        if wrong:
            faults += wrong[:MAX_FAULTS_PER_ROW]
            continue
        rows.append(Row(index, contract.key_of(content), content))
    return Sifted(tuple(rows), tuple(faults))


def turned_away(sifted: Sifted, faults: Sequence[Fault]) -> Sifted:
    """Turn away those rows that have such faults."""
    if not faults:
        return sifted
    gone = {fault.row for fault in faults}
    rows = tuple(row for row in sifted.rows if row.index not in gone)
    every = sorted([*sifted.faults, *faults], key=lambda fault: fault.row)
    return Sifted(rows, tuple(every), sifted.strangers)


def keep_known(sifted: Sifted, known: Iterable[str]) -> Sifted:
    """Set apart the rows about enterprises that the register does not have.

    The first part of every key is the credit code.
    """
    have = frozenset(known)
    rows = tuple(row for row in sifted.rows if row.key[0] in have)
    strangers = tuple(row for row in sifted.rows if row.key[0] not in have)
    return Sifted(rows, sifted.faults, sifted.strangers + strangers)


def _of_text(column: Column, read: Reader) -> Reader:
    return lambda raw: read(as_meant(column, raw))


def _read(
    index: int, record: Record, readers: Mapping[str, Reader], required: frozenset[str]
) -> tuple[dict[str, Value], list[Fault]]:
    if isinstance(record, RepeatedNames):
        return {}, [Fault(index, safe(name), "repeated_column") for name in record.names]
    content: dict[str, Value] = {}
    faults: list[Fault] = []
    for name, raw in record.items():
        reader = readers.get(name)
        if reader is None:
            # Its value is not repeated: it may be what we have no right to keep.
            faults.append(Fault(index, safe(name), "unknown_column"))
        elif isinstance(raw, Untranslated):
            faults.append(Fault(index, name, raw.code, shown(raw), raw.values))
        elif not is_absent(raw):
            try:
                content[name] = reader(raw)
            except ValueRefused as no:
                faults.append(Fault(index, name, no.code, shown(raw), no.values))
    wrong = {fault.column for fault in faults}
    missing = [name for name in readers if name in required - content.keys() - wrong]
    faults += [Fault(index, name, "missing") for name in missing]
    return content, faults
