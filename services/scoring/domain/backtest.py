"""How right warnings were on the platform's own history: what is counted, and as what.

- A *mass layoff* is a fall of the insured headcount of the size of art. 41(1) of the law (20 or a
  tenth of the staff) from one known month to the next, that by itself is more than attrition, as
  the rules have it (ADR 8): more than three times the usual monthly change and than the season's,
  and five persons at least, or three if they are 30 per cent. Rolling thirty days are what the law
  counts, months are what is observed: a layoff that straddles the end of a month is seen if one of
  its halves is large enough. Lead times count to the first day on which it can have begun, so they
  are never flattered; it is over with the last day of the month that shows it. Layoffs of one
  enterprise less than 92 days apart are one.
- A *warning* is a spell of days on the list; who stands there on the first day is warned of then.
- It is *right* if a mass layoff ends later than 30 days before it, and begins while it stands or
  within the horizon after: each day on the list says the same again, so who is warned of earlier is
  never less right, and who is warned of while it goes on is warned of late, but not wrongly. Of the
  others it is *set aside* if a mass layoff lay in the 120 days before the period, or if the
  enterprise was helped and a second person approved the outcome, for nobody can know what would
  have been; *open* while the horizon is not known to its end; else *wrong*.
- *Precision* is the share of the right ones of right and wrong; *recall* the share of the mass
  layoffs (from the first day to the horizon after the last) of which a warning was right; *early*
  recall asks for 30 days, of those layoffs that had left any trace by then, on a day of the period.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.scoring.domain.labels import PERSONS, SHARE, SMALL_BASE, SMALL_PERSONS
from services.scoring.domain.places import Place

LATE: Final = timedelta(days=30)
EARLY: Final = timedelta(days=30)
PAST: Final = timedelta(days=120)
# Each enterprise is judged on each day of it: a slip of the pen in the year would never end.
LONGEST: Final = timedelta(days=1_096)
ONE_LAYOFF: Final = timedelta(days=92)
MICRO_STAFF: Final = SMALL_BASE
# Outcomes of a case by which jobs may have been saved.
HELPED: Final = (
    "averted",
    "reduced",
    "agreed_pay_cut",
    "wages_recovered",
    "social_insurance_settled",
    "financing_obtained",
    "restructured",
)
# What a fall has to exceed by itself: the trigger LAY-15, and the share of an event of size I3.
_SPREADS: Final = 3.0
_FEWEST: Final = 5
_LARGE_SHARE: Final = 0.30
_SUNDAY: Final = 6


class Tier(StrEnum):
    """Which warnings are looked at: every level, or orange and red."""

    EVERY = "every"
    HIGH = "high"

    @property
    def lowest(self) -> Place:
        """Return the lowest place that belongs to it."""
        return Place.BLUE if self is Tier.EVERY else Place.ORANGE


class Verdict(StrEnum):
    """What a warning came to."""

    RIGHT = "right"
    WRONG = "wrong"
    ASIDE = "aside"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are judged again, and how many days after a warning count."""

    since: date
    until: date
    horizon: timedelta

    @property
    def end(self) -> date:
        """Return the last day on which a mass layoff counts."""
        return self.until + self.horizon


@dataclass(frozen=True, slots=True)
class Spell:
    """Days in a row on the list; `last` is within the period, even if it goes on after."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Layoff:
    """A mass layoff: the first day on which it can have begun, the last by which it had."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an enterprise, as far as is known.

    `layoffs` are in order; the headcounts are known up to `known_until` (None: never; the last day
    of all where nobody is left).
    `traced_on` is the first day of the period on which any indicator found anything.
    """

    layoffs: tuple[Layoff, ...] = ()
    known_until: date | None = None
    is_helped: bool = False
    traced_on: date | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What one way of warning came to of one enterprise; `leads` in days, one a layoff."""

    right: int = 0
    wrong: int = 0
    aside: int = 0
    open: int = 0
    layoffs: int = 0
    caught: int = 0
    traced: int = 0
    early: int = 0
    leads: tuple[int, ...] = field(default=())


def is_mass_layoff(persons: int, base: int, *, spread: float, season: float) -> bool:
    """Say whether so many who went of `base` are a mass layoff, and more than attrition."""
    fewest = SMALL_PERSONS if persons >= _LARGE_SHARE * base else _FEWEST
    is_statutory = persons >= PERSONS or persons >= max(fewest, SHARE * base)
    return is_statutory and persons > max(spread * _SPREADS, season)


