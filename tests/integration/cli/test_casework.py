"""What officers record in a case from the command line, and the figures that they read."""

from typing import Any

import pytest

from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said

DONE: dict[str, Any] = {"id": "d1", "done_by": "officer:zhang", "done_by_name": "张敏"}
WRITES = [
    (
        (*("visit", "c1", "--on-site", "--operating", "--no-gathering"), "--staff-present", "85"),
        "visits",
        {"on_site": True, "operating": True, "gathering": False, "staff_present": 85},
    ),
    (
        ("visit", "c1", "--call", "--layoff-on", "2026-12-15", "--note", "未接通"),
        "visits",
        {"on_site": False, "layoff_on": "2026-12-15", "note": "未接通"},
    ),
    (
        ("deliver", "c1", "以训稳岗", "--persons", "60", "--amount", "12000.50", "--note", "培训"),
        "deliveries",
        {"service": "retention_training", "persons": 60, "amount": "12000.50", "note": "培训"},
    ),
    (
        ("add-evidence", "c1", "insurance-list", "2026年11月参保名单"),
        "evidence",
        {"kind": "insurance_list", "reference": "2026年11月参保名单"},
    ),
    (
        (
            *("request-financing", "c1", "--amount", "3000000", "--months", "12"),
            *("--purpose", "工资", "--jobs", "180"),
        ),
        "financing-requests",
        {"amount": "3000000", "tenor_months": 12, "purpose": "工资", "jobs_to_keep": 180},
    ),
    (
        ("report", "c1", "--to", "区政府", "--summary", "拟裁员", "--at", "2026-11-25T09:40+08:00"),
        "reports",
        {
            "reported_to": "区政府",
            "summary": "拟裁员",
            "reported_at": "2026-11-25T09:40+08:00",
        },
    ),
    (
        (
            *("request-assistance", "c1", "税务部门", "--subject", "核实纳税"),
            *("--wanted", "请核实开票情况"),
        ),
        "assistance-requests",
        {"department": "taxation", "subject": "核实纳税", "wanted": "请核实开票情况"},
    ),
    (("note-progress", "c1", "--note", "已约谈"), "progress-notes", {"note": "已约谈"}),
]


@pytest.mark.parametrize(("words", "what", "sent"), WRITES)
def test_what_is_recorded_is_passed_on(
    signed_in: Door, wengang: Wengang, words: tuple[str, ...], what: str, sent: dict[str, Any]
) -> None:
    signed_in.on("POST", f"/v1/cases/c1/{what}", Said(201, {**DONE, **sent}))

    code, out, _ = wengang("cases", *words)

    assert code == 0
    (request,) = signed_in.at("POST", f"/v1/cases/c1/{what}")
    assert request.json == sent
    assert request.key
    assert "张敏" in out


def test_how_it_was_seen_must_be_said(signed_in: Door, wengang: Wengang) -> None:
    assert wengang("cases", "visit", "c1")[0] == 2
    assert signed_in.at("POST", "/v1/cases/c1/visits") == []


def test_a_deed_that_a_reason_names_is_shown_with_its_case(
    signed_in: Door, wengang: Wengang
) -> None:
    told = {**DONE, "kind": "visit", "case_id": "c1", "case_number": "110105-2026-000001"}
    signed_in.on("GET", "/v1/deeds/d1", Said(200, told))
    code, out, _ = wengang("cases", "deed", "d1")
    assert code == 0
    assert "visit" in out
    assert "110105-2026-000001" in out


def test_services_are_listed_with_what_decides(signed_in: Door, wengang: Wengang) -> None:
    refused = {
        "code": "rent_relief",
        "name": "房租减免",
        "eligible": "no",
        "policies": [
            {
                "title": "国有房屋租金减免",
                "verdict": "no",
                "reasons": [{"sentence": "达到法定裁员规模", "verdict": "no"}],
            }
        ],
        "deliveries": [],
    }
    body = {"data": [refused], "next_cursor": None}
    signed_in.on("GET", "/v1/cases/c1/services", Said(200, body))

    _, out, _ = wengang("cases", "services", "c1")

    assert "房租减免" in out
    assert "达到法定裁员规模" in out.replace("\n", "").replace(" ", "")


