"""What is said on a day of an enterprise, and how much: from its course, never the other way."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shared.codes.divisions import district
from simulation.chance import Chance, normal, poisson
from simulation.shape import Parameters
from simulation.world.course import Course
from simulation.world.decoys import DecoyKind
from simulation.world.hidden import Kind
from simulation.world.months import day_in, month_of
from simulation.world.plans import Plan
from simulation.world.seen import staff_on

TRUE_TOPICS: Final = frozenset(
    {
        "layoff_counted", "layoff", "wage_arrears", "pay_cut", "closure", "bankruptcy",
        "gathering", "hard_times",
    }
)  # fmt: skip
_BURST_DAYS: Final = 7
_PAY_FALL: Final = 0.10
_RUMOUR_DAYS: Final = 4
_TENTHS: Final = "零一二三四五六七八九"
_ORDINARY: Final = (("news", 60), ("hiring", 32), ("past_of", 8))


@dataclass(frozen=True, slots=True)
class Mention:
    """An item about an enterprise: on which topic, with which facts; `number` counts in its day."""

    topic: str
    facts: Mapping[str, str]
    number: int


@dataclass(frozen=True, slots=True)
class Voice:
    """How loudly an enterprise is spoken of, by its size and luck; constant over time."""

    ordinary: float
    alleged: float
    planned: float
    burst: float


def voice(course: Course, parameters: Parameters, chance: Chance) -> Voice:
    """Return how much is written about an enterprise."""
    given, enterprise = parameters.opinions, course.enterprise
    spread = given.loudness_spread
    luck = normal(chance.number(enterprise.uscc, "loudness"))
    loud = math.exp(spread * luck - spread * spread / 2)
    size = (max(1, enterprise.staff) / 100) ** given.alleged_power
    return Voice(
        ordinary=given.talk * (max(1, enterprise.staff) / 1000) ** given.talk_power * loud,
        alleged=given.alleged * size * loud,
        planned=given.alleged_planned * size * loud,
        burst=given.burst / _BURST_DAYS * loud,
    )


def mentions(
    course: Course, day: date, loud: Voice, parameters: Parameters, chance: Chance
) -> Iterator[Mention]:
    """Yield what is said of an enterprise on a day, reposts apart."""
    uscc, today = course.enterprise.uscc, day.isoformat()
    number = 0
    ordinary = poisson(loud.ordinary, chance.number(uscc, "talk", today))
    for _ in range(ordinary):
        kinds = chance.stream(uscc, "topic", today, number)
        topic = kinds.choices([name for name, _ in _ORDINARY], [w for _, w in _ORDINARY])[0]
        yield Mention(topic, _facts(course, kinds.randint(5, 300), 0.2, 1, 0.1), number)
        number += 1
    for decoy in course.decoys:
        if decoy.kind is DecoyKind.RUMOUR:
            since = (day - day_in(decoy.month, decoy.draw)).days
            if 0 <= since < _RUMOUR_DAYS:
                yield from _rumours(course, since, today, number, parameters, chance)
                number += 100
    mean, topics = _allegations(course, day, loud)
    if not topics:
        return
    for place in range(poisson(mean, chance.number(uscc, "alleged", today))):
        yield _allegation(course, topics, today, number + place, parameters, chance)


def _rumours(
    course: Course, since: int, today: str, number: int, parameters: Parameters, chance: Chance
) -> Iterator[Mention]:
    draw = chance.stream(course.enterprise.uscc, "rumour", today)
    how_many = 1 + poisson(1.2, draw.random()) if since < 2 else poisson(0.6, draw.random())  # noqa: PLR2004
    share = draw.uniform(0.1, 0.5)
    facts = _facts(course, round(course.enterprise.staff * share) or 1, share, 2, 0.2)
    for place in range(how_many):
        denied = since > 0 and draw.random() < parameters.opinions.denial_share
        yield Mention("denial" if denied else "rumour", facts, number + place)


def _allegations(course: Course, day: date, loud: Voice) -> tuple[float, list[tuple[str, float]]]:
    """Return how many true items a day has on average, and what they are about."""
    state = course.state(month_of(day))
    month = course.row(month_of(day) - 1)
    topics: list[tuple[str, float]] = []
    mean = 0.0
    if state.is_distressed and staff_on(course, day):
        mean = loud.alleged
        topics.append(("hard_times", 0.6))
        if month is not None and month.owed:
            topics.append(("wage_arrears", 1.0 + 0.5 * month.owed))
        if month is not None and month.pay_cut >= _PAY_FALL:
            topics.append(("pay_cut", 0.9))
    for plan in course.plans:
        more, about = _of_plan(plan, day, loud)
        mean += more
        topics += about
    return mean, topics


def _of_plan(plan: Plan, day: date, loud: Voice) -> tuple[float, list[tuple[str, float]]]:
    """Return what a plan adds: whispers once decided, a burst when known and when jobs go."""
    given_up = plan.averted_on is not None and plan.averted_on <= day
    jobs = sum(loss.jobs for loss in plan.losses)
    if day < plan.decided_on or given_up or not jobs or (plan.sudden and day < plan.first_on):
        return 0.0, []
    means = 0.0 if day > plan.losses[-1].day else loud.planned
    size = (jobs / 100) ** 0.6
    for peak in (plan.known_on, plan.first_on):
        if peak is not None and peak <= day < peak + timedelta(days=_BURST_DAYS):
            means += loud.burst * size
    if not means:
        return 0.0, []
    closes = plan.kind is Kind.CLOSURE
    about = [("closure", 2.0)] if closes else [("layoff", 1.6), ("layoff_counted", 1.6)]
    if closes and plan.hopeless and day >= plan.first_on:
        about.append(("bankruptcy", 1.2))
    gathers = plan.gathering_on
    if gathers is not None and gathers <= day < gathers + timedelta(days=5):
        about.append(("gathering", 3.0))
        means += loud.burst * size
    return means, about


def _allegation(
    course: Course,
    topics: list[tuple[str, float]],
    today: str,
    number: int,
    parameters: Parameters,
    chance: Chance,
) -> Mention:
    draw = chance.stream(course.enterprise.uscc, "topic", today, number)
    topic = draw.choices([name for name, _ in topics], [weight for _, weight in topics])[0]
    if topic == "layoff_counted" and draw.random() >= parameters.opinions.number_share:
        topic = "layoff"
    day = date.fromisoformat(today)
    plan = next((one for one in course.plans if one.decided_on <= day), None)
    row = course.row(month_of(day) - 1)
    plan = next((one for one in reversed(course.plans) if one.decided_on <= day), plan)
    jobs = sum(loss.jobs for loss in plan.losses) if plan else 1
    before = plan.headcount if plan else course.enterprise.staff
    return Mention(
        topic,
        _facts(
            course,
            jobs,
            jobs / max(1, before),
            row.owed if row else 1,
            row.pay_cut if row else 0.1,
        ),
        number,
    )


def _facts(course: Course, jobs: int, share: float, months: int, cut: float) -> dict[str, str]:
    """Say the facts of an item as people do: rounded numbers, tenths, months."""
    tenth = min(9, max(1, round(share * 10)))
    by_tenths = len(course.enterprise.uscc) + jobs  # any fixed way of telling them apart
    return {
        "jobs": str(_rounded(max(1, jobs))),
        "share": f"{_TENTHS[tenth]}成" if by_tenths % 2 else f"{max(1, round(share * 100))}%",
        "months": _TENTHS[min(9, max(1, months))].replace("二", "两"),
        "percent": f"{max(5, round(cut * 20) * 5)}%",
        "district": district(course.enterprise.district).name,
    }


def _rounded(number: int) -> int:
    """Round as people do: to fives above 20, to tens above 100."""
    step = 10 if number >= 100 else 5 if number > 20 else 1  # noqa: PLR2004
    return max(1, round(number / step) * step)
