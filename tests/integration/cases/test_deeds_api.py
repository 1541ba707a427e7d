"""Visits, services, evidence and financing through the API, as officers record them."""

import asyncio
from typing import Any

import pytest

from shared.auth.identity import Caller
from shared.db import Sessions
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
from tests.integration.cases.said import USCC, headcounts, hear, raised, registered, rows

WRITES: dict[str, dict[str, Any]] = {
    "visits": {"on_site": True},
    "evidence": {"kind": "agreement", "reference": "2020-18"},
    "deliveries": {"service": "job_assistance", "note": "招聘会"},
    "financing-requests": {
        "amount": "3000000",
        "tenor_months": 12,
        "purpose": "支付工资",
        "jobs_to_keep": 180,
    },
}


@pytest.fixture
async def case_id(api: Api, sessions: Sessions) -> str:
    """An orange case in disposition since 10:00 on 3 August 2020; 140, then 100 were insured."""
    await hear(sessions, raised(), headcounts({"2020-06": (140, 0), "2020-07": (100, 0)}))
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    await api.carry(case["id"], until="in_disposition")
    return str(case["id"])


async def test_what_a_reason_names_is_found_by_its_id(api: Api, case_id: str) -> None:
    seen = (await api.do(OFFICER, case_id, "visits", on_site=True)).json()
    given = (
        await api.do(OFFICER, case_id, "deliveries", service="job_assistance", note="招聘会")
    ).json()
    number = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}")).json()["number"]
    for of, kind in ((seen, "visit"), (given, "deliver")):
        told = await api.call(ANALYST, "GET", f"/v1/deeds/{of['id']}")
        assert told.status_code == 200, told.text
        assert told.json() == {
            "id": of["id"],
            "kind": kind,
            "case_id": case_id,
            "case_number": number,
            "uscc": USCC,
            "done_by": of["done_by"],
            "done_by_name": of["done_by_name"],
            "done_at": of["done_at"],
        }
    for asker, deed_id in ((ELSEWHERE, seen["id"]), (OFFICER, case_id)):
        missed = await api.call(asker, "GET", f"/v1/deeds/{deed_id}")
        assert (missed.status_code, missed.json()["code"]) == (404, "deed_not_found")
    assert (await api.call(BANK, "GET", f"/v1/deeds/{seen['id']}")).status_code == 403


async def test_a_visit_meets_the_first_contact_and_is_told(
    api: Api, sessions: Sessions, case_id: str
) -> None:
    called = await api.do(OFFICER, case_id, "visits", on_site=False, owner_reachable=False)
    seen = await api.do(
        OFFICER,
        case_id,
        "visits",
        on_site=True,
        visited_on="2020-08-03",
        staff_present=95,
        layoff_on="2020-09-01",
        note="设备已搬离",
    )

    assert (called.status_code, seen.status_code) == (201, 201)
    listed = (await api.call(ANALYST, "GET", f"/v1/cases/{case_id}/visits")).json()["data"]
    assert listed == [called.json(), seen.json()]
    assert seen.json() | {"id": None} == {
        "id": None,
        "visited_on": "2020-08-03",
        "on_site": True,
        "operating": None,
        "owner_reachable": None,
        "equipment_moved": None,
        "gathering": None,
        "staff_present": 95,
        "planned_layoffs": None,
        "layoff_on": "2020-09-01",
        "wages_owed_months": None,
        "note": "设备已搬离",
        "done_by": "officer:zhang",
        "done_by_name": None,
        "done_at": "2020-08-03T10:00:00+08:00",
    }
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert [line["what"] for line in lines[-3:]] == ["visit", "visit", "layoff_reported"]
    case = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}")).json()
    assert case["layoff_on"] == "2020-09-01"
    (contact,) = (clock for clock in case["clocks"] if clock["clock"] == "first_contact")
    assert contact["met_at"] == "2020-08-03T10:00:00+08:00"
    told = await rows(
        sessions,
        "SELECT convert_from(payload, 'UTF8')::jsonb AS body FROM cases.event_log"
        " WHERE subject = 'cases.visit.recorded.v1' ORDER BY event_id",
    )
    assert [row.body["id"] for row in told] == [called.json()["id"], seen.json()["id"]]


