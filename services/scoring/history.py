"""Judges enterprises day by day: from known facts and an opening position to today's position.

The position at the end of a day is a function of the position at the end of the day before and of
what was known by the end of the day. So neither the order in which facts arrive within a day, nor
the size of their batches, nor how late a batch is handled makes a difference: whoever handles a
fact judges again from the day on which it became known.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from services.scoring.domain.assessment import Assessment, assess
from services.scoring.domain.course import UNNOTICED, Position, step
from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.measured import Measured
from services.scoring.domain.places import Place
from services.scoring.domain.troubles import Troubles, own_troubles
from services.scoring.features.facts import Facts
from services.scoring.features.headcount import Features
from services.scoring.features.measuring import Notice, measure, measure_months
from services.scoring.features.panel import Flags, Panel
from services.scoring.features.screening import noticed

_ONE_DAY = timedelta(days=1)
_NOTHING_KNOWN = Measured()


@dataclass(frozen=True, slots=True)
class Course:
    """The days of one enterprise that are to be judged, and its position before the first."""

    uscc: str
    first: date
    last: date
    opening: Position


@dataclass(frozen=True, slots=True)
class Judged:
    """One enterprise on one day: what was found, and where it stood before and after."""

    uscc: str
    before: Position
    after: Position
    assessment: Assessment
    troubles: Troubles = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """What the days say: those worth keeping, and the last day of every course."""

    days: tuple[Judged, ...]
    today: Mapping[str, Judged]


def first_day(
    known_from: date | None, current: Position, judged_on: date | None, *, today: date
) -> date | None:
    """Return the first day that has to be judged (again); None if no day has to.

    `known_from` is the day on which the earliest of the new facts became known. While an
    enterprise stands somewhere, every day counts; while it stands nowhere, only days with facts
    do, for without new ones the evidence can only age.
    """
    days = [] if known_from is None else [known_from]
    if current.place is not Place.NONE and judged_on is not None and judged_on < today:
        days.append(judged_on + _ONE_DAY)
    return min(days, default=None)


def judge(facts: Facts, courses: Sequence[Course], editions: Editions = BUILT_IN) -> History:
    """Judge each course's days in turn, each day by the rules that were in force on it.

    `facts` are all versions that the features of these days may need.
    Of the days, those are kept that have something to say: a finding, or a place to stand.
    """
    arrivals = _arrivals(facts)
    positions = {course.uscc: course.opening for course in courses}
    days: list[Judged] = []
    today: dict[str, Judged] = {}
    for day, running, ending in _days(courses):
        due = {
            uscc
            for uscc in running
            if positions[uscc].place is not Place.NONE or uscc in arrivals.get(day, ())
        }
        looked_at = due | ending
        if not looked_at:
            continue
        standing = [uscc for uscc in looked_at if positions[uscc].place is not Place.NONE]
        notice = _noticing(day, editions)
        measured = measure(facts.of(looked_at), day, notice=notice, also=standing)
        quiet = assess(_NOTHING_KNOWN, day, editions)
        found = dict.fromkeys(looked_at, quiet)
        found |= {uscc: assess(one, day, editions) for uscc, one in measured.items()}
        falling = {
            uscc: positions[uscc].place
            for uscc in looked_at
            if found[uscc].place.rank < positions[uscc].place.rank
        }
        corrected = _corrected(facts, falling, day, editions)
        for uscc in sorted(looked_at):
            before = positions[uscc]
            assessment = found[uscc]
            if uscc in corrected:
                assessment = replace(assessment, is_corrected=True)
            after = positions[uscc] = step(before, assessment, editions)
            wrong = own_troubles(assessment, measured.get(uscc, _NOTHING_KNOWN), editions.on(day))
            judged = Judged(uscc, before, after, assessment, wrong)
            if uscc in ending:
                today[uscc] = judged
            has_a_place = {before.place, after.place} != {Place.NONE}
            if has_a_place or (uscc in due and assessment.findings):
                days.append(judged)
    return History(tuple(days), today)


def judge_months(
    panel: Panel, found: Features, as_of: date, editions: Editions = BUILT_IN
) -> tuple[Judged, ...]:
    """Judge many at once on one day, of whom only months are known and who stand nowhere.

    Whoever is left out stays nowhere, and there is nothing to say.
    """
    rules = editions.on(as_of)
    seen = np.flatnonzero(noticed(found, as_of, rules)).tolist()
    judged = []
    for uscc, months in measure_months(panel, found, seen, as_of).items():
        measured = Measured(headcount=months.headcount, arrears=months.arrears, pay=months.pay)
        assessment = assess(measured, as_of, editions)
        after = step(UNNOTICED, assessment, editions)
        wrong = own_troubles(assessment, measured, rules)
        judged.append(Judged(uscc, UNNOTICED, after, assessment, wrong))
    return tuple(judged)


def _noticing(day: date, editions: Editions) -> Notice:
    """Look at the months of many at once: of whom do the rules of the day find anything?"""

    def notice(found: Features) -> Flags:
        return noticed(found, day, editions.on(day))

    return notice


def _corrected(
    facts: Facts, falling: Mapping[str, Place], day: date, editions: Editions
) -> set[str]:
    """Return who falls only because what had been told before was taken back on this day."""
    before = facts.of(falling).before_withdrawals(day) if falling else None
    if before is None:
        return set()
    measured = measure(before, day)
    return {
        uscc
        for uscc, place in falling.items()
        if assess(measured.get(uscc, _NOTHING_KNOWN), day, editions).place.rank >= place.rank
    }


def _arrivals(facts: Facts) -> Mapping[date, set[str]]:
    days: dict[date, set[str]] = defaultdict(set)
    for _, frame in facts.frames():
        for uscc, day in frame.select("uscc", "received_on").unique().iter_rows():
            days[day].add(uscc)
    return days


def _days(courses: Sequence[Course]) -> Iterator[tuple[date, set[str], set[str]]]:
    """Walk from the first day of all courses to the last: who runs on each, who ends on it."""
    starting: dict[date, set[str]] = defaultdict(set)
    ending: dict[date, set[str]] = defaultdict(set)
    for course in courses:
        starting[course.first].add(course.uscc)
        ending[course.last].add(course.uscc)
    running: set[str] = set()
    day = min(starting, default=date.max)
    last = max(ending, default=date.min)
    while day <= last:
        running |= starting.get(day, set())
        ends = ending.get(day, set())
        yield day, running, ends
        running -= ends
        day += _ONE_DAY
