"""Changes are decided on what was read, and a lost race is told."""

import json
from pathlib import Path
from typing import Any

from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said

CASE: dict[str, Any] = {
    "id": "c1",
    "number": "ZA-2026-000001",
    "status": "dispatched",
    "level": "red",
    "clocks": [],
    "warnings": [],
    "allowed_steps": ["return", "accept"],
    "version": 3,
}
READ = Said(200, CASE, {"etag": '"3"'})
DONE = Said(200, {**CASE, "status": "accepted", "allowed_steps": ["verify"], "version": 4})
WANG = {
    "subject": "wang",
    "name": "王伟",
    "roles": ["district_officer"],
    "districts": ["110105"],
    "active": True,
    "version": 7,
}


def test_a_step_is_taken_with_the_version_that_was_read(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/cases/c1", READ)
    signed_in.on("POST", "/v1/cases/c1/transitions", DONE)

    code, out, _ = wengang("cases", "accept", "c1", "--note", "收到")

    sent = signed_in.at("POST", "/v1/cases/c1/transitions")[0]
    assert code == 0
    assert sent.json == {"step": "accept", "note": "收到"}
    assert sent.headers["if-match"] == '"3"'
    assert sent.key
    assert "accepted" in out
    assert "verify" in out


def test_every_word_of_a_step_is_passed_on(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on(
        "GET", "/v1/cases/c1", Said(200, {**CASE, "allowed_steps": ["send_back"]}, {"etag": '"3"'})
    )
    signed_in.on("POST", "/v1/cases/c1/transitions", DONE)

    options = {
        "--note": "n",
        "--reason": "r",
        "--outcome": "averted",
        "--evidence": "e",
        "--waiting-for": "court",
        "--until": "2026-12-01T18:00:00+08:00",
        "--district": "110101",
    }
    pairs = [part for pair in options.items() for part in pair]
    assert wengang("cases", "step", "c1", "send-back", *pairs)[0] == 0

    assert signed_in.at("POST", "/v1/cases/c1/transitions")[0].json == {
        "step": "send_back",
        "note": "n",
        "reason": "r",
        "outcome": "averted",
        "evidence": "e",
        "waiting_for": "court",
        "suspended_until": "2026-12-01T18:00:00+08:00",
        "district": "110101",
    }


def test_a_lost_race_is_told(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/cases/c1", READ)
    changed = {"title": "The case changed meanwhile", "status": 412}
    signed_in.on("POST", "/v1/cases/c1/transitions", Said(412, changed))

    code, _, error = wengang("cases", "close", "c1")

    assert code == 1
    assert "The case changed meanwhile" in error
    assert "look again, then decide" in error
    # What would have been possible instead.
    assert "return, accept" in error
    assert len(signed_in.at("POST", "/v1/cases/c1/transitions")) == 1


def test_the_possible_steps_are_listed(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/cases/c1", READ)

    _, out, _ = wengang("cases", "steps", "c1", "-o", "json")

    assert json.loads(out) == [
        {"step": "return", "meaning": "return"},
        {"step": "accept", "meaning": "accept"},
    ]


def test_case_filters_are_passed_on(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/cases", Said(200, {"data": [], "next_cursor": None}))

    wengang("cases", "list", "--status", "dispatched", "--status", "accepted", "--overdue")

    assert signed_in.seen[0].query == [
        ("limit", "200"),
        ("status", "dispatched"),
        ("status", "accepted"),
        ("overdue", "true"),
    ]


def test_what_is_not_named_of_an_officer_stays(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/officers", Said(200, {"data": [WANG], "next_cursor": None}))
    signed_in.on("PUT", "/v1/officers/wang", Said(200, {**WANG, "active": False}))

    assert wengang("officers", "set", "wang", "--inactive")[0] == 0

    sent = signed_in.at("PUT", "/v1/officers/wang")[0]
    assert sent.json == {
        "name": "王伟",
        "roles": ["district_officer"],
        "districts": ["110105"],
        "active": False,
        "department": None,
    }
    assert sent.headers["if-match"] == '"7"'


def test_a_new_officer_needs_name_and_role(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/officers", Said(200, {"data": [WANG], "next_cursor": None}))
    signed_in.on("PUT", "/v1/officers/li", Said(200, {**WANG, "subject": "li"}))

    code, _, error = wengang("officers", "set", "li", "--district", "110101")
    assert code == 2
    assert "li is new: give --name, --role." in error

    assert wengang("officers", "set", "li", "--name", "李芳", "--role", "auditor")[0] == 0
    sent = signed_in.at("PUT", "/v1/officers/li")[0]
    assert sent.json == {
        "name": "李芳",
        "roles": ["auditor"],
        "districts": [],
        "active": True,
        "department": None,
    }
    assert "if-match" not in sent.headers


def test_an_assisting_officer_keeps_the_department_that_is_not_named(
    signed_in: Door, wengang: Wengang
) -> None:
    known = {**WANG, "roles": ["assisting_department"], "districts": [], "department": "court"}
    signed_in.on("GET", "/v1/officers", Said(200, {"data": [known], "next_cursor": None}))
    signed_in.on("PUT", "/v1/officers/wang", Said(200, known))

    assert wengang("officers", "set", "wang", "--name", "王伟")[0] == 0
    assert wengang("officers", "set", "wang", "--department", "税务部门")[0] == 0

    sent = [each.json["department"] for each in signed_in.at("PUT", "/v1/officers/wang")]
    assert sent == ["court", "taxation"]


def test_a_partner_gets_further_feeds(signed_in: Door, wengang: Wengang) -> None:
    known = {
        "client_id": "agency-hrss",
        "kind": "agency",
        "name": "人社局",
        "feeds": ["insured_headcount"],
        "active": True,
        "version": 2,
    }
    signed_in.on("GET", "/v1/partners", Said(200, {"data": [known], "next_cursor": None}))
    signed_in.on("PUT", "/v1/partners/agency-hrss", Said(200, known))

    options = ("--feed", "insured_headcount", "--feed", "wage_arrears")
    assert wengang("partners", "set", "agency-hrss", *options)[0] == 0

    assert signed_in.at("PUT", "/v1/partners/agency-hrss")[0].json == {
        "kind": "agency",
        "name": "人社局",
        "feeds": ["insured_headcount", "wage_arrears"],
        "active": True,
    }


def test_the_terms_of_a_product_arrive_as_they_stand(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    product = {
        "code": "loan",
        "version": 1,
        "bank": {"name": "甲银行"},
        "terms": {"name": "稳岗贷"},
    }
    signed_in.on("PUT", "/v1/products/loan", Said(200, product))
    file = tmp_path / "terms.json"
    file.write_bytes(b'{"amount_max": 1000000.10}')

    code, out, _ = wengang("products", "set", "loan", str(file))

    assert code == 0
    assert signed_in.at("PUT", "/v1/products/loan")[0].body == b'{"amount_max": 1000000.10}'
    assert "稳岗贷" in out
    file.write_bytes(b"[]")
    assert wengang("products", "set", "loan", str(file))[0] == 2