async def test_services_are_judged_with_reasons_and_listed_with_what_was_delivered(
    api: Api, sessions: Sessions, case_id: str
) -> None:
    await hear(sessions, registered(1, "某某科技有限公司", "110105", industry="6513"))

    delivered = await api.do(
        OFFICER,
        case_id,
        "deliveries",
        service="retention_training",
        persons=60,
        amount="12000.50",
        note="六十人转岗培训",
    )
    refused = await api.do(OFFICER, case_id, "deliveries", service="rent_relief", note="减免两个月")

    assert delivered.status_code == 201
    assert delivered.json()["amount"] == "12000.50"
    assert delivered.json()["delivered_on"] == "2020-08-03"
    assert (refused.status_code, refused.json()["code"]) == (409, "service_ineligible")
    (fault,) = refused.json()["errors"]
    assert fault["message"] == (
        "within three months until 2020-07 insured persons went from 140 at most to 100: "
        "of statutory size"
    )
    judged = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}/services")).json()["data"]
    assert {each["code"]: each["eligible"] for each in judged} == {
        "retention_training": "yes",
        "vocational_training": "yes",
        "job_assistance": "yes",
        "social_insurance_relief": "yes",
        "rent_relief": "no",
        "loan_financing": "yes",
        "lawful_layoff_guidance": "yes",
    }
    assert judged[0]["deliveries"] == [delivered.json()]
    exemption = judged[3]["policies"][0]
    assert exemption["citation"] == "人社部发〔2020〕11号、49号"
    assert [reason["sentence"] for reason in exemption["reasons"]] == [
        "100 persons were insured in 2020-07",
        "by its industry and the 100 persons insured in 2020-07 it is not large",
    ]
    told = await rows(
        sessions,
        "SELECT convert_from(payload, 'UTF8')::jsonb AS body FROM cases.event_log"
        " WHERE subject = 'cases.service.delivered.v1'",
    )
    assert [(row.body["service"], row.body["amount"]) for row in told] == [
        ("retention_training", "12000.50")
    ]


async def test_the_catalogue_is_told_in_both_languages(api: Api) -> None:
    english = await api.call(ANALYST, "GET", "/v1/services")
    chinese = await api.call(ANALYST, "GET", "/v1/services", headers={"Accept-Language": "zh-CN"})

    assert [each["name"] for each in chinese.json()["data"]][:2] == ["以训稳岗", "职业技能培训"]
    assert [each["name"] for each in english.json()["data"]][5:] == [
        "loan financing",
        "lawful-layoff guidance",
    ]
    (guidance,) = english.json()["data"][6]["policies"]
    assert (guidance["version"], guidance["valid_from"], guidance["valid_until"]) == (
        1,
        "2008-01-01",
        None,
    )


async def test_an_outcome_is_submitted_only_with_evidence_that_fits(api: Api, case_id: str) -> None:
    outcome = {"outcome": "wages_recovered", "evidence": "工资已补发"}
    await api.file(OFFICER, case_id, "court_paper")

    unfit = await api.step(OFFICER, case_id, "submit", **outcome)
    await api.file(OFFICER, case_id, "paid_slips")
    fit = await api.step(OFFICER, case_id, "submit", **outcome)

    assert (unfit.status_code, unfit.json()["code"]) == (409, "evidence_needed")
    assert unfit.json()["detail"] == (
        "For the outcome “wages recovered” one of these must be on file first: paid slips."
    )
    assert (fit.status_code, fit.json()["status"]) == (200, "pending_review")
    assert fit.json()["evidence_kinds"] == ["court_paper", "paid_slips"]
    assert fit.json()["evidence"] == "工资已补发"
    listed = (await api.call(LEAD, "GET", f"/v1/cases/{case_id}/evidence")).json()["data"]
    assert [piece["kind"] for piece in listed] == ["court_paper", "paid_slips"]


