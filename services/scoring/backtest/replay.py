"""History judged again: a part of the city, by all sources and without each of them.

A day is judged by what was known on it, by the same function that judged it then. Every way of
judging begins where the evidence of the day before the period points, so that what other sources
had left of a place does not reach into a way that goes without them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from services.scoring.backtest.cases import WHOLE, Case, Warned, Week
from services.scoring.domain.backtest import (
    MICRO_STAFF,
    Outcome,
    Period,
    Tier,
    is_known,
    spells,
    sundays,
)
from services.scoring.domain.course import UNNOTICED
from services.scoring.domain.editions import Editions
from services.scoring.domain.places import Place
from services.scoring.domain.sources import SourceGroup
from services.scoring.features.facts import Facts
from services.scoring.features.layoffs import Observed, observe
from services.scoring.features.sources import told_of, without
from services.scoring.history import Course, Judged, judge

_ONE_DAY = timedelta(days=1)
# What was said of an enterprise that stands nowhere is said until the next month is due.
_SAID_DAYS = 31


@dataclass(frozen=True, slots=True)
class Asked:
    """What a backtest judges: the days, by which rules, without which sources from the outset."""

    period: Period
    editions: Editions
    left_out: frozenset[SourceGroup] = frozenset()


@dataclass(frozen=True, slots=True)
class Replayed:
    """A part, judged: the cases that have anything to say, and of the others a count.

    `quiet_weeks` counts the weeks of the others whose horizon is known; `told` the enterprises of
    which each group of sources said anything.
    """

    cases: tuple[Case, ...]
    quiet: int
    quiet_weeks: int
    told: Mapping[SourceGroup, int]


def replay(
    facts: Facts, usccs: Sequence[str], asked: Asked, *, helped: Collection[str] = ()
) -> Replayed:
    """Judge enterprises over the period, by all sources and without each group of them.

    `facts` are all versions of all facts that these days, and the outcomes after them, may need;
    of the enterprises that were `helped`, a second person approved an outcome.
    """
    observed = observe(facts, asked.period)
    known = without(_received_by(facts, asked.period.until), asked.left_out)
    told = {group: told_of(known, group) for group in SourceGroup if group not in asked.left_out}
    whole = _judged(known, usccs, asked)
    warned = {uscc: {WHOLE: _warned(whole.get(uscc, ()), asked.period)} for uscc in usccs}
    for group, theirs in told.items():
        # Whoever a source never spoke of is judged the same without it.
        concerned = sorted(theirs & warned.keys())
        others = _judged(without(known.of(concerned), [group]), concerned, asked)
        for uscc in concerned:
            found = _warned(others.get(uscc, ()), asked.period)
            if found != warned[uscc][WHOLE]:
                warned[uscc][group.value] = found
    cases = [
        _case(uscc, warned[uscc], whole.get(uscc, ()), observed.get(uscc), asked, uscc in helped)
        for uscc in usccs
    ]
    seen = tuple(case for case in cases if _says_anything(case))
    return Replayed(
        cases=seen,
        quiet=len(cases) - len(seen),
        quiet_weeks=sum(
            is_known(case.outcome, sunday, asked.period)
            for case in cases
            if not _says_anything(case)
            for sunday in sundays(asked.period)
        ),
        told={group: len(theirs & warned.keys()) for group, theirs in told.items()},
    )


def _received_by(facts: Facts, day: date) -> Facts:
    """Leave out what became known too late for any day to be judged by it."""
    is_early = pl.col("received_on") <= day
    return Facts(**{name: frame.filter(is_early) for name, frame in facts.frames()})


def _judged(facts: Facts, usccs: Sequence[str], asked: Asked) -> Mapping[str, Sequence[Judged]]:
    """Judge the days of the period, after the day before it, by which each way begins."""
    since, until = asked.period.since, asked.period.until
    eve = since - _ONE_DAY
    known = facts.of(usccs)
    openings = judge(known, [Course(uscc, eve, eve, UNNOTICED) for uscc in usccs], asked.editions)
    courses = [Course(uscc, since, until, openings.today[uscc].after) for uscc in usccs]
    days: dict[str, list[Judged]] = defaultdict(list)
    for uscc, one in openings.today.items():
        if one.assessment.findings:
            days[uscc].append(one)
    for one in judge(known, courses, asked.editions).days:
        days[one.uscc].append(one)
    return days


def _warned(days: Sequence[Judged], period: Period) -> Warned:
    judged = ((one.assessment.as_of, one.after.place) for one in days)
    places = {day: place for day, place in judged if day >= period.since}
    return {tier: spells(places, tier) for tier in Tier}


def _case(
    uscc: str,
    warned: Mapping[str, Warned],
    days: Sequence[Judged],
    observed: Observed | None,
    asked: Asked,
    is_helped: bool,
) -> Case:
    found = _first_findings(days, asked.period)
    staff = None if observed is None else observed.staff
    return Case(
        uscc=uscc,
        is_micro=staff is not None and staff < MICRO_STAFF,
        outcome=Outcome(
            layoffs=() if observed is None else observed.layoffs,
            known_until=None if observed is None else observed.known_until,
            is_helped=is_helped,
            traced_on=min(found.values(), default=None),
        ),
        warned=warned,
        indicators=found,
        weeks=tuple(_weeks(days, asked.period)),
    )


def _first_findings(days: Sequence[Judged], period: Period) -> Mapping[str, date]:
    """Return the first day of the period on which each indicator found something."""
    found: dict[str, date] = {}
    for one in days:
        for finding in one.assessment.findings:
            if finding.strength > 0:
                day = max(one.assessment.as_of, period.since)
                found[finding.indicator] = min(day, found.get(finding.indicator, day))
    return found


def _weeks(days: Sequence[Judged], period: Period) -> Iterator[Week]:
    for sunday in sundays(period):
        said = [one for one in days if one.assessment.as_of <= sunday]
        if not said:
            continue
        last = said[-1]
        place, is_fresh = last.after.place, (sunday - last.assessment.as_of).days <= _SAID_DAYS
        likelihood = last.assessment.likelihood if is_fresh else 0.0
        if place is not Place.NONE or likelihood:
            yield Week(sunday + _ONE_DAY, place, likelihood, last.assessment.jobs_at_risk)


def _says_anything(case: Case) -> bool:
    warned = any(found for way in case.warned.values() for found in way.values())
    return bool(warned or case.outcome.layoffs or case.indicators or case.weeks)
