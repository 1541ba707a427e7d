"""The commands of matchmaking say what they are told, and show what comes back."""

import json
from typing import Any

import pytest

from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said

CANDIDATE: dict[str, Any] = {
    "id": "k1",
    "uscc": "91110105MA00000004",
    "name": "北京甲有限公司",
    "district": "110105",
    "state": "need_filed",
    "selected_on": "2020-08-06",
    "lists": [{"kind": "key", "edition": "2020-1", "valid_from": "2020-08-01"}],
    "finding": "viable_short_of_cash",
    "requested": None,
    "version": 4,
    "authorizations": [],
    "need": None,
    "reviews": [],
    "lines": [],
}
REFERRAL: dict[str, Any] = {"id": "r1", "state": "declined", "code": "capacity_full"}


def test_candidates_are_listed_in_words_and_asked_for_by_them(
    signed_in: Door, wengang: Wengang
) -> None:
    signed_in.on("GET", "/v1/candidates", Said(200, {"data": [CANDIDATE], "next_cursor": None}))

    code, out, _ = wengang("candidates", "list", "--state", "need filed", "--district", "朝阳")

    assert code == 0
    assert "Chaoyang" in out
    assert "need filed" in out
    assert "viable, short of cash" in out
    asked = dict(signed_in.seen[0].query)
    assert (asked["state"], asked["district"]) == ("need_filed", "110105")


def test_a_review_passes_every_test_that_is_not_named_as_failed(
    signed_in: Door, wengang: Wengang
) -> None:
    signed_in.on("POST", "/v1/candidates/k1/review", Said(200, CANDIDATE))

    arguments = ("not_viable", "--failed", "has_premises", "--note", "已停业")
    code, out, _ = wengang("candidates", "review", "k1", *arguments)

    assert code == 0
    assert "key" in out
    assert signed_in.at("POST", "/v1/candidates/k1/review")[0].json == {
        "finding": "not_viable",
        "tests": {
            "operates_lawfully": True,
            "has_premises": False,
            "needs_financing": True,
            "has_good_credit": True,
            "purpose_is_lawful": True,
        },
        "exclusions": [],
        "waiver": None,
        "note": "已停业",
    }


def test_a_match_shows_the_parts_of_what_fits_and_what_would_change_the_rest(
    signed_in: Door, wengang: Wengang
) -> None:
    product = {"bank": "bank-a", "bank_name": "甲银行", "product": "steady", "name": "稳岗贷"}
    found = {
        "seed": "5eed",
        "matches": [{**product, "fit": "0.7471", "parts": [{"sentence": "Amount: 0.68"}]}],
        "more": 0,
        "others": [{**product, "product": "other", "failures": [{"change": "Too short."}]}],
    }
    signed_in.on("GET", "/v1/candidates/k1/matches", Said(200, found))

    _, table, _ = wengang("candidates", "matches", "k1")
    _, written, _ = wengang("candidates", "matches", "k1", "-o", "json")

    assert "0.7471" in table
    assert "Amount: 0.68" in table
    assert "Too short." in table
    assert json.loads(written) == found


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (
            ("answer", "r1", "--no", "--code", "no capacity"),
            "/v1/referrals/r1/answer",
            {"accept": False, "code": "capacity_full", "note": None},
        ),
        (
            ("decide", "r1", "--yes", "--amount", "2800000", "--rate", "3.5"),
            "/v1/referrals/r1/decision",
            {
                "approved": True,
                "amount": "2800000",
                "annual_rate_percent": "3.5",
                "code": None,
                "note": None,
            },
        ),
        (
            (
                *("contract", "r1", "--amount", "1", "--months", "12", "--rate", "3.5"),
                *("--on", "2020-09-01", "--jobs", "40"),
            ),
            "/v1/referrals/r1/contract",
            {
                "amount": "1",
                "tenor_months": 12,
                "annual_rate_percent": "3.5",
                "signed_on": "2020-09-01",
                "jobs_committed": 40,
            },
        ),
    ],
)
def test_a_bank_says_what_it_says(
    signed_in: Door,
    wengang: Wengang,
    arguments: tuple[str, ...],
    path: str,
    body: dict[str, Any],
) -> None:
    signed_in.on("POST", path, Said(200, REFERRAL))

    code, out, _ = wengang("referrals", *arguments)

    assert code == 0
    assert "no capacity" in out
    assert signed_in.at("POST", path)[0].json == body


def test_every_bank_is_authorised_where_none_is_named(signed_in: Door, wengang: Wengang) -> None:
    given = {"id": "a1", "standing": "active", "items": ["registration"], "banks": "all"}
    signed_in.on("POST", "/v1/candidates/k1/authorizations", Said(201, given))

    arguments = ("--item", "registration", "--purpose", "稳岗贷款", "--until", "2020-10-31")
    code, out, _ = wengang("authorizations", "give", "k1", *arguments)

    assert code == 0
    assert "in force" in out
    assert signed_in.at("POST", "/v1/candidates/k1/authorizations")[0].json == {
        "items": ["registration"],
        "banks": "all",
        "purpose": "稳岗贷款",
        "valid_until": "2020-10-31",
        "paper_reference": None,
    }


def test_an_assignment_says_how_near_it_came(signed_in: Door, wengang: Wengang) -> None:
    assigned = {"chosen": 9, "gap": 0.0123, "referrals": [{**REFERRAL, "bank_name": "甲银行"}]}
    signed_in.on("POST", "/v1/rounds/m1/assignment", Said(200, assigned))

    code, out, error = wengang("rounds", "assign", "m1")

    assert code == 0
    assert "甲银行" in out
    assert "9 referrals" in error
    assert "1.23%" in error


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/contracts/c1", ("contracts", "show", "c1")),
        ("/v1/drawdowns/d1", ("contracts", "drawn", "d1")),
    ],
)
def test_promises_of_jobs_are_told_in_words(
    signed_in: Door, wengang: Wengang, path: str, said: tuple[str, ...]
) -> None:
    check = {"months": 3, "due_on": "2020-11-06", "kept": None}
    contract = {
        "id": "c1",
        "drawn": "1000000.00",
        "drawdowns": [{"drawn_on": "2020-08-06", "amount": "1000000.00"}],
        "commitments": [check, {**check, "months": 6, "kept": False}],
    }
    signed_in.on("GET", path, Said(200, contract))

    _, out, _ = wengang(*said)

    assert "2020-08-06: 1000000.00" in out
    assert "after 3 months (2020-11-06): not known yet" in out
    assert "after 6 months (2020-11-06): not kept" in out
