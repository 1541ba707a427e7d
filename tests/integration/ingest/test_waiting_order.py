"""Rows that wait for the register end as if it had known their enterprises when they came."""

from tests.integration.ingest.conftest import BUREAU, Door
from tests.integration.ingest.files import ndjson, work
from tests.integration.ingest.test_order_of_receipt import FEED, _day, _known, _push, _sent, _table
from tests.integration.ingest.test_quarantine import release
from tests.unit.ingest.records import a_headcount, an_enterprise

PERIOD = "2020-07"


def _comes(door: Door, number: int) -> None:
    """Let an enterprise enter the register, and its rows be released."""
    door.push("enterprise_register", [an_enterprise(number)])
    release(door)


def test_what_is_said_again_while_something_else_is_awaited_waits_too(door: Door) -> None:
    _push(door, (1, 10))
    _day(door, 1)
    _sent(door, ndjson(a_headcount(1, insured_headcount=20)))
    _day(door, 2)
    _push(door, (1, 10))
    _day(door, 3)
    assert work(door) == 1
    _comes(door, 1)
    assert [_known(door, 1, on=day) for day in (0, 1, 2)] == [10, 20, 10]
    assert _known(door, 1) == 10


def test_what_was_taken_back_while_it_waited_may_be_said_again(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(2)])
    _push(door, (1, 10), (2, 5))
    _day(door, 1)
    why = {"reason": "口径有误"}
    path = f"/v1/feeds/{FEED}/periods/{PERIOD}/withdrawals"
    assert door.post(path, why, BUREAU).status_code == 201
    _day(door, 2)
    _push(door, (1, 10))
    _day(door, 3)
    _comes(door, 1)
    assert [_known(door, 1, on=day) for day in (0, 1, 2)] == [10, None, 10]


def test_a_file_that_replaces_a_period_says_again_what_waits(door: Door) -> None:
    _push(door, (1, 10), (2, 20))
    _day(door, 1)
    _sent(door, _table("columns", (1, 10)), replaces_period=PERIOD)
    assert work(door) == 1
    _day(door, 2)
    for number in (1, 2):
        _comes(door, number)
    assert [_known(door, number, on=0) for number in (1, 2)] == [10, 20]
    assert [_known(door, number) for number in (1, 2)] == [10, None]
