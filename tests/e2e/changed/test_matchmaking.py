"""From the protection list to a drawn loan, by the command line of everybody who takes part."""

import json
import re
from typing import Any

import pytest

from gateway.routes import ROUTES
from tests.e2e.city import ELSEWHERE, SHEDDING, City, push
from tests.platform import Platform

# 2 November 2026 is a Monday: two working days later is Wednesday.
ANSWER_DUE = "2026-11-04T17:30:00+08:00"
TERMS = {
    "name": "稳岗贷",
    "borrower_sizes": ["small", "medium", "micro", "large"],
    "industries": ["65"],
    "districts": [],
    "amount_min": "500000.00",
    "amount_max": "8000000.00",
    "tenor_min_months": 6,
    "tenor_max_months": 24,
    "annual_rate_percent": "3.6",
    "guarantees": ["credit"],
    "first_loan": False,
    "quota": "20000000.00",
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "policy_tag": "job_retention_loan",
}
# What no bank may ever read: neither the words nor a code of a level.
FORBIDDEN = re.compile(
    r"level|score|opinion|likelihood|warning|jobs_at_risk|potential|预警|舆情|风险", re.IGNORECASE
)


def said(platform: Platform, who: str, *arguments: str) -> Any:
    """Run a command in somebody's name; return the JSON that it writes."""
    return json.loads(platform.cli("--as", who, *arguments, "-o", "json"))


@pytest.fixture(scope="module")
def loan(city: City) -> dict[str, Any]:
    """A candidate with a representative who took the whole way, and one whose paper was signed."""
    platform = city.platform
    for who in ("officer-110105", "lead-110105", "officer-110108", "lead-110108"):
        platform.token(who)
    for who in ("bank-a", "city-admin", "firm-1"):
        platform.token(who)
    terms = platform.folder / "terms.json"
    terms.write_text(json.dumps(TERMS), encoding="utf-8")
    said(platform, "bank-a", "products", "set", "steady", str(terms))
    entries: list[dict[str, object]] = [
        {"uscc": uscc, "list_kind": kind, "edition": "2026-10", "valid_from": "2026-10-01"}
        for uscc, kind in ((SHEDDING, "key"), (ELSEWHERE, "inclusive"))
    ]
    push(platform, "agency-deit", "protection_list", entries)
    found = platform.wait(lambda: two_candidates(platform))
    said(platform, "city-admin", "representatives", "set", "firm-1", "--uscc", SHEDDING)

    ids = {one["uscc"]: str(one["id"]) for one in found}
    for uscc, officer in ((SHEDDING, "officer-110105"), (ELSEWHERE, "officer-110108")):
        said(
            platform,
            officer,
            *("candidates", "review", ids[uscc], "viable_short_of_cash", "--note", "订单充足"),
        )
    opened = said(platform, "city-admin", "rounds", "open", "首贷专场", "--on", "2026-11-10")
    said(platform, "city-admin", "rounds", "invite", opened["id"], *ids.values())
    return {"own": ids[SHEDDING], "paper": ids[ELSEWHERE], "round": opened["id"]}


def two_candidates(platform: Platform) -> list[Any]:
    """Return the candidates once both have been selected, nobody before."""
    found = platform.every("city-admin", "/v1/candidates")
    return found if len(found) == 2 else []


@pytest.fixture(scope="module")
def signed(city: City, loan: dict[str, Any]) -> dict[str, Any]:
    """The first of them, from its own authorisation to a drawn loan."""
    platform, candidate = city.platform, loan["own"]
    platform.wait(
        lambda: platform.call("firm-1", "GET", f"/v1/candidates/{candidate}").status_code == 200
    )
    items = [
        option
        for item in ("registration", "insured_headcount", "contributions", "financing_need")
        for option in ("--item", item)
    ]
    given = said(
        platform,
        "firm-1",
        *("authorizations", "give", candidate, *items),
        *("--purpose", "稳岗贷款", "--until", "2026-12-31"),
    )
    assert given["standing"] == "active"
    need = ("--amount", "3000000", "--months", "12", "--purpose", "发放工资")
    filed = said(
        platform,
        "firm-1",
        *("candidates", "need", candidate, *need, "--by", "2026-12-01", "--jobs", "240"),
    )
    assert filed["state"] == "matched"
    table = platform.cli("--as", "firm-1", "candidates", "matches", candidate)
    assert "steady" in table
    choice = ("--bank", "bank-a", "--product", "steady")
    sent = said(platform, "firm-1", "candidates", "refer", candidate, *choice)
    assert (sent["state"], sent["answer_due"]) == ("sent", ANSWER_DUE)
    referral = sent["id"]
    pack = said(platform, "bank-a", "referrals", "show", referral)
    assert [row["insured_headcount"] for row in pack["pack"]["insured_headcount"]] == [
        300,
        290,
        260,
        240,
    ]
    said(platform, "bank-a", "referrals", "answer", referral, "--yes")
    granted = ("--yes", "--amount", "2800000", "--rate", "3.5")
    said(platform, "bank-a", "referrals", "decide", referral, *granted)
    contract = said(
        platform,
        "bank-a",
        *("referrals", "contract", referral, "--amount", "2800000", "--months", "12"),
        *("--rate", "3.5", "--on", "2026-11-02", "--jobs", "240"),
    )
    drawn = said(
        platform,
        "bank-a",
        *("contracts", "draw", contract["id"], "--amount", "1000000", "--on", "2026-11-02"),
    )
    return {"referral": referral, "contract": contract["id"], "drawn": drawn, **loan}


