"""Two agencies say something of the same fact: each takes back its own, and what the other says
stands again, whichever way either has sent it."""

from typing import Any, Final

import pytest

from shared.auth.identity import Caller
from tests.integration.ingest.conftest import ANALYST, BUREAU, OTHER_BUREAU, Door
from tests.integration.ingest.files import csv_of, ndjson, send, work
from tests.integration.ingest.test_quarantine import FACTS, enrol
from tests.integration.ingest.test_withdrawals import facts, later
from tests.unit.ingest.records import a_headcount, uscc

FEED: Final = "insured_headcount"
WHERE: Final = f"/v1/feeds/{FEED}/periods/2020-07/withdrawals"
WAYS: Final = ("batch", "columns", "rows")


def say(door: Door, way: str, by: Caller, *rows: tuple[int, int], replaces: bool = False) -> Any:
    """Send headcounts of enterprises by a batch or a file, and return what became of them."""
    records = [a_headcount(number, insured_headcount=count) for number, count in rows]
    if way == "batch" and not replaces:
        return door.push(FEED, records, caller=by).json()
    query = {"replaces_period": "2020-07"} if replaces else {}
    if way == "rows":
        body = ndjson(*records)
    else:
        heads: list[object] = ["uscc", "month", "insured_headcount"]
        lines = [[uscc(number), "2020-07", count] for number, count in rows]
        body = csv_of(heads, *lines)
    sent = send(door, FEED, body, caller=by, **query)
    assert sent.status_code == 202, sent.text
    assert work(door) == 1
    return door.get(sent.headers["Location"], by).json()


def take_back(door: Door, by: Caller, *, facts: int) -> Any:
    """Take the month back, which are so many facts."""
    done = door.post(WHERE, {"reason": "重复报送"}, by)
    assert (done.status_code, done.json()["facts"]) == (201, facts), done.text
    return done.json()


def stands(door: Door, *numbers: int, on: int | None = None) -> list[int | None]:
    """Return what is known of enterprises: now, or at the end of a day of August."""
    query = "" if on is None else f"&known_on=2020-08-{on:02}"
    told = [facts(door, query, number) for number in numbers]
    return [each[0][2] if each else None for each in told]


def stated(door: Door, number: int) -> list[tuple[int, str, int | None]]:
    """Return the version, the operation and the headcount of what was stated of an enterprise."""
    return [
        (body["version"][place], body["operation"][place], body["values"][FEED][place])
        for body in (row["body"] for row in door.rows(FACTS))
        for place, code in enumerate(body["uscc"])
        if code == uscc(number)
    ]


@pytest.mark.parametrize("way", WAYS)
def test_what_both_say_stands_until_both_have_taken_it_back(door: Door, way: str) -> None:
    enrol(door, 1, 2)
    say(door, way, BUREAU, (1, 10), (2, 20))
    later(door, 4)
    told = say(door, way, OTHER_BUREAU, (1, 10), (2, 20))
    assert (told["counts"]["rows"], told["counts"]["duplicate"]) == (2, 2)
    # Who says again what is their own has said nothing new.
    say(door, way, OTHER_BUREAU, (2, 20), (1, 10))
    assert [row[1] for row in facts(door, "&history=true")] == [2, 1]
    later(door, 5)
    take_back(door, OTHER_BUREAU, facts=2)
    assert stands(door, 1, 2) == [10, 20]
    later(door, 6)
    say(door, way, OTHER_BUREAU, (1, 10))
    take_back(door, BUREAU, facts=1)
    assert stands(door, 1, 2) == [10, None]
    later(door, 7)
    take_back(door, OTHER_BUREAU, facts=1)
    assert stands(door, 1, 2) == [None, None]
    assert [stands(door, 1, 2, on=day) for day in (3, 4, 5, 6)] == [
        [10, 20],
        [10, 20],
        [10, 20],
        [10, None],
    ]
    for number in (1, 2):
        said = stated(door, number)
        assert [version for version, *_ in said] == list(range(1, len(said) + 1))
        assert said[-1][1:] == ("withdraw", None)


def test_what_stands_again_is_told_by_an_import_of_its_own(door: Door) -> None:
    enrol(door, 1, 2, 3)
    say(door, "batch", BUREAU, (1, 10), (2, 20), (3, 30))
    later(door, 4)
    # A month of somebody else's by mistake.
    say(door, "columns", OTHER_BUREAU, (1, 11), (2, 22))
    later(door, 5)
    taken = take_back(door, OTHER_BUREAU, facts=2)
    assert stands(door, 1, 2, 3) == [10, 20, 30]
    assert stands(door, 1, 2, 3, on=4) == [11, 22, 30]
    assert stated(door, 1) == [
        (1, "record", 10),
        (2, "supersede", 11),
        (3, "withdraw", None),
        (4, "supersede", 10),
    ]
    path = f"/v1/observations?feed={FEED}&uscc={uscc(1)}"
    fact = door.get(path, ANALYST).json()["data"][0]
    assert (fact["agency"], fact["import_kind"]) == (BUREAU.subject, "restoration")
    told = door.get(f"/v1/imports/{fact['import_id']}", BUREAU).json()
    assert (told["restores"], told["counts"]["superseding"]) == (taken["import_id"], 2)
    # It is theirs to take back, and their last push is what they sent.
    arrivals = door.get("/v1/freshness", BUREAU).json()["data"]
    assert [row["last_push_on"] for row in arrivals if row["feed"] == FEED] == ["2020-08-03"]
    later(door, 6)
    take_back(door, BUREAU, facts=3)
    assert stands(door, 1, 2, 3) == [None, None, None]


def test_what_is_hidden_is_taken_back_and_does_not_stand_again(door: Door) -> None:
    enrol(door, 1, 2)
    say(door, "batch", BUREAU, (1, 10), (2, 20))
    later(door, 4)
    say(door, "batch", OTHER_BUREAU, (1, 11), (2, 22))
    later(door, 5)
    take_back(door, BUREAU, facts=2)
    assert stands(door, 1, 2) == [11, 22]
    # Once is enough.
    again = door.post(WHERE, {"reason": "重复报送"}, BUREAU)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_withdraw")
    later(door, 6)
    take_back(door, OTHER_BUREAU, facts=2)
    assert stands(door, 1, 2) == [None, None]


@pytest.mark.parametrize("way", ["columns", "rows"])
def test_a_file_that_replaces_a_month_uncovers_what_another_agency_says(
    door: Door, way: str
) -> None:
    enrol(door, 1, 2, 3, 4)
    say(door, way, BUREAU, (1, 10), (2, 20), (3, 30))
    later(door, 4)
    say(door, way, OTHER_BUREAU, (1, 11), (2, 22), (3, 33))
    later(door, 5)
    # Of 3 the first takes back what is hidden: it does not stand again afterwards.
    say(door, way, BUREAU, (2, 20), replaces=True)
    assert stands(door, 1, 2, 3) == [11, 20, 33]
    later(door, 6)
    told = say(door, way, OTHER_BUREAU, (1, 11), (4, 44), replaces=True)
    assert told["withdrawn"] == 1
    assert stands(door, 1, 2, 3, 4) == [11, 20, None, 44]
    later(door, 7)
    say(door, way, OTHER_BUREAU, (4, 44), replaces=True)
    # 1 was hidden when the first took it back on the fifth.
    assert stands(door, 1, 2, 3, 4) == [None, 20, None, 44]
    assert stands(door, 1, 2, 3, 4, on=6) == [11, 20, None, 44]
