"""Weekly lists: who enters, who stays, who leaves, whatever the order in which they come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.places import LADDER, Place
from services.scoring.domain.work_list import (
    Candidate,
    Change,
    Gone,
    longest,
    next_list,
    ranked,
    week_of,
)

candidates = st.lists(
    st.builds(
        Candidate,
        uscc=st.integers(0, 40).map(lambda number: f"E{number:02}"),
        place=st.sampled_from(LADDER[1:]),
        likelihood=st.integers(0, 20).map(lambda number: number / 20),
        jobs_at_risk=st.integers(0, 50),
    ),
    unique_by=lambda one: one.uscc,
    max_size=30,
)
capacities = st.integers(1, 12)
lasts = st.dictionaries(st.integers(0, 40).map(lambda number: f"E{number:02}"), st.integers(1, 18))


def firm(name: str, place: Place = Place.BLUE, likely: float = 0.5, jobs: int = 10) -> Candidate:
    """Make a candidate."""
    return Candidate(name, place, likely, jobs)


def line(count: int) -> list[Candidate]:
    """Make candidates that rank in the order of their numbers."""
    return [firm(f"E{number:02}", jobs=1000 - number) for number in range(1, count + 1)]


def names(found: Sequence[object]) -> list[str]:
    """Name them."""
    return [str(one.uscc) for one in found]  # type: ignore[attr-defined]


@given(candidates, lasts, capacities)
def test_the_first_enter_and_who_is_on_the_list_stays_until_others_clearly_come_first(
    standing: list[Candidate], last: dict[str, int], capacity: int
) -> None:
    made = next_list(standing, last, capacity=capacity)
    order = names(ranked(standing))
    first, reach = set(order[:capacity]), set(order[: longest(capacity)])
    assert set(names(made.listed)) == first | (reach & last.keys())
    assert len(made.listed) <= longest(capacity)
    assert [one.rank for one in made.listed] == sorted(one.rank for one in made.listed)
    assert all(one.is_reserve == (one.rank > capacity) for one in made.listed)
    assert all((one.change is Change.NEW) == (one.uscc not in last) for one in made.listed)


@given(candidates, lasts, capacities, st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_everybody_of_the_last_list_is_on_this_one_or_is_said_to_have_left(
    standing: list[Candidate],
    last: dict[str, int],
    capacity: int,
    false: set[int],
    away: set[int],
) -> None:
    refuted, elsewhere = ({f"E{number:02}" for number in each} for each in (false, away))
    made = next_list(standing, last, capacity=capacity, refuted=refuted, elsewhere=elsewhere)
    on_it, gone = set(names(made.listed)), {one.uscc: one.because for one in made.left}
    assert on_it.isdisjoint(gone)
    assert last.keys() <= on_it | gone.keys()
    assert gone.keys() <= last.keys()
    assert on_it.isdisjoint(refuted)
    ranks = names(ranked(one for one in standing if one.uscc not in refuted))
    for uscc, because in gone.items():
        if because is Gone.OUTRANKED:
            assert ranks.index(uscc) + 1 > longest(capacity)
        else:
            assert uscc not in ranks


@given(candidates, lasts, capacities, st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_makes_no_difference(
    standing: list[Candidate], last: dict[str, int], capacity: int, chance: Random
) -> None:
    made = next_list(standing, last, capacity=capacity)
    shuffled = chance.sample(standing, len(standing))
    turned = dict(chance.sample(sorted(last.items()), len(last)))
    assert next_list(shuffled, turned, capacity=capacity) == made


@given(candidates, capacities)
def test_a_week_without_news_changes_nothing(standing: list[Candidate], capacity: int) -> None:
    once = next_list(standing, {}, capacity=capacity)
    again = next_list(standing, {one.uscc: one.rank for one in once.listed}, capacity=capacity)
    assert names(again.listed) == names(once.listed)
    assert again.left == ()
    assert {one.change for one in again.listed} <= {Change.SAME}


@given(candidates, capacities, st.integers(0, 29))
def test_one_that_recovers_lets_one_in_at_most(
    standing: list[Candidate], capacity: int, place: int
) -> None:
    once = next_list(standing, {}, capacity=capacity)
    last = {one.uscc: one.rank for one in once.listed}
    rest = [one for number, one in enumerate(ranked(standing)) if number != place]
    again = next_list(rest, last, capacity=capacity)
    assert sum(one.change is Change.NEW for one in again.listed) <= 1
    assert len(again.left) <= 1


def test_a_list_by_hand() -> None:
    first = next_list(line(5), {}, capacity=2)
    assert [(one.uscc, one.rank, one.change) for one in first.listed] == [
        ("E01", 1, Change.NEW),
        ("E02", 2, Change.NEW),
    ]
    # E05 turns red and pushes both down: E02 stays as the reserve.
    second = next_list(
        [replace(one, place=Place.RED) if one.uscc == "E05" else one for one in line(5)],
        {"E01": 1, "E02": 2},
        capacity=2,
        listed_before={"E01", "E02"},
    )
    assert [
        (one.uscc, one.rank, one.change, one.previous_rank, one.is_first_time, one.is_reserve)
        for one in second.listed
    ] == [
        ("E05", 1, Change.NEW, None, True, False),
        ("E01", 2, Change.FALLEN, 1, False, False),
        ("E02", 3, Change.FALLEN, 2, False, True),
    ]
    # E05 was refuted, E01 has recovered, E02 is in another district; E03 was listed once before.
    third = next_list(
        line(5)[2:4],
        {"E05": 1, "E01": 2, "E02": 3},
        capacity=2,
        listed_before={"E03"},
        refuted={"E05"},
        elsewhere={"E02"},
    )
    assert [(one.uscc, one.is_first_time) for one in third.listed] == [
        ("E03", False),
        ("E04", True),
    ]
    assert [(one.uscc, one.because) for one in third.left] == [
        ("E05", Gone.REFUTED),
        ("E01", Gone.LIFTED),
        ("E02", Gone.MOVED),
    ]
    # Beyond one and a half times the capacity they leave.
    fourth = next_list(line(5), {"E04": 2}, capacity=2)
    assert [(one.uscc, one.because) for one in fourth.left] == [("E04", Gone.OUTRANKED)]


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (firm("A", Place.BLUE, 1.0, 999), firm("B", Place.YELLOW, 0.3, 1)),
        (firm("A", likely=0.5, jobs=10), firm("B", likely=0.4, jobs=20)),
        (firm("A", likely=0.4, jobs=20), firm("B", likely=0.8, jobs=10)),
        (firm("B"), firm("A")),
    ],
)
def test_what_comes_first(less: Candidate, more: Candidate) -> None:
    assert ranked([less, more]) == [more, less]


@pytest.mark.parametrize("day", range(5, 12))
def test_weeks_begin_on_monday(day: int) -> None:
    assert week_of(date(2026, 10, day)) == date(2026, 10, 5)


@pytest.mark.parametrize(("capacity", "reach"), [(1, 1), (2, 3), (3, 4), (40, 60)])
def test_how_far_the_reserve_goes(capacity: int, reach: int) -> None:
    assert longest(capacity) == reach
