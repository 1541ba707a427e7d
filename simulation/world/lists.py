"""The protection lists: who stands on which, in which edition, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from simulation.chance import Chance
from simulation.shape import Parameters
from simulation.world.course import Course
from simulation.world.records import Record, list_record


@dataclass(frozen=True, slots=True)
class _List:
    """A list: whom it takes by staff (from, below), and with which reason."""

    kind: str
    least: int
    below: int
    reason: str


_LISTS: Final = (
    _List("priority", 100, 10**9, "重点行业骨干企业，吸纳就业多"),
    _List("key", 50, 10**9, "区级重点企业，产业链关键环节"),
    _List("inclusive", 5, 100, "小微企业，普惠保障"),
)


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition: its name, when it is pushed, and from when to when it holds."""

    name: str
    number: int
    published_on: date
    since: date
    until: date | None


def editions(parameters: Parameters) -> tuple[Edition, Edition]:
    """Return the editions of the city, in their order."""
    given = parameters.lists
    first = Edition("2020-06", 0, given.first_published, given.first_published, given.first_until)
    second = Edition("2020-09", 1, given.second_published, given.second_from, None)
    return first, second


def records(
    edition: Edition, courses: Iterable[Course], month: int, parameters: Parameters, chance: Chance
) -> Iterator[Record]:
    """Yield an edition's entries, chosen by the headcounts of a month."""
    given = parameters.lists
    shares = {
        "priority": given.priority_share,
        "key": given.key_share,
        "inclusive": given.inclusive_share,
    }
    for course in courses:
        row = course.row(month)
        if row is None or not row.staff:
            continue
        uscc = course.enterprise.uscc
        for one in _LISTS:
            if one.least <= row.staff < one.below and _is_on(
                uscc, one.kind, edition.number, shares[one.kind], given.renewed_share, chance
            ):
                yield list_record(
                    uscc,
                    kind=one.kind,
                    edition=edition.name,
                    since=edition.since,
                    until=edition.until,
                    reason=one.reason,
                )


def _is_on(
    uscc: str, kind: str, edition: int, share: float, renewed: float, chance: Chance
) -> bool:
    """Tell whether an edition has an enterprise: the second keeps most of the first."""
    if edition and chance.number(uscc, "renewed", kind) >= renewed:
        return chance.number(uscc, "list", kind, edition) < share
    return chance.number(uscc, "list", kind) < share
