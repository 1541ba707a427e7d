"""A rule set tried on history: who would stand elsewhere, had it been in force."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from services.scoring.domain.places import Place, Standing

_EXAMPLES: Final = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """One enterprise at the end of the period by the rules in force and by those that are tried.

    `was_warned` and `is_warned`: whether it was on the warning list on any day of the period.
    """

    uscc: str
    before: Place
    after: Place
    likelihood_before: float
    likelihood_after: float
    was_warned: bool
    is_warned: bool

    @property
    def distance(self) -> int:
        """Count the rungs between, upwards."""
        return self.after.rank - self.before.rank


@dataclass(frozen=True, slots=True)
class Tally:
    """What a trial has counted so far; the examples are those that move farthest."""

    judged: int = 0
    up: int = 0
    down: int = 0
    warned_before: int = 0
    warned_after: int = 0
    moves: Mapping[tuple[Place, Place], int] = field(default_factory=dict)
    examples: tuple[Compared, ...] = ()

    @property
    def changed(self) -> int:
        """Count who would stand elsewhere."""
        return self.up + self.down


def add(tally: Tally, compared: Iterable[Compared]) -> Tally:
    """Count further enterprises; in which portions they come makes no difference."""
    found = sorted(compared, key=lambda one: one.uscc)
    moves = Counter(tally.moves)
    moves.update((one.before, one.after) for one in found if one.distance)
    moved = (*tally.examples, *(one for one in found if one.distance))
    return replace(
        tally,
        judged=tally.judged + len(found),
        up=tally.up + sum(one.distance > 0 for one in found),
        down=tally.down + sum(one.distance < 0 for one in found),
        warned_before=tally.warned_before + sum(one.was_warned for one in found),
        warned_after=tally.warned_after + sum(one.is_warned for one in found),
        moves=dict(moves),
        examples=tuple(sorted(moved, key=_farthest)[:_EXAMPLES]),
    )


def is_warned(place: Place) -> bool:
    """Say whether the place is on the warning list."""
    return place.standing is Standing.WARNING


def _farthest(one: Compared) -> tuple[int, str]:
    return -abs(one.distance), one.uscc
