"""What each source adds in simulated cities: judged without it, and measured against the truth.

Each group of sources that a city has is left out in turn, officers' visits (casework) too. Three
figures, as the demo defines them: the share of the traced mass layoffs that were warned of 30 days
ahead, and of orange and red the share that was right and the share of mass layoffs found. Told is
what the source adds to each, with the interval that holds 95 % (enterprises drawn again, weighted
alike both ways); limit: the figure of all sources together.

Three cities as their parameters have them and one with every parameter perturbed, none of which
rules were tuned on; with `--full` five and three.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from benchmarks.measurement import Measurement
from benchmarks.simulated_city import Played, judged_by, pushed
from services.scoring.backtest.measures import figures, gains
from services.scoring.domain.backtest import Tally
from services.scoring.domain.sources import SourceGroup
from simulation.demo.measures import mass_layoffs, past
from simulation.demo.measures import measure as measured_by
from simulation.parameters import parameters, perturbed
from simulation.world.truth import TrueLayoff
from simulation.world.world import World

# Those of which a simulated city has a feed.
GROUPS: Final = (
    SourceGroup.EMPLOYMENT,
    SourceGroup.SOCIAL_INSURANCE,
    SourceGroup.REGISTER,
    SourceGroup.OPINION,
    SourceGroup.CASEWORK,
)
EARLY, PRECISION, RECALL = (
    "recall-30-days-ahead",
    "orange-and-red/precision",
    "orange-and-red/recall",
)
_ENTERPRISES: Final = 2_000
_OPINIONS: Final = 10_000
_PLAIN, _CHANGED = range(1, 4), range(6, 7)
_PLAIN_ALL, _CHANGED_ALL = range(1, 6), range(6, 9)
_LIMIT: Final = "all sources; 95 % of the gain: {low:+.3f} to {high:+.3f}"
# Every warning, and those at orange and red; case by case the same enterprises.
Counted = tuple[list[Tally], list[Tally]]


async def measure(*, full: bool) -> list[Measurement]:
    """Judge the cities by all sources and without each, and set both beside each other."""
    plain, changed = (_PLAIN_ALL, _CHANGED_ALL) if full else (_PLAIN, _CHANGED)
    worlds = (
        *(_world(number) for number in plain),
        *(_world(number, is_perturbed=True) for number in changed),
    )
    return added(worlds)


def added(worlds: Iterable[World]) -> list[Measurement]:
    """Measure what each source adds in these cities together."""
    whole: Counted = ([], [])
    less: dict[SourceGroup, Counted] = {group: ([], []) for group in GROUPS}
    for world in worlds:
        facts, watch = pushed(world)
        _count(world, judged_by(world, facts, watch), whole)
        for group, counted in less.items():
            _count(world, judged_by(world, facts, watch, left_out=[group]), counted)
    return [one for group in GROUPS for one in _added(group, whole, less[group])]


def _world(number: int, *, is_perturbed: bool = False) -> World:
    given = parameters()
    if is_perturbed:
        given = perturbed(given, seed=number)
    return World(given, seed=number, enterprises=_ENTERPRISES, opinions=_OPINIONS)


def _count(world: World, played: Played, into: Counted) -> None:
    every, high = into
    every += _tallies(world, played.every)
    high += _tallies(world, played.high)


def _tallies(world: World, alarms: Mapping[str, date]) -> list[Tally]:
    """Count what became of each enterprise of a city, in the order of the register."""
    events, before = mass_layoffs(world.truth()), past(world)
    return [
        _tally(world, one.uscc, alarms, events.get(one.uscc), before) for one in world.enterprises
    ]


def _tally(
    world: World,
    uscc: str,
    alarms: Mapping[str, date],
    event: TrueLayoff | None,
    before: frozenset[str],
) -> Tally:
    """Measure a city of one enterprise."""
    own = {uscc: alarms[uscc]} if uscc in alarms else {}
    if not own and event is None:
        return Tally()
    first, last = world.first_day, world.last_day
    events = [] if event is None else [event]
    found = measured_by(own, events, first_day=first, last_day=last, past=before)
    right = int(found.precision or 0)
    return Tally(
        right=right,
        wrong=found.alarms - found.set_aside - right,
        aside=found.set_aside,
        layoffs=found.mass_layoffs,
        caught=int(found.recall or 0),
        traced=found.traced,
        early=int(found.early_recall or 0),
    )


def _added(group: SourceGroup, whole: Counted, less: Counted) -> Iterator[Measurement]:
    """Tell the gains; of a share that is of nothing without the source there is none."""
    every, high = (figures(one) for one in whole)
    by_every, by_high = (gains(*both) for both in zip(whole, less, strict=True))
    for name, share, gain in (
        (EARLY, every.early_recall, by_every.early_recall),
        (PRECISION, high.precision, by_high.precision),
        (RECALL, high.recall, by_high.recall),
    ):
        if share.value and gain.value is not None:
            interval = _LIMIT.format(low=gain.low or 0.0, high=gain.high or 0.0)
            yield Measurement(f"sources/{group}/{name}", gain.value, "1", share.value, interval)
