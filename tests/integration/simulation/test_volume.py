"""A city of the real size is made in the memory that a demonstration has."""

import tracemalloc

from simulation.parameters import parameters
from simulation.world.months import WINDOW
from simulation.world.world import World


def test_438000_items_are_made_day_by_day() -> None:
    """A day of the whole volume costs its own memory and no more."""
    world = World(parameters(), seed=1, enterprises=300, opinions=438_000)
    world.items(WINDOW[0])
    tracemalloc.start()
    counts = [
        sum(len(one.records) for one in world.day(day) if one.feed == "opinion_item")
        for day in WINDOW[:3]
    ]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 438_000 / 62 * 0.4 < sum(counts) / 3 < 438_000 / 62 * 1.9
    assert peak < 40 * 2**20
    assert sum(world._about_none.values()) > 430_000
