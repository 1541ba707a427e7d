"""What becomes of each row: accepted, duplicate, superseding or quarantined; or it was rejected.

A correction never edits: it is the next version of the same key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
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

    `origin` is None only of what this import itself has said. `agency`: who had sent it, where
    agencies take back what they have said.
    """

    version: int
    content: Mapping[str, Value]
    withdrawn: bool = False
    origin: Origin | None = None
    agency: str = ""

    def says(self, content: Mapping[str, Value]) -> bool:
        """Tell whether it stands and says the same."""
        return not self.withdrawn and self.content == content


@dataclass(frozen=True)
class Overtaken:
    """What is on record about a key around an import that is worked off after newer ones.

    `before`: what was known when it was received. `after`: what was learned since, in the order of
    receipt, the current version at its end. `agency`: whose import it is.
    """

    before: Held | None
    after: tuple[Held, ...]
    agency: str = ""

    @property
    def behind(self) -> tuple[Held, ...]:
        """Return what stands behind a new fact of the import's: what was learned since.

        Without what took back a fact of somebody else's: an agency takes back its own alone.
        """
        by: str | None = self.agency
        kept = []
        for held in self.after:
            if held.withdrawn and held.agency != by:
                continue
            by = None if held.withdrawn else held.agency
            kept.append(held)
        return tuple(kept)


@dataclass(frozen=True)
class Version:
    """A version to be written: the next one of its key.

    `origin`: of what is said again, the import that had said it; None: the import at hand.
    """

    key: Key
    version: int
    content: Mapping[str, Value]
    withdrawn: bool = False
    origin: Origin | None = None

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


_NONE: Final[Mapping[Key, Overtaken]] = MappingProxyType({})


def around(history: Sequence[Held], received_at: datetime) -> Overtaken:
    """Return what was known of a key at some moment, and what was learned since.

    `history`: all its versions, each with its origin. Of each import the last one counts: it is
    what the import said.
    """
    in_order = sorted(history, key=lambda held: held.version)
    last = {held.origin.import_id: (held.origin, held) for held in in_order if held.origin}
    ordered = sorted(last.values(), key=lambda each: (each[0].received_at, each[1].version))
    before = [held for origin, held in ordered if origin.received_at <= received_at]
    after = tuple(held for origin, held in ordered if origin.received_at > received_at)
    return Overtaken(before[-1] if before else None, after)


def taken_back(key: Key, history: Sequence[Held], received_at: datetime) -> list[Version]:
    """Return what a withdrawal adds to a key of which newer imports have said something.

    `history`: all its versions, each with its origin. Behind the withdrawal is said again what was
    learned since, as in `settle`.
    """
    top = max(held.version for held in history)
    again = enumerate(around(history, received_at).after, top + 2)
    return [
        Version(key, top + 1, {}, withdrawn=True),
        *(Version(key, no, each.content, each.withdrawn, each.origin) for no, each in again),
    ]


def settle(
    rows: Sequence[Row],
    held: Mapping[Key, Held],
    overtaken: Mapping[Key, Overtaken] = _NONE,
    *,
    awaited: datetime | None = None,
) -> Settlement:
    """Decide each row against what is on record, in order: a later row sees the earlier ones.

    A row that was received before what is on record of its key is decided by what was known when
    it was received, and what was learned since is said again behind it: the highest version stays
    what was received last, and so does, of any day, the highest that was received by then.

    `awaited`: when the last import was received that came before this one and is not worked off
    yet. What says the same as was known before that is a duplicate, and written nevertheless: what
    is awaited may say otherwise, and was said earlier.
    """
    current = dict(held)
    around_it = dict(overtaken)
    fates: dict[int, Fate] = {}
    versions: list[Version] = []
    exhausted: list[Fault] = []
    for row in rows:
        last, late = current.get(row.key), around_it.get(row.key)
        known = last if late is None else late.before
        fate = _fate(known, row)
        if fate is Fate.DUPLICATE and not is_older(known, awaited):
            fates[row.index] = fate
            continue
        behind = () if late is None else late.behind
        more = 1 + len(behind)
        if last is not None and last.version + more > MOST_VERSIONS:
            most = {"most": MOST_VERSIONS}
            exhausted.append(Fault(row.index, None, "too_many_versions", None, most))
            continue
        fates[row.index] = fate
        said = Held((0 if last is None else last.version) + 1, row.content)
        versions.append(Version(row.key, said.version, row.content))
        current[row.key] = said
        if late is not None:
            again = [
                replace(each, version=number)
                for number, each in enumerate(behind, said.version + 1)
            ]
            versions += [
                Version(row.key, each.version, each.content, each.withdrawn, each.origin)
                for each in again
            ]
            current[row.key] = again[-1] if again else said
            around_it[row.key] = replace(late, before=said)
    return Settlement(fates, tuple(versions), exhausted=tuple(exhausted))


def _fate(known: Held | None, row: Row) -> Fate:
    if known is None:
        return Fate.ACCEPTED
    return Fate.DUPLICATE if known.says(row.content) else Fate.SUPERSEDING


def is_older(known: Held | None, moment: datetime | None) -> bool:
    """Tell whether something was received before a moment; what this import says never was."""
    if known is None or known.origin is None or moment is None:
        return False
    return known.origin.received_at < moment


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
