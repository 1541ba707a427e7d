"""Requests to departments, over HTTP and in PostgreSQL: who asks, who answers, who sees what."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.cases.domain.asked import Department
from services.cases.domain.officer import Officer
from services.cases.domain.officer import Role as OfficerRole
from services.cases.handlers import officers
from services.cases.handlers.sweep import sweep
from shared.auth.identity import Caller, Role
from shared.db import Sessions, transaction
from tests.integration.cases.conftest import (
    AGENCY,
    ANALYST,
    AUDITOR,
    BANK,
    CITY,
    ELSEWHERE,
    LEAD,
    OFFICER,
    Api,
    officer,
)
from tests.integration.cases.said import hear, raised, rows
from tests.unit.cases.made import at

TAX = officer("peng", Role.ASSISTING_DEPARTMENT)
TAX_HERE = officer("zeng", Role.ASSISTING_DEPARTMENT, "110105")
TAX_ELSEWHERE = officer("jiang", Role.ASSISTING_DEPARTMENT, "110108")
COURT = officer("xie", Role.ASSISTING_DEPARTMENT)
UNKNOWN = officer("nobody", Role.ASSISTING_DEPARTMENT)
OWN = "/v1/assistance-requests"
WISH = {"department": "taxation", "subject": "核实纳税", "wanted": "请核实近三个月开票情况"}
NOBODYS = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
async def case_id(api: Api, sessions: Sessions) -> str:
    """An orange case in disposition, on 3 August 2020 at 10:00; departments have their officers."""
    staff = (
        (TAX, Department.TAXATION),
        (TAX_HERE, Department.TAXATION),
        (TAX_ELSEWHERE, Department.TAXATION),
        (COURT, Department.COURT),
    )
    async with transaction(sessions, actor="operator:test") as session:
        for caller, department in staff:
            entry = Officer(
                caller.subject,
                f"协办{caller.subject}",
                frozenset({OfficerRole.ASSISTING_DEPARTMENT}),
                caller.districts,
                active=True,
                department=department,
            )
            await officers.put_officer(session, entry)
    await hear(sessions, raised())
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    await api.carry(case["id"], until="in_disposition")
    return str(case["id"])


async def asked(api: Api, case_id: str) -> str:
    answer = await api.do(OFFICER, case_id, "assistance-requests", **WISH)
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def step(api: Api, caller: Caller, request_id: str, what: str, **said: str) -> Any:
    return await api.call(caller, "POST", f"{OWN}/{request_id}/{what}", json=said)


async def test_a_department_accepts_and_answers(api: Api, case_id: str) -> None:
    request_id = await asked(api, case_id)
    early = await step(api, TAX, request_id, "answer", answer="x")
    accepted = await step(api, TAX, request_id, "accept")
    api.set_clock("2020-08-04 10:00")
    answered = await step(api, TAX, request_id, "answer", answer="开票下降六成")
    again = await step(api, TAX, request_id, "return", reason="x")

    assert (early.status_code, early.json()["code"]) == (409, "assistance_step_refused")
    assert accepted.json()["status"] == "accepted"
    assert answered.json() == {
        "id": request_id,
        **WISH,
        "status": "answered",
        "asked_by_name": None,
        "asked_at": "2020-08-03T10:00:00+08:00",
        "due_at": "2020-08-05T17:30:00+08:00",
        "overdue": False,
        "accepted_at": "2020-08-03T10:00:00+08:00",
        "handled_by_name": "协办peng",
        "ended_at": "2020-08-04T10:00:00+08:00",
        "answer": "开票下降六成",
        "reason": None,
        "district": "110105",
        "uscc": "91110105MA00000004",
        "name": "某某科技有限公司",
    }
    assert (again.status_code, again.json()["code"]) == (409, "assistance_step_refused")
    path = f"/v1/cases/{case_id}/assistance-requests"
    (shown,) = (await api.call(ANALYST, "GET", path)).json()["data"]
    assert (shown["answer"], shown["handled_by"], shown["escalation_level"]) == (
        "开票下降六成",
        "officer:peng",
        0,
    )
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert [(line["what"], line["actor_name"]) for line in lines[-3:]] == [
        ("request_assistance", None),
        ("assistance_accepted", "协办peng"),
        ("assistance_answered", "协办peng"),
    ]
    counted = (await api.call(CITY, "GET", "/v1/statistics/cases")).json()["on_time"]
    (answers,) = (each for each in counted if each["clock"] == "assistance")
    assert (answers["in_time"], answers["late"], answers["running"]) == (1, 0, 0)


async def test_a_department_sees_its_requests_in_its_districts(api: Api, case_id: str) -> None:
    request_id = await asked(api, case_id)

    async def seen(caller: Caller, query: str = "") -> list[str]:
        answer = await api.call(caller, "GET", f"{OWN}{query}")
        assert answer.status_code == 200
        return [each["id"] for each in answer.json()["data"]]

    assert [await seen(each) for each in (TAX, TAX_HERE)] == [[request_id]] * 2
    assert [await seen(each) for each in (TAX_ELSEWHERE, COURT, UNKNOWN)] == [[]] * 3
    assert await seen(TAX, "?status=accepted") == []
    for caller in (TAX_ELSEWHERE, COURT, UNKNOWN):
        problems = []
        for wanted in (request_id, NOBODYS):
            found = await api.call(caller, "GET", f"{OWN}/{wanted}")
            taken = await step(api, caller, wanted, "accept")
            problems.append([(each.status_code, each.json()["code"]) for each in (found, taken)])
        assert problems == [[(404, "assistance_not_found")] * 2] * 2


async def test_a_department_sees_nothing_else(api: Api, case_id: str) -> None:
    await asked(api, case_id)
    paths = ["", *(f"/{case_id}{more}" for more in ("", "/timeline", "/visits", "/reports"))]
    answers = [await api.call(TAX_HERE, "GET", f"/v1/cases{path}") for path in paths]
    answers.append(await api.do(TAX_HERE, case_id, "assistance-requests", **WISH))
    answers.append(await api.step(TAX_HERE, case_id, "suspend"))
    answers.append(await api.call(TAX_HERE, "GET", "/v1/statistics/cases"))

    assert {answer.status_code for answer in answers} == {403}
    shown = (await api.call(TAX_HERE, "GET", OWN)).text
    assert not {"orange", case_id, "110105-2020-000001"} & set(shown.replace('"', " ").split())


async def test_who_may_ask_and_take_back(api: Api, case_id: str) -> None:
    request_id = await asked(api, case_id)
    for caller in (ANALYST, AUDITOR, BANK, AGENCY):
        answer = await api.do(caller, case_id, "assistance-requests", **WISH)
        assert answer.status_code == 403
        assert (await step(api, caller, request_id, "withdraw", reason="x")).status_code == 403
        assert (await api.call(caller, "GET", OWN)).status_code == 403
    assert (await api.do(ELSEWHERE, case_id, "assistance-requests", **WISH)).status_code == 404
    assert (await step(api, ELSEWHERE, request_id, "withdraw", reason="x")).status_code == 404
    assert (await step(api, TAX, request_id, "withdraw", reason="x")).status_code == 403
    assert (await step(api, LEAD, request_id, "accept")).status_code == 403

    withdrawn = await step(api, LEAD, request_id, "withdraw", reason="已另行核实")
    assert (withdrawn.json()["status"], withdrawn.json()["reason"]) == ("withdrawn", "已另行核实")
    late = await step(api, TAX, request_id, "accept")
    assert (late.status_code, late.json()["code"]) == (409, "assistance_step_refused")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"department": "weather"}, "/department"), ({"wanted": " "}, "/wanted")],
)
async def test_what_cannot_be_asked(
    api: Api, case_id: str, changes: dict[str, str], pointer: str
) -> None:
    answer = await api.do(OFFICER, case_id, "assistance-requests", **WISH | changes)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_late_answer_is_told_once_and_the_end_of_the_case_withdraws_it(
    api: Api, sessions: Sessions, case_id: str
) -> None:
    request_id = await asked(api, case_id)
    await api.do(OFFICER, case_id, "reports", reported_to="市人力社保局", summary="拟裁员")
    for moment in ("2020-08-05 17:30", "2020-08-05 17:30"):
        async with transaction(sessions, actor="service:cases") as session:
            await sweep(session, at(moment))

    told = await rows(
        sessions,
        "SELECT convert_from(payload, 'UTF8')::jsonb AS body FROM cases.event_log"
        " WHERE subject = 'cases.clock.breached.v1' ORDER BY event_id",
    )
    steps = [(row.body["clock"], row.body["escalation_level"]) for row in told]
    assert sorted(each for each in steps if each[0] == "assistance") == [
        ("assistance", 1),
        ("assistance", 2),
    ]
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}/timeline")).json()["data"]
    details = [line["details"] for line in lines if line["what"] == "escalated"]
    assert {
        "clock": "assistance",
        "due_at": "2020-08-05T17:30:00+08:00",
        "escalation_level": "2",
        "department": "taxation",
        "subject": "核实纳税",
    } in details

    api.set_clock("2020-08-06 10:00")
    given_up = await api.step(CITY, case_id, "give_up", reason="企业已倒闭")
    assert given_up.status_code == 200
    shown = (await api.call(TAX, "GET", f"{OWN}/{request_id}")).json()
    assert (shown["status"], shown["ended_at"]) == ("withdrawn", "2020-08-06T10:00:00+08:00")


async def test_an_officer_of_a_department_is_put_with_it(api: Api) -> None:
    entry = {"name": "彭海", "roles": ["assisting_department"], "department": "taxation"}
    put = await api.call(CITY, "PUT", "/v1/officers/peng", json=entry)
    lacking = await api.call(
        CITY, "PUT", "/v1/officers/zeng", json={k: entry[k] for k in ("name", "roles")}
    )

    assert (put.status_code, put.json()["department"]) == (200, "taxation")
    assert lacking.status_code == 422
    assert [error["pointer"] for error in lacking.json()["errors"]] == ["/department"]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (
            "UPDATE assistance_requests SET answer = 'x'",
            "answered",
        ),
        (
            "UPDATE assistance_requests SET status = 'answered', answer = 'x', ended_at = now()",
            "accepted",
        ),
        ("UPDATE assistance_requests SET status = 'returned', ended_at = now()", "returned"),
        ("UPDATE assistance_requests SET status = 'withdrawn'", "ended"),
        ("UPDATE assistance_requests SET status = 'lost', ended_at = now()", "status"),
        ("UPDATE assistance_requests SET escalated = 4", "escalated"),
    ],
)
async def test_postgresql_holds_a_requests_life_as_well(
    api: Api, sessions: Sessions, case_id: str, change: str, constraint: str
) -> None:
    await asked(api, case_id)
    with pytest.raises(IntegrityError, match=f"ck_assistance_requests_{constraint}"):
        async with sessions.begin() as session:
            await session.execute(text(change))


async def test_postgresql_knows_that_a_department_belongs_to_its_role(sessions: Sessions) -> None:
    insert = (
        "INSERT INTO cases.officers VALUES ('x', 'X', ARRAY['district_lead'], ARRAY['110105'],"
        " true, 1, 'court')"
    )
    with pytest.raises(IntegrityError, match="ck_officers_department"):
        async with sessions.begin() as session:
            await session.execute(text(insert))
