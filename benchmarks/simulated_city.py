"""A simulated city judged without a platform: the same facts, the same functions, in seconds.

Officers look and do nothing else: whoever comes on the list is seen on the next working day (on
site from yellow on, else by telephone), doubted as in the demo, and seen again after 12, 19 and 26
days. Nothing is treated, so what happens is the untreated truth that everything is measured by.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import polars as pl

from benchmarks.simulated_facts import Book
from services.scoring.domain.course import UNNOTICED
from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.places import Place
from services.scoring.domain.sources import SourceGroup
from services.scoring.features import facts as schemas
from services.scoring.features.facts import Facts
from services.scoring.features.sources import without
from services.scoring.history import Course, Judged, judge
from simulation.agents.decisions import is_doubted, trouble
from simulation.agents.ways import ways
from simulation.demo.calibration import SUNDAY
from simulation.demo.indicators import Watch
from simulation.world.months import WINDOW
from simulation.world.world import World

_SATURDAY: Final = 5
_AGAIN_DAYS: Final = (12, 19, 26)
# What was said of an enterprise that stands nowhere is said until the next month is due.
_SAID_DAYS: Final = 31
Days = Mapping[str, Sequence[Judged]]


@dataclass(frozen=True, slots=True)
class Played:
    """What the two months came to: alarms by their first day, likelihoods by Sunday.

    `high` are those at orange or red; `single` what each single indicator alone would have raised.
    """

    every: Mapping[str, date]
    high: Mapping[str, date]
    single: Mapping[str, Mapping[str, date]]
    said: Mapping[date, Mapping[str, float]]


def play(world: World, editions: Editions = BUILT_IN) -> Played:
    """Let agencies push, officers look, and the platform judge, day by day."""
    return judged_by(world, *pushed(world), editions)


def judged_by(
    world: World,
    facts: Facts,
    watch: Watch,
    editions: Editions = BUILT_IN,
    *,
    left_out: Collection[SourceGroup] = (),
) -> Played:
    """Let officers look and the platform judge what was pushed, without the sources left out."""
    facts = without(facts, left_out)
    usccs = [one.uscc for one in world.enterprises]
    days = dict(_judged(facts, usccs, editions))
    every = _first_days(days, Place.BLUE)
    visits = [row for uscc in every for row in _first_visit(world, uscc, days[uscc])]
    seen = without(_seen(facts, visits, ()), left_out)
    looked = _judged(seen, [row["uscc"] for row in visits], editions)
    refuted = [row for row in visits if _is_doubted(world, row, looked[row["uscc"]])]
    doubted = {row["uscc"] for row in refuted}
    visits += [
        _visit(world, row["uscc"], day, on_site=True)
        for row in tuple(visits)
        if row["uscc"] not in doubted
        for day in (row["visited_on"] + timedelta(days=after) for after in _AGAIN_DAYS)
        if day <= world.last_day
    ]
    seen = without(_seen(facts, visits, refuted), left_out)
    days |= _judged(seen, {row["uscc"] for row in visits}, editions)
    return Played(
        every=every,
        high=_first_days(days, Place.ORANGE),
        single=watch.alarms,
        said={day: _said(days, day) for day in WINDOW if day.weekday() == SUNDAY},
    )


def pushed(world: World) -> tuple[Facts, Watch]:
    """Return all that is pushed: what was known before is received on the first day."""
    book, watch = Book(), Watch()
    for one in world.history():
        book.take(one, world.first_day)
        watch.see(one, None)
    for day in WINDOW:
        for one in world.day(day):
            book.take(one, day)
            watch.see(one, day)
    return book.facts(), watch


def _judged(facts: Facts, usccs: Collection[str], editions: Editions) -> Days:
    courses = [Course(uscc, WINDOW[0], WINDOW[-1], UNNOTICED) for uscc in usccs]
    days: dict[str, list[Judged]] = defaultdict(list)
    for one in judge(facts.of(usccs), courses, editions).days:
        days[one.uscc].append(one)
    return days


def _first_days(days: Days, lowest: Place) -> dict[str, date]:
    found: dict[str, date] = {}
    for uscc, judged in days.items():
        on = (one.assessment.as_of for one in judged if one.after.place.rank >= lowest.rank)
        first = min(on, default=None)
        if first is not None:
            found[uscc] = first
    return found


def _first_visit(world: World, uscc: str, judged: Iterable[Judged]) -> Iterable[dict[str, Any]]:
    """Go there on the first working day from the warning on."""
    for one in judged:
        day, place = one.assessment.as_of, one.after.place
        if place.rank >= Place.BLUE.rank and day.weekday() < _SATURDAY:
            yield _visit(world, uscc, day, on_site=place.rank > Place.BLUE.rank)
            return


def _visit(world: World, uscc: str, day: date, *, on_site: bool) -> dict[str, Any]:
    found = world.visit(uscc, day, on_site=on_site)
    return {
        "uscc": uscc,
        "received_on": day,
        "visited_on": day,
        "on_site": on_site,
        "operating": found.operating,
        "owner_reachable": found.owner_reachable,
        "equipment_moved": found.equipment_moved,
        "gathering": found.gathering,
        "planned": found.planned_layoffs,
        "layoff_on": found.layoff_on,
        "wages_owed_months": found.wages_owed_months,
    }


def _is_doubted(world: World, row: Mapping[str, Any], judged: Iterable[Judged]) -> bool:
    day, uscc = row["visited_on"], row["uscc"]
    on = next((one.assessment for one in judged if one.assessment.as_of == day), None)
    if on is None:
        return False
    visit = asdict(world.visit(uscc, day, on_site=row["on_site"]))
    found = trouble(visit, headcount=on.headcount or 0, ways=ways().doubt)
    reasons = [{"family": one.family, "strength": one.strength} for one in on.findings]
    return is_doubted(found, reasons)


def _seen(
    facts: Facts, visits: Sequence[Mapping[str, Any]], refuted: Iterable[Mapping[str, Any]]
) -> Facts:
    rows = [{**row, "id": str(UUID(int=number + 1))} for number, row in enumerate(visits)]
    cleared = [{"uscc": row["uscc"], "received_on": row["received_on"]} for row in refuted]
    return replace(
        facts,
        visits=pl.DataFrame(rows, schema=schemas.VISITS),
        refutations=pl.DataFrame(cleared, schema=schemas.REFUTATIONS),
    )


def _said(days: Days, day: date) -> Mapping[str, float]:
    """Return the last likelihood of everybody of whom one was said not long ago."""
    said: dict[str, float] = {}
    for uscc, judged in days.items():
        before = [one.assessment for one in judged if one.assessment.as_of <= day]
        if before and (day - before[-1].as_of).days <= _SAID_DAYS:
            said[uscc] = before[-1].likelihood
    return said
