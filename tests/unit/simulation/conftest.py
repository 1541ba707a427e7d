"""The parameters that every test of the simulation reads."""

import pytest

from simulation.parameters import parameters
from simulation.shape import Parameters


@pytest.fixture(scope="session")
def given() -> Parameters:
    return parameters()