def test_a_firm_of_two_lists_comes_to_a_drawn_loan(city: City, signed: dict[str, Any]) -> None:
    assert signed["drawn"]["drawn"] == "1000000.00"
    shown = city.platform.get("officer-110105", f"/v1/candidates/{signed['own']}")
    assert shown["state"] == "drawn"
    assert [line["step"] for line in shown["lines"]] == [
        "select",
        "find_viable",
        "invite",
        "authorize",
        "file_need",
        "match",
        "distribute",
        "claim",
        "approve",
        "sign",
        "draw",
    ]
    counted = said(city.platform, "city-admin", "candidates", "count")
    assert (counted["signed"], counted["banks"], counted["amount_cny"]) == (1, 1, "2800000.00")
    receipts = said(city.platform, "firm-1", "receipts", "list")
    assert [(one["bank"], one["uscc"]) for one in receipts] == [("bank-a", SHEDDING)]


def test_a_signed_paper_is_recorded_and_confirmed_by_two_officers(
    city: City, loan: dict[str, Any]
) -> None:
    platform, candidate = city.platform, loan["paper"]
    recorded = said(
        platform,
        "officer-110108",
        *("authorizations", "give", candidate, "--item", "registration", "--bank", "bank-a"),
        *("--purpose", "稳岗贷款", "--until", "2026-12-31", "--paper", "京海授2026-1"),
    )
    assert recorded["standing"] == "pending"
    refused = platform.cli(
        *("--as", "officer-110108", "authorizations", "confirm", recorded["id"]), code=1
    )
    assert "second person" in refused
    confirmed = said(platform, "lead-110108", "authorizations", "confirm", recorded["id"])
    assert confirmed["standing"] == "active"
    # Another district's officer finds neither the candidate nor its authorisation.
    hidden = platform.call("officer-110105", "GET", f"/v1/candidates/{candidate}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "candidate_not_found")


def test_a_bank_reads_no_level_score_or_opinion_anywhere(
    city: City, signed: dict[str, Any]
) -> None:
    platform = city.platform
    warnings = platform.every("city-analyst", "/v1/warnings")
    cases = platform.every("city-admin", "/v1/cases")
    known = {
        "candidate_id": [signed["own"], signed["paper"]],
        "round_id": [signed["round"]],
        "referral_id": [signed["referral"]],
        "contract_id": [signed["contract"]],
        "warning_id": [one["id"] for one in warnings],
        "case_id": [one["id"] for one in cases],
        "uscc": [SHEDDING, ELSEWHERE],
        "code": ["steady"],
        "client_id": ["bank-a"],
        "import_id": [city.import_id],
    }
    read = 0
    for route in ROUTES:
        if route.method != "GET":
            continue
        for path in paths(route.template, known):
            answer = platform.call("bank-a", "GET", path)
            body = answer.json()
            body.pop("instance", None)  # the path that was asked for
            shown = json.dumps(body, ensure_ascii=False)
            assert not FORBIDDEN.search(shown), f"{path}: {shown}"
            read += answer.status_code == 200
    # Who they are, products, referrals and contracts: as lists, and one of each.
    assert read >= 7


def paths(template: str, known: dict[str, list[Any]]) -> list[str]:
    """Fill a template with everything that is known of its parameter."""
    found = re.findall(r"\{(\w+)\}", template)
    if not found:
        return [template]
    values = known.get(found[0], ["019ab000-0000-7000-8000-000000000000"])
    filled = [template.replace(f"{{{found[0]}}}", str(value), 1) for value in values]
    return [path for one in filled for path in paths(one, known)]


def test_a_bank_finds_a_referral_of_another_as_little_as_one_that_is_none(
    city: City, signed: dict[str, Any]
) -> None:
    missing = "019ab000-0000-7000-8000-000000000000"
    for path in ("/v1/referrals/{}", "/v1/contracts/{}"):
        thing = signed["referral" if "referral" in path else "contract"]
        told = [
            city.platform.call("bank-b", "GET", path.format(each)).json()
            for each in (thing, missing)
        ]
        for problem in told:
            problem.pop("instance")
            problem.pop("trace_id", None)
        assert told[0] == told[1]


def test_a_month_that_is_withdrawn_or_replaced_goes_from_the_pack_and_comes_back(
    city: City, signed: dict[str, Any]
) -> None:
    """The last story of a loan: what the others stand on is taken back by it."""
    platform = city.platform

    def insured() -> list[tuple[str, int]]:
        shown = said(platform, "bank-a", "referrals", "show", signed["referral"])
        months = shown["pack"]["insured_headcount"]
        return [(row["month"], row["insured_headcount"]) for row in months]

    earlier = [("2026-07", 300), ("2026-08", 290), ("2026-09", 260)]
    assert insured() == [*earlier, ("2026-10", 240)]
    withdrawn = ("facts", "withdraw", "insured_headcount", "2026-10", "--reason", "重复报送")
    said(platform, "agency-hrss", *withdrawn)
    platform.wait(lambda: insured() == earlier)
    file = platform.folder / "september.csv"
    file.write_text(f"uscc,month,insured_headcount\n{SHEDDING},2026-09,280\n", encoding="utf-8")
    replaced = ("push", "insured_headcount", str(file), "--replaces-period", "2026-09")
    assert said(platform, "agency-hrss", *replaced)["withdrawn"] == 3
    platform.wait(lambda: insured() == [*earlier[:2], ("2026-09", 280)])
