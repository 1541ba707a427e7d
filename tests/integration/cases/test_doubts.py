"""Doubted facts and the answers of their senders come into the timeline of the case."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest

from shared.db import Sessions
from shared.events.base import Event
from shared.events.ingest import TicketAnswered, TicketOpened, TicketVerdict
from tests.integration.cases.conftest import OFFICER, Api
from tests.integration.cases.said import USCC, hear, raised, rows
from tests.unit.cases.made import at

ABOUT = {
    "ticket_id": UUID("01975000-0000-7000-8000-0000000000bb"),
    "uscc": USCC,
    "feed": "insured_headcount",
    "period": "2020-07",
    "agency": "agency-hrss",
}
OPENED = TicketOpened.model_validate(
    {**ABOUT, "occurred_at": at("2020-08-04 09:00"), "due_on": date(2020, 8, 18)}
)
ANSWERED = TicketAnswered.model_validate(
    {**ABOUT, "occurred_at": at("2020-08-06 15:00"), "verdict": TicketVerdict.CONFIRM}
)


async def test_a_doubt_and_its_answer_are_told_in_the_case(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised(), OPENED, ANSWERED, OPENED)

    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case['id']}/timeline")).json()["data"]
    fact = {"feed": "insured_headcount", "period": "2020-07", "agency": "agency-hrss"}
    told = [(line["what"], line["actor"], line["details"]) for line in lines[2:4]]
    assert told == [
        ("ticket_opened", "service:ingest", {**fact, "due_on": "2020-08-18"}),
        ("ticket_answered", "service:ingest", {**fact, "verdict": "confirm"}),
    ]
    assert lines[2]["at"] == "2020-08-04T09:00:00+08:00"
    assert case["status"] == "dispatched"


@pytest.mark.parametrize("order", list(permutations((raised(), OPENED, ANSWERED))))
async def test_a_doubt_that_comes_before_the_case_waits_for_it(
    sessions: Sessions, order: tuple[Event, ...]
) -> None:
    await hear(sessions, *order)

    told = await rows(sessions, "SELECT what FROM cases.timeline ORDER BY what")
    assert [row.what for row in told] == [
        "dispatch",
        "opened",
        "ticket_answered",
        "ticket_opened",
    ]
    assert await rows(sessions, "SELECT * FROM cases.waiting_remarks") == []
