"""Changes of register entries: deregistered, moved to another province, capital cut."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from simulation.chance import Chance, day_between
from simulation.shape import Parameters
from simulation.world.course import Course
from simulation.world.decoys import DecoyKind
from simulation.world.hidden import Kind
from simulation.world.months import MONTHS, day_in

_ACTIVE, _CANCELLED, _MOVED_OUT = "active", "cancelled", "moved_out"
_CUT = Decimal("0.4")
_LEAST = Decimal(30_000)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of an enterprise from a day on."""

    day: date
    status: str
    capital: Decimal


def entries(course: Course, parameters: Parameters, chance: Chance) -> list[Entry]:
    """Return an enterprise's entries in their order; the first one holds from the beginning."""
    enterprise = course.enterprise
    status, capital = _CANCELLED if enterprise.gone else _ACTIVE, enterprise.registered_capital
    found = [Entry(date.min, status, capital)]
    for day, new_status in sorted(_changes(course, parameters, chance)):
        if new_status is None:
            capital = max(_LEAST, (capital * _CUT).quantize(Decimal(1)))
        else:
            status = new_status
        found.append(Entry(day, status, capital))
    return found


def _changes(
    course: Course, parameters: Parameters, chance: Chance
) -> Iterator[tuple[date, str | None]]:
    """Yield days and new states; None is a cut of capital."""
    uscc, signs = course.enterprise.uscc, parameters.signs
    days = parameters.reporting.register_days
    for month in range(MONTHS):
        if course.state(month).is_distressed and course.row(month) is not None:
            cut, when = chance.numbers(2, uscc, "capital", month)
            if cut < signs.capital_cut:
                yield day_in(month, when), None
    for decoy in course.decoys:
        pushed = day_in(decoy.month, decoy.draw) + timedelta(days=day_between(days, decoy.draw))
        if decoy.kind is DecoyKind.CAPITAL_CUT:
            yield pushed, None
        elif decoy.kind is DecoyKind.MOVED_OUT:
            yield pushed, _MOVED_OUT
    for plan in course.plans:
        closed = plan.kind is Kind.CLOSURE and sum(loss.jobs for loss in plan.losses) == plan.jobs
        leaves, when = chance.numbers(2, uscc, "cancelled", plan.number)
        if closed and leaves < signs.cancelled_share:
            wait = day_between(signs.cancelled_days, when)
            yield plan.losses[-1].day + timedelta(days=wait), _CANCELLED
