"""What an agency takes back or replaces, warnings and cases take back as well: door to door."""

from typing import Any

import pytest

from tests.e2e.city import counts, entry, push
from tests.platform import Platform

# Their check characters were computed with python-stdnum.
LEFT_OUT, KEPT = "91110114MA01W0001E", "91110114MA01W0002H"
CHANGPING = "110114"


OWN = frozenset({LEFT_OUT, KEPT})


@pytest.fixture(scope="module", autouse=True)
def warned(platform: Platform) -> None:
    """Two enterprises, each warned of by the loss of 40 of 100 in October alone.

    A month that is withdrawn is withdrawn of the whole city.
    """
    register = [
        entry(LEFT_OUT, "北京误报科技有限公司", CHANGPING),
        entry(KEPT, "北京实报科技有限公司", CHANGPING),
    ]
    push(platform, "agency-amr", "enterprise_register", register)
    october = [row for each in (LEFT_OUT, KEPT) for row in counts(each, 100, 100, 100, 60)]
    push(platform, "agency-hrss", "insured_headcount", october)
    platform.wait(lambda: len(cases(platform)) == 2 and len(standing(platform)) == 2)


def cases(platform: Platform) -> dict[str, Any]:
    """Return the cases as their district sees them, by enterprise."""
    listed = platform.every(f"officer-{CHANGPING}", "/v1/cases")
    shown = [platform.get(f"officer-{CHANGPING}", f"/v1/cases/{each['id']}") for each in listed]
    return {case["uscc"]: case for case in shown}


def standing(platform: Platform) -> set[str]:
    """Return which of the two are on the warning list."""
    listed = platform.every("city-analyst", "/v1/warnings?state=standing")
    return {warning["enterprise"]["uscc"] for warning in listed} & OWN


def lifted(platform: Platform) -> dict[str, str]:
    """Return why those of the two that left the warning list did."""
    listed = platform.every("city-analyst", "/v1/warnings?state=lifted")
    because = {warning["enterprise"]["uscc"]: warning["because"] for warning in listed}
    return {uscc: why for uscc, why in because.items() if uscc in OWN}


def test_who_is_not_in_the_file_that_replaces_a_month_is_no_longer_warned_of(
    platform: Platform,
) -> None:
    before = cases(platform)[LEFT_OUT]
    assert [warning["lifted"] for warning in before["warnings"]] == [False]
    file = platform.folder / "october.csv"
    file.write_text(f"uscc,month,insured_headcount\n{KEPT},2026-10,60\n", encoding="utf-8")
    told = platform.cli(
        *("--as", "agency-hrss", "push", "insured_headcount", str(file)),
        *("--replaces-period", "2026-10", "-o", "json"),
    )
    assert '"withdrawn": 1' in told
    platform.wait(lambda: standing(platform) == {KEPT})
    assert lifted(platform) == {LEFT_OUT: "corrected"}
    # The case goes on until somebody closes it, and says that its warning is gone.
    platform.wait(
        lambda: [each["lifted"] for each in cases(platform)[LEFT_OUT]["warnings"]] == [True]
    )
    after = cases(platform)
    assert after[LEFT_OUT]["status"] == before["status"]
    assert [each["lifted"] for each in after[KEPT]["warnings"]] == [False]


def test_a_month_that_is_withdrawn_speaks_for_nothing_and_stays_on_record(
    platform: Platform,
) -> None:
    platform.cli(
        *("--as", "agency-hrss", "facts", "withdraw", "insured_headcount", "2026-10"),
        *("--reason", "系统重复报送"),
    )
    platform.wait(lambda: standing(platform) == set())
    assert lifted(platform) == {LEFT_OUT: "corrected", KEPT: "corrected"}
    platform.wait(lambda: all(each["lifted"] for each in cases(platform)[KEPT]["warnings"]))
    query = f"/v1/observations?feed=insured_headcount&uscc={KEPT}&period=2026-10&history=true"
    versions = platform.get("city-analyst", query)["data"]
    assert {each["withdrawn"] for each in versions} == {False, True}
    # Said once more it counts once more, and the same case takes it up.
    number = cases(platform)[KEPT]["number"]
    record: dict[str, object] = {"uscc": KEPT, "month": "2026-10", "insured_headcount": 50}
    push(platform, "agency-hrss", "insured_headcount", [record])
    platform.wait(lambda: standing(platform) == {KEPT})
    platform.wait(lambda: not all(each["lifted"] for each in cases(platform)[KEPT]["warnings"]))
    assert cases(platform)[KEPT]["number"] == number


def test_a_layoff_report_that_is_withdrawn_moves_the_case_back(platform: Platform) -> None:
    report: dict[str, object] = {
        "uscc": LEFT_OUT,
        "reported_on": "2026-11-02",
        "planned_layoffs": 30,
        "headcount": 100,
        "layoff_on": "2026-12-10",
        "ground": "serious_difficulty",
    }
    push(platform, "agency-hrss", "layoff_report", [report])
    platform.wait(lambda: cases(platform)[LEFT_OUT]["layoff_on"] == "2026-12-10")
    platform.wait(lambda: LEFT_OUT in standing(platform))
    platform.cli(
        *("--as", "agency-hrss", "facts", "withdraw", "layoff_report", "2026-11-02"),
        *("--reason", "企业撤回报告"),
    )
    platform.wait(lambda: cases(platform)[LEFT_OUT]["layoff_on"] is None)
    platform.wait(lambda: LEFT_OUT not in standing(platform))
