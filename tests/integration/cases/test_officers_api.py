"""The directory of officers, as city administrators and everybody else meet it."""

import asyncio

import pytest

from shared.auth.identity import Caller
from shared.db import Sessions
from tests.integration.cases.conftest import ANALYST, AUDITOR, CITY, LEAD, OFFICER, Api
from tests.integration.cases.said import rows


async def test_the_city_gives_out_roles_and_districts(api: Api, sessions: Sessions) -> None:
    asked = {"name": "张敏", "roles": ["district_officer"], "districts": ["110105"]}

    first = await api.call(CITY, "PUT", "/v1/officers/zhang", json=asked)
    same = await api.call(CITY, "PUT", "/v1/officers/zhang", json=asked)
    lost = await api.call(
        CITY,
        "PUT",
        "/v1/officers/zhang",
        json=asked | {"active": False},
        headers={"If-Match": '"7"'},
    )
    left = await api.call(
        CITY,
        "PUT",
        "/v1/officers/zhang",
        json=asked | {"active": False},
        headers={"If-Match": '"1"'},
    )

    assert first.json() == {
        "subject": "zhang",
        "active": True,
        "department": None,
        "version": 1,
        **asked,
    }
    assert (same.status_code, same.headers["ETag"]) == (200, '"1"')
    assert (lost.status_code, lost.json()["code"]) == (412, "officer_changed_meanwhile")
    assert (left.json()["active"], left.json()["version"]) == (False, 2)
    listed = await api.call(CITY, "GET", "/v1/officers")
    assert [officer["subject"] for officer in listed.json()["data"]] == ["zhang"]
    told = await rows(sessions, "SELECT subject FROM cases.event_log ORDER BY event_id")
    assert [row.subject for row in told] == ["cases.officer.changed.v1"] * 2


async def test_an_officer_that_cannot_be_is_refused_with_every_fault(api: Api) -> None:
    wrong = {"name": "x", "roles": ["city_admin"], "districts": ["110105", "999999"]}

    answer = await api.call(CITY, "PUT", "/v1/officers/x", json=wrong)

    assert answer.status_code == 422
    assert [fault["code"] for fault in answer.json()["errors"]] == [
        "district_unknown",
        "districts_for_city_role",
    ]


@pytest.mark.parametrize("caller", [OFFICER, LEAD, ANALYST, AUDITOR])
async def test_only_a_city_administrator_keeps_the_directory(api: Api, caller: Caller) -> None:
    body = {"name": "x", "roles": ["city_admin"]}

    listed = await api.call(caller, "GET", "/v1/officers")
    put = await api.call(caller, "PUT", f"/v1/officers/{caller.subject}", json=body)

    assert (listed.status_code, put.status_code) == (403, 403)


async def test_the_last_administrator_stays(api: Api) -> None:
    wang = {"name": "王伟", "roles": ["city_admin"]}
    await api.call(CITY, "PUT", "/v1/officers/wang", json=wang)

    left = await api.call(CITY, "PUT", "/v1/officers/wang", json=wang | {"active": False})
    demoted = await api.call(CITY, "PUT", "/v1/officers/wang", json=wang | {"roles": ["auditor"]})
    await api.call(CITY, "PUT", "/v1/officers/sun", json=wang | {"name": "孙丽"})
    followed = await api.call(CITY, "PUT", "/v1/officers/wang", json=wang | {"active": False})
    last = await api.call(CITY, "PUT", "/v1/officers/sun", json=wang | {"active": False})

    for refused in (left, demoted, last):
        assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")
    assert (followed.status_code, followed.json()["active"]) == (200, False)


async def test_two_administrators_cannot_remove_each_other(api: Api) -> None:
    wang = {"name": "王伟", "roles": ["city_admin"]}
    for subject in ("wang", "sun"):
        await api.call(CITY, "PUT", f"/v1/officers/{subject}", json=wang)

    answers = await asyncio.gather(
        *(
            api.call(CITY, "PUT", f"/v1/officers/{subject}", json=wang | {"active": False})
            for subject in ("wang", "sun")
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
