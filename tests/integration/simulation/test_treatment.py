"""What help changes and what it cannot: the truth stays, losses never grow, order is nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from simulation.shape import Parameters
from simulation.world.help import ServiceUnknown, condition
from simulation.world.plans import Plan
from simulation.world.world import EnterpriseUnknown, World

EARLY = date(2020, 7, 31)
SERVICES = (
    "retention_training",
    "vocational_training",
    "job_assistance",
    "social_insurance_relief",
    "rent_relief",
    "loan_financing",
    "lawful_layoff_guidance",
)


@pytest.fixture(scope="module")
def untouched(given: Parameters) -> World:
    world = World(given, seed=1, enterprises=1_500, opinions=500)
    world.day(EARLY)  # what is worked out once is worked out
    return world


@pytest.fixture
def world(untouched: World) -> World:
    """The same city, with nothing done in it yet."""
    return untouched.anew()


def everything(world: World, uscc: str, day: date = EARLY) -> None:
    for service in SERVICES:
        world.deliver(uscc, service, day, persons=None, amount=None)
    world.finance(uscc, day, Decimal(10_000_000_000))


def jobs(plans: tuple[Plan, ...]) -> int:
    return sum(loss.jobs for plan in plans for loss in plan.losses)


def late(world: World) -> list[str]:
    """Who has one plan, decided in the window."""
    return [
        one.uscc
        for one in world.enterprises
        if len(plans := world.untreated(one.uscc).plans) == 1 and plans[0].decided_on > EARLY
    ]


def test_the_truth_does_not_depend_on_what_was_done(world: World) -> None:
    before = world.truth()
    for one in world.enterprises:
        everything(world, one.uscc)
    assert world.truth() == before


def test_nobody_loses_more_or_earlier_by_being_helped(world: World) -> None:
    fewer = 0
    for one in world.enterprises:
        everything(world, one.uscc)
        before, after = world.untreated(one.uscc).plans, world.course(one.uscc).plans
        for was, became in zip(before, after, strict=True):
            for lost, loses in zip(was.losses, became.losses, strict=True):
                assert loses.jobs <= lost.jobs
                assert loses.day >= lost.day
        fewer += jobs(after) < jobs(before)
    assert fewer > 10


def test_what_happened_before_the_help_stays(world: World) -> None:
    for one in world.enterprises:
        everything(world, one.uscc)
        before, after = world.untreated(one.uscc), world.course(one.uscc)
        for was, became in zip(before.rows, after.rows, strict=True):
            assert was == became or was.month > 24


def test_nothing_helps_the_hopeless(world: World) -> None:
    hopeless = [
        one.uscc
        for one in world.enterprises
        if any(plan.hopeless for plan in world.untreated(one.uscc).plans)
    ]
    assert len(hopeless) > 20
    for uscc in hopeless:
        everything(world, uscc)
        for was, became in zip(world.untreated(uscc).plans, world.course(uscc).plans, strict=True):
            assert not was.hopeless or became == was


def test_money_helps_only_who_lacks_it(world: World, given: Parameters) -> None:
    helped = {True: 0, False: 0}
    for uscc in late(world):
        world.finance(uscc, EARLY, Decimal(10_000_000_000))
        course = world.untreated(uscc)
        short = condition(course.enterprise, given, world._chance).cash_short
        helped[short] += jobs(world.course(uscc).plans) < jobs(course.plans)
    assert helped[True] > 3
    assert helped[False] == 0


def test_more_money_and_more_persons_keep_no_fewer_jobs(untouched: World) -> None:
    def left(act: Callable[[World, str], None]) -> list[int]:
        world = untouched.anew()
        for uscc in late(world):
            act(world, uscc)
        return [jobs(world.course(uscc).plans) for uscc in late(world)]

    def money(amount: int) -> list[int]:
        return left(lambda world, uscc: world.finance(uscc, EARLY, Decimal(amount)))

    def training(persons: int) -> list[int]:
        return left(
            lambda world, uscc: world.deliver(
                uscc, "retention_training", EARLY, persons=persons, amount=None
            )
        )

    for more, less in ((money(10**9), money(10**5)), (training(500), training(2))):
        assert all(a <= b for a, b in zip(more, less, strict=True))
        assert sum(more) < sum(less)


def test_the_order_of_what_is_done_does_not_matter(untouched: World) -> None:
    (uscc, *_) = late(untouched)
    other = next(one.uscc for one in untouched.enterprises if one.uscc != uscc)
    deeds: tuple[Callable[[World], object], ...] = (
        lambda world: world.deliver(uscc, "rent_relief", EARLY, persons=None, amount=Decimal(9)),
        lambda world: world.deliver(uscc, "retention_training", EARLY, persons=5, amount=None),
        lambda world: world.deliver(other, "retention_training", EARLY, persons=5, amount=None),
        lambda world: world.finance(uscc, EARLY + timedelta(days=9), Decimal(60_000)),
        lambda world: world.visit(uscc, EARLY, on_site=True),
    )
    outcomes = []
    for order in list(permutations(deeds))[::17]:
        world = untouched.anew()
        for deed in order:
            deed(world)
        outcomes.append((world.course(uscc), world.course(other), world.day(date(2020, 9, 15))))
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_what_is_pushed_later_follows_what_was_done(untouched: World) -> None:
    """An averted loss does not show in the headcounts of its month, and nothing else changes."""
    alone, helped = untouched, untouched.anew()
    for uscc in late(helped):
        everything(helped, uscc)
    saved = next(
        uscc
        for uscc in late(helped)
        if helped.untreated(uscc).plans[0].is_mass
        and helped.untreated(uscc).plans[0].first_on < date(2020, 10, 20)
        and jobs(helped.course(uscc).plans) == 0
    )
    plan = alone.untreated(saved).plans[0]
    month = (plan.first_on.year - 2018) * 12 + plan.first_on.month - 7
    was, became = alone.course(saved).row(month), helped.course(saved).row(month)
    assert was is not None
    assert became is not None
    assert became.staff >= was.staff + plan.jobs / 2
    others = [one.uscc for one in alone.enterprises if not helped._deeds.get(one.uscc)]
    assert all(alone.course(uscc) == helped.course(uscc) for uscc in others)


def test_an_unknown_service_and_an_unknown_enterprise_are_refused(world: World) -> None:
    known = world.enterprises[0].uscc
    with pytest.raises(ServiceUnknown):
        world.deliver(known, "prayer", EARLY, persons=None, amount=None)
    with pytest.raises(EnterpriseUnknown):
        world.finance("91110105MA01A00012", EARLY, Decimal(1))
