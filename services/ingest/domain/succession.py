"""One enterprise goes on as another: what may be said of a pair, and the next version of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.ingest.domain.errors import (
    SuccessionInFuture,
    SuccessionOfItself,
    SuccessionUnknown,
    SuccessorTaken,
)
from shared.events.ingest import SuccessionKind, SuccessionRecorded

# After these the predecessor is no more, so it has one successor alone.
ENDING = frozenset({SuccessionKind.MERGER, SuccessionKind.CODE_CHANGE})


@dataclass(frozen=True)
class Said:
    """How a predecessor went on, from when, and by which document (a registration notice)."""

    kind: SuccessionKind
    effective_on: date
    reference: str | None


@dataclass(frozen=True)
class Succession:
    """What is on record of a pair; the higher version holds."""

    predecessor: str
    successor: str
    version: int
    said: Said
    withdrawn: bool
    recorded_by: str
    recorded_at: datetime

    def fact(self) -> SuccessionRecorded:
        """State this version."""
        return SuccessionRecorded(
            predecessor=self.predecessor,
            successor=self.successor,
            version=self.version,
            kind=self.said.kind,
            effective_on=self.said.effective_on,
            withdrawn=self.withdrawn,
            received_at=self.recorded_at,
        )


def record(
    pair: tuple[str, str],
    said: Said,
    before: Succession | None,
    others: tuple[Succession, ...],
    onward: tuple[Succession, ...] = (),
    *,
    by: str,
    now: datetime,
) -> Succession | None:
    """Return the next version of a pair; None if it says nothing new.

    `others` are the standing successions of both enterprises; `onward`, link by link, those in
    which the successor ended itself.

    Raises:
        SuccessionOfItself: the two are one enterprise.
        SuccessionInFuture: it takes effect after today.
        SuccessorTaken: the predecessor ended in another one, or the two lead back to each other,
            if only by way of others.
    """
    predecessor, successor = pair
    if predecessor == successor:
        raise SuccessionOfItself
    if said.effective_on > now.date():
        raise SuccessionInFuture(now.date())
    for other in others:
        ends_elsewhere = other.predecessor == predecessor and other.said.kind in ENDING
        if ends_elsewhere and other.successor != successor and said.kind in ENDING:
            raise SuccessorTaken(other.successor)
        leads_back = (other.predecessor, other.successor) == (successor, predecessor)
        if leads_back and {other.said.kind, said.kind} <= ENDING:
            raise SuccessorTaken(other.successor)
    if said.kind in ENDING and any(link.successor == predecessor for link in onward):
        raise SuccessorTaken(onward[0].successor)
    if before is not None and not before.withdrawn and before.said == said:
        return None
    version = 1 if before is None else before.version + 1
    return Succession(*pair, version, said, withdrawn=False, recorded_by=by, recorded_at=now)


def withdraw(before: Succession | None, *, by: str, now: datetime) -> Succession:
    """Return the version that takes a succession back. Raises SuccessionUnknown."""
    if before is None or before.withdrawn:
        raise SuccessionUnknown
    return replace(
        before, version=before.version + 1, withdrawn=True, recorded_by=by, recorded_at=now
    )
