"""How right the warnings were, against what would have happened if nobody had acted.

Definitions, the same for the platform and for every single indicator that it is set beside:

- A *mass layoff* is a true event of the untreated world: 20 jobs or 10 per cent of the staff (of
  fewer than ten staff at least three), whose first loss lies within the two months or in the 90
  days after them. An enterprise counts once, by its first one.
- An alarm is *right* if its enterprise has a mass layoff whose first loss comes later than 30 days
  before the alarm: who is warned while it goes on is warned late, but not wrongly.
- An alarm is *set aside* if its enterprise had a mass layoff in the four months before the
  first day and has none after it: the platform begins on that day, and warns of what is past.
- *Precision* is the share of the other alarms that are right, *recall* the share of mass layoffs
  whose enterprise had a right alarm, *lead time* the days from the alarm to the first loss, of the
  mass layoffs that had one; it is negative where the alarm came after it.
- *Early recall* is the share of mass layoffs with any prior trace that had an alarm at least 30
  days before the first loss, of those of which somebody could have warned so early: whose trace
  was there by then, and for which that day is not before the first day of the platform.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from simulation.world.truth import TrueLayoff
from simulation.world.world import World

LATE: Final = timedelta(days=30)
EARLY: Final = timedelta(days=30)
# What a three-month fall can still show.
BEFORE: Final = timedelta(days=120)
# The first day on which an enterprise was warned of, by credit code.
Alarms = Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures of one way of warning; None where there is nothing to divide by.

    `traced` are the mass layoffs of which somebody could have warned 30 days ahead.
    """

    alarms: int
    set_aside: int
    mass_layoffs: int
    traced: int
    precision: float | None
    recall: float | None
    early_recall: float | None
    lead_time_days_median: float | None

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where either is missing."""
        if not self.precision or not self.recall:
            return 0.0
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def mass_layoffs(truth: Iterable[TrueLayoff]) -> dict[str, TrueLayoff]:
    """Return the first mass layoff of each enterprise that has one."""
    found: dict[str, TrueLayoff] = {}
    for event in sorted(truth, key=lambda one: (one.first_loss_on, one.uscc)):
        if event.is_mass:
            found.setdefault(event.uscc, event)
    return found


def mass_layoff_days(world: World) -> Mapping[str, Sequence[date]]:
    """Return the first days of everybody's mass layoffs if nobody acts, over all time."""
    return {
        one.uscc: [plan.first_on for plan in world.untreated(one.uscc).plans if plan.is_mass]
        for one in world.enterprises
    }


def past(world: World) -> frozenset[str]:
    """Name the enterprises with a mass layoff in the months before the first day."""
    since = world.first_day - BEFORE
    return frozenset(
        uscc
        for uscc, days in mass_layoff_days(world).items()
        if any(since <= day < world.first_day for day in days)
    )


def measure(
    alarms: Alarms,
    truth: Sequence[TrueLayoff],
    *,
    first_day: date,
    last_day: date,
    past: Collection[str] = frozenset(),
) -> Measures:
    """Measure alarms against the truth; `past` are enterprises with a mass layoff just before."""
    events = mass_layoffs(truth)
    aside = [uscc for uscc in alarms if uscc in past and uscc not in events]
    right = {
        uscc: day
        for uscc, day in alarms.items()
        if uscc in events and events[uscc].first_loss_on > day - LATE
    }
    leads = [(events[uscc].first_loss_on - day).days for uscc, day in right.items()]
    traced = [one for one in events.values() if _is_traced_early(one, first_day, last_day)]
    early = [
        one
        for one in traced
        if one.uscc in alarms and alarms[one.uscc] <= one.first_loss_on - EARLY
    ]
    return Measures(
        alarms=len(alarms),
        set_aside=len(aside),
        mass_layoffs=len(events),
        traced=len(traced),
        precision=_share(len(right), len(alarms) - len(aside)),
        recall=_share(len(right), len(events)),
        early_recall=_share(len(early), len(traced)),
        lead_time_days_median=float(median(leads)) if leads else None,
    )


def _is_traced_early(event: TrueLayoff, first_day: date, last_day: date) -> bool:
    """Tell whether somebody could have warned so early: traced by then, on a day of the window.

    What shows only after the last day, the platform never sees.
    """
    latest = event.first_loss_on - EARLY
    traced = event.traced_on
    return traced is not None and traced <= min(latest, last_day) and first_day <= latest


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
