"""The API of cases, as officers of all kinds and as partners meet it."""

from typing import Any
from uuid import UUID

import pytest

from shared.auth.identity import Caller
from shared.db import Sessions
from shared.events.scoring import RiskLevel
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
)
from tests.integration.cases.said import headcounts, hear, raised, rows

NOBODYS = UUID("01975000-0000-7000-8000-0000000000ff")


async def only_case(api: Api, caller: Caller = OFFICER) -> dict[str, Any]:
    (case,) = (await api.call(caller, "GET", "/v1/cases")).json()["data"]
    shown: dict[str, Any] = case
    return shown


async def test_an_officer_carries_a_case_to_its_close(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised())
    await hear(sessions, headcounts({f"2020-{m:02}": (300, 0) for m in range(7, 12)}))
    case_id = (await only_case(api))["id"]
    story: list[tuple[Caller, str, dict[str, object], str]] = [
        (OFFICER, "accept", {"note": "已联系企业"}, "accepted"),
        (OFFICER, "verify", {}, "verifying"),
        (OFFICER, "plan", {"note": "缓缴社保，转岗培训"}, "planned"),
        (LEAD, "start", {}, "in_disposition"),
        (OFFICER, "submit", {"outcome": "averted", "evidence": "参保名单"}, "pending_review"),
        (LEAD, "approve", {}, "resolved"),
        (OFFICER, "follow_up", {}, "follow_up"),
        (OFFICER, "close", {"note": "三个月参保人数稳定"}, "closed"),
    ]
    for caller, step, said, status in story:
        if step == "submit":
            await api.file(caller, case_id, "insurance_list")
        answer = await api.step(caller, case_id, step, **said)
        assert (answer.status_code, answer.json()["status"]) == (200, status)

    closed = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}")).json()
    assert closed["outcome"] == "averted"
    assert closed["properly_handled"] is True
    assert (closed["officer"], closed["submitted_by"], closed["reviewed_by"]) == (
        "zhang",
        "zhang",
        "li",
    )
    assert (closed["due_at"], closed["overdue"], closed["allowed_steps"]) == (None, False, [])
    assert closed["ended_at"] == "2020-08-03T10:00:00+08:00"
    lines = (await api.call(AUDITOR, "GET", f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert [(line["version"], line["what"], line["actor"]) for line in lines] == [
        (1, "opened", "service:cases"),
        (2, "dispatch", "service:cases"),
        (3, "accept", "officer:zhang"),
        (4, "verify", "officer:zhang"),
        (5, "plan", "officer:zhang"),
        (6, "start", "officer:li"),
        (7, "add_evidence", "officer:zhang"),
        (8, "submit", "officer:zhang"),
        (9, "approve", "officer:li"),
        (10, "follow_up", "officer:zhang"),
        (11, "close", "officer:zhang"),
    ]
    assert lines[2]["note"] == "已联系企业"
    assert lines[7]["details"] == {"outcome": "averted", "evidence": "参保名单"}
    told = await rows(
        sessions, "SELECT subject, actor FROM cases.event_log ORDER BY event_id DESC LIMIT 1"
    )
    assert [tuple(row) for row in told] == [("cases.case.closed.v1", "officer:zhang")]


async def test_a_case_as_its_officer_sees_it(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised())
    listed = await only_case(api)

    assert listed | {"id": None} == {
        "id": None,
        "number": "110105-2020-000001",
        "uscc": "91110105MA00000004",
        "name": "某某科技有限公司",
        "district": "110105",
        "status": "dispatched",
        "level": "orange",
        "officer": None,
        "officer_name": None,
        "outcome": None,
        "transfer_to": None,
        "opened_at": "2020-08-03T10:00:00+08:00",
        "due_at": "2020-08-03T12:00:00+08:00",
        "overdue": False,
        "escalation_level": 0,
        "version": 2,
    }
    answer = await api.call(OFFICER, "GET", f"/v1/cases/{listed['id']}")
    assert answer.headers["ETag"] == '"2"'
    shown = answer.json()
    assert shown["allowed_steps"] == ["return", "accept"]
    assert [(clock["clock"], clock["due_at"]) for clock in shown["clocks"]] == [
        ("report_upward", "2020-08-03T12:00:00+08:00"),
        ("dispatch", "2020-08-03T12:00:00+08:00"),
        ("sign_for", "2020-08-03T15:30:00+08:00"),
        ("first_contact", "2020-08-05T17:30:00+08:00"),
        ("verification", "2020-08-06T17:30:00+08:00"),
        ("plan", "2020-08-10T17:30:00+08:00"),
        ("resolve", "2020-08-31T17:30:00+08:00"),
    ]
    assert shown["warnings"] == [
        {"id": "01975000-0000-7000-8000-000000000001", "level": "orange", "lifted": False}
    ]


async def test_another_district_and_no_case_at_all_look_the_same(
    api: Api, sessions: Sessions
) -> None:
    await hear(sessions, raised())
    case_id = (await only_case(api))["id"]

    for method, path in (("GET", ""), ("GET", "/timeline"), ("POST", "/transitions")):
        answers = []
        for wanted in (case_id, NOBODYS):
            body = {"json": {"step": "accept"}} if method == "POST" else {}
            answer = await api.call(ELSEWHERE, method, f"/v1/cases/{wanted}{path}", **body)
            problem = answer.json()
            assert problem.pop("instance").endswith(f"{wanted}{path}")
            problem.pop("trace_id", None)
            answers.append((answer.status_code, problem))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
        assert answers[0][1]["code"] == "case_not_found"
    assert (await api.call(ELSEWHERE, "GET", "/v1/cases")).json()["data"] == []


@pytest.mark.parametrize("partner", [BANK, AGENCY])
async def test_partners_find_no_door_open(api: Api, sessions: Sessions, partner: Caller) -> None:
    await hear(sessions, raised())
    case_id = (await only_case(api))["id"]

    answers = [
        await api.call(partner, "GET", "/v1/cases"),
        await api.call(partner, "GET", f"/v1/cases/{case_id}"),
        await api.call(partner, "GET", f"/v1/cases/{case_id}/timeline"),
        await api.step(partner, case_id, "accept"),
        await api.call(partner, "GET", "/v1/officers"),
        await api.call(
            partner, "PUT", "/v1/officers/x", json={"name": "x", "roles": ["city_admin"]}
        ),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6


async def test_without_the_gateways_token_there_is_no_answer(api: Api) -> None:
    answer = await api.client.get("/v1/cases")

    assert answer.status_code == 401


@pytest.mark.parametrize("reader", [AUDITOR, ANALYST])
async def test_readers_read_the_whole_city_and_change_nothing(
    api: Api, sessions: Sessions, reader: Caller
) -> None:
    await hear(sessions, raised())
    case_id = (await only_case(api, reader))["id"]

    shown = await api.call(reader, "GET", f"/v1/cases/{case_id}")
    refused = await api.step(reader, case_id, "accept")

    assert shown.json()["allowed_steps"] == []
    assert refused.status_code == 403


async def test_what_the_state_and_the_role_forbid_is_told_apart(
    api: Api, sessions: Sessions
) -> None:
    await hear(sessions, raised())
    case_id = (await only_case(api))["id"]

    too_early = await api.step(OFFICER, case_id, "close")
    not_theirs = await api.step(OFFICER, case_id, "give_up", reason="无法联系")
    incomplete = await api.step(OFFICER, case_id, "return")
    unknown = await api.step(OFFICER, case_id, "forget")

    assert (too_early.status_code, too_early.json()["code"]) == (409, "step_refused")
    assert too_early.json()["detail"] == (
        "The case has the status “dispatched”; from there the step “close” cannot be taken."
    )
    assert (not_theirs.status_code, not_theirs.json()["code"]) == (403, "step_not_for_role")
    assert incomplete.status_code == 422
    assert incomplete.json()["errors"] == [
        {
            "pointer": "/reason",
            "code": "missing",
            "message": incomplete.json()["errors"][0]["message"],
        }
    ]
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["pointer"] == "/step"
    assert (await only_case(api))["version"] == 2


@pytest.mark.parametrize("blank", ["", " \t", "\u3000\u200b", "\ufeff\u2060\x07", "\u3164\u2800"])
async def test_what_only_looks_like_words_is_refused(
    api: Api, sessions: Sessions, blank: str
) -> None:
    await hear(sessions, raised())
    case_id = (await only_case(api))["id"]

    refused = await api.step(OFFICER, case_id, "return", reason=blank)
    told = await api.step(OFFICER, case_id, "return", reason=f"{blank}不属\u3000本区{blank}")

    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/reason"]
    assert told.status_code == 200
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert lines[-1]["reason"] == "不属\u3000本区"


async def test_a_second_person_must_approve_and_the_city_if_it_is_red(
    api: Api, sessions: Sessions
) -> None:
    await hear(sessions, raised(level=RiskLevel.RED))
    case_id = (await only_case(api))["id"]
    for step in ("accept", "verify", "plan", "start"):
        said = {"note": "转岗培训"} if step == "plan" else {}
        await api.step(LEAD, case_id, step, **said)
    await api.file(LEAD, case_id, "agreement")
    await api.step(LEAD, case_id, "submit", outcome="reduced", evidence="协议")

    own = await api.step(LEAD, case_id, "approve")
    approved = await api.step(CITY, case_id, "approve")

    assert (own.status_code, own.json()["code"]) == (403, "city_decides")
    assert (approved.status_code, approved.json()["status"]) == (200, "resolved")


async def test_the_etag_guards_against_a_lost_change(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised())
    case_id = (await only_case(api))["id"]
    path, body = f"/v1/cases/{case_id}/transitions", {"step": "accept"}

    first = await api.call(OFFICER, "POST", path, json=body, headers={"If-Match": '"2"'})
    second = await api.call(
        LEAD, "POST", path, json={"step": "verify"}, headers={"If-Match": '"2"'}
    )
    nonsense = await api.call(
        LEAD, "POST", path, json={"step": "verify"}, headers={"If-Match": "2"}
    )
    whatever = await api.call(
        LEAD, "POST", path, json={"step": "verify"}, headers={"If-Match": "*"}
    )

    assert (first.status_code, first.headers["ETag"]) == (200, '"3"')
    assert (second.status_code, second.json()["code"]) == (412, "case_changed_meanwhile")
    assert nonsense.status_code == 412
    assert whatever.status_code == 200


async def test_a_repeated_request_takes_one_step(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised())
    case_id = (await only_case(api))["id"]
    path, key = f"/v1/cases/{case_id}/transitions", {"Idempotency-Key": "accept-once"}

    first = await api.call(OFFICER, "POST", path, json={"step": "accept"}, headers=key)
    again = await api.call(OFFICER, "POST", path, json={"step": "accept"}, headers=key)
    other = await api.call(OFFICER, "POST", path, json={"step": "verify"}, headers=key)

    assert again.content == first.content
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.headers["ETag"] == '"3"'
    assert other.status_code == 409
    assert (await only_case(api))["version"] == 3


async def test_lists_filter_sort_by_due_date_and_page(api: Api, sessions: Sessions) -> None:
    levels = [RiskLevel.BLUE, RiskLevel.RED, RiskLevel.YELLOW, RiskLevel.ORANGE]
    for place, level in enumerate(levels):
        fact = raised(
            warning_id=f"01975000-0000-7000-8000-00000000010{place}",
            uscc=f"91110105MA0000010{place}",
            district="110108" if level is RiskLevel.YELLOW else "110105",
            level=level,
        )
        await hear(sessions, fact)

    async def listed(query: str, caller: Caller = CITY) -> list[str]:
        answer = await api.call(caller, "GET", f"/v1/cases?{query}")
        return [case["level"] for case in answer.json()["data"]]

    assert await listed("") == ["red", "orange", "yellow", "blue"]
    assert await listed("", OFFICER) == ["red", "orange", "blue"]
    assert await listed("district=110108") == ["yellow"]
    assert await listed("district=110108", OFFICER) == []
    assert await listed("level=red&level=blue") == ["red", "blue"]
    assert await listed("status=accepted") == []
    assert await listed("uscc=91110105MA00000101") == ["red"]
    # Red and orange were to be reported upward within two hours, yellow is to be signed for a day
    # later than at 17:00.
    api.set_clock("2020-08-03 14:00")
    assert await listed("overdue=true") == ["red", "orange"]
    assert await listed("overdue=false") == ["yellow", "blue"]

    first = await api.call(CITY, "GET", "/v1/cases?limit=3")
    cursor = first.json()["next_cursor"]
    assert [case["level"] for case in first.json()["data"]] == ["red", "orange", "yellow"]
    assert f"cursor={cursor}" in first.headers["Link"]
    assert await listed(f"limit=3&cursor={cursor}") == ["blue"]
    unknown = await api.call(CITY, "GET", "/v1/cases?colour=red")
    assert unknown.status_code == 400
