"""What every other feed pushes reaches a reason, in words, followed to its record."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.scoring.domain.indicators_2020_2 import ADDED_2020_2
from shared.db import Sessions
from shared.events.ingest import Operation
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import (
    IMPORT,
    A,
    Said,
    at,
    headcounts,
    recorded,
    refuted,
    registered,
    rows,
    sweep_until,
    tell,
)
from tests.integration.scoring.test_api import CHAOYANG

DAY = date(2026, 10, 15)
NOW = at(DAY)
Values = Mapping[str, int | Decimal | str | None]


def ago(days: int) -> str:
    return (DAY - timedelta(days=days)).isoformat()


def _months(year: int, last: int, *values: Values) -> dict[str, Values]:
    return {f"{year}-{last - back:02}": said for back, said in enumerate(values)}


def _days(first: int, last: int, said: Values) -> dict[str, Values]:
    return {ago(back): said for back in range(first, last - 1, -1)}


_SOLD, _HALF, _NONE = ({"issued_amount": Decimal(amount)} for amount in ("100.00", "40.00", "0.00"))
_POWER, _LITTLE = ({"days": 1, "kwh": kwh} for kwh in (1000, 100))
_CALLER = "0123456789abcdef0123456789abcdef"

# Feed -> what it says -> the indicators that its reasons name.
PUSHED: tuple[tuple[str, dict[str, Values], set[str]], ...] = (
    ("contract_renewal", {"2026-09": {"expired": 20, "renewed": 9}}, {"E5"}),
    (
        "unemployment_claim",
        {ago(3): {"claimants": 30, "laid_off": 30}},
        {"E6", "E6-SPLIT-30", "E6-SPLIT-90"},
    ),
    (
        "job_posting",
        _months(2026, 9, {"postings": 0}, {"postings": 0}, *[{"postings": 9}] * 7),
        {"E8", "E8-NONE"},
    ),
    (
        "wage_arrears",
        {
            f"{ago(3)}/监察1": {
                "workers": 12,
                "amount": Decimal("90000.00"),
                "largest_claim": Decimal("9000.00"),
                "unpaid_since": ago(100),
                "state": "open",
            }
        },
        {"W1-RECORDED", "W2-RECORDED"},
    ),
    ("si_deferral", {f"{ago(9)}/缓1": {"state": "granted", "months": 3}}, {"S2"}),
    (
        "electricity",
        {
            **_days(393, 364, _POWER),
            **_days(29, 1, _LITTLE),
            ago(0): {**_LITTLE, "supply": "cut_off"},
        },
        {"O1", "O1-IDLE", "O1-CUT"},
    ),
    (
        "utility_arrears",
        {"2026-09/water": {"months_in_arrears": 2, "supply": "cut_off"}},
        {"O2", "O2-CUT"},
    ),
    (
        "rent_arrears",
        {"2026-09": {"months_in_arrears": 2, "lease": "shut_out"}},
        {"O2-RENT", "O2-SHUT-OUT"},
    ),
    (
        "invoices",
        {**_months(2026, 9, _NONE, _NONE, _HALF), **_months(2025, 9, *[_SOLD] * 3)},
        {"O3", "O3-NONE"},
    ),
    (
        "tax_arrears",
        {"2026-09": {"owed": Decimal("8000.00"), "deferred": Decimal("5.00")}},
        {"O4", "O4-DEFERRED"},
    ),
    ("loan_overdue", {"2026-09": {"overdue_principal": Decimal("500000.00")}}, {"F2"}),
    (
        "court_notice",
        {
            f"{ago(5)}/（2026）京0105执{number}号": {"kind": kind, "state": "in_force"}
            for number, kind in enumerate(
                ["equity_freeze", "enforcement", "dishonest_debtor", "bankruptcy_accepted"]
            )
        },
        {"F1", "F4", "F4-DISHONEST", "F5"},
    ),
    (
        "lawsuit",
        {
            f"{ago(9)}/民初{number}": {"role": "defendant", "amount": Decimal("5000.00")}
            for number in range(3)
        },
        {"F3"},
    ),
    (
        "register_change",
        {
            f"{ago(9)}/1": {"kind": "abnormal_list", "ground": "unreachable"},
            f"{ago(8)}/2": {"kind": "serious_violation_list"},
            f"{ago(7)}/3": {
                "kind": "capital_cut",
                "capital_before": Decimal("1000.00"),
                "capital_after": Decimal("100.00"),
            },
            f"{ago(6)}/4": {"kind": "legal_representative"},
            f"{ago(5)}/5": {"kind": "legal_representative"},
            f"{ago(4)}/6": {"kind": "move_out"},
            f"{ago(3)}/7": {"kind": "deregistration_notice"},
            f"{ago(2)}/8": {"kind": "equity_pledge", "share_percent": 60},
        },
        {"R1", "R1-SERIOUS", "R2-CUT", "R2-REPRESENTATIVE", "R2-MOVE", "R2-NOTICE", "F1-PLEDGE"},
    ),
    (
        "labour_dispute",
        {
            f"{ago(9)}/仲{number}": {"workers": 11, "common_claim_workers": 11}
            for number in range(3)
        },
        {"D1", "D1-COMMON"},
    ),
    (
        "hotline_call",
        {
            f"{ago(2)}/{number}": {"topic": "gathering", "caller": f"{number}{_CALLER}"}
            for number in range(3)
        },
        {"D2", "D2-RISING", "D3-CALLED"},
    ),
)
SENT = {"F3-SUM"} | {name for _, _, indicators in PUSHED for name in indicators}


def test_every_indicator_is_pushed_here() -> None:
    assert {indicator.id for indicator in ADDED_2020_2} == SENT


@pytest.mark.parametrize(("feed", "said", "indicators"), PUSHED, ids=[one[0] for one in PUSHED])
async def test_what_a_feed_pushes_is_a_reason(
    sessions: Sessions, api: Api, feed: str, said: dict[str, Values], indicators: set[str]
) -> None:
    pushed = recorded(feed, A, said, received=NOW)
    staffed = headcounts([Said(A, "2026-09", 300)], received=NOW)
    await tell(sessions, registered(A), staffed, pushed, pushed, now=NOW)

    answer = await api.get(CHAOYANG, f"/v1/enterprises/{A}/assessments", language="zh")
    reasons = answer.json()["data"][0]["reasons"]
    assert {one["indicator"] for one in reasons} == indicators
    for one in reasons:
        assert (one["source"], one["import_id"]) == (feed, str(IMPORT))
        assert one["rule_version"] == "rules-2020.5"
        assert one["period"] in said
        assert one["sentence"].endswith("。")


async def test_lawsuits_are_weighed_against_invoices(sessions: Sessions, api: Api) -> None:
    suit: dict[str, Values] = {
        f"{ago(9)}/民初1": {"role": "defendant", "amount": Decimal("300.00")}
    }
    sold = recorded("invoices", A, _months(2026, 9, *[_SOLD] * 6), received=NOW)
    await tell(sessions, registered(A), recorded("lawsuit", A, suit, received=NOW), sold, now=NOW)

    answer = await api.get(CHAOYANG, f"/v1/enterprises/{A}/assessments")
    (reason,) = answer.json()["data"][0]["reasons"]
    assert reason["sentence"] == (
        "In the ninety days up to 2026-10-06: lawsuits over CNY 300 against the enterprise,"
        " 25.0 % of a year's invoices (CNY 1,200)."
    )


async def test_what_a_feed_takes_back_is_no_reason_any_more(sessions: Sessions) -> None:
    staffed = headcounts([Said(A, "2026-09", 300)], received=NOW)
    bankrupt: dict[str, Values] = {
        f"{ago(1)}/破1": {"kind": "bankruptcy_accepted", "state": "in_force"}
    }
    said = recorded("court_notice", A, bankrupt, received=NOW)
    await tell(sessions, registered(A), staffed, said, now=NOW)
    standing = "SELECT level FROM scoring.warnings WHERE state = 'standing'"
    assert await rows(sessions, standing) == [("orange",)]

    gone = recorded(
        "court_notice",
        A,
        {period: {} for period in bankrupt},
        received=NOW,
        version=2,
        operation=Operation.WITHDRAW,
    )
    await tell(sessions, gone, said, now=NOW)
    assert await rows(sessions, standing) == []


async def test_two_feeds_warn_and_a_refutation_clears_both(sessions: Sessions) -> None:
    staffed = headcounts([Said(A, "2026-09", 300)], received=NOW)
    idle = recorded(
        "electricity",
        A,
        {**_days(393, 364, _POWER), **_days(29, 0, _LITTLE)},
        received=NOW,
    )
    owed = recorded("tax_arrears", A, {"2026-09": {"owed": Decimal("8000.00")}}, received=NOW)
    overdue = recorded(
        "loan_overdue", A, {"2026-09": {"overdue_principal": Decimal("500000.00")}}, received=NOW
    )
    # in any order, and again: operation .9, finance .6 * .9 * 2^(-15/180): L = 1 - .37 * .6
    await tell(sessions, registered(A), overdue, owed, staffed, idle, owed, now=NOW)
    assert await rows(
        sessions, "SELECT admission, impact, place FROM scoring.assessments WHERE uscc = :a", a=A
    ) == [("corroborated", 3, "orange")]

    later = at(DAY + timedelta(days=1))
    await tell(sessions, refuted(A, later.date()), now=later)
    await sweep_until(sessions, later.date(), later.date() + timedelta(days=1))
    assert await rows(sessions, "SELECT place FROM scoring.standings") == [("none",)]
