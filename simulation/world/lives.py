"""From an enterprise to its course: untreated from the seed alone, treated from what was done."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from simulation.chance import Chance
from simulation.shape import Parameters
from simulation.world.course import Course, Walk
from simulation.world.decoys import DecoyKind, decoys
from simulation.world.hidden import Intent, State, hidden
from simulation.world.months import MONTHS, month_of
from simulation.world.plans import Plan, settle
from simulation.world.register import Enterprise, enterprises


def untreated(
    enterprise: Enterprise, arrivals: Mapping[int, int], parameters: Parameters, chance: Chance
) -> Course:
    """Return what happens to an enterprise if nobody acts."""
    fate = hidden(enterprise, parameters, chance)
    apart = decoys(enterprise, fate.states, parameters, chance)
    walk = Walk(enterprise, parameters, chance, fate.states, apart, arrivals)
    starting: dict[int, list[Intent]] = defaultdict(list)
    for intent in fate.intents:
        starting[month_of(intent.first_on)].append(intent)
    plans: list[Plan] = []
    falling: dict[int, list[int]] = defaultdict(list)
    for month in range(walk.first_month, MONTHS):
        for intent in starting[month]:
            plan = settle(
                intent, enterprise.uscc, walk.staff(), parameters=parameters, chance=chance
            )
            if plan is not None:
                plans.append(plan)
                for loss in plan.losses:
                    falling[month_of(loss.day)].append(loss.jobs)
        walk.step(month, falling[month])
    rows = () if enterprise.gone else tuple(walk.rows)
    return Course(enterprise, fate.states, tuple(plans), apart, rows)


def everybody(parameters: Parameters, chance: Chance, number: int) -> dict[str, Course]:
    """Return the untreated courses of a city's enterprises."""
    courses: dict[str, Course] = {}
    for enterprise in enterprises(parameters, chance, number):
        arrivals = coming(enterprise, courses)
        courses[enterprise.uscc] = untreated(enterprise, arrivals, parameters, chance)
    return courses


def coming(enterprise: Enterprise, courses: Mapping[str, Course]) -> Mapping[int, int]:
    """Return who comes from an elder sister, by month; the younger of a pair takes, never gives."""
    takes = enterprise.sister is not None and enterprise.serial % 2 == 1
    return sent(courses[enterprise.sister]) if takes and enterprise.sister else {}


def sent(course: Course) -> dict[int, int]:
    """Return the persons by month that an enterprise moves to its sister."""
    moved: dict[int, int] = {}
    for decoy in course.decoys:
        row = course.row(decoy.month)
        if decoy.kind is DecoyKind.TRANSFER and row is not None:
            there = row.staff / (1 - decoy.share) if decoy.share < 1 else 0
            moved[decoy.month] = round(there * decoy.share)
    return moved


def again(
    course: Course,
    plans: tuple[Plan, ...],
    states: tuple[State, ...],
    *,
    arrivals: Mapping[int, int],
    settled_from: int | None,
    parameters: Parameters,
    chance: Chance,
) -> Course:
    """Return the course with other plans and states, by the same chance."""
    walk = Walk(
        course.enterprise, parameters, chance, states, course.decoys, arrivals, settled_from
    )
    falling: dict[int, list[int]] = defaultdict(list)
    for plan in plans:
        for loss in plan.losses:
            falling[month_of(loss.day)].append(loss.jobs)
    for month in range(walk.first_month, MONTHS):
        walk.step(month, falling[month])
    return replace(
        course, plans=plans, states=states, rows=() if course.enterprise.gone else tuple(walk.rows)
    )