def sundays(period: Period) -> tuple[date, ...]:
    """Return the last days of the weeks of the period: each makes the list of the week after it."""
    first = period.since + timedelta(days=(_SUNDAY - period.since.weekday()) % 7)
    count = max(0, (period.until - first).days // 7 + 1)
    return tuple(first + timedelta(days=7 * number) for number in range(count))


def is_known(outcome: Outcome, day: date, period: Period) -> bool:
    """Say whether it is known whether a mass layoff followed a day within the horizon.

    Of whom it had just happened to, or who was helped, nobody can know what would have been.
    """
    if outcome.is_helped or any(day - PAST <= one.first <= day for one in outcome.layoffs):
        return False
    return outcome.known_until is not None and outcome.known_until >= day + period.horizon


def follows(outcome: Outcome, day: date, period: Period) -> bool:
    """Say whether a mass layoff began after a day, within the horizon."""
    return any(day < one.first <= day + period.horizon for one in outcome.layoffs)


def merged(layoffs: Iterable[Layoff]) -> tuple[Layoff, ...]:
    """Return of layoffs close together the first."""
    kept: list[Layoff] = []
    last: date | None = None
    for one in sorted(layoffs, key=lambda one: one.first):
        if last is None or one.first - last >= ONE_LAYOFF:
            kept.append(one)
        last = one.first
    return tuple(kept)


def spells(places: Mapping[date, Place], tier: Tier) -> tuple[Spell, ...]:
    """Return the spells on the list from the places of the days that were kept, one a day."""
    found: list[Spell] = []
    first = last = None
    for day in sorted(places):
        if places[day].rank < tier.lowest.rank:
            continue
        if first is not None and last is not None and (day - last).days > 1:
            found.append(Spell(first, last))
            first = None
        first = first or day
        last = day
    if first is not None and last is not None:
        found.append(Spell(first, last))
    return tuple(found)


def verdict(spell: Spell, outcome: Outcome, period: Period) -> Verdict:
    """Say what a warning came to."""
    if any(_answers(spell, one, period) for one in outcome.layoffs):
        return Verdict.RIGHT
    if any(period.since - PAST <= one.first < period.since for one in outcome.layoffs):
        return Verdict.ASIDE
    if outcome.is_helped:
        return Verdict.ASIDE
    if outcome.known_until is None or outcome.known_until < spell.last + period.horizon:
        return Verdict.OPEN
    return Verdict.WRONG


def tally(warnings: Sequence[Spell], outcome: Outcome, period: Period) -> Tally:
    """Count what the warnings of one enterprise came to, and which layoffs they preceded."""
    verdicts = [verdict(spell, outcome, period) for spell in warnings]
    layoffs = [one for one in outcome.layoffs if period.since <= one.first <= period.end]
    traced = [one for one in layoffs if _is_traced(one, outcome, period)]
    leads = {one: _lead(one, warnings, period) for one in layoffs}
    return Tally(
        right=verdicts.count(Verdict.RIGHT),
        wrong=verdicts.count(Verdict.WRONG),
        aside=verdicts.count(Verdict.ASIDE),
        open=verdicts.count(Verdict.OPEN),
        layoffs=len(layoffs),
        caught=sum(lead is not None for lead in leads.values()),
        traced=len(traced),
        early=sum((leads[one] or 0) >= EARLY.days for one in traced),
        leads=tuple(lead for lead in leads.values() if lead is not None),
    )


def _answers(spell: Spell, layoff: Layoff, period: Period) -> bool:
    reach = spell.last + period.horizon
    return spell.first - LATE < layoff.last and layoff.first <= reach


def _lead(layoff: Layoff, warnings: Sequence[Spell], period: Period) -> int | None:
    leads = [
        (layoff.first - spell.first).days for spell in warnings if _answers(spell, layoff, period)
    ]
    return max(leads, default=None)


def _is_traced(layoff: Layoff, outcome: Outcome, period: Period) -> bool:
    """Say whether somebody could have warned so early, on a day of the period."""
    return outcome.traced_on is not None and (
        period.since <= outcome.traced_on <= layoff.first - EARLY
    )
