"""Every reason leads through the gateway to the observation it speaks of, and to its import."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from stdnum.cn import uscc

from tests.e2e.city import entry, push
from tests.platform import NOW, Platform

DISTRICT, OTHERS = "110113", "110118"
TODAY: Final = NOW.date()
Record = Mapping[str, object]


def code(root: str) -> str:
    return root + uscc.calc_check_digit(root)


WORRIED, PARENT, CUSTOMER = (
    code(f"91{where}MA0F0{number:04d}") for number, where in enumerate((DISTRICT, OTHERS, OTHERS))
)


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def months(*records: Record) -> list[Record]:
    """Date records by months, the last one October 2026, back from there."""
    first = date(2026, 10, 1)
    return [
        {
            "month": f"{(first.year * 12 + first.month - 1 - back) // 12}"
            f"-{(first.month - 1 - back) % 12 + 1:02}",
            **one,
        }
        for back, one in enumerate(records)
    ]


def daily(first: int, last: int, **said: object) -> list[Record]:
    return [{"read_on": ago(back), **said} for back in range(first, last - 1, -1)]


_SOLD = [{"issued_amount": "100.00"}] * 9
_CALLER = "0123456789abcdef0123456789abcdef"
# (agency, feed, records) of one enterprise that has every worry there is.
PUSHED: Final[tuple[tuple[str, str, list[Record]], ...]] = (
    (
        "agency-hrss",
        "insured_headcount",
        months(
            {
                "insured_headcount": 200,
                "months_in_arrears": 3,
                "contribution_base_average": "6000.00",
            },
            *[
                {
                    "insured_headcount": 300,
                    "months_in_arrears": 0,
                    "contribution_base_average": "9000.00",
                }
            ]
            * 12,
        ),
    ),
    (
        "agency-hrss",
        "layoff_report",
        [{"reported_on": ago(2), "planned_layoffs": 60, "headcount": 300, "layoff_on": ago(-20)}],
    ),
    ("agency-hrss", "contract_renewal", months({"expired": 20, "renewed": 9})),
    (
        "agency-hrss",
        "unemployment_claim",
        [{"claimed_on": ago(3), "claimants": 30, "laid_off": 30}],
    ),
    (
        "agency-hrss",
        "wage_arrears",
        [
            {
                "found_on": ago(3),
                "reference": "监察1",
                "workers": 12,
                "amount": "90000.00",
                "largest_claim": "9000.00",
                "unpaid_since": ago(100),
                "state": "open",
            }
        ],
    ),
    (
        "agency-hrss",
        "si_deferral",
        [{"applied_on": ago(9), "reference": "缓1", "state": "granted", "months": 3}],
    ),
    (
        "agency-hrss",
        "labour_dispute",
        [
            {
                "filed_on": ago(9),
                "reference": f"仲{number}",
                "channel": "arbitration",
                "workers": 11,
                "common_claim_workers": 11,
            }
            for number in range(3)
        ],
    ),
    (
        "agency-jobs",
        "job_posting",
        months({"postings": 0}, {"postings": 0}, *[{"postings": 9}] * 7),
    ),
    (
        "agency-power",
        "electricity",
        [
            *daily(393, 364, days=1, kwh=1000),
            *daily(29, 1, days=1, kwh=100),
            *daily(0, 0, days=1, kwh=100, supply="cut_off"),
        ],
    ),
    (
        "agency-utilities",
        "utility_arrears",
        months({"utility": "water", "months_in_arrears": 2, "supply": "cut_off"}),
    ),
    ("agency-housing", "rent_arrears", months({"months_in_arrears": 2, "lease": "shut_out"})),
    (
        "agency-tax",
        "invoices",
        months({"issued_amount": "0.00"}, {"issued_amount": "0.00"}, *_SOLD, *_SOLD[:6]),
    ),
    ("agency-tax", "tax_arrears", months({"owed": "8000.00", "deferred": "5.00"})),
    ("agency-finance", "loan_overdue", months({"overdue_principal": "500000.00"})),
    (
        "agency-court",
        "court_notice",
        [
            {
                "noticed_on": ago(5),
                "reference": f"（2026）京0113执{number}号",
                "kind": kind,
                "state": "in_force",
            }
            for number, kind in enumerate(
                ("equity_freeze", "enforcement", "dishonest_debtor", "bankruptcy_accepted")
            )
        ],
    ),
    (
        "agency-court",
        "lawsuit",
        [
            {
                "filed_on": ago(9),
                "reference": f"民初{number}",
                "role": "defendant",
                "amount": "5000.00",
            }
            for number in range(3)
        ],
    ),
    (
        "agency-amr",
        "register_change",
        [
            {
                "changed_on": ago(9),
                "reference": "1",
                "kind": "abnormal_list",
                "ground": "unreachable",
            },
            {"changed_on": ago(8), "reference": "2", "kind": "serious_violation_list"},
            {
                "changed_on": ago(7),
                "reference": "3",
                "kind": "capital_cut",
                "capital_before": "1000.00",
                "capital_after": "100.00",
            },
            {"changed_on": ago(6), "reference": "4", "kind": "legal_representative"},
            {"changed_on": ago(5), "reference": "5", "kind": "legal_representative"},
            {"changed_on": ago(4), "reference": "6", "kind": "move_out"},
            {"changed_on": ago(3), "reference": "7", "kind": "deregistration_notice"},
            {"changed_on": ago(2), "reference": "8", "kind": "equity_pledge", "share_percent": 60},
        ],
    ),
    (
        "agency-hotline",
        "hotline_call",
        [
            {
                "called_on": ago(2),
                "reference": f"{number}",
                "line": "12345",
                "topic": "gathering",
                "caller": f"{number}{_CALLER[1:]}",
            }
            for number in range(3)
        ],
    ),
    (
        "agency-amr",
        "affiliation",
        [{"since": "2018-05-01", "other": PARENT, "relation": "parent", "share_percent": 80}],
    ),
)
# What the worried enterprise's own records show, and what those of the others do.
EXPECTED: Final = {
    *("E1", "E2", "E3", "E4", "E5", "E6", "E6-SPLIT-30", "E6-SPLIT-90", "E7", "E8", "E8-NONE"),
    *("W1-RECORDED", "W2-RECORDED", "S1", "S2", "LAY-15"),
    *("O1", "O1-IDLE", "O1-CUT", "O2", "O2-CUT", "O2-RENT", "O2-SHUT-OUT", "O3", "O3-NONE"),
    *("O4", "O4-DEFERRED", "F1", "F1-PLEDGE", "F2", "F3", "F3-SUM", "F4", "F4-DISHONEST", "F5"),
    *("R1", "R1-SERIOUS", "R2-CUT", "R2-REPRESENTATIVE", "R2-MOVE", "R2-NOTICE"),
    *("D1", "D1-COMMON", "D2", "D2-RISING", "D3-CALLED"),
    *("X1-GROUP", "X1-CUSTOMER"),
}


def observed(
    platform: Platform, name: str, reason: Mapping[str, Any], about: str
) -> list[dict[str, Any]]:
    """Ask for the observation that a reason names, as it names it."""
    query = urlencode({"feed": reason["source"], "uscc": about, "period": reason["period"]})
    found: list[dict[str, Any]] = platform.get(name, f"/v1/observations?{query}")["data"]
    return found


def reasons(platform: Platform, name: str) -> list[dict[str, Any]]:
    days = platform.get(name, f"/v1/enterprises/{WORRIED}/assessments")["data"]
    return list(days[0]["reasons"]) if days else []


@pytest.fixture(scope="module")
def told(platform: Platform) -> list[dict[str, Any]]:
    """The reasons, once everything that was pushed has come to be one."""
    named = (
        (WORRIED, "北京多事有限公司", DISTRICT),
        (PARENT, "北京母公司有限公司", OTHERS),
        (CUSTOMER, "北京大客户有限公司", OTHERS),
    )
    push(platform, "agency-amr", "enterprise_register", [entry(*each) for each in named])
    for agency, feed, records in PUSHED:
        push(platform, agency, feed, [{"uscc": WORRIED, **one} for one in records])
    # The customer tells of the relation, and both others go bankrupt.
    relation = {"since": "2019-01-01", "other": WORRIED, "relation": "major_supplier"}
    push(platform, "agency-amr", "affiliation", [{"uscc": CUSTOMER, **relation}])
    for other in (PARENT, CUSTOMER):
        staff = {"uscc": other, "month": "2026-10", "insured_headcount": 50}
        push(platform, "agency-hrss", "insured_headcount", [staff])
        failed = {"noticed_on": ago(1), "reference": "破1", "kind": "bankruptcy_accepted"}
        push(
            platform,
            "agency-court",
            "court_notice",
            [{"uscc": other, "state": "in_force", **failed}],
        )

    def found() -> list[dict[str, Any]] | None:
        now = reasons(platform, "city-analyst")
        return now if {one["indicator"] for one in now} >= EXPECTED else None

    try:
        seen = platform.wait(found, within=90)
    except AssertionError:
        missing = EXPECTED - {one["indicator"] for one in reasons(platform, "city-analyst")}
        raise AssertionError(f"never found: {sorted(missing)}") from None
    assert seen is not None
    return seen


def test_every_reason_leads_to_its_observation_and_import(
    platform: Platform, told: list[dict[str, Any]]
) -> None:
    for reason in told:
        about = reason["parameters"].get("told_of", WORRIED)
        (fact,) = observed(platform, "city-analyst", reason, about)
        assert fact["period"] == reason["period"]
        assert fact["import_id"] == reason["import_id"], reason["indicator"]
        taken = platform.get("city-analyst", f"/v1/imports/{reason['import_id']}")
        assert taken["feed"] == reason["source"], reason["indicator"]


def test_the_district_follows_reasons_of_its_own_enterprise(
    platform: Platform, told: list[dict[str, Any]]
) -> None:
    own = [one for one in told if one["parameters"].get("told_of", WORRIED) == WORRIED]
    assert len(own) == len(told) - 1  # all but the relation that the customer's record tells
    for reason in own:
        (fact,) = observed(platform, f"officer-{DISTRICT}", reason, WORRIED)
        assert fact["import_id"] == reason["import_id"], reason["indicator"]


def test_what_an_explanation_says_for_and_against_is_followed_alike(platform: Platform) -> None:
    steady = code(f"91{DISTRICT}MA0F01000")
    push(
        platform, "agency-amr", "enterprise_register", [entry(steady, "北京平安有限公司", DISTRICT)]
    )
    fallen = [
        {"uscc": steady, **one}
        for one in months(
            {"insured_headcount": 80, "months_in_arrears": 0}, *[{"insured_headcount": 100}] * 5
        )
    ]
    push(platform, "agency-hrss", "insured_headcount", fallen)
    paid = [{"uscc": steady, **one} for one in months({"owed": "0.00"})]
    push(platform, "agency-tax", "tax_arrears", paid)
    path = f"/v1/enterprises/{steady}/assessments"
    platform.wait(lambda: platform.get("city-analyst", path)["data"], within=60)
    speaking = {"months_in_arrears", "tax_owed"}

    def explained() -> Any:
        """Ask until the taxes have arrived as well: each feed goes a way of its own."""
        told = platform.get("city-analyst", f"{path}/{TODAY}/explanation")
        return told if {one["reading"] for one in told["against"]} == speaking else None

    found = platform.wait(explained, within=60)
    for one in (*found["contributions"], *found["against"]):
        (fact,) = observed(platform, "city-analyst", one, steady)
        assert fact["import_id"] == one["import_id"]
