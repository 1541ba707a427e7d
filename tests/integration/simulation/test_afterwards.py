"""After the two months headcounts alone come, until it is known what became of everybody."""

from simulation.world.months import LAST_DAY
from simulation.world.world import World

_SUNDAY = 6


def test_headcounts_come_by_the_week_until_the_horizon_is_known(city: World) -> None:
    came = list(city.afterwards())
    days = [day for day, _ in came]
    assert days == sorted(days)
    assert all(day > LAST_DAY and day.weekday() == _SUNDAY for day in days)
    assert {one.feed for _, one in came} == {"insured_headcount"}
    months = {str(record["month"]) for _, one in came for record in one.records}
    assert {"2020-09", "2020-10", "2020-11", "2020-12"} <= months
    assert max(months) == "2020-12"


def test_whoever_lost_staff_is_seen_to_have_lost_it(city: World) -> None:
    """A closure of November is a zero, though nobody pushes anything else of it."""
    closed = {
        event.uscc: event
        for event in city.truth()
        if event.jobs == event.headcount_before and f"{event.first_loss_on:%Y-%m}" == "2020-11"
    }
    last: dict[str, int] = {}
    for _, one in city.afterwards():
        for record in one.records:
            if record["month"] == "2020-11":
                last[str(record["uscc"])] = int(str(record["insured_headcount"]))
    seen = closed.keys() & last.keys()
    assert seen
    assert {last[uscc] for uscc in seen} == {0}
