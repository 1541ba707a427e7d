"""What becomes of each row: accepted, duplicate, superseding or quarantined; or it was rejected.

A correction never edits: it is the next version of the same key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

from services.ingest.domain.rows import Fault, Key, Row
from services.ingest.domain.values import Value
from shared.events.ingest import Operation


class Fate(StrEnum):
    """In what a record ends; each in exactly one."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    SUPERSEDING = "superseding"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"


class State(StrEnum):
    """How far an import is, and how it ended; a batch is never seen before its end."""

    RECEIVED = "received"
    VALIDATING = "validating"
    COMMITTING = "committing"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    COMPLETED_WITH_ERRORS = "completed_with_errors"
    REJECTED = "rejected"
    FAILED = "failed"

    @property
    def is_broken_off(self) -> bool:
        """Tell an end that says nothing about all of a file's rows."""
        return self in {State.CANCELLED, State.FAILED}


@dataclass(frozen=True)
class Held:
    """What is on record about a key: the current version and what it says."""

    version: int
    content: Mapping[str, Value]


@dataclass(frozen=True)
class Version:
    """A version to be written: the next one of its key."""

    key: Key
    version: int
    content: Mapping[str, Value]
    withdrawn: bool = False

    @property
    def operation(self) -> Operation:
        """Name what the version does to the fact."""
        if self.withdrawn:
            return Operation.WITHDRAW
        return Operation.RECORD if self.version == 1 else Operation.SUPERSEDE


@dataclass(frozen=True)
class Settlement:
    """The fate of every row, and the versions to write in the order of their rows.

    `waiting` are the rows that go into quarantine, in their order.
    """

    fates: Mapping[int, Fate]
    versions: tuple[Version, ...]
    waiting: tuple[Row, ...] = ()

    def __add__(self, other: "Settlement") -> "Settlement":
        return Settlement(
            {**self.fates, **other.fates},
            self.versions + other.versions,
            self.waiting + other.waiting,
        )


@dataclass(frozen=True)
class Counts:
    """The account of a batch; what goes in comes out."""

    rows: int
    accepted: int
    duplicate: int
    superseding: int
    rejected: int
    quarantined: int = 0

    @property
    def state(self) -> State:
        """Tell how an import ended that came to this."""
        if self.rejected == self.rows:
            return State.REJECTED
        return State.COMPLETED if self.rejected == 0 else State.COMPLETED_WITH_ERRORS

    @property
    def changes_nothing(self) -> bool:
        """Tell whether no version was written, and no row waits for its enterprise."""
        return self.accepted == self.superseding == self.quarantined == 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            *(mine + more for mine, more in zip(astuple(self), astuple(other), strict=True))
        )


NOTHING = Counts(0, 0, 0, 0, 0, 0)


def settle(rows: Sequence[Row], held: Mapping[Key, Held]) -> Settlement:
    """Decide each row against what is on record, in order: a later row sees the earlier ones."""
    current = dict(held)
    fates: dict[int, Fate] = {}
    versions: list[Version] = []
    for row in rows:
        known = current.get(row.key)
        if known is not None and known.content == row.content:
            fates[row.index] = Fate.DUPLICATE
            continue
        fates[row.index] = Fate.ACCEPTED if known is None else Fate.SUPERSEDING
        version = 1 if known is None else known.version + 1
        versions.append(Version(row.key, version, row.content))
        current[row.key] = Held(version, row.content)
    return Settlement(fates, tuple(versions))


def quarantine(rows: Sequence[Row], newest: Mapping[Key, Mapping[str, Value]]) -> Settlement:
    """Decide rows that wait for the register, against what waits already of their keys.

    A row that says the same as the newest before it need not wait beside it: it is a duplicate.
    """
    said = dict(newest)
    fates: dict[int, Fate] = {}
    waiting: list[Row] = []
    for row in rows:
        if said.get(row.key) == row.content:
            fates[row.index] = Fate.DUPLICATE
            continue
        fates[row.index] = Fate.QUARANTINED
        waiting.append(row)
        said[row.key] = row.content
    return Settlement(fates, (), tuple(waiting))


def account(settlement: Settlement, faults: Sequence[Fault], *, rows: int) -> Counts:
    """Count the fates of a batch of `rows` records."""
    fates = list(settlement.fates.values())
    return Counts(
        rows=rows,
        accepted=fates.count(Fate.ACCEPTED),
        duplicate=fates.count(Fate.DUPLICATE),
        superseding=fates.count(Fate.SUPERSEDING),
        rejected=len({fault.row for fault in faults}),
        quarantined=fates.count(Fate.QUARANTINED),
    )
