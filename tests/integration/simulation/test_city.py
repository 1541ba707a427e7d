"""Who there is: distributions, names, credit codes; the same seed makes the same."""

from collections import Counter

import pytest
from stdnum.cn import uscc

from shared.codes.divisions import DISTRICTS
from shared.codes.uscc import check_uscc
from simulation.chance import Chance
from simulation.shape import Parameters
from simulation.world.register import Enterprise, enterprises
from simulation.world.world import World

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module", params=SEEDS)
def people(request: pytest.FixtureRequest, given: Parameters) -> list[Enterprise]:
    return list(enterprises(given, Chance(request.param), 3_000))


def test_every_credit_code_is_valid_and_nobody_has_anothers(people: list[Enterprise]) -> None:
    codes = [one.uscc for one in people]
    assert len(set(codes)) == len(codes)
    assert all(uscc.is_valid(code) for code in codes)
    assert all(check_uscc(code) == code for code in codes)


def test_sizes_are_those_of_a_city(people: list[Enterprise]) -> None:
    staff = sorted(one.staff for one in people)
    assert 6 <= staff[1_500] <= 14
    assert 0.50 < sum(size < 20 for size in staff) / 3_000 < 0.75
    assert 15 <= sum(size > 500 for size in staff) <= 60
    assert staff[0] >= 1


def test_services_dominate_and_every_trade_and_district_is_there(
    people: list[Enterprise], given: Parameters
) -> None:
    trades = Counter(one.trade.code for one in people)
    assert set(trades) == {trade.code for trade in given.trades}
    industry = sum(trades[code] for code in ("3569", "2720", "1499", "4710"))
    assert industry / 3_000 < 0.25
    districts = Counter(one.district for one in people)
    assert set(districts) == {district.code for district in DISTRICTS}
    assert {code for code, _ in districts.most_common(2)} == {"110105", "110108"}


def test_names_are_distinct_and_some_brands_are_confusable(people: list[Enterprise]) -> None:
    names = [one.name.full for one in people]
    assert len(set(names)) == len(names)
    brands = Counter(one.name.brand for one in people)
    assert sum(count > 1 for count in brands.values()) > 50
    known = sum(bool(one.known_as) for one in people) / 3_000
    assert 0.30 < known < 0.50


def test_a_larger_city_begins_with_the_same_enterprises(given: Parameters) -> None:
    small = list(enterprises(given, Chance(9), 400))
    large = list(enterprises(given, Chance(9), 1_000))
    assert large[:400] == small
    assert {one.uscc for one in small} != {one.uscc for one in enterprises(given, Chance(8), 400)}


def test_a_larger_city_lives_alike_too(given: Parameters) -> None:
    small = World(given, seed=9, enterprises=200, opinions=0)
    large = World(given, seed=9, enterprises=300, opinions=0)
    assert all(small.untreated(one.uscc) == large.untreated(one.uscc) for one in small.enterprises)


def test_an_enterprise_has_no_rows_before_it_was_founded(city: World) -> None:
    young = [one for one in city.enterprises if one.established_on.year == 2019]
    assert len(young) > 20
    for one in young:
        rows = city.untreated(one.uscc).rows
        founded = (one.established_on.year - 2018) * 12 + one.established_on.month - 7
        assert rows[0].month == founded + 1
