"""A district's list for a week: whom its officers look at first, stable from week to week.

Who ranks among the first `capacity` enters. Who is on the list stays until the rank is beyond one
and a half times the capacity, so that a list does not change with every small movement; it is
never longer than that. Who rank beyond the capacity and stay are the reserve: they are looked at
when the others are done.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.scoring.domain.places import Place

_STAYS_NUMERATOR: Final = 3
_STAYS_DENOMINATOR: Final = 2
_MONDAY: Final = 0


class Change(StrEnum):
    """What became of an enterprise since the last list."""

    NEW = "new"
    RISEN = "risen"
    FALLEN = "fallen"
    SAME = "same"


class Gone(StrEnum):
    """Why an enterprise of the last list is not on this one."""

    LIFTED = "lifted"
    REFUTED = "refuted"
    OUTRANKED = "outranked"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enterprise that stands somewhere at the end of the day before the week."""

    uscc: str
    place: Place
    likelihood: float
    jobs_at_risk: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a list; `rank` is the place among all candidates of the district."""

    uscc: str
    rank: int
    change: Change
    previous_rank: int | None
    is_first_time: bool
    is_reserve: bool
    place: Place
    likelihood: float
    jobs_at_risk: int


@dataclass(frozen=True, slots=True)
class Left:
    """Who was on the last list and is not on this one."""

    uscc: str
    previous_rank: int
    because: Gone


@dataclass(frozen=True, slots=True)
class WorkList:
    """The list of a week, by rank, and who left it."""

    listed: tuple[Listed, ...]
    left: tuple[Left, ...]


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=(day.weekday() - _MONDAY) % 7)


def longest(capacity: int) -> int:
    """Return the last rank at which an enterprise stays on the list."""
    return capacity * _STAYS_NUMERATOR // _STAYS_DENOMINATOR


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Order by level, then by the jobs that are to be expected lost, then by likelihood.

    The credit code decides last, so that the order of arrival never does.
    """
    return sorted(candidates, key=_urgency)


def next_list(
    candidates: Iterable[Candidate],
    last: Mapping[str, int],
    *,
    capacity: int,
    listed_before: Collection[str] = (),
    refuted: Collection[str] = (),
    elsewhere: Collection[str] = (),
) -> WorkList:
    """Make the list of a week from the ranks of the last one.

    `listed_before` were on any list before; of whom officers `refuted` nothing is listed until a
    new fact has made them stand somewhere again; `elsewhere` are in other districts now.
    """
    order = ranked(one for one in candidates if one.uscc not in refuted)
    ranks = {one.uscc: rank for rank, one in enumerate(order, start=1)}
    listed = tuple(
        _listed(one, ranks[one.uscc], last, capacity, listed_before)
        for one in order
        if ranks[one.uscc] <= (longest(capacity) if one.uscc in last else capacity)
    )
    on_it = {one.uscc for one in listed}
    left = tuple(
        Left(uscc, rank, _gone(uscc, ranks, refuted, elsewhere))
        for uscc, rank in sorted(last.items(), key=lambda held: (held[1], held[0]))
        if uscc not in on_it
    )
    return WorkList(listed, left)


def _listed(
    one: Candidate,
    rank: int,
    last: Mapping[str, int],
    capacity: int,
    listed_before: Collection[str],
) -> Listed:
    previous = last.get(one.uscc)
    return Listed(
        uscc=one.uscc,
        rank=rank,
        change=_change(previous, rank),
        previous_rank=previous,
        is_first_time=previous is None and one.uscc not in listed_before,
        is_reserve=rank > capacity,
        place=one.place,
        likelihood=one.likelihood,
        jobs_at_risk=one.jobs_at_risk,
    )


def _change(previous: int | None, rank: int) -> Change:
    if previous is None:
        return Change.NEW
    if rank == previous:
        return Change.SAME
    return Change.RISEN if rank < previous else Change.FALLEN


def _gone(
    uscc: str, ranks: Mapping[str, int], refuted: Collection[str], elsewhere: Collection[str]
) -> Gone:
    if uscc in ranks:
        return Gone.OUTRANKED
    if uscc in refuted:
        return Gone.REFUTED
    return Gone.MOVED if uscc in elsewhere else Gone.LIFTED


def _urgency(one: Candidate) -> tuple[int, float, float, str]:
    expected = one.likelihood * one.jobs_at_risk
    return -one.place.rank, -expected, -one.likelihood, one.uscc
