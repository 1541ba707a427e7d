"""What an enterprise has decided, in persons and days: who is told, and when the jobs go."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final

from simulation.chance import Chance, day_between
from simulation.shape import Layoffs, Parameters
from simulation.world.hidden import Intent, Kind

_LARGE: Final = 300
_GATHER_FROM: Final = 30


@dataclass(frozen=True, slots=True)
class Loss:
    """Jobs that go on one day."""

    day: date
    jobs: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A decided loss: `losses` are its instalments, `ground` the one of art. 41(1) it would name.

    `reported_on`: it is reported as the law asks; `announced_on`: staff or public learn of it.
    `averted_on`: help made the enterprise give it up.
    """

    number: int
    kind: Kind
    sudden: bool
    decided_on: date
    headcount: int
    jobs: int
    losses: tuple[Loss, ...]
    is_mass: bool
    reported_on: date | None
    announced_on: date | None
    ground: str
    hopeless: bool
    gathering_on: date | None
    averted_on: date | None = None

    @property
    def first_on(self) -> date:
        """Return the day of the first loss."""
        return self.losses[0].day

    @property
    def known_on(self) -> date | None:
        """Return the day from which somebody outside knows of it."""
        known = [day for day in (self.reported_on, self.announced_on) if day is not None]
        return min(known, default=None)


def is_mass(jobs: int, headcount: int, given: Layoffs) -> bool:
    """Tell whether a loss is of the size of art. 41(1): 20 jobs, or a tenth of the staff.

    Of a very small staff a tenth says nothing unless a few jobs go.
    """
    if jobs >= given.mass_jobs:
        return True
    return jobs >= given.mass_least and jobs >= given.mass_share * headcount


def settle(
    intent: Intent, uscc: str, staff: int, *, parameters: Parameters, chance: Chance
) -> Plan | None:
    """Turn a decision into a plan for the staff that is there; None if nobody is left."""
    given = parameters.layoffs
    jobs = staff if intent.kind is Kind.CLOSURE else min(staff - 1, ceil(staff * intent.share))
    if jobs < 1:
        return None
    numbers = chance.numbers(8, uscc, "plan", intent.number)
    mass = is_mass(jobs, staff, given)
    first = intent.first_on
    reported: date | None = None
    announced: date | None = None
    share = given.report_share_large if staff >= _LARGE else given.report_share
    ahead = (first - intent.decided_on).days
    earliest, latest = given.report_lead_days
    if mass and ahead >= earliest and numbers[0] < share:
        # Whoever plans early enough can do as the law says.
        lead = day_between((earliest, min(latest, ahead)), numbers[1])
        reported = announced = first - timedelta(days=lead)
    elif not intent.sudden and chance.number(uscc, "heard", intent.number) < given.announced_share:
        lead = day_between(given.announced_lead_days, numbers[2])
        announced = max(intent.decided_on, first - timedelta(days=lead))
    gathers = jobs >= _GATHER_FROM and numbers[3] < parameters.signs.gathering_share
    treatment = parameters.treatment
    hopeless = (
        treatment.hopeless_share if intent.kind is Kind.CLOSURE else treatment.hopeless_layoff_share
    )
    return Plan(
        number=intent.number,
        kind=intent.kind,
        sudden=intent.sudden,
        decided_on=intent.decided_on,
        headcount=staff,
        jobs=jobs,
        losses=_instalments(intent, first, jobs, numbers, given),
        is_mass=mass,
        reported_on=reported,
        announced_on=announced,
        ground=_ground(intent, numbers[4]),
        hopeless=numbers[5] < hopeless,
        gathering_on=first + timedelta(days=int(numbers[6] * 6)) if gathers else None,
    )


def _instalments(
    intent: Intent, first: date, jobs: int, numbers: list[float], given: Layoffs
) -> tuple[Loss, ...]:
    splits = jobs >= given.split_from and intent.draw < given.split_share
    if intent.kind is Kind.CLOSURE or not splits:
        return (Loss(first, jobs),)
    parts = 2 if numbers[7] < 0.6 else 3  # noqa: PLR2004 more often two than three
    apart = day_between(given.split_days, numbers[7])
    each, rest = divmod(jobs, parts)
    return tuple(
        Loss(first + timedelta(days=place * apart), each + (place < rest)) for place in range(parts)
    )


def _ground(intent: Intent, number: float) -> str:
    if intent.kind is Kind.CLOSURE:
        return "reorganization" if number < 0.2 else "serious_difficulty"  # noqa: PLR2004
    for ground, until in (("serious_difficulty", 0.65), ("technical_change", 0.85)):
        if number < until:
            return ground
    return "changed_circumstances"
