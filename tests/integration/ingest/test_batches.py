"""What an agency pushes, what it is told, and what stays on record."""

import json
from typing import Any

import pytest

from tests.integration.ingest.conftest import (
    AUDITOR,
    BANK,
    BUREAU,
    CHAOYANG,
    OTHER_BUREAU,
    REGISTRAR,
    Door,
)
from tests.unit.ingest.records import a_headcount, an_enterprise, uscc

VERSIONS = """
    SELECT e.uscc, to_char(o.period, 'YYYY-MM') AS period, o.version, i.feed,
        jsonb_strip_nulls(to_jsonb(o)
            - '{enterprise_id,period,version,import_no,withdrawn}'::text[])
    FROM ingest.observations_insured_headcount o JOIN ingest.imports i ON i.no = o.import_no
    JOIN ingest.enterprises e ON e.id = o.enterprise_id
    ORDER BY e.uscc, o.period, o.version
"""
EVENTS = """
    SELECT subject, convert_from(payload, 'utf8')::jsonb AS body
    FROM ingest.event_log ORDER BY event_id
"""


def register(door: Door, *numbers: int) -> None:
    """Bring enterprises into the register."""
    answer = door.push("enterprise_register", [an_enterprise(n) for n in numbers])
    assert answer.json()["counts"]["accepted"] == len(numbers)


