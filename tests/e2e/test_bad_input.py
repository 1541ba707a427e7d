"""Bad input gets a clear problem that says where; good rows are taken."""

import pytest

from tests.e2e.city import SHEDDING, STEADY, City

DOOR = "/v1/feeds/insured_headcount/batches"
JSON = {"Content-Type": "application/json"}


def test_good_rows_are_taken_and_bad_rows_are_answered_with_their_place(city: City) -> None:
    answer = city.platform.call(
        "agency-hrss",
        "POST",
        DOOR,
        json={
            "records": [
                {"uscc": STEADY, "month": "2026-06", "insured_headcount": 300},
                {"uscc": STEADY[:-1] + "9", "month": "2026-06", "insured_headcount": 1},
                {"uscc": STEADY, "month": "2026-12", "insured_headcount": 1},
                {"uscc": STEADY, "month": "2026-05", "insured_headcount": -1},
                {"uscc": "91110105MA01A0009T", "month": "2026-06", "insured_headcount": 1},
                {"uscc": STEADY, "month": "2026-06", "insured_headcount": 300, "salary": 1},
            ]
        },
    )
    assert answer.status_code == 201
    told = answer.json()
    assert told["counts"]["rows"] == 6
    assert told["counts"]["accepted"] == 1
    assert told["counts"]["rejected"] == 4
    assert told["counts"]["quarantined"] == 1
    found = {(error["row"], error["column"], error["code"]) for error in told["errors"]}
    assert {(row, column) for row, column, _ in found} == {
        (1, "uscc"),
        (2, "month"),
        (3, "insured_headcount"),
        (5, "salary"),
    }
    assert (2, "month", "month_in_future") in found
    assert all(
        error["message"] and error["pointer"].startswith("/records/") for error in told["errors"]
    )


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b'{"records": {}}', 422),
        (b'{"records": []}', 422),
        (b'{"records": [1]}', 422),
        (b'{"records": ' + b"[" * 5000 + b"]" * 5000 + b"}", 422),
        (b"\xff\xfe{}", 422),
        (b'{"records": [' + b'{"uscc": "x"},' * 1000 + b'{"uscc": "x"}]}', 422),
        (b'{"records": ["' + b"x" * 1_100_000 + b'"]}', 413),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else str(value),
)
def test_a_malformed_batch_is_a_problem_and_nothing_is_taken(
    city: City, content: bytes, status: int
) -> None:
    before = len(city.platform.every("agency-hrss", "/v1/imports"))
    answer = city.platform.call("agency-hrss", "POST", DOOR, content=content, headers=JSON)
    assert answer.status_code == status
    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["trace_id"]
    assert len(city.platform.every("agency-hrss", "/v1/imports")) == before


@pytest.mark.parametrize(
    "content",
    [
        b'{"records": [{"uscc": "\\u0000"}]}',
        b'{"records": [{"insured_headcount": 1e400}]}',
        b'{"records": [{"insured_headcount": true}]}',
        b'{"records": [{"month": "\\ud800"}]}',
    ],
)
def test_a_value_that_nothing_can_hold_never_breaks_the_service(city: City, content: bytes) -> None:
    answer = city.platform.call("agency-hrss", "POST", DOOR, content=content, headers=JSON)
    assert answer.status_code in {201, 422}
    if answer.status_code == 201:
        assert answer.json()["counts"]["rejected"] == 1
    else:
        assert answer.json()["errors"] or answer.json()["code"] == "body_unreadable"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/cases?statsu=closed", 400, "parameters_refused"),
        ("GET", "/v1/cases?limit=0", 400, "parameters_refused"),
        ("GET", "/v1/cases?cursor=nonsense", 400, "cursor_refused"),
        ("GET", "/v1/cases/not-an-id", 400, "parameters_refused"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("DELETE", "/v1/cases", 405, "method_not_allowed"),
        ("GET", "/v1//cases", 404, "not_found"),
        ("GET", "/v1/%2e%2e/v1/officers", 404, "not_found"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    city: City, method: str, path: str, status: int, code: str
) -> None:
    answer = city.platform.call("officer-110105", method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_problem_is_said_in_the_readers_language(city: City) -> None:
    answers = {
        language: city.platform.call(
            "officer-110105", "GET", "/v1/cases?statsu=x", headers={"Accept-Language": language}
        )
        for language in ("zh-CN", "en")
    }
    assert answers["zh-CN"].json()["title"] == "请求参数有误"
    assert answers["en"].json()["title"].isascii()
    kind = answers["en"].json()["type"]
    assert city.platform.call(None, "GET", kind).status_code == 200


def test_a_write_needs_an_idempotency_key(city: City) -> None:
    answer = city.platform.call(
        "agency-hrss", "POST", DOOR, headers={"Idempotency-Key": ""}, json={"records": [{}]}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_a_lost_race_is_a_412(city: City) -> None:
    platform = city.platform
    (case,) = platform.every("city-admin", f"/v1/cases?uscc={SHEDDING}")
    answer = platform.call(
        "lead-110105",
        "POST",
        f"/v1/cases/{case['id']}/transitions",
        headers={"If-Match": '"1"'},
        json={"step": "accept"},
    )
    assert (answer.status_code, answer.json()["code"]) == (412, "case_changed_meanwhile")
