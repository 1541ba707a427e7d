"""Opinion texts: as many as asked, about whom the course says, varied, and built day by day."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from simulation.world.months import WINDOW, month_of
from simulation.world.opinions import Item
from simulation.world.talk import TRUE_TOPICS
from simulation.world.texts import grammar
from simulation.world.world import World


@pytest.fixture(scope="module")
def items(city: World) -> Mapping[date, Sequence[Item]]:
    return {day: city.items(day) for day in WINDOW}


@pytest.fixture(scope="module")
def flat(items: Mapping[date, Sequence[Item]]) -> list[Item]:
    return [item for day in items.values() for item in day]


def test_there_are_as_many_as_asked(flat: list[Item]) -> None:
    assert len(flat) == 10_000
    assert len({item.id for item in flat}) == 10_000


def test_a_days_items_are_of_that_day_and_in_order(items: Mapping[date, Sequence[Item]]) -> None:
    for day, found in items.items():
        assert found
        assert {item.published_at.date() for item in found} == {day}
        times = [item.published_at for item in found]
        assert times == sorted(times)


def test_the_great_mass_is_about_nobody(flat: list[Item]) -> None:
    true = sum(item.topic in TRUE_TOPICS for item in flat)
    apart = sum(item.uscc is None for item in flat)
    assert 150 < true < 1_500
    assert apart / 10_000 > 0.7


def test_no_slot_is_left_open_and_no_text_is_empty(flat: list[Item]) -> None:
    for item in flat:
        whole = f"{item.text.title or ''}{item.text.body}"
        assert not re.search(r"[{}|]", whole), whole
        assert item.text.body.strip()
        assert len(item.text.body) < 500


def test_texts_are_varied(flat: list[Item]) -> None:
    bodies = Counter(item.text.body for item in flat)
    assert len(bodies) > 5_000
    assert len({item.text.source for item in flat}) >= 12
    assert {item.topic for item in flat} >= set(grammar().social) - {"bankruptcy", "gathering"}


def test_a_text_about_an_enterprise_names_it_in_one_of_three_ways(
    city: World, flat: list[Item]
) -> None:
    names = {one.uscc: one.name for one in city.enterprises}
    ways: Counter[str] = Counter()
    for item in flat:
        if item.uscc is None:
            continue
        whole = f"{item.text.title or ''}{item.text.body}"
        name = names[item.uscc]
        assert name.brand in whole
        full, short = name.full in whole, name.short in whole
        ways["full" if full else "short" if short else "brand"] += 1
    assert all(count > 100 for count in ways.values())
    assert len(ways) == 3


def test_what_is_alleged_is_true_of_a_distressed_enterprise(city: World, flat: list[Item]) -> None:
    for item in flat:
        if item.topic in TRUE_TOPICS and item.uscc is not None:
            course = city.course(item.uscc)
            day = item.published_at.date()
            lost = any(plan.first_on <= day for plan in course.plans)
            assert course.state(month_of(day)).is_distressed or lost


def test_some_say_the_same_elsewhere(flat: list[Item]) -> None:
    about = Counter((item.uscc, item.text.body) for item in flat if item.uscc is not None)
    assert sum(count > 1 for count in about.values()) > 30


def test_no_author_is_pushed(flat: list[Item]) -> None:
    allowed = {"item_id", "published_at", "title", "text", "source", "url"}
    assert all(set(item.record()) <= allowed for item in flat)
