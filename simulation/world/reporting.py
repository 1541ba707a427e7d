"""When a month's headcounts reach the agency's stream: late, never, wrong at first, corrected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from simulation.chance import Chance, between, day_between
from simulation.shape import Parameters
from simulation.world.course import Course, Row
from simulation.world.hidden import State
from simulation.world.months import first_of

# An enterprise that has left is still reported with 0 for so long.
_MONTHS_AFTER_THE_END = 1


@dataclass(frozen=True, slots=True)
class Arrival:
    """A month's record on its way: the day it comes, and how wrong it is."""

    day: date
    month: int
    wrong_by: int


def arrivals(
    course: Course, month: int, parameters: Parameters, chance: Chance
) -> Iterator[Arrival]:
    """Tell when a month is reported: never, once, or wrong and then right."""
    row = course.row(month)
    if row is None or _long_gone(course, row):
        return
    given, uscc = parameters.reporting, course.enterprise.uscc
    missing, late, later, wrong, size, sign, when = chance.numbers(7, uscc, "report", month)
    distressed = course.state(month).is_distressed
    if missing < (given.missing_distressed if distressed else given.missing):
        return
    usual = day_between(given.lag_days, chance.number(uscc, "usual day"))
    day = first_of(month + 1) + timedelta(days=usual - 1)
    if late < given.late:
        day += timedelta(days=day_between(given.late_days, later))
    by = round(row.staff * between(*given.wrong_size, size)) if wrong < given.wrong else 0
    if by:
        yield Arrival(day, month, by if sign < 0.5 else -by)  # noqa: PLR2004 either way
        day += timedelta(days=day_between(given.corrected_days, when))
    yield Arrival(day, month, 0)


def known_before(
    course: Course, month: int, day: date, parameters: Parameters, chance: Chance
) -> Arrival | None:
    """Return what is on record of a month before a day: the last that came."""
    came = [one for one in arrivals(course, month, parameters, chance) if one.day < day]
    return came[-1] if came else None


def _long_gone(course: Course, row: Row) -> bool:
    if row.staff or (course.state(row.month) is not State.GONE and row.left):
        return False
    before = [course.row(row.month - back) for back in range(1, _MONTHS_AFTER_THE_END + 2)]
    return all(one is None or one.staff == 0 for one in before)
