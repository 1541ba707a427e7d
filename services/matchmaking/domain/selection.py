"""Who becomes a candidate: warning list ∩ protection lists, whatever order the facts come in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.matchmaking.domain.candidate import ListSnapshot


@dataclass(frozen=True, slots=True)
class WarnedSpell:
    """The days on which a warning stood; the day on which it was lifted is the last of them.

    Only the fact that raised a warning tells its first day: one whose other facts alone have come
    is not yet looked at.
    """

    warning_id: UUID
    uscc: str
    district: str
    raised_on: date
    lifted_on: date | None


@dataclass(frozen=True, slots=True)
class ListedSpell:
    """The days on which an entry of a list protected, as far as we knew of it then.

    Of an entry of a predecessor: as far as we knew of the succession as well.
    """

    entry: ListSnapshot
    known_on: date
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Overlap:
    """A warning that stood while its enterprise was on a list: from which day, and on which."""

    warning: WarnedSpell
    day: date
    lists: tuple[ListSnapshot, ...]


def overlap(warning: WarnedSpell, entries: Sequence[ListedSpell], *, today: date) -> Overlap | None:
    """Return the first day until today on which the warning stood and a list protected.

    It depends on days alone, so a fact that comes late, or before another, changes nothing.
    """
    days = [
        (first, entry)
        for entry in entries
        if (first := _first_common_day(warning, entry, today=today)) is not None
    ]
    if not days:
        return None
    day = min(first for first, _ in days)
    lists = sorted(
        (each.entry for first, each in days if first <= day),
        # The entry of the enterprise itself says more than that of whom it took over.
        key=lambda one: (one.kind, one.edition, one.listed_as or ""),
    )
    each_once = {(one.kind, one.edition): one for one in reversed(lists)}
    return Overlap(warning, day, tuple(reversed(each_once.values())))


def in_order(overlaps: Iterable[Overlap]) -> list[Overlap]:
    """Return overlaps as they are to be acted on: by enterprise, then by day."""
    return sorted(
        overlaps,
        key=lambda one: (
            one.warning.uscc,
            one.day,
            one.warning.raised_on,
            one.warning.warning_id,
        ),
    )


def _first_common_day(warning: WarnedSpell, entry: ListedSpell, *, today: date) -> date | None:
    first = max(warning.raised_on, entry.entry.valid_from, entry.known_on)
    ends = (today, warning.lifted_on, entry.entry.valid_until, entry.withdrawn_on)
    last = min(end for end in ends if end is not None)
    return first if first <= last else None
