"""What matchmaking says comes into the timeline of the open case, before or after it opens."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from shared.db import Sessions
from shared.events.base import Event
from shared.events.ingest import ProtectionListKind
from shared.events.matchmaking import (
    Answer,
    CandidateDeclined,
    CandidateSelected,
    ContractSigned,
    LoanDrawn,
    ReferralAnswered,
    ReferralSent,
)
from tests.integration.cases.conftest import OFFICER, Api
from tests.integration.cases.said import SECOND_WARNING, USCC, hear, raised, rows
from tests.integration.cases.test_consumers import closed_case
from tests.unit.cases.made import at

ID = UUID("01975000-0000-7000-8000-0000000000aa")


def fact(kind: type[Event], moment: str, **more: Any) -> Event:
    """Return a fact about the candidacy of the enterprise."""
    common = {
        "candidate_id": ID,
        "referral_id": ID,
        "contract_id": ID,
        "drawdown_id": ID,
        "uscc": USCC,
        "district": "110105",
        "occurred_at": at(moment),
        "bank": "bank-a",
        "product": "JR-1",
    }
    return kind.model_validate(common | more)


LISTS = [ProtectionListKind.PRIORITY, ProtectionListKind.KEY]
STORY = (
    fact(CandidateSelected, "2020-08-03 11:00", lists=LISTS),
    fact(ReferralSent, "2020-08-10 11:00", amount=Decimal("3000000.00")),
    fact(ReferralAnswered, "2020-08-12 11:00", answer=Answer.DECLINED, code="D03"),
    fact(
        ContractSigned,
        "2020-08-20 11:00",
        amount=Decimal("3000000.00"),
        tenor_months=12,
        jobs_committed=180,
        signed_on=date(2020, 8, 20),
    ),
    fact(
        LoanDrawn,
        "2020-08-21 11:00",
        amount=Decimal("3000000.00"),
        drawn_on=date(2020, 8, 21),
    ),
)


async def test_the_way_to_a_loan_is_told_in_the_case(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised(), *STORY)

    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case['id']}/timeline")).json()["data"]
    told = [(line["what"], line["actor"], line["details"]) for line in lines[2:]]
    loan = {"bank": "bank-a", "product": "JR-1", "amount": "3000000.00"}
    assert told == [
        ("candidate_selected", "service:matchmaking", {"lists": "priority,key"}),
        ("referral_sent", "service:matchmaking", loan),
        (
            "referral_answered",
            "service:matchmaking",
            {"bank": "bank-a", "product": "JR-1", "answer": "declined", "code": "D03"},
        ),
        (
            "contract_signed",
            "service:matchmaking",
            loan | {"tenor_months": "12", "jobs_committed": "180", "signed_on": "2020-08-20"},
        ),
        ("loan_drawn", "service:matchmaking", loan | {"drawn_on": "2020-08-21"}),
    ]
    assert lines[2]["at"] == "2020-08-03T11:00:00+08:00"
    assert case["status"] == "dispatched"


@pytest.mark.parametrize("order", list(permutations((raised(), *STORY[:2]))))
async def test_what_comes_before_the_case_waits_for_it(
    sessions: Sessions, order: tuple[Event, ...]
) -> None:
    await hear(sessions, *order)

    told = await rows(sessions, "SELECT what FROM cases.timeline ORDER BY what")
    assert [row.what for row in told] == [
        "candidate_selected",
        "dispatch",
        "opened",
        "referral_sent",
    ]
    assert await rows(sessions, "SELECT * FROM cases.waiting_remarks") == []


async def test_what_an_earlier_episode_left_is_not_told_in_the_next(sessions: Sessions) -> None:
    await closed_case(sessions)
    await hear(sessions, fact(CandidateDeclined, "2020-09-01 10:00", because="not_viable"))
    later = raised(warning_id=SECOND_WARNING, occurred_at=at("2020-10-12 10:00"))
    await hear(sessions, later, now=at("2020-10-12 10:00"))

    told = await rows(sessions, "SELECT what FROM cases.timeline ORDER BY version DESC LIMIT 2")
    assert [row.what for row in told] == ["dispatch", "reopen"]
