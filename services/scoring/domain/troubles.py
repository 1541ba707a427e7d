"""What is wrong with an enterprise by its own facts, as others have to know who belong to it.

Only its own facts count: what an affiliate's trouble adds to a judgement is left out again, so that
two who belong together never talk each other up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.scoring.domain.assessment import Assessment, without
from services.scoring.domain.measured import Measured
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Family, RuleSet


class Trouble(StrEnum):
    """A kind of trouble that spreads."""

    LEVEL = "level"
    DEFAULT = "default"


# What keeps an enterprise from paying whom it owes, the gravest first.
DEFAULTS: Final = ("F5", "F4-DISHONEST", "F4")

# Kind -> what is wrong: a level (orange, red), or one of DEFAULTS.
Troubles = Mapping[Trouble, str]
NO_TROUBLES: Final[Troubles] = {}


@dataclass(frozen=True, slots=True)
class Turn:
    """From this day on this is wrong; None: nothing any more."""

    kind: Trouble
    on: date
    state: str | None


def own_troubles(judged: Assessment, measured: Measured, rules: RuleSet) -> Troubles:
    """Say what a day's own facts show of the enterprise."""
    found = {one.indicator for one in judged.findings if one.strength > 0}
    wrong: dict[Trouble, str] = {}
    if (place := _own_place(judged, measured, rules)).rank >= Place.ORANGE.rank:
        wrong[Trouble.LEVEL] = place.value
    if default := next((name for name in DEFAULTS if name in found), None):
        wrong[Trouble.DEFAULT] = default
    return wrong


def turns(days: Iterable[tuple[date, Troubles]], before: Troubles) -> list[Turn]:
    """Return what changes on these days, which are in order, from what was wrong before them."""
    last = dict(before)
    found = []
    for day, wrong in days:
        for kind in Trouble:
            state = wrong.get(kind)
            if state != last.get(kind):
                found.append(Turn(kind, day, state))
        last = dict(wrong)
    return found


def _own_place(judged: Assessment, measured: Measured, rules: RuleSet) -> Place:
    if judged.place.rank < Place.ORANGE.rank or Family.CONTEXT not in judged.families:
        return judged.place
    return without({Family.CONTEXT}, measured, judged, rules).place
