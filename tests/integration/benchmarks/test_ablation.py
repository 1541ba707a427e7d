"""What a source adds in a small city: figures of who was warned with it and without."""

import pytest

from benchmarks.ablation import GROUPS, added
from benchmarks.catalogue import BENCHMARKS
from benchmarks.measurement import Measurement
from benchmarks.simulated_city import pushed
from services.scoring.domain.sources import SourceGroup
from services.scoring.features.sources import told_of
from simulation.parameters import parameters
from simulation.world.world import World

# Not among those that the rules were tuned on.
SEED, ENTERPRISES = 1, 200


@pytest.fixture(scope="module")
def world() -> World:
    return World(parameters(), seed=SEED, enterprises=ENTERPRISES, opinions=1_000)


@pytest.fixture(scope="module")
def told(world: World) -> dict[str, Measurement]:
    return {one.name: one for one in added([world])}


def test_contributions_add_to_what_is_seen_ahead(told: dict[str, Measurement]) -> None:
    early = told["sources/social_insurance/recall-30-days-ahead"]

    assert 0 < early.figure <= early.limit <= 1
    assert "95 % of the gain: " in early.limit_name
    # What officers are told on visits makes an alarm orange.
    assert told["sources/casework/orange-and-red/recall"].figure > 0
    # Without headcounts nobody is known to have a job that can go.
    found = told["sources/employment/orange-and-red/recall"]
    assert found.figure == found.limit > 0


def test_every_group_is_told_and_catalogued(told: dict[str, Measurement]) -> None:
    (names,) = (one.names for one in BENCHMARKS if one.place == "benchmarks.ablation:measure")

    assert told.keys() <= set(names)
    assert {name.split("/")[1] for name in told} == set(GROUPS)
    assert {name.split("/")[1] for name in names} == set(GROUPS)


def test_groups_are_those_that_a_city_has(world: World) -> None:
    facts, _ = pushed(world)

    assert {group for group in SourceGroup if told_of(facts, group)} == set(GROUPS) - {
        SourceGroup.CASEWORK
    }
