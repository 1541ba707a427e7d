"""The standing day after day: up at once, down by one step, slowly, and with its reason."""

from datetime import date, timedelta

import pytest

from services.scoring.domain.assessment import Assessment
from services.scoring.domain.course import UNNOTICED, Leaving, Position, step
from services.scoring.domain.level import Admission
from services.scoring.domain.places import LADDER, Place, Standing
from services.scoring.domain.rules import Impact

DAY_0 = date(2026, 10, 1)
LETTERS = dict(zip("-pbyor", LADDER, strict=True))


def pointing_to(place: Place, day: date, *, is_silent: bool = False) -> Assessment:
    return Assessment(
        as_of=day,
        rules="rules-2020.1",
        findings=(),
        families={},
        evident=0.0,
        alike=(),
        likelihood=0.0,
        impact=Impact.I1,
        admission=Admission.NONE,
        place=place,
        headcount=100,
        jobs_at_risk=0,
        is_silent=is_silent,
    )


def walk(pointed: str) -> str:
    """Let each letter be a day's assessment; return where the enterprise stands after each."""
    position, stood = UNNOTICED, ""
    for number, letter in enumerate(pointed):
        judged = pointing_to(LETTERS[letter], DAY_0 + timedelta(days=number))
        position = step(position, judged)
        stood += next(key for key, place in LETTERS.items() if place is position.place)
    return stood


@pytest.mark.parametrize(
    ("pointed", "stood"),
    [
        ("-----", "-----"),
        ("-p-b-y-o-r", "-ppbbyyoor"),  # up at once, by as many steps as it takes
        ("-r", "-r"),
        # the first day that allows it, and one seven days later
        ("y" + "-" * 8, "y" * 8 + "b"),
        ("y" + "-" * 7, "y" * 8),
        # each step its own seven days; lifting (blue to potential risk) is the last of a warning
        ("r" + "-" * 36, "rrrrrrrr" + "ooooooo" + "yyyyyyy" + "bbbbbbb" + "ppppppp" + "-"),
        # a day that contradicts starts the count anew
        ("y---y" + "-" * 8, "y" * 12 + "b"),
        # one step a time only as far as it is allowed
        ("rbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "rrrrrrrrooooooo" + "yyyyyyy" + "bbbbbbb"),
        # a contradiction by a level that is higher than allowed but lower than the present one
        # still allows one step down
        ("ryyyoooo", "rrrrrrrr"),
        ("ryyyooooo", "rrrrrrrro"),
        # up again in the middle of falling
        ("y---o" + "-" * 8, "yyyy" + "o" * 8 + "y"),
    ],
)
def test_walks(pointed: str, stood: str) -> None:
    assert walk(pointed) == stood


def test_days_that_nobody_judged_are_no_evidence_but_time() -> None:
    stands = Position(Place.YELLOW, since=DAY_0)
    first = step(stands, pointing_to(Place.NONE, DAY_0 + timedelta(days=1)))
    second = step(first, pointing_to(Place.NONE, DAY_0 + timedelta(days=30)))

    assert first == Position(Place.YELLOW, since=DAY_0, falling_since=DAY_0 + timedelta(days=1))
    assert second.place is Place.BLUE  # one step, however long it was


@pytest.mark.parametrize(
    ("is_silent", "because"), [(False, Leaving.RECOVERED), (True, Leaving.EVIDENCE_AGED)]
)
def test_coming_down_keeps_its_reason(is_silent: bool, because: Leaving) -> None:
    falling = Position(Place.BLUE, since=DAY_0, falling_since=DAY_0)
    day = DAY_0 + timedelta(days=7)

    down = step(falling, pointing_to(Place.NONE, day, is_silent=is_silent))

    assert down == Position(Place.POTENTIAL_RISK, since=day, falling_since=day, because=because)


def test_the_reason_stays_until_the_enterprise_goes_up_again() -> None:
    left = Position(Place.NONE, since=DAY_0, because=Leaving.RECOVERED)
    day = DAY_0 + timedelta(days=3)

    assert step(left, pointing_to(Place.NONE, day)) == left
    assert step(left, pointing_to(Place.BLUE, day)) == Position(Place.BLUE, since=day)


@pytest.mark.parametrize(
    ("place", "standing", "below"),
    [
        (Place.POTENTIAL_RISK, Standing.POTENTIAL_RISK, Place.NONE),
        (Place.BLUE, Standing.WARNING, Place.POTENTIAL_RISK),
        (Place.YELLOW, Standing.WARNING, Place.BLUE),
        (Place.ORANGE, Standing.WARNING, Place.YELLOW),
        (Place.RED, Standing.WARNING, Place.ORANGE),
    ],
)
def test_rungs(place: Place, standing: Standing, below: Place) -> None:
    assert (place.standing, place.below()) == (standing, below)


def test_the_floor() -> None:
    assert Place.NONE.standing is Standing.NONE
    with pytest.raises(IndexError):
        Place.NONE.below()
