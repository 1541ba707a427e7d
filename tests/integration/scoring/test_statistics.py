"""How many enterprises were noticed and warned: distinct, by period, by district."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.auth.identity import Caller
from shared.db import Sessions
from shared.events.ingest import Operation
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import (
    A,
    B,
    C,
    Said,
    at,
    headcounts,
    refuted,
    registered,
    reported,
    sweep_until,
    tell,
)
from tests.integration.scoring.test_api import AGENCY, AUDITOR, BANK, CHAOYANG, CITY, HAIDIAN

DAY = date(2026, 10, 15)
D, E = "91110105MA00000004", "91110105MA00000005"


def day(number: int) -> date:
    return DAY + timedelta(days=number)


@pytest.fixture
async def a_month(sessions: Sessions) -> None:
    """A month of five enterprises, all of Chaoyang but B.

    A yellow on day 0, red from day 5; B orange on day 2, refuted on day 10; C watched on day 3;
    D warned by a wrong number on day 4 that the same day corrects; E healthy.
    """
    await tell(sessions, registered(A, C, D, E), registered(B, district="110108"), now=at(DAY))
    said = {
        0: [Said(A, "2026-08", 300), Said(A, "2026-09", 240), Said(E, "2026-09", 70)],
        3: [Said(C, "2026-08", 20), Said(C, "2026-09", 17)],
        4: [Said(D, "2026-08", 300), Said(D, "2026-09", 30)],
    }
    for number, rows in said.items():
        now = at(day(number))
        await tell(sessions, headcounts(rows, received=now), now=now)
    right = Said(D, "2026-09", 300, version=2, operation=Operation.SUPERSEDE)
    await tell(sessions, headcounts([right], received=at(day(4))), now=at(day(4), 15))
    await tell(sessions, reported(B, day(2), 40, headcount=400), now=at(day(2)))
    await tell(sessions, reported(A, day(5), 200, headcount=240), now=at(day(5)))
    await sweep_until(sessions, day(5), day(10))
    await tell(sessions, refuted(B, day(10)), now=at(day(10)))
    await sweep_until(sessions, day(10), day(30))


async def counted(api: Api, caller: Caller = CITY, **query: str) -> dict[str, Any]:
    answer = await api.get(caller, "/v1/statistics/warnings", **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def brief(found: dict[str, Any]) -> tuple[int, int]:
    return found["potential_risk_enterprises"], found["warned_enterprises"]


@pytest.mark.usefixtures("a_month")
async def test_a_whole_month(api: Api) -> None:
    assert await counted(api, since="2026-10-15", until="2026-11-14") == {
        "since": "2026-10-15",
        "until": "2026-11-14",
        "potential_risk_enterprises": 3,
        "warned_enterprises": 2,
        "by_level": {"blue": 0, "yellow": 0, "orange": 1, "red": 1},
        "by_state": {"standing": 1, "lifted": 1},
        "lifted": {"recovered": 0, "evidence_aged": 0, "refuted": 1},
    }


@pytest.mark.usefixtures("a_month")
@pytest.mark.parametrize(
    ("since", "until", "expected", "highest"),
    [
        (-9, -1, (0, 0), {}),
        (0, 0, (1, 1), {"yellow": 1}),
        (0, 2, (2, 2), {"yellow": 1, "orange": 1}),
        (3, 4, (3, 2), {"yellow": 1, "orange": 1}),
        (5, 9, (3, 2), {"red": 1, "orange": 1}),
        (10, 10, (3, 2), {"red": 1, "orange": 1}),  # B was on the list until that day
        (11, 11, (2, 1), {"red": 1}),
    ],
)
async def test_periods(
    api: Api, since: int, until: int, expected: tuple[int, int], highest: dict[str, int]
) -> None:
    found = await counted(api, since=day(since).isoformat(), until=day(until).isoformat())

    assert brief(found) == expected
    assert {level: count for level, count in found["by_level"].items() if count} == highest


@pytest.mark.usefixtures("a_month")
async def test_everybody_counts_their_own_districts(api: Api) -> None:
    assert brief(await counted(api)) == (3, 2)
    assert brief(await counted(api, CHAOYANG)) == (2, 1)
    assert brief(await counted(api, HAIDIAN)) == (1, 1)
    assert brief(await counted(api, district="110108")) == (1, 1)
    assert brief(await counted(api, CHAOYANG, district="110108")) == (0, 0)


@pytest.mark.parametrize("caller", [BANK, AGENCY, AUDITOR], ids=["bank", "agency", "auditor"])
async def test_counts_are_for_officers_who_act(api: Api, caller: Caller) -> None:
    assert (await api.get(caller, "/v1/statistics/warnings")).status_code == 403


@pytest.mark.usefixtures("a_month")
async def test_warnings_raised_since_a_day(api: Api) -> None:
    async def listed(since: date) -> list[str]:
        answer = await api.get(CITY, "/v1/warnings", since=since.isoformat())
        return [one["enterprise"]["uscc"] for one in answer.json()["data"]]

    assert await listed(day(5)) == []
    assert await listed(day(3)) == [D]  # taken back, but it was raised
    assert await listed(day(0)) == [D, B, A]


async def test_a_day_that_is_none_is_refused(api: Api) -> None:
    answer = await api.get(CITY, "/v1/statistics/warnings", since="yesterday")

    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == ["since"]
