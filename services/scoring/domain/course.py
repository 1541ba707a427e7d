"""Where an enterprise stands, day after day: up at once, down by one step and only slowly."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from services.scoring.domain.assessment import Assessment
from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.places import Place


class Leaving(StrEnum):
    """Why an enterprise left a standing; kept, since having left is not having been healthy."""

    RECOVERED = "recovered"
    EVIDENCE_AGED = "evidence_aged"
    CORRECTED = "corrected"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class Position:
    """Where an enterprise stands at the end of a day.

    `since` is the day it came there, `falling_since` the first of the evaluations in a row that
    allow a lower place, `because` why it came down to here.
    """

    place: Place = Place.NONE
    since: date | None = None
    falling_since: date | None = None
    because: Leaving | None = None


UNNOTICED = Position()


@dataclass(frozen=True, slots=True)
class Held:
    """A place that the day's facts no longer carry; if they stay so, it is `lower` from `on` on."""

    place: Place
    points_to: Place
    lower: Place
    on: date


def held(position: Position, target: Place, editions: Editions, day: date) -> Held | None:
    """Say how long an enterprise stays where the facts of a day no longer point; None if they do.

    `position` is that at the end of the day, `target` the place to which the day's facts point.
    """
    if position.falling_since is None or target.rank >= position.place.rank:
        return None
    wait = timedelta(days=editions.on(day).step_down_days)
    return Held(position.place, target, position.place.below(), position.falling_since + wait)


def step(before: Position, judged: Assessment, editions: Editions = BUILT_IN) -> Position:
    """Return the position at the end of the day from that of the day before.

    Where two persons found the warning false, what they looked at points nowhere any more, and
    the enterprise leaves at once; so it does where what it stood on was taken back. Otherwise up
    at once. Down one step when two daily evaluations, as far apart as the rules ask and with none
    between that contradicts, both allow it; the second is then the first for the next step.
    """
    day, target = judged.as_of, judged.place
    if target.rank > before.place.rank:
        return Position(target, since=day)
    if (judged.is_refuted or judged.is_corrected) and target.rank < before.place.rank:
        because = Leaving.REFUTED if judged.is_refuted else Leaving.CORRECTED
        return Position(target, since=day, because=because)
    if target is before.place:
        return before if before.falling_since is None else replace(before, falling_since=None)
    if before.falling_since is None:
        return replace(before, falling_since=day)
    if (day - before.falling_since).days < editions.on(day).step_down_days:
        return before
    lower = before.place.below()
    return Position(
        lower,
        since=day,
        falling_since=day if target.rank < lower.rank else None,
        because=Leaving.EVIDENCE_AGED if judged.is_silent else Leaving.RECOVERED,
    )