async def test_financing_is_asked_for_once_per_key(
    api: Api, sessions: Sessions, case_id: str
) -> None:
    path, key = f"/v1/cases/{case_id}/financing-requests", {"Idempotency-Key": "loan-1"}
    said = WRITES["financing-requests"]

    first = await api.call(OFFICER, "POST", path, json=said, headers=key)
    again = await api.call(OFFICER, "POST", path, json=said, headers=key)

    assert first.json()["amount"] == "3000000.00"
    assert again.content == first.content
    (told,) = await rows(
        sessions,
        "SELECT count(*) AS n FROM cases.event_log WHERE subject = 'cases.financing.requested.v1'",
    )
    assert told.n == 1


async def test_deeds_at_the_same_moment_are_all_kept(api: Api, case_id: str) -> None:
    answers = await asyncio.gather(
        *(api.do(OFFICER, case_id, "visits", on_site=True, staff_present=n) for n in range(5))
    )

    assert [answer.status_code for answer in answers] == [201] * 5
    listed = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}/visits")).json()["data"]
    assert sorted(visit["staff_present"] for visit in listed) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("what", list(WRITES))
async def test_who_may_record_what(api: Api, case_id: str, what: str) -> None:
    async def status(caller: Caller) -> int:
        return (await api.do(caller, case_id, what, **WRITES[what])).status_code

    assert [await status(caller) for caller in (OFFICER, LEAD, CITY)] == [201, 201, 201]
    assert [await status(caller) for caller in (ANALYST, AUDITOR, BANK, AGENCY)] == [403] * 4
    elsewhere = await api.do(ELSEWHERE, case_id, what, **WRITES[what])
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "case_not_found")


@pytest.mark.parametrize("what", ["visits", "services", "evidence"])
async def test_who_may_read_what(api: Api, case_id: str, what: str) -> None:
    path = f"/v1/cases/{case_id}/{what}"

    for caller, status in ((ANALYST, 200), (AUDITOR, 403), (BANK, 403), (ELSEWHERE, 404)):
        assert (await api.call(caller, "GET", path)).status_code == status


async def test_nothing_is_delivered_before_disposition(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised())
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    await api.carry(case["id"], until="planned")

    refused = await api.do(OFFICER, case["id"], "deliveries", **WRITES["deliveries"])

    assert (refused.status_code, refused.json()["code"]) == (409, "step_refused")
    assert refused.json()["detail"] == (
        "The case has the status “planned”; from there the step “deliver a service” cannot be "
        "taken."
    )


async def test_what_cannot_be_is_refused(api: Api, case_id: str) -> None:
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("visits", {"on_site": True, "visited_on": "2020-08-04"}, "/visited_on"),
        ("visits", {"on_site": True, "staff_present": -1}, "/staff_present"),
        ("deliveries", {"service": "massage", "note": "x"}, "/service"),
        ("deliveries", WRITES["deliveries"] | {"amount": "-5"}, "/amount"),
        ("deliveries", WRITES["deliveries"] | {"amount": "0.001"}, "/amount"),
        ("deliveries", {"service": "job_assistance", "note": "\u200b"}, "/note"),
        ("evidence", {"kind": "photo", "reference": "x"}, "/kind"),
        ("financing-requests", WRITES["financing-requests"] | {"amount": "0"}, "/amount"),
    ]
    for what, said, pointer in wrong:
        answer = await api.do(OFFICER, case_id, what, **said)
        assert answer.status_code == 422, what
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_a_corrected_headcount_is_judged_anew(
    api: Api, sessions: Sessions, case_id: str
) -> None:
    await hear(sessions, headcounts({"2020-07": (139, 0)}, version=2))
    await hear(sessions, headcounts({"2020-07": (100, 0)}, version=1))

    judged = (await api.call(OFFICER, "GET", f"/v1/cases/{case_id}/services")).json()["data"]

    (rent,) = (each for each in judged if each["code"] == "rent_relief")
    assert rent["eligible"] == "unknown"
    held = await rows(
        sessions,
        f"SELECT month, insured FROM cases.headcounts WHERE uscc = '{USCC}'",  # noqa: S608
    )
    assert {tuple(row) for row in held} == {("2020-06", 140), ("2020-07", 139)}
