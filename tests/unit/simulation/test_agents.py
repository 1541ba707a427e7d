"""What officers and banks decide, and how agencies cut their pushes."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from simulation.agents import decisions
from simulation.agents.banks import Verdict, judge, products
from simulation.agents.decisions import Proof, Trouble
from simulation.agents.pushing import batches
from simulation.agents.ways import WaysUnreadable, read, ways

CALM: Mapping[str, Any] = {
    "operating": True,
    "owner_reachable": True,
    "equipment_moved": False,
    "gathering": False,
    "staff_present": 95,
    "planned_layoffs": 0,
    "wages_owed_months": 0,
    "note": "经营正常，人员稳定。",
}
FALL = {"family": "employment", "strength": 0.8, "sentence": "参保人数下降"}
ARREARS = {"family": "social_insurance", "strength": 0.6, "sentence": "欠费两个月"}
HELPED = {"family": "social_insurance", "strength": -0.1, "sentence": "已减免"}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({}, Trouble.NONE),
        ({"operating": False, "planned_layoffs": 30}, Trouble.SHUT),
        ({"equipment_moved": True}, Trouble.SHUT),
        ({"planned_layoffs": 30, "wages_owed_months": 1}, Trouble.LAYOFF),
        ({"gathering": True}, Trouble.LAYOFF),
        ({"wages_owed_months": 1}, Trouble.WAGES),
        ({"staff_present": 79}, Trouble.PRESSED),  # below four fifths of a hundred
        ({"staff_present": 80}, Trouble.NONE),
        ({"staff_present": None}, Trouble.NONE),  # a call counts nobody
        ({"owner_reachable": False}, Trouble.PRESSED),
    ],
)
def test_a_visit_shows_what_the_trouble_is(seen: dict[str, Any], expected: Trouble) -> None:
    found = decisions.trouble({**CALM, **seen}, headcount=100, ways=ways().doubt)
    assert found is expected


@pytest.mark.parametrize(
    ("found", "reasons", "expected"),
    [
        (Trouble.NONE, [FALL], True),
        (Trouble.NONE, [FALL, HELPED], True),  # what speaks for the enterprise is no evidence
        (Trouble.NONE, [FALL, ARREARS], False),
        (Trouble.PRESSED, [FALL], False),
    ],
)
def test_one_kind_of_evidence_and_nothing_seen_is_doubted(
    found: Trouble, reasons: list[dict[str, Any]], expected: bool
) -> None:
    assert decisions.is_doubted(found, reasons) is expected


def test_services_follow_what_was_said_and_seen() -> None:
    asks = {**CALM, "note": "订单减少，用工成本偏高，希望减免房租和社保。"}
    assert decisions.services(Trouble.LAYOFF, asks, [ARREARS]) == (
        "rent_relief",
        "retention_training",
        "social_insurance_relief",
        "lawful_layoff_guidance",
    )
    assert decisions.services(Trouble.NONE, CALM, [FALL]) == (
        "retention_training",
        "social_insurance_relief",
    )


@pytest.mark.parametrize(
    ("first", "last", "delivered", "has_loan", "expected"),
    [
        ({"planned_layoffs": 30}, {}, (), False, Proof("averted", "insurance_list")),
        (
            {"planned_layoffs": 30},
            {"planned_layoffs": 10},
            (),
            False,
            Proof("reduced", "agreement"),
        ),
        ({"planned_layoffs": 30}, {"planned_layoffs": 30}, (), False, None),
        (
            {"planned_layoffs": 30},
            {"planned_layoffs": 30},
            ("lawful_layoff_guidance",),
            False,
            Proof("orderly_lawful_layoff", "agreement"),
        ),
        ({"wages_owed_months": 2}, {}, (), False, Proof("wages_recovered", "paid_slips")),
        ({"wages_owed_months": 2}, {"wages_owed_months": 1}, (), False, None),
        ({}, {"wages_owed_months": 1, "planned_layoffs": 0}, (), True, None),
        ({"planned_layoffs": 30}, {}, (), True, Proof("financing_obtained", "contract")),
        (
            {},
            {"operating": False, "owner_reachable": False},
            (),
            False,
            Proof("lost_contact", "visit_record"),
        ),
        ({}, {"operating": False}, (), False, Proof("orderly_lawful_layoff", "agreement")),
        ({}, {"owner_reachable": False}, (), False, None),
        (
            {},
            {},
            ("social_insurance_relief",),
            False,
            Proof("social_insurance_settled", "agreement"),
        ),
    ],
)
def test_a_case_ends_by_what_its_visits_show(
    first: dict[str, Any],
    last: dict[str, Any],
    delivered: tuple[str, ...],
    has_loan: bool,
    expected: Proof | None,
) -> None:
    found = decisions.proof({**CALM, **first}, {**CALM, **last}, delivered, has_loan=has_loan)
    assert found == expected


TODAY = date(2020, 9, 15)


def pack(**changed: Any) -> dict[str, Any]:
    """Make what a firm lets a bank read: 120 staff a year ago, 100 now, CNY 12 m wanted."""
    months = [
        {"month": f"2019-{month:02d}", "insured_headcount": 120} for month in range(8, 13)
    ] + [{"month": f"2020-{month:02d}", "insured_headcount": 100} for month in range(1, 9)]
    return {
        "registration": {"established_on": "2015-01-01"},
        "insured_headcount": months,
        "contributions": [{"months_in_arrears": 1}],
        "financing_need": {"amount": "12000000.00"},
        **changed,
    }


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Verdict(Decimal(12_000_000))),
        # 100 insured bear 40 million at CNY 400,000 a head.
        ({"financing_need": {"amount": "90000000.00"}}, Verdict(Decimal(40_000_000))),
        ({"registration": {"established_on": "2020-01-01"}}, Verdict(None, "short_history")),
        ({"contributions": [{"months_in_arrears": 4}]}, Verdict(None, "adverse_credit")),
        ({"insured_headcount": []}, Verdict(None, "data_insufficient")),
        (
            {"insured_headcount": [{"insured_headcount": 100}, {"insured_headcount": 0}]},
            Verdict(None, "not_operating"),
        ),
        (
            {"insured_headcount": [{"insured_headcount": 100}, {"insured_headcount": 54}]},
            Verdict(None, "cashflow_insufficient"),
        ),
    ],
)
def test_a_bank_judges_by_the_pack(changed: dict[str, Any], expected: Verdict) -> None:
    assert judge(pack(**changed), TODAY, ways().banks) == expected


def test_every_product_is_a_banks_own_and_lends_within_its_quota() -> None:
    found = products()
    assert {one["bank"] for one in found} == {"bank-a", "bank-b", "bank-c"}
    for one in found:
        assert Decimal(str(one["amount_max"])) <= Decimal(str(one["quota"]))


def test_batches_hold_to_the_bounds_of_the_door() -> None:
    records = [{"text": "字" * 1000}] * 700
    cut = list(batches(records))
    assert sum(len(batch) for batch in cut) == 700
    assert [len(batch) for batch in cut] == [298, 298, 104]  # 3,014 bytes each, of 900,000
    assert [len(batch) for batch in batches([{"n": 1}] * 2500)] == [1000, 1000, 500]
    assert list(batches([])) == []


def test_what_is_said_of_one_enterprise_stays_in_one_batch() -> None:
    records = [{"uscc": f"u{each // 24}", "month": each % 24} for each in range(24 * 60)]
    cut = list(batches(records))
    assert [len(batch) for batch in cut] == [984, 456]  # 41 enterprises of 24 months, then 19
    assert [record for batch in cut for record in batch] == records


def test_ways_name_what_they_lack() -> None:
    document = tomllib.loads((files("simulation.agents") / "ways.toml").read_text("utf-8"))
    del document["banks"]["years_least"]
    with pytest.raises(WaysUnreadable, match="years_least"):
        read(document)
    with pytest.raises(WaysUnreadable, match="unknown"):
        read({"more": {}})