def test_the_resolution_rate_says_what_it_divides(signed_in: Door, wengang: Wengang) -> None:
    counted = {
        "since": "2020-07-31",
        "until": None,
        "opened": 1656,
        "open": 132,
        "by_status": {"resolved": 1524},
        "by_outcome": {"averted": 1524},
        "properly_handled": 1524,
        "refuted": 0,
        "on_time": [
            {"clock": "resolve", "in_time": 1500, "late": 24, "running": 132, "rate": "0.9843"}
        ],
        "resolution_rate": {
            "value": "0.9203",
            "numerator": 1524,
            "denominator": 1656,
            "numerator_definition": "handled",
            "denominator_definition": "warned",
        },
    }
    signed_in.on("GET", "/v1/statistics/cases", Said(200, counted))

    code, out, _ = wengang("cases", "stats", "--since", "2020-07-31", "--district", "朝阳区")

    assert code == 0
    assert "1524/1656 = 0.9203" in out
    assert "1500/1524" in out
    assert "warned" in out
    (request,) = signed_in.at("GET", "/v1/statistics/cases")
    assert request.query == [("since", "2020-07-31"), ("district", "110105")]


def test_clocks_are_listed_with_their_rounds(signed_in: Door, wengang: Wengang) -> None:
    clock = {
        "clock": "progress_note",
        "started_at": "2026-11-23T10:00:00+08:00",
        "due_at": "2026-11-26T17:30:00+08:00",
        "met_at": None,
        "escalation_level": 0,
        "kept": 3,
        "missed": 1,
    }
    signed_in.on("GET", "/v1/cases/c1", Said(200, {"id": "c1", "clocks": [clock]}))

    _, out, _ = wengang("cases", "clocks", "c1", "-o", "csv")

    heads, line = out.splitlines()
    assert heads == "clock,started_at,due_at,met_at,escalation_level,kept,missed"
    assert line.startswith("progress_note,2026-11-23T10:00:00+08:00,2026-11-26T17:30:00+08:00,")
    assert line.endswith(",0,3,1")


def test_reports_are_listed(signed_in: Door, wengang: Wengang) -> None:
    told = {**DONE, "reported_to": "区政府", "summary": "拟裁员", "reported_at": "2026-11-25"}
    signed_in.on("GET", "/v1/cases/c1/reports", Said(200, {"data": [told], "next_cursor": None}))

    _, out, _ = wengang("cases", "reports", "c1")

    assert "区政府" in out
    assert "拟裁员" in out


@pytest.mark.parametrize(
    ("words", "what", "sent"),
    [
        (("accept", "r1"), "accept", {}),
        (("answer", "r1", "--answer", "开票下降"), "answer", {"answer": "开票下降"}),
        (("return", "r1", "--reason", "不属本部门"), "return", {"reason": "不属本部门"}),
        (("withdraw", "r1", "--reason", "已核实"), "withdraw", {"reason": "已核实"}),
    ],
)
def test_a_department_says_what_becomes_of_a_request(
    signed_in: Door, wengang: Wengang, words: tuple[str, ...], what: str, sent: dict[str, str]
) -> None:
    path = f"/v1/assistance-requests/r1/{what}"
    signed_in.on("POST", path, Said(200, {"id": "r1", "subject": "核实纳税", **sent}))

    code, out, _ = wengang("assistance", *words)

    assert code == 0
    assert "核实纳税" in out
    (request,) = signed_in.at("POST", path)
    assert request.json == sent
    assert request.key


def test_a_department_lists_and_shows_its_requests(signed_in: Door, wengang: Wengang) -> None:
    asked = {"id": "r1", "subject": "核实纳税", "status": "asked", "department": "taxation"}
    signed_in.on(
        "GET", "/v1/assistance-requests", Said(200, {"data": [asked], "next_cursor": None})
    )
    signed_in.on("GET", "/v1/assistance-requests/r1", Said(200, asked))

    _, listed, _ = wengang("assistance", "list", "--status", "asked")
    _, shown, _ = wengang("assistance", "show", "r1")

    assert ("status", "asked") in signed_in.at("GET", "/v1/assistance-requests")[0].query
    assert "核实纳税" in listed
    assert "核实纳税" in shown


def test_what_departments_were_asked_in_a_case(signed_in: Door, wengang: Wengang) -> None:
    asked = {"id": "r1", "department": "taxation", "subject": "核实纳税", "status": "answered"}
    path = "/v1/cases/c1/assistance-requests"
    signed_in.on("GET", path, Said(200, {"data": [asked], "next_cursor": None}))

    _, out, _ = wengang("cases", "assistance", "c1")

    assert "核实纳税" in out
