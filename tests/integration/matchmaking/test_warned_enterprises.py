"""Who sees which enterprises under warning."""

from datetime import date
from uuid import UUID

import pytest

from shared.auth.identity import Caller, Role
from shared.db import Sessions
from tests.integration.matchmaking.conftest import AGENCY, ANALYST, BANK_A, Api, officer
from tests.integration.matchmaking.told import level_changed, lifted, raised, tell

PATH = "/v1/warned-enterprises"
OTHERS = [UUID(f"01980000-0000-7000-8000-0000000000{number}") for number in (10, 11, 12)]


async def a_city(worker: Sessions) -> None:
    """Three standing warnings in two districts, and one that was lifted."""
    await tell(worker, raised(), level_changed(), lifted())
    await tell(
        worker,
        raised(OTHERS[0], district="110101", as_of=date(2020, 8, 5)),
        raised(OTHERS[1], district="110105", as_of=date(2020, 8, 6)),
        raised(OTHERS[2], district="110105", as_of=date(2020, 8, 6)),
    )


async def test_the_city_sees_standing_warnings_latest_first(worker: Sessions, api: Api) -> None:
    await a_city(worker)

    answer = await api.ask(ANALYST, "GET", PATH)

    assert answer.status_code == 200
    assert [row["warning_id"] for row in answer.json()["data"]] == [
        str(OTHERS[2]),
        str(OTHERS[1]),
        str(OTHERS[0]),
    ]
    assert answer.json()["data"][2] == {
        "warning_id": str(OTHERS[0]),
        "uscc": "91110105MA00000004",
        "name": "北京甲有限公司",
        "district": "110101",
        "state": "standing",
        "raised_on": "2020-08-05",
        "lifted_at": None,
    }


async def test_lifted_warnings_are_seen_on_request(worker: Sessions, api: Api) -> None:
    await a_city(worker)

    answer = await api.ask(ANALYST, "GET", f"{PATH}?state=lifted")

    (row,) = answer.json()["data"]
    assert (row["state"], row["lifted_at"]) == ("lifted", "2020-09-20T10:00:00+08:00")


@pytest.mark.parametrize("role", [Role.DISTRICT_OFFICER, Role.DISTRICT_LEAD])
async def test_a_district_sees_its_own(worker: Sessions, api: Api, role: Role) -> None:
    await a_city(worker)
    caller = officer(role, districts=frozenset({"110101"}))

    seen = await api.ask(caller, "GET", PATH)
    beyond = await api.ask(caller, "GET", f"{PATH}?district=110105")

    assert [row["warning_id"] for row in seen.json()["data"]] == [str(OTHERS[0])]
    assert beyond.json() == {"data": [], "next_cursor": None}


async def test_pages_follow_each_other(worker: Sessions, api: Api) -> None:
    await a_city(worker)

    seen, path = [], f"{PATH}?district=110105&limit=1"
    for _ in range(2):
        page = (await api.ask(ANALYST, "GET", path)).json()
        seen += [row["warning_id"] for row in page["data"]]
        path = f"{PATH}?district=110105&limit=1&cursor={page['next_cursor']}"

    assert seen == [str(OTHERS[2]), str(OTHERS[1])]
    assert page["next_cursor"] is None


@pytest.mark.parametrize("caller", [BANK_A, AGENCY, officer(Role.AUDITOR)])
async def test_nobody_else_sees_any(api: Api, caller: Caller) -> None:
    answer = await api.ask(caller, "GET", PATH)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_without_the_gateways_token_there_is_nothing(api: Api) -> None:
    answer = await api.client.get(PATH)

    assert answer.status_code == 401
