"""What became of the cases of a period, counted by hand."""

from typing import Any

import pytest

from shared.auth.identity import Caller
from shared.db import Sessions
from shared.events.scoring import RiskLevel
from tests.integration.cases.conftest import (
    AGENCY,
    ANALYST,
    AUDITOR,
    BANK,
    CITY,
    ELSEWHERE,
    LEAD,
    OFFICER,
    Api,
)
from tests.integration.cases.said import hear, raised
from tests.unit.cases.made import at

PATH = "/v1/statistics/cases"


async def city(api: Api, sessions: Sessions) -> None:
    """Open five cases: one averted, one moved out, one refuted, one open; one later elsewhere."""
    for place in range(5):
        moment = "2020-08-03 10:00" if place < 4 else "2020-08-04 00:00"
        fact = raised(
            warning_id=f"01975000-0000-7000-8000-00000000010{place}",
            uscc=f"91110105MA0000010{place}",
            district="110105" if place < 4 else "110108",
            level=RiskLevel.ORANGE,
        )
        await hear(sessions, fact, now=at(moment))
    listed = (await api.call(CITY, "GET", "/v1/cases")).json()["data"]
    ids = {case["uscc"][-1]: case["id"] for case in listed}
    for number, kind, outcome in (
        ("0", "insurance_list", "averted"),
        ("1", "visit_record", "moved_out"),
    ):
        await api.carry(ids[number], until="in_disposition")
        await api.file(OFFICER, ids[number], kind)
        await api.step(OFFICER, ids[number], "submit", outcome=outcome, evidence="见附件")
        await api.step(LEAD, ids[number], "approve")
    for caller, step in ((OFFICER, "accept"), (OFFICER, "verify")):
        await api.step(caller, ids["2"], step)
    for caller, step in ((OFFICER, "doubt"), (LEAD, "refute")):
        await api.step(caller, ids["2"], step, reason="季节性用工")


async def counted(api: Api, query: str = "", caller: Caller = CITY) -> dict[str, Any]:
    answer = await api.call(caller, "GET", f"{PATH}?{query}")
    assert answer.status_code == 200
    figures: dict[str, Any] = answer.json()
    return figures


async def test_the_figures_of_a_period(api: Api, sessions: Sessions) -> None:
    await city(api, sessions)
    # After 15:30 the open case should have been signed for.
    api.set_clock("2020-08-03 16:00")

    found = await counted(api, "since=2020-08-03&until=2020-08-03")

    definitions = {
        name: found["resolution_rate"].pop(f"{name}_definition")
        for name in ("numerator", "denominator")
    }
    assert all(text.startswith("Warned enterprises") for text in definitions.values())
    on_time = found.pop("on_time")
    assert found == {
        "since": "2020-08-03",
        "until": "2020-08-03",
        "opened": 4,
        "open": 1,
        "by_status": {"dispatched": 1, "resolved": 2, "closed_false_positive": 1},
        "properly_handled": 1,
        "by_outcome": {"averted": 1, "moved_out": 1, "false_positive": 1},
        "refuted": 1,
        "resolution_rate": {"value": "0.2500", "numerator": 1, "denominator": 4},
    }
    kept = {
        each["clock"]: (each["in_time"], each["late"], each["running"], each["rate"])
        for each in on_time
    }
    assert kept == {
        # The open case was to be reported by 12:00; of the refuted case it is asked no more.
        "report_upward": (2, 1, 0, "0.6667"),
        "dispatch": (4, 0, 0, "1.0000"),
        "sign_for": (3, 1, 0, "0.7500"),
        # Nobody went there; of the refuted case it is asked no more.
        "first_contact": (0, 0, 3, None),
        "verification": (3, 0, 1, "1.0000"),
        "plan": (2, 0, 1, "1.0000"),
        "resolve": (2, 0, 1, "1.0000"),
        "progress_note": (2, 0, 0, "1.0000"),
        "follow_up_1": (0, 0, 2, None),
        "follow_up_2": (0, 0, 2, None),
        "follow_up_3": (0, 0, 2, None),
    }


async def test_days_are_those_of_beijing_and_both_count(api: Api, sessions: Sessions) -> None:
    await city(api, sessions)

    opened = [
        (await counted(api, query))["opened"]
        for query in ("", "since=2020-08-04", "until=2020-08-03", "since=2020-08-05")
    ]

    assert opened == [5, 1, 4, 0]
    nothing = (await counted(api, "since=2020-08-05"))["resolution_rate"]
    assert (nothing["value"], nothing["denominator"]) == (None, 0)


async def test_each_sees_the_figures_of_their_districts(api: Api, sessions: Sessions) -> None:
    await city(api, sessions)

    seen = [
        (await counted(api, query, caller))["opened"]
        for query, caller in (
            ("", ANALYST),
            ("district=110108", ANALYST),
            ("", OFFICER),
            ("district=110108", OFFICER),
            ("", ELSEWHERE),
        )
    ]

    assert seen == [5, 1, 4, 0, 1]


@pytest.mark.parametrize("caller", [AUDITOR, BANK, AGENCY])
async def test_others_see_no_figures(api: Api, caller: Caller) -> None:
    assert (await api.call(caller, "GET", PATH)).status_code == 403


async def test_the_definition_is_in_the_language_of_the_reader(api: Api) -> None:
    answer = await api.call(CITY, "GET", PATH, headers={"Accept-Language": "zh-CN"})

    assert "妥善处置" in answer.json()["resolution_rate"]["numerator_definition"]


async def test_a_period_may_last_until_the_end_of_days(api: Api, sessions: Sessions) -> None:
    await city(api, sessions)
    assert (await counted(api, "until=9999-12-31"))["opened"] == 5
