"""A small city is played without a platform, and measured against its truth."""

from datetime import date, timedelta

import pytest

from benchmarks.accuracy import figures
from benchmarks.simulated_city import Played, play
from benchmarks.simulated_facts import Book
from simulation.parameters import parameters
from simulation.world.months import WINDOW
from simulation.world.records import Feed, Push
from simulation.world.world import World

# Not among those that the rules were tuned on.
SEED, ENTERPRISES = 4, 300


@pytest.fixture(scope="module")
def world() -> World:
    return World(parameters(), seed=SEED, enterprises=ENTERPRISES, opinions=1_500)


@pytest.fixture(scope="module")
def played(world: World) -> Played:
    return play(world)


def test_a_city_is_warned_of_and_what_is_said_comes_true(world: World, played: Played) -> None:
    measured = figures(world, played)
    assert measured.every.mass_layoffs >= measured.every.traced > 0
    assert measured.every.alarms >= measured.high.alarms > 0
    assert (measured.every.recall or 0) >= (measured.single["layoff_report"].recall or 0)
    assert measured.error <= 0.03


def test_a_high_alarm_is_never_before_the_first_one(played: Played) -> None:
    assert played.high.keys() <= played.every.keys()
    assert all(day >= played.every[uscc] for uscc, day in played.high.items())
    assert {day.weekday() for day in played.said} == {6}
    assert set(played.said) <= set(WINDOW)


def test_what_is_sent_again_is_a_version_more(world: World) -> None:
    day = WINDOW[0]
    row = {
        "uscc": world.enterprises[0].uscc,
        "month": "2020-06",
        "insured_headcount": 12,
        "months_in_arrears": 0,
    }
    book = Book()
    for after, staff in ((0, 12), (3, 11)):
        sent = {**row, "insured_headcount": staff}
        one = Push("agency-hrss", Feed.HEADCOUNT, [sent])
        book.take(one, day + timedelta(days=after))
    kept = book.facts().headcounts

    assert kept["version"].to_list() == [1, 2]
    assert kept["received_on"].to_list() == [day, day + timedelta(days=3)]
    assert kept["headcount"].to_list() == [12, 11]
    assert kept["pay"].to_list() == [None, None]


def test_texts_are_read_by_the_names_of_the_register(world: World) -> None:
    book = Book()
    for one in world.history():
        if one.feed == Feed.REGISTER:
            book.take(one, WINDOW[0])
    for day in WINDOW[:14]:
        for one in world.day(day):
            if one.feed == Feed.OPINION:
                book.take(one, day)
    linked = book.facts().opinions

    assert 0 < linked["uscc"].n_unique() <= ENTERPRISES
    assert linked["received_on"].min() == linked["published_on"].min() == date(2020, 7, 31)
    assert linked["cluster"].n_unique() <= linked["item"].n_unique()
