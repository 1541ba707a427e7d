"""One city for the tests that only read."""

import pytest

from simulation.parameters import parameters
from simulation.shape import Parameters
from simulation.world.world import World


@pytest.fixture(scope="session")
def given() -> Parameters:
    return parameters()


@pytest.fixture(scope="session")
def city(given: Parameters) -> World:
    return World(given, seed=1, enterprises=3_000, opinions=10_000)
