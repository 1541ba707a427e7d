"""A city of four enterprises, made by hand, and how the agencies push it."""

from dataclasses import dataclass
from typing import Any

from tests.platform import Platform

# Their check characters were computed with python-stdnum.
SHEDDING, STEADY, SMALL, ELSEWHERE = (
    "91110105MA01A00012",
    "91110105MA01A00025",
    "91110105MA01A00038",
    "91110108MA01A0004N",
)
# What the stories of the whole city speak of; others bring enterprises of their own.
POPULATION = frozenset({SHEDDING, STEADY, SMALL, ELSEWHERE})
MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")
CHAOYANG, HAIDIAN = "110105", "110108"
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@dataclass(frozen=True)
class City:
    """The platform with the city in it, and the import of its headcounts."""

    platform: Platform
    import_id: str


def entry(uscc: str, name: str, district: str) -> dict[str, object]:
    """Return a record of the register."""
    return {
        "uscc": uscc,
        "name": name,
        "district": district,
        "industry": "6513",
        "status": "active",
        "registered_capital": "5000000.00",
    }


def counts(uscc: str, *numbers: int, arrears: int = 0) -> list[dict[str, object]]:
    """Return the headcounts of four months."""
    return [
        {"uscc": uscc, "month": month, "insured_headcount": number, "months_in_arrears": arrears}
        for month, number in zip(MONTHS, numbers, strict=True)
    ]


def push(platform: Platform, agency: str, feed: str, records: list[dict[str, object]]) -> Any:
    """Push a batch, in the trace of the tests; return the import."""
    answer = platform.call(
        agency,
        "POST",
        f"/v1/feeds/{feed}/batches",
        headers={"traceparent": TRACEPARENT},
        json={"records": records},
    )
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


def populate(platform: Platform) -> City:
    """Let both agencies push, and wait until both warnings have their cases."""
    register = [
        entry(SHEDDING, "北京裁员科技有限公司", CHAOYANG),
        entry(STEADY, "北京平稳科技有限公司", CHAOYANG),
        entry(SMALL, "北京小微科技有限公司", CHAOYANG),
        entry(ELSEWHERE, "北京海淀裁员科技有限公司", HAIDIAN),
    ]
    assert push(platform, "agency-amr", "enterprise_register", register)["counts"]["accepted"] == 4
    headcounts = [
        *counts(SHEDDING, 300, 290, 260, 240, arrears=2),
        *counts(STEADY, 300, 300, 301, 299),
        # Three of twenty are one family and fewer than five persons: a potential risk, no warning.
        *counts(SMALL, 20, 20, 20, 17),
        *counts(ELSEWHERE, 120, 110, 100, 90),
    ]
    told = push(platform, "agency-hrss", "insured_headcount", headcounts)
    assert told["counts"]["accepted"] == 16
    platform.wait(lambda: len(platform.every("city-analyst", "/v1/warnings")) >= 2)
    platform.wait(lambda: len(platform.every("city-admin", "/v1/cases")) >= 2)
    return City(platform, told["id"])
