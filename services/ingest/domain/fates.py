"""What becomes of each row: accepted, duplicate, superseding or quarantined; or it was rejected.

A correction never edits: it is the next version of the same key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.ingest.domain.rows import Fault, Key, Row
from services.ingest.domain.values import Value
from shared.events.ingest import Operation

MOST_VERSIONS: Final = 32_000
"""Of one key. Observations hold 16 bits: the rest is for what takes back, and is never refused."""


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
class Origin:
    """From what versions come: the import, and when the platform got it."""

    import_id: UUID
    received_at: datetime


@dataclass(frozen=True)
class Held:
    """What is on record about a key: a version, mostly the current one, and what it says.

    `origin` is None only of what this import itself has said. `agency`: who says it, where agencies
    take back what they have said. `restored`: it stands again since another one took back its own.
    """

    version: int
    content: Mapping[str, Value]
    withdrawn: bool = False
    origin: Origin | None = None
    agency: str = ""
    restored: bool = False

    def says(self, content: Mapping[str, Value]) -> bool:
        """Tell whether it stands and says the same."""
        return not self.withdrawn and self.content == content


@dataclass(frozen=True)
class Version:
    """A version to be written: the next one of its key.

    `origin`: of what is said again, the import that had said it; None: the import at hand.
    `restored`: of what stands again since that import took something back, the agency that says it.
    """

    key: Key
    version: int
    content: Mapping[str, Value]
    withdrawn: bool = False
    origin: Origin | None = None
    restored: str | None = None

    @property
    def operation(self) -> Operation:
        """Name what the version does to the fact."""
        if self.withdrawn:
            return Operation.WITHDRAW
        return Operation.RECORD if self.version == 1 else Operation.SUPERSEDE


@dataclass(frozen=True)
class Settlement:
    """The fate of every row, and the versions to write in the order of their rows.

    `waiting` are the rows that go into quarantine, in their order; `exhausted` says which become
    nothing, for their keys have as many versions as a key may have.
    """

    fates: Mapping[int, Fate]
    versions: tuple[Version, ...]
    waiting: tuple[Row, ...] = ()
    exhausted: tuple[Fault, ...] = ()

    def __add__(self, other: "Settlement") -> "Settlement":
        return Settlement(
            {**self.fates, **other.fates},
            self.versions + other.versions,
            self.waiting + other.waiting,
            self.exhausted + other.exhausted,
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


def is_older(known: Held | None, moment: datetime | None) -> bool:
    """Tell whether something was said before a moment; what this import says never was.

    What stands again may have been said at any time.
    """
    if known is None or known.origin is None or moment is None:
        return False
    return known.restored or known.origin.received_at < moment


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
