"""Banks put and see their own products, the city sees all."""

import asyncio
from typing import Any

import pytest

from shared.auth.identity import Caller, Role
from shared.db import Sessions
from tests.integration.matchmaking.conftest import (
    AGENCY,
    ANALYST,
    BANK_A,
    BANK_B,
    Api,
    officer,
)
from tests.integration.matchmaking.told import partner, tell

TERMS: dict[str, Any] = {
    "name": "稳岗贷",
    "borrower_sizes": ["small", "micro"],
    "industries": ["I65"],
    "districts": [],
    "amount_min": "100000",
    "amount_max": "5000000",
    "tenor_min_months": 3,
    "tenor_max_months": 36,
    "annual_rate_percent": "3.85",
    "guarantees": ["credit"],
    "first_loan": True,
    "quota": "200000000",
    "valid_from": "2020-07-01",
    "valid_until": "2021-06-30",
    "policy_tag": "job_retention_loan",
}
SETTLED = TERMS | {
    "borrower_sizes": ["micro", "small"],
    "industries": ["65"],
    "amount_min": "100000.00",
    "amount_max": "5000000.00",
    "annual_rate_percent": "3.8500",
    "quota": "200000000.00",
}
PATH = "/v1/products/keep-jobs"


@pytest.fixture(autouse=True)
async def _banks(worker: Sessions) -> None:
    await tell(worker, partner("bank-a", name="甲银行"), partner("bank-b", name="乙银行"))


async def test_a_bank_puts_a_product_and_reads_it(api: Api) -> None:
    put = await api.ask(BANK_A, "PUT", PATH, json=TERMS)
    read = await api.ask(BANK_A, "GET", PATH)

    assert (put.status_code, put.headers["ETag"], put.headers["Location"]) == (201, '"1"', PATH)
    body = put.json()
    assert body["bank"] == {"client_id": "bank-a", "name": "甲银行", "active": True}
    assert (body["code"], body["version"], body["terms"]) == ("keep-jobs", 1, SETTLED)
    assert read.status_code == 200
    assert read.headers["ETag"] == '"1"'
    assert read.json() == body


async def test_a_later_put_replaces_the_terms(api: Api) -> None:
    await api.ask(BANK_A, "PUT", PATH, json=TERMS)

    cheaper = TERMS | {"annual_rate_percent": "3.5", "policy_tag": None}
    put = await api.ask(BANK_A, "PUT", PATH, json=cheaper, headers={"If-Match": '"1"'})
    stale = await api.ask(BANK_A, "PUT", PATH, json=TERMS, headers={"If-Match": '"1"'})

    assert (put.status_code, put.headers["ETag"]) == (200, '"2"')
    assert (stale.status_code, stale.json()["code"]) == (412, "product_changed_meanwhile")
    terms = (await api.ask(BANK_A, "GET", PATH)).json()["terms"]
    assert terms == SETTLED | {"annual_rate_percent": "3.5000", "policy_tag": None}


async def test_a_repeated_put_takes_effect_once(api: Api) -> None:
    key = {"Idempotency-Key": "one"}
    first = await api.ask(BANK_A, "PUT", PATH, json=TERMS, headers=key)
    again = await api.ask(BANK_A, "PUT", PATH, json=TERMS, headers=key)
    other = await api.ask(BANK_A, "PUT", PATH, json=TERMS | {"name": "别的"}, headers=key)

    assert (again.status_code, again.content) == (201, first.content)
    assert (again.headers["Idempotent-Replayed"], again.headers["ETag"]) == ("true", '"1"')
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert (await api.ask(BANK_A, "GET", PATH)).json()["version"] == 1


async def test_of_puts_at_once_every_one_that_is_taken_counts(api: Api) -> None:
    answers = await asyncio.gather(
        *(api.ask(BANK_A, "PUT", PATH, json=TERMS | {"name": f"产品{n}"}) for n in range(6))
    )

    taken = [answer.json() for answer in answers if answer.status_code in {200, 201}]
    lost = [answer.json()["code"] for answer in answers if answer.status_code == 412]
    assert len(taken) + len(lost) == 6
    assert sorted(body["version"] for body in taken) == list(range(1, len(taken) + 1))
    last = max(taken, key=lambda body: int(body["version"]))
    assert (await api.ask(BANK_A, "GET", PATH)).json() == last


async def test_a_put_without_a_key_is_refused(api: Api) -> None:
    put = await api.ask(BANK_A, "PUT", PATH, json=TERMS, headers={"Idempotency-Key": ""})

    assert (put.status_code, put.json()["code"]) == (400, "idempotency_key_missing")