def pairs(fact: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the credit codes of a fact with their names."""
    return list(zip(fact["uscc"], fact["name"], strict=True))


def counts(answer: Any) -> tuple[int, int, int, int, int]:
    """Return rows, accepted, duplicate, superseding, rejected; the rest are quarantined."""
    told = answer.json()["counts"]
    assert told["quarantined"] == told["rows"] - sum(
        told[fate] for fate in ("accepted", "duplicate", "superseding", "rejected")
    )
    return (
        told["rows"],
        told["accepted"],
        told["duplicate"],
        told["superseding"],
        told["rejected"],
    )


def test_every_record_ends_in_its_fate_and_the_sender_is_told(door: Door) -> None:
    register(door, 1, 2)
    door.push("insured_headcount", [a_headcount(1), a_headcount(2)])

    answer = door.push(
        "insured_headcount",
        [
            a_headcount(1),
            a_headcount(2, insured_headcount=90),
            a_headcount(1, month="2020-06"),
            a_headcount(3),
            a_headcount(1, month="2020-09"),
        ],
    )

    assert answer.status_code == 201
    told = answer.json()
    assert answer.headers["Location"] == f"/v1/imports/{told['id']}"
    assert told["state"] == "completed_with_errors"
    assert counts(answer) == (5, 1, 1, 1, 1)
    assert (told["counts"]["quarantined"], told["quarantine"]["held"]) == (1, 1)
    assert (told["more_errors"], told["repeated"]) == (False, False)
    assert told["errors"] == [
        {
            "row": 4,
            "member": None,
            "place": 5,
            "pointer": "/records/4/month",
            "column": "month",
            "code": "month_in_future",
            "message": "must not be later than this month (2020-08)",
            "value": "2020-09",
            "name": None,
        },
    ]
    first = {"insured_headcount": 128, "months_in_arrears": 0, "joined": 3, "left": 5}
    assert [tuple(row.values()) for row in door.rows(VERSIONS)] == [
        (uscc(1), "2020-06", 1, "insured_headcount", first),
        (uscc(1), "2020-07", 1, "insured_headcount", first),
        (uscc(2), "2020-07", 1, "insured_headcount", first),
        (uscc(2), "2020-07", 2, "insured_headcount", {**first, "insured_headcount": 90}),
    ]


def test_the_register_keeps_what_it_said_before(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(1), an_enterprise(2)])
    answer = door.push(
        "enterprise_register",
        [
            an_enterprise(1, district="110228", registered_capital=None),
            an_enterprise(2),
            an_enterprise(1, district="110228", registered_capital=None),
            an_enterprise(1, status="revoked"),
        ],
    )
    assert counts(answer) == (4, 0, 2, 2, 0)
    history = door.rows(
        "SELECT e.uscc, v.version, v.district, v.status, v.registered_capital::text AS capital"
        " FROM ingest.enterprise_versions v JOIN ingest.enterprises e ON e.id = v.enterprise_id"
        " ORDER BY e.uscc, v.version"
    )
    assert [tuple(row.values()) for row in history] == [
        (uscc(1), 1, "110105", "active", "120000.00"),
        (uscc(1), 2, "110118", "active", None),
        (uscc(1), 3, "110105", "revoked", "120000.00"),
        (uscc(2), 1, "110105", "active", "120000.00"),
    ]
    entries = door.rows("SELECT uscc, version, status FROM ingest.enterprises ORDER BY uscc")
    assert [tuple(row.values()) for row in entries] == [
        (uscc(1), 3, "revoked"),
        (uscc(2), 1, "active"),
    ]


def test_a_register_that_is_sent_again_uses_up_no_numbers(door: Door) -> None:
    numbers = "SELECT max(id) AS last, count(*) AS entries FROM ingest.enterprises"
    door.push("enterprise_register", [an_enterprise(n) for n in range(1, 51)])
    (before,) = door.rows(numbers)
    for name in ("甲", "乙", "丙"):
        door.push("enterprise_register", [an_enterprise(n, name=name) for n in range(1, 51)])
    door.push("enterprise_register", [an_enterprise(n) for n in (30, 51, 20, 52)])
    (after,) = door.rows(numbers)
    assert (after["last"] - before["last"], after["entries"]) == (2, 52)


def test_facts_say_what_the_rows_say(door: Door) -> None:
    import_id = door.push("enterprise_register", [an_enterprise(1)]).json()["id"]
    again = door.push(
        "insured_headcount", [a_headcount(1), a_headcount(1, left=None, joined=4)]
    ).json()
    register_fact, headcount_fact = door.rows(EVENTS)
    assert register_fact["subject"] == "ingest.enterprises.changed.v1"
    assert register_fact["body"] == {
        "import_id": import_id,
        "received_at": "2020-08-03T09:00:00+08:00",
        "uscc": [uscc(1)],
        "version": [1],
        "name": ["北京第1机械厂"],
        "district": ["110105"],
        "street": ["建外街道"],
        "industry": ["3921"],
        "status": ["active"],
        "established_on": ["1990-01-01"],
        "registered_capital": ["120000.00"],
    }
    assert headcount_fact["subject"] == "ingest.observations.recorded.v1"
    assert headcount_fact["body"] == {
        "feed": "insured_headcount",
        "import_id": again["id"],
        "received_at": "2020-08-03T09:00:00+08:00",
        "uscc": [uscc(1), uscc(1)],
        "period": ["2020-07", "2020-07"],
        "operation": ["record", "supersede"],
        "version": [1, 2],
        "values": {
            "insured_headcount": [128, 128],
            "months_in_arrears": [0, 0],
            "joined": [3, 4],
            "left": [5, None],
            "contribution_base_average": [None, None],
            "due": [None, None],
            "paid": [None, None],
        },
    }


def test_duplicates_and_rejects_state_nothing(door: Door) -> None:
    register(door, 1)
    door.push("enterprise_register", [an_enterprise(1), an_enterprise(2, status="x")])
    assert len(door.rows(EVENTS)) == 1


def test_long_names_are_stated_in_several_facts(door: Door) -> None:
    records = [an_enterprise(n, name=f"{'长' * 195}{n:05}", street="街" * 60) for n in range(1000)]
    assert counts(door.push("enterprise_register", records)) == (1000, 1000, 0, 0, 0)
    facts = [row["body"] for row in door.rows(EVENTS)]
    assert len(facts) > 1
    stated = {code: name for fact in facts for code, name in pairs(fact)}
    assert stated == {record["uscc"]: record["name"] for record in records}


def test_the_same_content_is_the_same_import(door: Door) -> None:
    register(door, 1)
    first = door.push("insured_headcount", [a_headcount(1), a_headcount(2)])
    again = door.push("insured_headcount", [a_headcount(1), a_headcount(2)])
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "repeated": True}
    assert counts(again) == (2, 1, 0, 0, 0)
    assert len(door.rows("SELECT 1 FROM ingest.imports")) == 2


def test_the_same_content_is_another_import_once_it_would_take_something(door: Door) -> None:
    """A correction was itself corrected back."""
    register(door, 1, 2)
    batch = [a_headcount(1), a_headcount(2)]
    door.push("insured_headcount", batch)
    door.push("insured_headcount", [a_headcount(1, left=9)])
    back = door.push("insured_headcount", batch)
    assert (back.status_code, counts(back)) == (201, (2, 0, 1, 1, 0))
    assert door.push("insured_headcount", batch).json()["id"] == back.json()["id"]


def test_another_agency_with_the_same_content_has_its_own_import(door: Door) -> None:
    register(door, 1)
    ours = door.push("insured_headcount", [a_headcount(1)])
    theirs = door.push("insured_headcount", [a_headcount(1)], caller=OTHER_BUREAU)
    assert theirs.status_code == 201
    assert theirs.json()["id"] != ours.json()["id"]
    assert counts(theirs) == (1, 0, 1, 0, 0)


def test_a_request_that_is_sent_again_is_answered_as_the_first_time(door: Door) -> None:
    first = door.push("enterprise_register", [an_enterprise(1)], key="k1")
    again = door.push("enterprise_register", [an_enterprise(1)], key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = door.push("enterprise_register", [an_enterprise(2)], key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_a_batch_of_nothing_but_bad_rows_is_rejected_and_kept(door: Door) -> None:
    answer = door.push("insured_headcount", [{}, {"uscc": "无"}])
    assert (answer.status_code, answer.json()["state"]) == (201, "rejected")
    assert counts(answer) == (2, 0, 0, 0, 2)
    assert [(e["row"], e["column"], e["code"]) for e in answer.json()["errors"]] == [
        (0, "uscc", "missing"),
        (0, "month", "missing"),
        (0, "insured_headcount", "missing"),
        (1, "uscc", "uscc_length"),
        (1, "month", "missing"),
        (1, "insured_headcount", "missing"),
    ]


HOSTILE = {
    "nul": ('{"name": "甲\\u0000乙"}', "unprintable"),
    "surrogate": ('{"name": "\\ud800"}', "unprintable"),
    "surrogate_in_a_name": ('{"\\ud800\\u0000": 1}', "unknown_column"),
    "nan": ('{"registered_capital": NaN}', "not_finite"),
    "infinity": ('{"registered_capital": -Infinity}', "not_finite"),
    "huge_integer": ('{"registered_capital": %s}' % ("9" * 100_000), "too_large"),
    "huge_exponent": ('{"registered_capital": 1e999999999}', "too_large"),
    "endless_exponent": ('{"registered_capital": 1e99999999999999999999}', "not_finite"),
    "tiny": ('{"registered_capital": 1e-999999999}', "too_many_decimals"),
    "boolean": ('{"registered_capital": true}', "not_a_number"),
    "deep": (f'{{"name": {"[" * 500}1{"]" * 500}}}', "not_text"),
    "repeated": ('{"name": "甲", "name": "乙"}', "repeated_column"),
    "repeated_inside": ('{"name": {"a": 1, "a": 2}}', "not_text"),
    "formula": ('{"status": "=cmd|\' /C calc\'!A0"}', "not_allowed"),
    "long_column": ('{"%s": 1}' % ("x" * 500_000), "unknown_column"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_row_is_answered_and_its_neighbour_taken(door: Door, kind: str) -> None:
    row, code = HOSTILE[kind]
    good = json.dumps(an_enterprise(1))
    answer = door.push("enterprise_register", f'{{"records": [{row}, {good}]}}'.encode())
    assert answer.status_code == 201
    assert counts(answer) == (2, 1, 0, 0, 1)
    assert code in {error["code"] for error in answer.json()["errors"]}
    stored = door.get(f"/v1/imports/{answer.json()['id']}/errors", BUREAU)
    assert stored.json()["data"] == answer.json()["errors"]


@pytest.mark.parametrize(
    ("body", "status", "pointer", "code"),
    [
        (b"", 422, "", "not_json"),
        (b"\xff\xfe", 422, "", "not_utf8"),
        (b"[" * 100_000, 422, "", "nested_too_deep"),
        (b"[]", 422, "", "not_an_object"),
        (b'{"records": {}}', 422, "/records", "not_a_list"),
        (b'{"records": []}', 422, "/records", "records_empty"),
        (b'{"records": [{}, []]}', 422, "/records/1", "not_an_object"),
        (b'{"records": [%s]}' % b",".join([b"{}"] * 1001), 422, "/records", "records_too_many"),
        (b'{"\\u0000": 1}', 422, "/\\u0000", "unknown_field"),
        (b'{"records": [{"a": "%s"}]}' % (b"x" * 1024 * 1024), 413, None, None),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_malformed_body_is_refused_whole(
    door: Door, body: bytes, status: int, pointer: str | None, code: str | None
) -> None:
    answer = door.push("enterprise_register", body)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    errors = answer.json().get("errors", [{}])
    assert (errors[0].get("pointer"), errors[0].get("code")) == (pointer, code)
    assert door.rows("SELECT 1 FROM ingest.imports") == []
    assert door.rows("SELECT 1 FROM ingest.idempotency") == []


def test_errors_speak_the_language_of_whoever_reads_them(door: Door) -> None:
    answer = door.push("insured_headcount", [a_headcount(1, left=-1)])
    path = f"/v1/imports/{answer.json()['id']}/errors"
    assert door.get(path, BUREAU).json()["data"][0]["message"] == "must not be less than 0"
    door.language = "zh-CN"
    try:
        assert door.get(path, BUREAU).json()["data"][0]["message"] == "不得小于 0"
    finally:
        door.language = "en"


@pytest.mark.parametrize("caller", [REGISTRAR, BANK, CHAOYANG, AUDITOR], ids=lambda c: c.subject)
def test_who_does_not_hold_the_feed_may_not_push(door: Door, caller: Any) -> None:
    assert door.push("insured_headcount", [a_headcount()], caller=caller).status_code == 403
    assert door.rows("SELECT 1 FROM ingest.imports") == []


def test_a_feed_that_does_not_exist_looks_like_one_that_is_not_held(door: Door) -> None:
    unknown = door.push("no_such_feed", [{}])
    not_held = door.push("insured_headcount", [{}], caller=REGISTRAR)
    assert (unknown.status_code, unknown.json()["code"]) == (403, "feed_not_held")
    assert (not_held.status_code, not_held.json()["code"]) == (403, "feed_not_held")


def test_what_is_not_json_is_named_so(door: Door) -> None:
    path = "/v1/feeds/enterprise_register/batches"
    headers = {**door._headers(BUREAU, "POST", path), "Idempotency-Key": "k"}
    headers["Content-Type"] = "text/csv"
    answer = door.client.post(path, content=b"uscc,name", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
