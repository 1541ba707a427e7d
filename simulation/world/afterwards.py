"""What becomes known after the two months: the headcounts up to the horizon."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from simulation.chance import Chance
from simulation.shape import Parameters
from simulation.world.course import Course
from simulation.world.months import HISTORY_MONTHS, LAST_DAY, MONTHS
from simulation.world.records import Feed, Push, Record, headcount_record, pushes
from simulation.world.reporting import arrivals

_SUNDAY: Final = 6
# Earlier months have come before the last day, however late.
_FROM: Final = HISTORY_MONTHS - 3


def headcounts(
    courses: Iterable[Course], parameters: Parameters, chance: Chance
) -> Iterator[tuple[date, Push]]:
    """Yield, by the Sundays, what comes of headcounts in the weeks after the last day."""
    weeks: dict[date, list[Record]] = defaultdict(list)
    for course in courses:
        for month in range(_FROM, MONTHS):
            row = course.row(month)
            for one in arrivals(course, month, parameters, chance):
                if row is not None and one.day > LAST_DAY:
                    sunday = one.day + timedelta(days=_SUNDAY - one.day.weekday())
                    record = headcount_record(course.enterprise, row, wrong_by=one.wrong_by)
                    weeks[sunday].append(record)
    for sunday, records in sorted(weeks.items()):
        for each in pushes(Feed.HEADCOUNT, records):
            yield sunday, each
