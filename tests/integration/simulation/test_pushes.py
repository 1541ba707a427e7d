"""What agencies push: by the feeds' contracts, when it is known, and the same for the same seed."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from hashlib import sha256

import pytest

from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import sift
from simulation.shape import Parameters
from simulation.world.months import WINDOW
from simulation.world.records import Push
from simulation.world.world import World

OWNERS = {
    "enterprise_register": "agency-amr",
    "insured_headcount": "agency-hrss",
    "layoff_report": "agency-hrss",
    "protection_list": "agency-deit",
    "opinion_item": "agency-opinion",
}


@pytest.fixture(scope="module")
def town(given: Parameters) -> World:
    return World(given, seed=4, enterprises=600, opinions=4_000)


@pytest.fixture(scope="module")
def days(town: World) -> dict[date, list[Push]]:
    return {day: list(town.day(day)) for day in WINDOW}


def digest(world: World) -> str:
    whole = sha256()
    for one in [*world.history(), *(push for day in WINDOW for push in world.day(day))]:
        whole.update(f"{one.agency} {one.feed}".encode())
        whole.update(json.dumps(one.records, ensure_ascii=False).encode())
    whole.update(repr(world.truth()).encode())
    return whole.hexdigest()


def test_the_same_seed_makes_the_same_city_and_another_does_not(given: Parameters) -> None:
    first, second, other = (
        digest(World(given, seed=seed, enterprises=200, opinions=500)) for seed in (5, 5, 6)
    )
    assert first == second
    assert first != other


def test_every_record_is_one_that_its_feed_takes(town: World, days: dict[date, list[Push]]) -> None:
    eve = date(2020, 7, 30)
    pushed = [(eve, one) for one in town.history()]
    pushed += [(day, one) for day, pushes in days.items() for one in pushes]
    seen: Counter[str] = Counter()
    for day, one in pushed:
        assert one.agency == OWNERS[one.feed]
        records = [json.loads(json.dumps(record)) for record in one.records]
        sifted = sift(FEEDS[one.feed], records, today=day)
        assert sifted.faults == ()
        seen[one.feed] += len(sifted.rows)
    assert set(seen) == set(OWNERS)


def test_the_history_is_what_was_known_before_the_first_day(town: World) -> None:
    months: defaultdict[str, int] = defaultdict(int)
    for one in town.history():
        for record in one.records:
            if one.feed == "insured_headcount":
                months[str(record["month"])] += 1
            if one.feed == "layoff_report":
                assert str(record["reported_on"]) < "2020-07-31"
    assert min(months) == "2018-07"
    assert max(months) == "2020-06"
    assert len(months) == 24
    # June is still incomplete: some send late.
    assert 0.9 < months["2020-06"] / months["2020-05"] < 1


def test_headcounts_of_a_month_come_in_the_next(days: dict[date, list[Push]]) -> None:
    coming: defaultdict[str, list[date]] = defaultdict(list)
    for day, record in _records(days, "insured_headcount"):
        coming[str(record["month"])].append(day)
    for month, expected in (("2020-07", 8), ("2020-08", 9)):
        usual = [day for day in coming[month] if day.month == expected and 10 <= day.day <= 20]
        assert len(usual) / len(coming[month]) > 0.85
    assert not coming["2020-09"]


def test_some_months_are_corrected_and_some_never_come(
    town: World, days: dict[date, list[Push]]
) -> None:
    sent = Counter(
        (record["uscc"], record["month"])
        for _, record in _records(days, "insured_headcount")
        if record["month"] == "2020-07"
    )
    rows = {one.uscc: town.course(one.uscc).row(24) for one in town.enterprises}
    alive = {uscc for uscc, row in rows.items() if row is not None and row.staff}
    assert 0 < sum(count > 1 for count in sent.values()) / len(sent) < 0.03
    missing = alive - {uscc for uscc, _ in sent}
    assert 0 < len(missing) / len(alive) < 0.04


def test_a_new_edition_of_the_lists_comes_within_the_window(
    town: World, days: dict[date, list[Push]]
) -> None:
    before = {
        (record["uscc"], record["list_kind"])
        for one in town.history()
        if one.feed == "protection_list"
        for record in one.records
    }
    (edition,) = {day for day, _ in _records(days, "protection_list")}
    after = {
        (record["uscc"], record["list_kind"]) for _, record in _records(days, "protection_list")
    }
    assert edition == date(2020, 8, 26)
    assert {kind for _, kind in before} == {"priority", "key", "inclusive"}
    assert before - after
    assert after - before
    assert len(before & after) / len(before) > 0.6


def test_the_register_changes_in_the_window(days: dict[date, list[Push]]) -> None:
    changed = [record["status"] for _, record in _records(days, "enterprise_register")]
    assert changed
    assert set(changed) <= {"active", "cancelled", "moved_out"}


def test_headcounts_come_before_opinions(days: dict[date, list[Push]]) -> None:
    order = list(OWNERS)
    for pushes in days.values():
        feeds = [order.index(one.feed) for one in pushes]
        assert feeds == sorted(feeds)


def _records(days: dict[date, list[Push]], feed: str) -> Iterator[tuple[date, dict[str, object]]]:
    for day, pushes in days.items():
        for one in pushes:
            if one.feed == feed:
                for record in one.records:
                    yield day, dict(record)
