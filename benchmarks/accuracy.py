"""How right warnings are in simulated cities: the rules in force, measured against the truth.

Five cities as their parameters have them and three with every parameter perturbed, none of which
the rules were tuned on (those were seeds 11 to 18); with `--full` ten and five. Figures are of all
cities together, each city's own are told on the way. Limit: the best single indicator of the same
cities (its alarms are as it were certain); of the calibration error, what is allowed.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from benchmarks.measurement import Measurement
from benchmarks.simulated_city import Played, play
from shared.messages import say, spoken
from simulation.demo.calibration import calibrate
from simulation.demo.measures import Measures, mass_layoff_days, past
from simulation.demo.measures import measure as measured_by
from simulation.parameters import parameters, perturbed
from simulation.world.world import World

PRECISION, EARLY, ERROR = (
    "accuracy/orange-and-red/precision",
    "accuracy/recall-30-days-ahead",
    "accuracy/calibration-error",
)
_ENTERPRISES: Final = 2_000
_OPINIONS: Final = 10_000
_HORIZON: Final = timedelta(days=90)
_ALLOWED: Final = 0.03
_PLAIN, _CHANGED = range(1, 6), range(6, 9)
_PLAIN_ALL, _CHANGED_ALL = range(1, 11), range(1, 6)
_SINGLE: Final = "best single indicator: {name}"


@dataclass(frozen=True, slots=True)
class City:
    """One city's figures; `number` seeds it, and if `is_perturbed` its parameters as well."""

    number: int
    is_perturbed: bool
    every: Measures
    high: Measures
    single: Mapping[str, Measures]
    error: float


async def measure(*, full: bool) -> list[Measurement]:
    """Measure cities one after another, and all of them together."""
    cities = []
    for number, is_perturbed in _numbers(full=full):
        cities.append(city(number, is_perturbed=is_perturbed))
        _tell(cities[-1])
    names = sorted(cities[0].single)
    best = max(names, key=lambda name: _f1([one.single[name] for one in cities]))
    single = [one.single[best] for one in cities]
    named = _SINGLE.format(name=best)
    high, every = [one.high for one in cities], [one.every for one in cities]
    error = sum(one.error for one in cities) / len(cities)
    return [
        Measurement(PRECISION, _precision(high), "1", _precision(single), named),
        Measurement(EARLY, _early(every), "1", _early(single), named),
        Measurement(ERROR, error, "1", _ALLOWED, "allowed"),
    ]


def city(number: int, *, is_perturbed: bool = False, enterprises: int = _ENTERPRISES) -> City:
    """Play a city and measure it."""
    given = parameters()
    if is_perturbed:
        given = perturbed(given, seed=number)
    opinions = _OPINIONS * enterprises // _ENTERPRISES
    world = World(given, seed=number, enterprises=enterprises, opinions=opinions)
    return figures(world, play(world), is_perturbed=is_perturbed)


def figures(world: World, played: Played, *, is_perturbed: bool = False) -> City:
    """Measure a city that was played."""
    truth, before = world.truth(), past(world)

    def measured(alarms: Mapping[str, date]) -> Measures:
        first, last = world.first_day, world.last_day
        return measured_by(alarms, truth, first_day=first, last_day=last, past=before)

    return City(
        number=world.seed,
        is_perturbed=is_perturbed,
        every=measured(played.every),
        high=measured(played.high),
        single={name: measured(alarms) for name, alarms in played.single.items()},
        error=calibrate(played.said, mass_layoff_days(world), horizon=_HORIZON).error or 0.0,
    )


def _numbers(*, full: bool) -> Iterator[tuple[int, bool]]:
    plain, changed = (_PLAIN_ALL, _CHANGED_ALL) if full else (_PLAIN, _CHANGED)
    yield from ((number, False) for number in plain)
    yield from ((number, True) for number in changed)


def _precision(found: Sequence[Measures]) -> float:
    """Return the share of right alarms of all cities together."""
    counted = [one.alarms - one.set_aside for one in found]
    return _share([one.precision for one in found], counted)


def _early(found: Sequence[Measures]) -> float:
    return _share([one.early_recall for one in found], [one.traced for one in found])


def _f1(found: Sequence[Measures]) -> float:
    precision = _precision(found)
    recall = _share([one.recall for one in found], [one.mass_layoffs for one in found])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _share(shares: Sequence[float | None], wholes: Sequence[int]) -> float:
    parts = sum((share or 0.0) * whole for share, whole in zip(shares, wholes, strict=True))
    return parts / sum(wholes) if sum(wholes) else 0.0


def _tell(one: City) -> None:
    """Tell a city's figures on stderr: each with what it is a share of."""
    line = say(
        "bench.city_perturbed" if one.is_perturbed else "bench.city",
        spoken(),
        number=one.number,
        precision=_percent(one.high.precision),
        alarms=one.high.alarms - one.high.set_aside,
        early=_percent(one.every.early_recall),
        traced=one.every.traced,
        error=f"{one.error:.4f}",
    )
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"
