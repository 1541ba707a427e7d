"""Who may read what: imports and their content, feeds, the register."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.ingest.conftest import (
    ANALYST,
    AUDITOR,
    BANK,
    BUREAU,
    CHAOYANG,
    FEEDS,
    OTHER_BUREAU,
    REGISTRAR,
    Door,
)
from tests.unit.ingest.records import a_headcount, an_enterprise, uscc


def test_an_import_and_its_errors_are_the_senders_and_the_citys(door: Door) -> None:
    pushed = door.push("insured_headcount", [a_headcount(1)]).json()
    for part in ("", "/errors"):
        path = f"/v1/imports/{pushed['id']}{part}"
        assert door.get(path, BUREAU).status_code == 200
        assert door.get(path, ANALYST).status_code == 200
        assert door.get(path, OTHER_BUREAU).json()["code"] == "import_not_found"
        for nobody in (BANK, CHAOYANG, AUDITOR):
            assert door.get(path, nobody).status_code == 403
    assert door.get(f"/v1/imports/{pushed['id']}", BUREAU).json() == pushed
    unknown = door.get(f"/v1/imports/{uuid4()}", BUREAU)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "import_not_found")


def test_imports_are_listed_newest_first_page_by_page(door: Door) -> None:
    pushed = [door.push("enterprise_register", [an_enterprise(n)]).json()["id"] for n in range(5)]
    door.push("enterprise_register", [an_enterprise(9)], caller=OTHER_BUREAU)
    door.push("insured_headcount", [a_headcount(0)])

    path: str | None = "/v1/imports?limit=2&feed=enterprise_register"
    found: list[str] = []
    while path:
        answer = door.get(path, BUREAU)
        found += [entry["id"] for entry in answer.json()["data"]]
        cursor = answer.json()["next_cursor"]
        path = f"/v1/imports?limit=2&feed=enterprise_register&cursor={cursor}" if cursor else None
    assert found == pushed[::-1]
    assert len(door.get("/v1/imports", ANALYST).json()["data"]) == 7
    assert len(door.get("/v1/imports", OTHER_BUREAU).json()["data"]) == 1


def test_a_hundred_errors_come_at_once_and_all_of_them_page_by_page(door: Door) -> None:
    answer = door.push("insured_headcount", [a_headcount(n, left=-1) for n in range(130)]).json()
    assert (len(answer["errors"]), answer["more_errors"]) == (100, True)
    first = door.get(f"/v1/imports/{answer['id']}/errors?limit=120", BUREAU)
    cursor = first.json()["next_cursor"]
    rest = door.get(f"/v1/imports/{answer['id']}/errors?limit=120&cursor={cursor}", BUREAU).json()
    rows = [error["row"] for error in first.json()["data"] + rest["data"]]
    assert rows == list(range(130))
    assert rest["next_cursor"] is None
    assert 'rel="next"' in first.headers["Link"]


def test_a_sender_gets_back_what_it_sent_to_the_byte(door: Door) -> None:
    body = b'\xef\xbb\xbf{ "records" : [ {"uscc": 1, "x\\u0000": NaN} ] }\n'
    pushed = door.push("insured_headcount", body).json()
    path = f"/v1/imports/{pushed['id']}/content"
    answer = door.get(path, BUREAU)
    assert (answer.status_code, answer.content) == (200, body)
    assert pushed["content_bytes"] == len(body)
    assert door.get(path, OTHER_BUREAU).json()["code"] == "import_not_found"
    assert door.get(path, ANALYST).status_code == 403
    sha256 = pushed["content_sha256"]
    (door.blobs / sha256[:2] / sha256).unlink()
    assert door.get(path, BUREAU).json()["code"] == "content_gone"


@pytest.mark.parametrize(
    ("caller", "names"),
    [
        (BUREAU, sorted(FEEDS)),
        (REGISTRAR, ["enterprise_register"]),
        (CHAOYANG, sorted(FEEDS)),
    ],
    ids=["bureau", "registrar", "chaoyang"],
)
def test_an_agency_sees_its_own_feeds(door: Door, caller: Any, names: list[str]) -> None:
    feeds = door.get("/v1/feeds", caller).json()["data"]
    assert [feed["name"] for feed in feeds] == names


def test_a_feed_tells_its_contract(door: Door) -> None:
    told = door.get("/v1/feeds/insured_headcount", BUREAU).json()
    assert (told["version"], told["key"], told["on_error"]) == (
        "1.1.0",
        ["uscc", "month"],
        "take_good_rows",
    )
    assert told["title"] == "Insured headcount"
    assert told["cadence"] == "P1M"
    assert told["columns"][2] == {
        "name": "insured_headcount",
        "kind": "integer",
        "title": "Insured headcount",
        "description": "Persons insured through the enterprise at the end of the month.",
        "required": True,
        "minimum": 0,
        "maximum": 10_000_000,
        "max_length": None,
        "choices": [],
        "examples": ["128"],
    }
    assert told["batch_schema"]["properties"]["records"]["maxItems"] == 1000
    hidden = door.get("/v1/feeds/insured_headcount", REGISTRAR)
    missing = door.get("/v1/feeds/nothing", REGISTRAR)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "feed_not_found")
    assert (missing.status_code, missing.json()["code"]) == (404, "feed_not_found")
    assert door.get("/v1/feeds", BANK).status_code == 403


def push_register(door: Door) -> None:
    """Bring three enterprises of Chaoyang and two of Haidian into the register."""
    records = [
        an_enterprise(1, name="北京甲_100%有限公司"),
        an_enterprise(2, name="北京乙有限公司"),
        an_enterprise(3, name="Beijing ABC Co", status="revoked"),
        an_enterprise(4, name="北京丁有限公司", district="110108"),
        an_enterprise(5, name="北京戊有限公司", district="110108"),
    ]
    assert door.push("enterprise_register", records).json()["counts"]["accepted"] == 5


@pytest.mark.parametrize(
    ("caller", "query", "numbers"),
    [
        (ANALYST, "", [1, 2, 3, 4, 5]),
        (CHAOYANG, "", [1, 2, 3]),
        (CHAOYANG, "?district=110108", []),
        (ANALYST, "?district=110108", [4, 5]),
        (ANALYST, "?q=有限公司", [1, 2, 4, 5]),
        (CHAOYANG, "?q=%E7%94%B2_", [1]),
        (CHAOYANG, "?q=%25", [1]),
        (CHAOYANG, "?q=_", [1]),
        (CHAOYANG, "?q=abc", [3]),
        (CHAOYANG, "?status=revoked", [3]),
        (CHAOYANG, "?q=nobody", []),
    ],
    ids=lambda part: getattr(part, "subject", str(part)),
)
def test_officers_see_the_enterprises_of_their_districts(
    door: Door, caller: Any, query: str, numbers: list[int]
) -> None:
    push_register(door)
    answer = door.get(f"/v1/enterprises{query}", caller)
    found = {entry["uscc"] for entry in answer.json()["data"]}
    assert found == {uscc(number) for number in numbers}


def test_the_register_is_listed_page_by_page(door: Door) -> None:
    push_register(door)
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = door.get(f"/v1/enterprises?limit=2{more}", ANALYST).json()
        found += [entry["uscc"] for entry in page["data"]]
        cursor = page["next_cursor"]
    assert found == sorted(uscc(number) for number in range(1, 6))


def test_an_enterprise_of_another_district_does_not_exist(door: Door) -> None:
    push_register(door)
    assert door.get(f"/v1/enterprises/{uscc(1)}", CHAOYANG).json() == {
        "uscc": uscc(1),
        "version": 1,
        "name": "北京甲_100%有限公司",
        "district": "110105",
        "district_name": "Chaoyang",
        "street": "建外街道",
        "industry": "3921",
        "status": "active",
        "established_on": "1990-01-01",
        "registered_capital": "120000.00",
        "short_names": [],
        "former_names": [],
        "aliases": [],
    }
    hidden = door.get(f"/v1/enterprises/{uscc(4)}", CHAOYANG)
    missing = door.get(f"/v1/enterprises/{uscc(77)}", CHAOYANG)
    for answer in (hidden, missing):
        assert (answer.status_code, answer.json()["code"]) == (404, "enterprise_not_found")
    assert door.get(f"/v1/enterprises/{uscc(4)}", ANALYST).status_code == 200


@pytest.mark.parametrize("caller", [BUREAU, BANK, AUDITOR], ids=lambda c: c.subject)
def test_the_register_is_for_officers_who_act(door: Door, caller: Any) -> None:
    push_register(door)
    assert door.get("/v1/enterprises", caller).status_code == 403
    assert door.get(f"/v1/enterprises/{uscc(1)}", caller).status_code == 403


@pytest.mark.parametrize("path", ["/v1/enterprises?q=%00", "/v1/imports?districts=1"])
def test_parameters_that_nobody_can_mean_are_refused(door: Door, path: str) -> None:
    answer = door.get(path, ANALYST)
    assert (answer.status_code, answer.json()["code"]) == (400, "parameters_refused")


@pytest.mark.parametrize("path", ["/v1/enterprises/%00", "/v1/feeds/%00"])
def test_a_name_that_cannot_be_is_not_found(door: Door, path: str) -> None:
    assert door.get(path, ANALYST).status_code in {400, 401, 404}


def test_the_content_of_a_repeated_batch_is_the_same(door: Door) -> None:
    body = json.dumps({"records": [an_enterprise(1)]}).encode()
    first = door.push("enterprise_register", body).json()
    again = door.push("enterprise_register", body).json()
    assert again["id"] == first["id"]
    assert door.get(f"/v1/imports/{again['id']}/content", BUREAU).content == body
