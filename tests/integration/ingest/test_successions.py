"""Enterprises that go on as others: recorded, stated, read, taken back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.auth.identity import Caller, CallerKind, Role
from tests.integration.ingest.conftest import (
    ANALYST,
    BUREAU,
    CHAOYANG,
    REGISTRAR,
    Door,
)
from tests.integration.ingest.test_linking import register
from tests.unit.ingest.records import uscc

PATH = f"/v1/enterprises/{uscc(1)}/successors/{uscc(2)}"
MERGED = {"kind": "merger", "effective_on": "2020-08-01", "reference": "京市监合〔2020〕7号"}
TAX = Caller("agency-tax", CallerKind.AGENCY, "税务局", feeds=frozenset({"insured_headcount"}))
ADMIN = Caller(
    "zhang",
    CallerKind.OFFICER,
    "张主任",
    frozenset({Role.CITY_ADMIN}),
    frozenset({"110105", "110108"}),
)
FACTS = """
    SELECT convert_from(payload, 'utf8')::jsonb AS body FROM ingest.event_log
    WHERE subject = 'ingest.succession.recorded.v1' ORDER BY event_id
"""


def stated(door: Door) -> list[tuple[Any, ...]]:
    """Return version, kind and whether it was taken back, of all facts."""
    bodies = [row["body"] for row in door.rows(FACTS)]
    assert all((b["predecessor"], b["successor"]) == (uscc(1), uscc(2)) for b in bodies)
    return [(b["version"], b["kind"], b["effective_on"], b["withdrawn"]) for b in bodies]


def test_a_merger_is_recorded_once_read_on_both_sides_and_taken_back(door: Door) -> None:
    register(door, 1)
    register(door, 2, district="110108")
    first = door.put(PATH, MERGED, REGISTRAR)
    assert first.status_code == 200
    assert first.json() == {
        "predecessor": uscc(1),
        "successor": uscc(2),
        **MERGED,
        "version": 1,
        "withdrawn": False,
        "recorded_at": "2020-08-03T09:00:00+08:00",
    }
    assert door.put(PATH, MERGED, ADMIN).json() == first.json()
    for code, caller in ((1, CHAOYANG), (1, ANALYST), (2, ANALYST)):
        found = door.get(f"/v1/enterprises/{uscc(code)}/successions", caller).json()["data"]
        assert found == [first.json()]
    hidden = door.get(f"/v1/enterprises/{uscc(2)}/successions", CHAOYANG)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "enterprise_not_found")

    back = door.post(f"{PATH}/withdrawal", {}, ADMIN).json()
    assert (back["version"], back["withdrawn"]) == (2, True)
    assert door.get(f"/v1/enterprises/{uscc(1)}/successions", ANALYST).json()["data"] == []
    assert stated(door) == [
        (1, "merger", "2020-08-01", False),
        (2, "merger", "2020-08-01", True),
    ]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (PATH, MERGED | {"kind": "sale"}, 422, "validation_failed"),
        (PATH, MERGED | {"effective_on": "2020-08-04"}, 422, "succession_in_future"),
        (PATH, MERGED | {"effective_on": "0001-01-01"}, 422, "validation_failed"),
        (PATH.replace(uscc(2), uscc(1)), MERGED, 422, "succession_of_itself"),
        (PATH.replace(uscc(2), uscc(9)), MERGED, 404, "enterprise_not_found"),
        (PATH.replace(uscc(1), uscc(9)), MERGED, 404, "enterprise_not_found"),
    ],
)
def test_what_cannot_be_is_refused(
    door: Door, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    register(door, 1, 2)
    answer = door.put(path, body, REGISTRAR)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert stated(door) == []


def test_a_second_successor_is_refused_by_name(door: Door) -> None:
    register(door, 1, 2, 3)
    door.put(PATH, MERGED, REGISTRAR)
    answer = door.put(PATH.replace(uscc(2), uscc(3)), MERGED, REGISTRAR)
    assert (answer.status_code, answer.json()["code"]) == (409, "successor_taken")
    assert uscc(2) in answer.json()["detail"]


def test_only_the_registrar_and_the_city_say_who_goes_on_as_whom(door: Door) -> None:
    register(door, 1, 2)
    for nobody in (CHAOYANG, ANALYST, TAX):
        assert door.put(PATH, MERGED, nobody).status_code == 403
        assert door.post(f"{PATH}/withdrawal", {}, nobody).status_code == 403
    assert door.post(f"{PATH}/withdrawal", {}, BUREAU).status_code == 404
    assert stated(door) == []


def of_pair(one: int, other: int) -> str:
    """Return the path of a pair."""
    return f"/v1/enterprises/{uscc(one)}/successors/{uscc(other)}"


def test_three_that_lead_back_to_the_first_are_refused(door: Door) -> None:
    register(door, 1, 2, 3)
    for pair in ((1, 2), (2, 3)):
        assert door.put(of_pair(*pair), MERGED, REGISTRAR).status_code == 200
    answer = door.put(of_pair(3, 1), MERGED, REGISTRAR)
    assert (answer.status_code, answer.json()["code"]) == (409, "successor_taken")
    # Taken back in the middle, the chain does not lead back any more.
    door.post(f"{of_pair(1, 2)}/withdrawal", {}, REGISTRAR)
    assert door.put(of_pair(3, 1), MERGED, REGISTRAR).status_code == 200


def test_links_of_a_ring_that_come_at_once_make_none(door: Door) -> None:
    numbers = range(1, 6)
    register(door, *numbers)
    pairs = [(one, one % len(numbers) + 1) for one in numbers]
    with ThreadPoolExecutor(len(pairs)) as pool:
        answers = list(pool.map(lambda pair: door.put(of_pair(*pair), MERGED, REGISTRAR), pairs))
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [409]


def test_the_registrar_reads_what_it_has_recorded_and_other_agencies_do_not(door: Door) -> None:
    register(door, 1, 2)
    door.put(PATH, MERGED, REGISTRAR)
    path = f"/v1/enterprises/{uscc(2)}/successions"
    [told] = door.get(path, REGISTRAR).json()["data"]
    assert (told["predecessor"], told["effective_on"]) == (uscc(1), "2020-08-01")
    assert door.get(path, TAX).status_code == 403
    assert door.get(path.replace(uscc(2), uscc(9)), REGISTRAR).status_code == 404
