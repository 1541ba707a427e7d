"""Reports upward and notes of progress, over HTTP and in PostgreSQL."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.auth.identity import Caller
from shared.db import Sessions
from tests.integration.cases.conftest import (
    AGENCY,
    ANALYST,
    AUDITOR,
    BANK,
    CITY,
    ELSEWHERE,
    OFFICER,
    Api,
)
from tests.integration.cases.said import hear, raised, rows

REPORT = {"reported_to": "市人力社保局", "summary": "企业拟裁员四十人"}


@pytest.fixture
async def case_id(api: Api, sessions: Sessions) -> str:
    """A case that was opened on 3 August 2020 at 10:00, orange."""
    await hear(sessions, raised())
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    return str(case["id"])


async def clock(api: Api, case_id: str, name: str) -> dict[str, object]:
    shown = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}")).json()
    (found,) = (each for each in shown["clocks"] if each["clock"] == name)
    return {key: found[key] for key in ("due_at", "met_at", "kept", "missed")}


async def test_a_report_meets_its_clock_and_is_listed(api: Api, case_id: str) -> None:
    api.set_clock("2020-08-03 14:00")
    made = "2020-08-03T11:30:00+08:00"
    told = await api.do(OFFICER, case_id, "reports", **REPORT, reported_at=made)

    assert told.status_code == 201
    assert await clock(api, case_id, "report_upward") == {
        "due_at": "2020-08-03T12:00:00+08:00",
        "met_at": made,
        "kept": 0,
        "missed": 0,
    }
    listed = (await api.call(ANALYST, "GET", f"/v1/cases/{case_id}/reports")).json()["data"]
    assert listed == [told.json()]
    assert told.json() | {"id": None} == {
        "id": None,
        **REPORT,
        "reported_at": made,
        "done_by": "officer:zhang",
        "done_by_name": None,
        "done_at": "2020-08-03T14:00:00+08:00",
    }
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert (lines[-1]["what"], lines[-1]["note"]) == ("report", REPORT["summary"])


async def test_notes_of_progress_count_by_rounds(api: Api, case_id: str) -> None:
    early = await api.do(OFFICER, case_id, "progress-notes", note="未到")
    assert (early.status_code, early.json()["code"]) == (409, "step_refused")
    await api.carry(case_id, until="planned")
    assert (await clock(api, case_id, "progress_note"))["due_at"] == "2020-08-06T17:30:00+08:00"

    for moment in ("2020-08-06 17:30", "2020-08-12 10:00"):
        api.set_clock(moment)
        assert (await api.do(OFFICER, case_id, "progress-notes", note="已约谈")).status_code == 201

    assert await clock(api, case_id, "progress_note") == {
        "due_at": "2020-08-17T17:30:00+08:00",
        "met_at": None,
        "kept": 1,
        "missed": 1,
    }
    counted = (await api.call(CITY, "GET", "/v1/statistics/cases")).json()["on_time"]
    (notes,) = (each for each in counted if each["clock"] == "progress_note")
    assert (notes["in_time"], notes["late"], notes["running"]) == (1, 1, 1)


@pytest.mark.parametrize(("path", "body"), [("reports", REPORT), ("progress-notes", {"note": "x"})])
async def test_who_may_not_tell(api: Api, case_id: str, path: str, body: dict[str, str]) -> None:
    async def status(caller: Caller) -> int:
        return int((await api.do(caller, case_id, path, **body)).status_code)

    assert [await status(each) for each in (ANALYST, AUDITOR, BANK, AGENCY)] == [403] * 4
    assert await status(ELSEWHERE) == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"reported_at": "2020-08-03T10:01:00+08:00"}, "/reported_at"),
        ({"reported_at": "2020-08-03T09:00:00"}, "/reported_at"),
        ({"summary": " "}, "/summary"),
    ],
)
async def test_a_report_that_cannot_be(
    api: Api, case_id: str, changes: dict[str, str], pointer: str
) -> None:
    answer = await api.do(OFFICER, case_id, "reports", **REPORT | changes)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_postgresql_holds_it_as_well(api: Api, sessions: Sessions, case_id: str) -> None:
    await api.do(OFFICER, case_id, "reports", **REPORT)
    later = "SELECT gen_random_uuid(), case_id, reported_to, summary, done_at + interval '1 s'"
    for wrong, named in (
        (
            f"INSERT INTO cases.reports {later}, done_by, done_at FROM cases.reports",
            "ck_reports_made_before_told",
        ),
        ("UPDATE cases.case_clocks SET kept = -1", "ck_case_clocks_rounds"),
        ("UPDATE cases.reports SET summary = ''", "permission denied"),
    ):
        with pytest.raises(DBAPIError, match=named):
            async with sessions.begin() as session:
                await session.execute(text(wrong))
    assert len(await rows(sessions, "SELECT 1 FROM cases.reports")) == 1
