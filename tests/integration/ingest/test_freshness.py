"""How feeds stand: shown to their agencies and the city, and stated once when they are late."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from services.ingest.handlers.freshness import sweep
from services.ingest.store import arrivals
from shared.calendar import SHANGHAI
from shared.clock import set_replay
from shared.db import transaction
from tests.integration.ingest.conftest import (
    ANALYST,
    AUDITOR,
    BUREAU,
    CHAOYANG,
    NOW,
    OTHER_BUREAU,
    Door,
)
from tests.integration.ingest.test_batches import EVENTS
from tests.unit.ingest.records import a_headcount, an_enterprise, an_opinion, uscc


def swept(door: Door, day: datetime) -> None:
    """Let the worker look for late feeds on a day."""

    async def turn() -> None:
        async with (
            door.database.sessions("ingest", "worker") as sessions,
            transaction(sessions, actor="service:ingest") as session,
        ):
            await sweep(session, day)

    asyncio.run(turn())


def said(door: Door) -> list[dict[str, Any]]:
    return [row["body"] for row in door.rows(EVENTS) if row["subject"] == "ingest.feed.late.v1"]


def headcounts(door: Door) -> None:
    """Three enterprises are reported in May; in June two of them, and a new one."""
    door.push("enterprise_register", [an_enterprise(number) for number in range(1, 5)])
    months = {"2020-05": (1, 2, 3), "2020-06": (1, 2, 4)}
    for month, numbers in months.items():
        door.push("insured_headcount", [a_headcount(n, month=month) for n in numbers])
    door.push("insured_headcount", [a_headcount(1, month="2020-06", insured_headcount=7)])


def test_a_feed_stands_by_its_last_period_and_its_completeness(door: Door) -> None:
    headcounts(door)
    (standing,) = [
        each
        for each in door.get("/v1/freshness", BUREAU).json()["data"]
        if each["feed"] == "insured_headcount"
    ]
    assert standing == {
        "feed": "insured_headcount",
        "title": "Insured headcount",
        "agency": "agency-hrss",
        "cadence": "P1M",
        "freshness_working_days": 15,
        "last_push_on": "2020-08-03",
        "last_period": "2020-06",
        "awaited": "2020-07",
        "due_on": "2020-08-21",
        "state": "incomplete",
        "late": False,
        "working_days_late": 0,
        "enterprises": 3,
        "enterprises_before": 3,
        "completeness": 2 / 3,
    }


def test_a_feed_of_months_that_says_several_things_of_each_stands_by_its_months(
    door: Door,
) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in range(1, 5)])

    def owes(number: int, month: str, utility: str) -> dict[str, Any]:
        of = {"uscc": uscc(number), "month": month, "utility": utility}
        return of | {"months_in_arrears": 2}

    def standing() -> dict[str, Any]:
        found: dict[str, Any] = next(
            each
            for each in door.get("/v1/freshness", BUREAU).json()["data"]
            if each["feed"] == "utility_arrears"
        )
        return found

    door.push("utility_arrears", [owes(n, "2020-05", "water") for n in (1, 2, 3)])
    door.push("utility_arrears", [owes(1, "2020-06", "water"), owes(1, "2020-06", "heating")])
    door.push("utility_arrears", [owes(4, "2020-06", "heating")])
    told = standing()
    assert (told["last_period"], told["awaited"], told["due_on"]) == (
        "2020-06",
        "2020-07",
        "2020-08-14",
    )
    # In June two enterprises, of which one was among the three of May.
    assert (told["enterprises"], told["enterprises_before"], told["completeness"]) == (2, 3, 1 / 3)

    swept(door, datetime(2020, 8, 17, 9, tzinfo=SHANGHAI))
    assert ("utility_arrears", "2020-07") in [(each["feed"], each["period"]) for each in said(door)]

    path = "/v1/feeds/utility_arrears/periods/2020-06/withdrawals"
    assert door.post(path, {"reason": "口径有误"}, BUREAU).status_code == 201
    assert standing()["last_period"] == "2020-05"
    # One of two facts of an enterprise is said again: it alone stands, and the month with it.
    door.push("utility_arrears", [owes(1, "2020-06", "heating")])
    told = standing()
    assert (told["last_period"], told["enterprises"]) == ("2020-06", 1)


def test_an_agency_sees_its_own_and_the_city_sees_all(door: Door) -> None:
    headcounts(door)
    door.push("opinion_item", [an_opinion(1)], caller=OTHER_BUREAU)

    def sent(caller: Any) -> list[tuple[str, str]]:
        told = door.get("/v1/freshness", caller).json()["data"]
        return [(each["feed"], each["agency"]) for each in told if each["agency"]]

    ours = [("enterprise_register", "agency-hrss"), ("insured_headcount", "agency-hrss")]
    assert sent(BUREAU) == ours
    assert sent(OTHER_BUREAU) == [("opinion_item", "agency-tax")]
    assert sent(ANALYST) == [*ours, ("opinion_item", "agency-tax")]
    never = door.get("/v1/freshness", ANALYST).json()["data"]
    assert {"feed": "lawsuit", "agency": None, "late": False}.items() <= next(
        each for each in never if each["feed"] == "lawsuit"
    ).items()
    assert door.get("/v1/freshness", CHAOYANG).status_code == 403
    assert door.get("/v1/freshness", AUDITOR).status_code == 403


def test_a_late_feed_is_stated_once_for_each_period(door: Door) -> None:
    headcounts(door)

    def day(month: int, number: int) -> datetime:
        return datetime(2020, month, number, 9, tzinfo=SHANGHAI)

    swept(door, day(8, 10))
    assert said(door) == []
    for each in (day(8, 24), day(8, 24), day(8, 25)):
        swept(door, each)
    late = [fact for fact in said(door) if fact["feed"] == "insured_headcount"]
    assert late == [
        {
            "feed": "insured_headcount",
            "agency": "agency-hrss",
            "period": "2020-07",
            "due_on": "2020-08-21",
            "last_period": "2020-06",
            "last_push_on": "2020-08-03",
            "working_days_late": 1,
        }
    ]
    silent = [fact["period"] for fact in said(door) if fact["feed"] == "enterprise_register"]
    assert silent == ["2020-08-03"]
    swept(door, day(9, 23))
    assert [f["period"] for f in said(door) if f["feed"] == "insured_headcount"] == [
        "2020-07",
        "2020-08",
    ]


def test_what_comes_at_last_is_late_no_more(door: Door) -> None:
    headcounts(door)
    clock = door.blobs.parent / "now"
    try:
        set_replay(clock, datetime(2020, 8, 24, 9, tzinfo=SHANGHAI))
        assert _headcount(door)["late"] is True
        door.push("insured_headcount", [a_headcount(1, month="2020-07")])
        standing = _headcount(door)
        assert (standing["late"], standing["last_period"]) == (False, "2020-07")
        assert standing["completeness"] == 1 / 3
    finally:
        set_replay(clock, NOW)


def test_a_month_that_was_taken_back_has_not_come(door: Door) -> None:
    headcounts(door)
    one = door.post(
        "/v1/feeds/insured_headcount/periods/2020-05/withdrawals", {"reason": "误报"}, BUREAU
    )
    assert one.status_code == 201
    standing = _headcount(door)
    assert (standing["last_period"], standing["enterprises"]) == ("2020-06", 3)
    assert (standing["enterprises_before"], standing["completeness"]) == (None, None)
    clock = door.blobs.parent / "now"
    try:
        set_replay(clock, datetime(2020, 8, 24, 9, tzinfo=SHANGHAI))
        door.push("insured_headcount", [a_headcount(1, month="2020-07")])
        assert _headcount(door)["late"] is False
        taken_back = "/v1/feeds/insured_headcount/periods/2020-07/withdrawals"
        assert door.post(taken_back, {"reason": "口径有误"}, BUREAU).status_code == 201
        standing = _headcount(door)
        assert (standing["late"], standing["last_period"]) == (True, "2020-06")
        assert (standing["awaited"], standing["enterprises"]) == ("2020-07", 3)
        # Said anew, it is there again.
        door.push("insured_headcount", [a_headcount(1, month="2020-07")])
        assert (_headcount(door)["last_period"], _headcount(door)["enterprises"]) == ("2020-07", 1)
    finally:
        set_replay(clock, NOW)


def test_months_that_were_taken_back_row_by_row_are_passed_over(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where none of the few rows that are looked at first is the agency's and stands."""
    monkeypatch.setattr(arrivals, "_FEW", 1)
    headcounts(door)
    door.push("insured_headcount", [a_headcount(3, month="2020-06")], caller=OTHER_BUREAU)
    gone = "/v1/feeds/insured_headcount/periods/2020-06/withdrawals"
    assert door.post(gone, {"reason": "误报"}, BUREAU).status_code == 201
    assert (_headcount(door)["last_period"], _headcount(door)["enterprises"]) == ("2020-05", 3)
    door.push("insured_headcount", [a_headcount(4, month="2020-06")])
    standing = _headcount(door)
    assert (standing["last_period"], standing["enterprises"]) == ("2020-06", 1)
    assert (standing["enterprises_before"], standing["completeness"]) == (3, 0)


def _headcount(door: Door) -> Any:
    told = door.get("/v1/freshness", BUREAU).json()["data"]
    return next(each for each in told if each["feed"] == "insured_headcount")
