"""Weekly lists: made of the week before, read by officers of their district."""

from datetime import date, timedelta

import pytest

from services.scoring.handlers import work_lists
from shared.auth.identity import Caller, CallerKind, Role
from shared.db import Sessions, transaction
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
    sweep_until,
    tell,
)

DAY = date(2026, 10, 15)
MONDAY = date(2026, 10, 19)
NEXT = MONDAY + timedelta(days=7)
CAPACITY = "/v1/work-list-capacities/110105"


def officer(role: Role, *districts: str) -> Caller:
    """Sign an officer as the gateway does."""
    return Caller("lin", CallerKind.OFFICER, "林", frozenset({role}), frozenset(districts))


LEAD = officer(Role.DISTRICT_LEAD, "110105")
OFFICER = officer(Role.DISTRICT_OFFICER, "110105")
ELSEWHERE = officer(Role.DISTRICT_LEAD, "110108")


@pytest.fixture(autouse=True)
async def judged(sessions: Sessions) -> None:
    """In Chaoyang A lost most jobs, B fewer, C none but owes contributions."""
    await tell(sessions, registered(A, B, C), now=at(DAY))
    said = [
        Said(A, "2026-08", 1000),
        Said(A, "2026-09", 800),
        Said(B, "2026-08", 300),
        Said(B, "2026-09", 240),
        Said(C, "2026-09", 50, 2),
    ]
    await tell(sessions, headcounts(said, received=at(DAY)), now=at(DAY))


async def make(sessions: Sessions, day: date, *, hour: int = 1) -> int:
    """Let the worker make what is due; return how many lists it made."""
    made = 0
    while True:
        async with transaction(sessions, actor="service:scoring") as session:
            if not await work_lists.make_lists(session, at(day, hour)):
                return made
        made += 1


async def shown(api: Api, week: date) -> list[tuple[str, int, str, bool, bool]]:
    """Read a list: who, at which rank, what changed, for the first time, as reserve."""
    answer = await api.get(OFFICER, f"/v1/work-lists/110105/{week}")
    assert answer.status_code == 200, answer.text
    return [
        (
            one["enterprise"]["uscc"],
            one["rank"],
            one["change"],
            one["is_first_time"],
            one["is_reserve"],
        )
        for one in answer.json()["entries"]
    ]


async def test_a_district_gets_its_list_each_week(api: Api, sessions: Sessions) -> None:
    assert await make(sessions, MONDAY) == 0
    said = await api.send("PUT", LEAD, CAPACITY, {"weekly": 2}, day=MONDAY)
    assert (said.status_code, said.json()["version"]) == (200, 1)
    await sweep_until(sessions, DAY + timedelta(days=1), MONDAY)
    assert await make(sessions, MONDAY) == 1
    assert await make(sessions, MONDAY + timedelta(days=6)) == 0
    assert await shown(api, MONDAY) == [(A, 1, "new", True, False), (B, 2, "new", True, False)]

    # In the week two persons find A false; C's debts grow, and it comes before B.
    await tell(sessions, refuted(A, MONDAY + timedelta(days=1)), now=at(MONDAY + timedelta(days=1)))
    grown = [Said(C, "2026-10", 30, 3), Said(C, "2026-08", 400)]
    thursday = MONDAY + timedelta(days=3)
    await tell(sessions, headcounts(grown, received=at(thursday)), now=at(thursday))
    await sweep_until(sessions, thursday, NEXT)
    assert await make(sessions, NEXT, hour=20) == 1
    assert await shown(api, NEXT) == [(C, 1, "new", True, False), (B, 2, "same", False, False)]
    whole = (await api.get(OFFICER, f"/v1/work-lists/110105/{NEXT}")).json()
    assert [(one["uscc"], one["previous_rank"], one["because"]) for one in whole["left"]] == [
        (A, 1, "refuted")
    ]
    assert (whole["capacity"], whole["entered"], whole["departed"]) == (2, 1, 1)
    assert all(one["reasons"][0]["sentence"] for one in whole["entries"])

    # A new fact brings A back, and not for the first time.
    friday = NEXT + timedelta(days=4)
    lost = headcounts([Said(A, "2026-10", 300)], received=at(friday))
    await tell(sessions, lost, now=at(friday))
    after = NEXT + timedelta(days=7)
    await sweep_until(sessions, friday, after)
    assert await make(sessions, after) == 1
    assert await shown(api, after) == [
        (C, 1, "same", False, False),
        (A, 2, "new", False, False),
        (B, 3, "fallen", False, True),
    ]
    weeks = (await api.get(OFFICER, "/v1/work-lists")).json()["data"]
    assert [one["week"] for one in weeks] == [str(after), str(NEXT), str(MONDAY)]


async def test_what_arrives_in_the_week_changes_nothing_in_its_list(
    api: Api, sessions: Sessions
) -> None:
    await api.send("PUT", LEAD, CAPACITY, {"weekly": 1}, day=MONDAY)
    await sweep_until(sessions, DAY + timedelta(days=1), MONDAY)
    # B falls to nothing on Monday, before the list is made.
    gone = headcounts([Said(B, "2026-10", 10)], received=at(MONDAY))
    await tell(sessions, gone, now=at(MONDAY))
    assert await make(sessions, MONDAY, hour=23) == 1
    assert await shown(api, MONDAY) == [(A, 1, "new", True, False)]


async def test_lists_are_read_in_their_district_alone(api: Api, sessions: Sessions) -> None:
    unsaid = await api.send("PUT", ELSEWHERE, CAPACITY, {"weekly": 2})
    assert (unsaid.status_code, unsaid.json()["code"]) == (404, "capacity_not_found")
    assert (await api.send("PUT", OFFICER, CAPACITY, {"weekly": 2})).status_code == 403
    await api.send("PUT", LEAD, CAPACITY, {"weekly": 2}, day=MONDAY)
    lost = await api.send("PUT", LEAD, CAPACITY, {"weekly": 3}, if_match='"7"')
    assert (lost.status_code, lost.json()["code"]) == (412, "capacity_changed_meanwhile")
    await make(sessions, MONDAY)
    assert (await api.get(ELSEWHERE, f"/v1/work-lists/110105/{MONDAY}")).status_code == 404
    assert (await api.get(ELSEWHERE, "/v1/work-lists")).json()["data"] == []
    assert (await api.get(ELSEWHERE, "/v1/work-list-capacities")).json()["data"] == []
    held = (await api.get(OFFICER, "/v1/work-list-capacities")).json()["data"]
    assert [(one["district"], one["weekly"]) for one in held] == [("110105", 2)]
