"""From push to case: agencies push, a warning is raised, the right district closes its case."""

import json
import re
from typing import Any

from tests.e2e.city import (
    CHAOYANG,
    ELSEWHERE,
    HAIDIAN,
    POPULATION,
    SHEDDING,
    STEADY,
    TRACEPARENT,
    City,
    counts,
)


def test_only_the_enterprises_that_shed_staff_are_warned_of(city: City) -> None:
    warned = {
        warning["enterprise"]["uscc"]: warning
        for warning in city.platform.every("city-analyst", "/v1/warnings")
        if warning["enterprise"]["uscc"] in POPULATION
    }
    assert set(warned) == {SHEDDING, ELSEWHERE}
    # 60 of 300 in three months and two months of arrears: .8858 by hand, with impact I3 red.
    assert warned[SHEDDING]["level"] == "red"
    # 30 of 120 in three months (25 %), nothing else: capped at yellow.
    assert warned[ELSEWHERE]["level"] == "yellow"


def test_a_reason_leads_to_the_import_that_it_came_from(city: City) -> None:
    warnings = city.platform.every("city-analyst", "/v1/warnings")
    told = [warning for warning in warnings if warning["enterprise"]["uscc"] in POPULATION]
    assert told
    for warning in told:
        assert warning["reasons"]
        for reason in warning["reasons"]:
            assert reason["import_id"] == city.import_id
            assert reason["period"] == "2026-10"
            assert reason["sentence"]


def test_each_warning_opens_one_case_in_its_district(city: City) -> None:
    every = city.platform.every("city-admin", "/v1/cases")
    cases = [case for case in every if case["uscc"] in POPULATION]
    assert sorted((case["uscc"], case["district"]) for case in cases) == [
        (SHEDDING, CHAOYANG),
        (ELSEWHERE, HAIDIAN),
    ]
    assert all(case["status"] == "dispatched" for case in cases)


def test_an_officer_accepts_a_case_and_two_people_resolve_it(city: City) -> None:
    platform = city.platform
    (case,) = platform.get("officer-110105", "/v1/cases")["data"]
    assert re.fullmatch(r"110105-20\d\d-000001", case["number"])

    def step(who: str, name: str, **more: object) -> Any:
        path = f"/v1/cases/{case['id']}/transitions"
        answer = platform.call(who, "POST", path, json={"step": name, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert step("officer-110105", "accept")["status"] == "accepted"
    step("officer-110105", "verify", note="到企业核实，社保欠缴属实")
    step("officer-110105", "plan", note="一企一策：缓缴社保，转岗培训")
    step("lead-110105", "start")
    piece = {"kind": "insurance_list", "reference": "2026 年 10 月参保名单"}
    path = f"/v1/cases/{case['id']}/evidence"
    assert platform.call("officer-110105", "POST", path, json=piece).status_code == 201
    submitted = step(
        "officer-110105", "submit", outcome="averted", evidence="10 月社保已补缴，名单见附件"
    )
    assert submitted["status"] == "pending_review"

    # A red case is the city's to approve.
    refused = platform.call(
        "lead-110105", "POST", f"/v1/cases/{case['id']}/transitions", json={"step": "approve"}
    )
    assert refused.status_code == 403
    assert refused.json()["code"] == "city_decides"

    assert step("city-admin", "approve")["status"] == "resolved"
    step("officer-110105", "follow_up")
    # It is closed only after three clean months, which are yet to come.
    close = {"step": "close", "note": "连续三个月参保人数稳定"}
    path = f"/v1/cases/{case['id']}/transitions"
    early = platform.call("officer-110105", "POST", path, json=close)
    assert (early.status_code, early.json()["code"]) == (409, "follow_up_unclean")
    followed = platform.get("officer-110105", f"/v1/cases/{case['id']}")
    assert (followed["status"], followed["outcome"]) == ("follow_up", "averted")
    assert followed["properly_handled"]

    timeline = platform.every("officer-110105", f"/v1/cases/{case['id']}/timeline")
    assert [line["what"] for line in timeline][-9:] == [
        "dispatch",
        "accept",
        "verify",
        "plan",
        "start",
        "add_evidence",
        "submit",
        "approve",
        "follow_up",
    ]


def test_one_trace_leads_from_the_push_to_the_case(city: City) -> None:
    trace = TRACEPARENT.split("-")[1]

    def processes() -> set[str]:
        found = set()
        for file in (city.platform.data / "logs").glob("*.traces.jsonl"):
            for line in file.read_text(encoding="utf-8").splitlines():
                if trace in line:
                    json.loads(line)
                    found.add(file.name.split(".")[0])
        return found

    wanted = {"gateway-api", "ingest-api", "scoring-worker", "cases-worker"}
    city.platform.wait(lambda: wanted <= processes())
    waterfall = city.platform.cli("traces", "show", trace)
    assert all(name in waterfall for name in wanted)


def test_a_record_that_is_sent_twice_counts_once(city: City) -> None:
    records = counts(STEADY, 300, 300, 301, 299)
    body = {"records": records}
    first = city.platform.call(
        "agency-hrss", "POST", "/v1/feeds/insured_headcount/batches", key="k-1", json=body
    )
    again = city.platform.call(
        "agency-hrss", "POST", "/v1/feeds/insured_headcount/batches", key="k-1", json=body
    )
    other = city.platform.call(
        "agency-hrss",
        "POST",
        "/v1/feeds/insured_headcount/batches",
        key="k-1",
        json={"records": records[:1]},
    )
    assert first.json()["counts"]["duplicate"] == 4
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 409
    assert other.json()["code"] == "idempotency_key_reused"