async def test_anothers_product_looks_like_none(api: Api) -> None:
    await api.ask(BANK_A, "PUT", PATH, json=TERMS)

    hidden = await api.ask(BANK_B, "GET", PATH)
    named = await api.ask(BANK_B, "GET", f"{PATH}?bank=bank-a")
    none = await api.ask(BANK_B, "GET", "/v1/products/none-such")
    listed = await api.ask(BANK_B, "GET", "/v1/products?bank=bank-a")

    def said(answer: Any) -> dict[str, Any]:
        return {
            name: value
            for name, value in answer.json().items()
            if name not in {"instance", "trace_id"}
        }

    assert hidden.status_code == 404
    assert said(hidden) == said(named) == said(none)
    assert listed.json() == {"data": [], "next_cursor": None}


async def test_two_banks_may_use_one_code_and_the_city_names_the_bank(api: Api) -> None:
    await api.ask(BANK_A, "PUT", PATH, json=TERMS)
    only = await api.ask(ANALYST, "GET", PATH)
    put = await api.ask(BANK_B, "PUT", PATH, json=TERMS)

    ambiguous = await api.ask(ANALYST, "GET", PATH)
    named = await api.ask(ANALYST, "GET", f"{PATH}?bank=bank-b")

    assert (only.status_code, put.status_code) == (200, 201)
    assert (ambiguous.status_code, ambiguous.json()["code"]) == (400, "product_ambiguous")
    assert named.json()["bank"]["name"] == "乙银行"


async def test_the_city_lists_all_a_bank_its_own(api: Api) -> None:
    for bank, code in ((BANK_B, "b"), (BANK_A, "z"), (BANK_A, "c")):
        await api.ask(bank, "PUT", f"/v1/products/{code}", json=TERMS)

    seen, path = [], "/v1/products?limit=2"
    for _ in range(2):
        page = (await api.ask(ANALYST, "GET", path)).json()
        seen += [(row["bank"]["client_id"], row["code"]) for row in page["data"]]
        path = f"/v1/products?limit=2&cursor={page['next_cursor']}"
    own = (await api.ask(BANK_A, "GET", "/v1/products")).json()["data"]

    assert seen == [("bank-a", "c"), ("bank-a", "z"), ("bank-b", "b")]
    assert [row["code"] for row in own] == ["c", "z"]


async def test_faults_are_told_with_pointers(api: Api) -> None:
    faulty = TERMS | {"industries": ["65", "999"], "amount_max": "1", "annual_rate_percent": "4.5"}

    put = await api.ask(BANK_A, "PUT", PATH, json=faulty, headers={"Accept-Language": "en"})

    assert (put.status_code, put.json()["code"]) == (422, "validation_failed")
    assert [(fault["pointer"], fault["message"]) for fault in put.json()["errors"]] == [
        ("/amount_max", "must not be less than 100000"),
        ("/industries/1", "not a code of GB/T 4754-2017"),
        ("/annual_rate_percent", "the policy allows 4 at most"),
    ]
    assert (await api.ask(BANK_A, "GET", PATH)).status_code == 404


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"quota": "NaN"}, "/quota", "not_finite"),
        ({"amount_min": "0.001"}, "/amount_min", "too_many_decimals"),
        ({"borrower_sizes": []}, "/borrower_sizes", "too_short"),
        ({"guarantees": ["handshake"]}, "/guarantees/0", "not_allowed"),
        ({"name": "   "}, "/name", "too_short"),
        ({"first_loan": None}, "/first_loan", "not_a_boolean"),
        ({"surprise": 1}, "/surprise", "unknown_field"),
    ],
)
async def test_malformed_terms_are_told_with_pointers(
    api: Api, changed: dict[str, Any], pointer: str, code: str
) -> None:
    put = await api.ask(BANK_A, "PUT", PATH, json=TERMS | changed)

    assert put.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in put.json()["errors"]] == [
        (pointer, code)
    ]


async def test_a_bank_that_was_shut_out_offers_nothing(api: Api, worker: Sessions) -> None:
    await tell(worker, partner("bank-a", version=2, active=False))

    put = await api.ask(BANK_A, "PUT", PATH, json=TERMS)

    assert (put.status_code, put.json()["code"]) == (409, "bank_not_admitted")


@pytest.mark.parametrize("caller", [ANALYST, AGENCY, officer(Role.DISTRICT_LEAD)])
async def test_only_banks_put(api: Api, caller: Caller) -> None:
    put = await api.ask(caller, "PUT", PATH, json=TERMS)

    assert (put.status_code, put.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("caller", [AGENCY, officer(Role.DISTRICT_LEAD), officer(Role.AUDITOR)])
async def test_only_banks_and_the_city_read(api: Api, caller: Caller) -> None:
    assert (await api.ask(caller, "GET", "/v1/products")).status_code == 403
    assert (await api.ask(caller, "GET", PATH)).status_code == 403


async def test_a_code_that_cannot_be_one_is_refused(api: Api) -> None:
    put = await api.ask(BANK_A, "PUT", "/v1/products/Keep_Jobs", json=TERMS)

    assert (put.status_code, put.json()["errors"][0]["parameter"]) == (400, "code")
