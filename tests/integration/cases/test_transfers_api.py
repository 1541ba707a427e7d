"""A case between two districts, as the officers of both meet it."""

from typing import Any

from shared.auth.identity import Role
from shared.db import Sessions
from tests.integration.cases.conftest import CITY, ELSEWHERE, LEAD, OFFICER, Api, officer
from tests.integration.cases.said import hear, raised, rows

THIRD = officer("gu", Role.DISTRICT_LEAD, "110106")
ASK = {"district": "110108", "reason": "实际经营地在海淀"}


async def accepted(api: Api, sessions: Sessions) -> str:
    """Return the id of a case that an officer of 110105 has signed for."""
    await hear(sessions, raised())
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    for step in ("accept", "verify"):
        assert (await api.step(OFFICER, case["id"], step)).status_code == 200
    return str(case["id"])


async def seen(api: Api, caller: Any, case_id: str) -> dict[str, Any] | None:
    """Return the case as somebody sees it; None if it does not exist for them."""
    answer = await api.call(caller, "GET", f"/v1/cases/{case_id}")
    timeline = await api.call(caller, "GET", f"/v1/cases/{case_id}/timeline")
    listed = (await api.call(caller, "GET", "/v1/cases")).json()["data"]
    assert {answer.status_code, timeline.status_code} <= {200, 404}
    assert (answer.status_code, timeline.status_code, len(listed)) in {(200, 200, 1), (404, 404, 0)}
    shown: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
    return shown


async def test_a_case_moves_when_the_other_district_agrees(api: Api, sessions: Sessions) -> None:
    case_id = await accepted(api, sessions)
    assert await seen(api, ELSEWHERE, case_id) is None

    asked = (await api.step(OFFICER, case_id, "propose_transfer", **ASK)).json()
    assert (asked["status"], asked["district"], asked["transfer_to"]) == (
        "verifying",
        "110105",
        "110108",
    )
    # Whoever is asked sees the case and may answer; nothing else of it is theirs yet.
    there = await seen(api, ELSEWHERE, case_id)
    assert there is not None
    assert there["allowed_steps"] == ["accept_transfer", "refuse_transfer"]
    assert there["allowed_deeds"] == []
    for step, said in (("plan", {"note": "方案"}), ("withdraw_transfer", {})):
        assert (await api.step(ELSEWHERE, case_id, step, **said)).status_code == 404
    visits = await api.call(ELSEWHERE, "GET", f"/v1/cases/{case_id}/visits")
    assert visits.status_code == 404
    assert await seen(api, THIRD, case_id) is None
    (waiting,) = (await api.call(ELSEWHERE, "GET", "/v1/cases?in_transfer=true")).json()["data"]
    assert waiting["transfer_to"] == "110108"

    moved = (await api.step(ELSEWHERE, case_id, "accept_transfer")).json()
    assert (moved["status"], moved["district"], moved["transfer_to"], moved["officer"]) == (
        "dispatched",
        "110108",
        None,
        None,
    )
    assert await seen(api, OFFICER, case_id) is None
    assert (await api.step(OFFICER, case_id, "accept")).status_code == 404
    assert (await api.step(ELSEWHERE, case_id, "accept")).json()["officer"] == "zhou"
    lines = (await api.call(ELSEWHERE, "GET", f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert lines[-2]["details"] == {"from_district": "110105", "district": "110108"}
    told = await rows(
        sessions,
        "SELECT convert_from(payload, 'utf8')::jsonb AS body FROM cases.event_log"
        " WHERE subject = 'cases.case.placed.v1' ORDER BY event_id",
    )
    places = [(row.body["version"], row.body["district"], row.body["stands"]) for row in told]
    assert places == [(1, "110105", True), (moved["version"], "110108", True)]


async def test_a_refusal_ends_the_sight_of_whoever_was_asked(api: Api, sessions: Sessions) -> None:
    case_id = await accepted(api, sessions)
    await api.step(OFFICER, case_id, "propose_transfer", **ASK)
    refused = await api.step(ELSEWHERE, case_id, "refuse_transfer", reason="不属本区")
    assert refused.status_code == 200
    assert await seen(api, ELSEWHERE, case_id) is None
    ours = await seen(api, OFFICER, case_id)
    assert ours is not None
    assert (ours["district"], ours["officer"], ours["transfer_to"]) == ("110105", "zhang", None)


async def test_the_city_decides_after_two_working_days_of_silence(
    api: Api, sessions: Sessions
) -> None:
    case_id = await accepted(api, sessions)
    await api.step(OFFICER, case_id, "propose_transfer", **ASK)
    early = await api.step(CITY, case_id, "accept_transfer")
    assert (early.status_code, early.json()["code"]) == (409, "transfer_awaited")
    assert "2020-08-05 17:30" in early.json()["detail"]
    pending = await api.step(LEAD, case_id, "propose_transfer", **ASK)
    assert (pending.status_code, pending.json()["code"]) == (409, "transfer_pending")

    # The case came on Monday 3 August; two working days later the office has closed.
    api.set_clock("2020-08-05 17:31")
    decided = (await api.step(CITY, case_id, "accept_transfer")).json()
    assert (decided["district"], decided["status"]) == ("110108", "dispatched")


async def test_a_transfer_to_nowhere_is_refused_by_its_field(api: Api, sessions: Sessions) -> None:
    case_id = await accepted(api, sessions)
    for district, code in (("110105", "district_is_its_own"), ("310101", "district_unknown")):
        said = {"district": district, "reason": "经营地不在本区"}
        answer = await api.step(OFFICER, case_id, "propose_transfer", **said)
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/district", code)
