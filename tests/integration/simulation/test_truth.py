"""The untreated outcome: how much of it there is, how it shows, and what only looks like it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from simulation.parameters import perturbed
from simulation.shape import Parameters
from simulation.world.hidden import State
from simulation.world.plans import is_mass
from simulation.world.truth import TrueLayoff
from simulation.world.world import World

UNTIL = date(2020, 12, 29)


@pytest.fixture(scope="module", params=(1, 2, 3))
def world(request: pytest.FixtureRequest, given: Parameters) -> World:
    return World(given, seed=request.param, enterprises=3_000, opinions=0)


def mass(world: World) -> Sequence[TrueLayoff]:
    return [one for one in world.truth() if one.is_mass]


def test_a_city_of_3000_has_enough_mass_layoffs_and_not_too_many(world: World) -> None:
    assert 40 <= len(mass(world)) <= 100


def test_truth_lies_in_the_window_and_90_days_after(world: World) -> None:
    truth = world.truth()
    assert all(world.first_day <= one.first_loss_on <= UNTIL for one in truth)
    assert any(one.first_loss_on > world.last_day for one in truth)
    assert any(one.first_loss_on <= world.last_day for one in truth)


def test_most_leave_a_trace_30_days_before_and_some_leave_none(world: World) -> None:
    ahead = [
        one
        for one in mass(world)
        if one.traced_on is not None and one.first_loss_on - one.traced_on >= timedelta(days=30)
    ]
    silent = [one for one in mass(world) if one.traced_on is None]
    assert 0.6 < len(ahead) / len(mass(world)) < 0.95
    assert len(silent) >= 2


@pytest.mark.parametrize(
    ("jobs", "staff", "counts"),
    [
        (20, 5_000, True),
        (19, 191, False),
        (19, 190, True),
        (3, 30, True),
        (3, 31, False),
        (2, 2, False),
    ],
)
def test_what_counts_as_mass_is_the_statutes_size(
    given: Parameters, jobs: int, staff: int, counts: bool
) -> None:
    assert is_mass(jobs, staff, given.layoffs) is counts


def test_headcounts_fall_by_what_the_truth_says(city: World) -> None:
    """A closure ends with nobody; a layoff's month loses at least its first instalment."""
    checked = 0
    for one in city.truth():
        course = city.untreated(one.uscc)
        month = (one.first_loss_on.year - 2018) * 12 + one.first_loss_on.month - 7
        before, after = course.row(month - 1), course.row(month)
        assert before is not None
        assert after is not None
        plan = next(plan for plan in course.plans if plan.first_on == one.first_loss_on)
        assert before.staff == one.headcount_before
        assert after.left >= plan.losses[0].jobs
        if one.kind == "closure":
            assert after.staff == 0
        checked += 1
    assert checked > 40


def test_distress_shows_more_than_health(city: World) -> None:
    behind: Counter[bool] = Counter()
    seen: Counter[bool] = Counter()
    for enterprise in city.enterprises:
        course = city.untreated(enterprise.uscc)
        for row in course.rows:
            state = course.state(row.month)
            if state is State.GONE or not row.staff:
                continue
            seen[state.is_distressed] += 1
            behind[state.is_distressed] += row.in_arrears > 0
    assert behind[True] / seen[True] > 0.5
    assert behind[False] / seen[False] < 0.02


def test_decoys_of_every_kind_are_there_and_are_no_layoffs(city: World) -> None:
    kinds: Counter[str] = Counter()
    for enterprise in city.enterprises:
        for decoy in city.untreated(enterprise.uscc).decoys:
            kinds[decoy.kind] += 1
            assert city.untreated(enterprise.uscc).state(decoy.month) is State.HEALTHY
    assert set(kinds) == {
        "transfer",
        "outsourcing",
        "moved_out",
        "bank_mistake",
        "capital_cut",
        "rumour",
    }


def test_who_is_transferred_arrives_at_the_sister(city: World) -> None:
    moved = 0
    for enterprise in city.enterprises:
        for decoy in city.untreated(enterprise.uscc).decoys:
            if decoy.kind == "transfer" and enterprise.sister is not None:
                gave = city.untreated(enterprise.uscc).row(decoy.month)
                took = city.untreated(enterprise.sister).row(decoy.month)
                if gave is not None and took is not None and gave.staff > 20:
                    assert took.joined >= gave.left * 0.5
                    moved += 1
    assert moved >= 1


def test_perturbed_cities_are_cities_too(given: Parameters) -> None:
    for seed in (1, 2, 3):
        world = World(perturbed(given, seed=seed), seed=seed, enterprises=3_000, opinions=0)
        assert 15 <= len(mass(world)) <= 160


def test_of_unreported_losses_about_half_become_known_before(
    city: World, given: Parameters
) -> None:
    plans = [
        plan
        for one in city.enterprises
        for plan in city.untreated(one.uscc).plans
        if plan.reported_on is None and not plan.sudden
    ]
    known = sum(plan.announced_on is not None for plan in plans) / len(plans)
    assert len(plans) > 100
    assert abs(known - given.layoffs.announced_share) < 0.12
