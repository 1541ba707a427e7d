"""What happens if nobody acts: the outcome that warnings are measured against."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from simulation.chance import Chance
from simulation.shape import Parameters
from simulation.world.course import Course
from simulation.world.months import first_of, month_of
from simulation.world.plans import Plan
from simulation.world.reporting import arrivals

# A trace counts for a loss that it precedes by no more.
_TRACE_MONTHS = 9
_PAY_FALL = 0.10
# The first day from one to before another on which something true was published of an enterprise.
SaidOn = Callable[[str, date, date], date | None]


@dataclass(frozen=True, slots=True)
class TrueLayoff:
    """A loss of jobs in the untreated world.

    `announced_on`: staff or the bureau were told before. `traced_on`: the first day on which some
    record of an agency or a published text showed the distress that leads to it (arrears, pay
    cut, true text, report); None if nothing did before the loss.
    """

    uscc: str
    kind: str
    announced_on: date | None
    first_loss_on: date
    jobs: int
    headcount_before: int
    is_mass: bool
    traced_on: date | None


def true_layoff(
    course: Course, plan: Plan, parameters: Parameters, chance: Chance, said_on: SaidOn
) -> TrueLayoff:
    """Return what a plan of an untreated course comes to."""
    return TrueLayoff(
        uscc=course.enterprise.uscc,
        kind=plan.kind.value,
        announced_on=plan.known_on,
        first_loss_on=plan.first_on,
        jobs=plan.jobs,
        headcount_before=plan.headcount,
        is_mass=plan.is_mass,
        traced_on=_traced_on(course, plan, parameters, chance, said_on),
    )


def _traced_on(
    course: Course, plan: Plan, parameters: Parameters, chance: Chance, said_on: SaidOn
) -> date | None:
    last = month_of(plan.first_on)
    since = first_of(_distressed_since(course, last))
    said = said_on(course.enterprise.uscc, since, plan.first_on)
    days = [day for day in (plan.reported_on, said) if day is not None]
    for month in range(_distressed_since(course, last), last + 1):
        row = course.row(month)
        if row is not None and (row.in_arrears or row.pay_cut >= _PAY_FALL):
            days += [one.day for one in arrivals(course, month, parameters, chance)][-1:]
    return min((day for day in days if day < plan.first_on), default=None)


def _distressed_since(course: Course, last: int) -> int:
    """Return the first month of the distress that is on in a month."""
    month = last
    while month > max(0, last - _TRACE_MONTHS) and course.state(month - 1).is_distressed:
        month -= 1
    return month
