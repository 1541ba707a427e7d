"""The whole way of a candidate, from the lists to a drawn loan and jobs kept."""

import asyncio
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.matchmaking.handlers.sweep import sweep
from shared.calendar import SHANGHAI
from shared.db import Sessions, transaction
from shared.events.cases import FinancingRequested
from shared.ids import uuid7
from tests.integration.database import PlatformDatabase
from tests.integration.kernel.conftest import rows
from tests.integration.matchmaking.conftest import BANK_A, BANK_B, Api
from tests.integration.matchmaking.told import tell
from tests.integration.matchmaking.way import (
    ADMIN,
    FIRM,
    LEAD,
    NEED,
    OFFICER,
    PASSED,
    PRODUCT,
    REPRESENTATIVE,
    START,
    Way,
    insured,
)


@pytest.fixture
async def way(timed: tuple[Api, Sessions, Path]) -> Way:
    """A candidate that has just been selected."""
    begun = Way(*timed)
    await begun.open()
    return begun


async def swept(way: Way) -> None:
    """Let what time brings about happen."""
    async with transaction(way.worker, actor="service:matchmaking") as session:
        await sweep(session, way.now)


async def test_a_candidate_comes_to_a_drawn_loan(
    way: Way, matchmaking_database: PlatformDatabase
) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    assert await way.state() == "distributed"

    pack = await way.ask(BANK_A, "GET", way.referral)
    assert pack["pack"]["registration"] == {
        "uscc": FIRM,
        "name": "北京甲有限公司",
        "district": "110105",
        "industry": "6513",
        "register_status": "active",
        "established_on": "2015-03-02",
        "registered_capital": None,
        "size_class": "small",
        "size_is_provisional": True,
    }
    assert pack["pack"]["insured_headcount"] == [
        {"month": "2020-06", "insured_headcount": 48, "joined": None, "left": None},
        {"month": "2020-07", "insured_headcount": 45, "joined": None, "left": None},
    ]
    assert pack["pack"]["contributions"][1] == {
        "month": "2020-07",
        "due": "1000.50",
        "paid": "900.00",
        "months_in_arrears": 1,
    }
    assert pack["pack"]["financing_need"]["amount"] == "3000000.00"
    assert pack["answer_due"] == "2020-08-10T17:30:00+08:00"

    await way.sign()
    await way.ask(
        BANK_A, "POST", f"{way.contract}/drawdowns", {"amount": "1500000", "drawn_on": "2020-08-06"}
    )
    contract = await way.ask(BANK_A, "GET", way.contract)
    drawdown = f"/v1/drawdowns/{contract['drawdowns'][0]['id']}"
    assert await way.ask(BANK_A, "GET", drawdown) == contract
    assert (await way.ask(BANK_B, "GET", drawdown, status=404))["code"] == "drawdown_not_found"
    over = {"amount": "1000000.01", "drawn_on": "2020-08-06"}
    refused = await way.ask(BANK_A, "POST", f"{way.contract}/drawdowns", over, status=422)
    assert refused["errors"][0]["pointer"] == "/amount"
    assert await way.state() == "drawn"

    told = rows(
        matchmaking_database,
        "SELECT subject FROM matchmaking.event_log WHERE subject LIKE 'matchmaking.%' "
        "ORDER BY event_id",
    )
    assert [subject for (subject,) in told] == [
        "matchmaking.candidate.selected.v1",
        "matchmaking.referral.sent.v1",
        "matchmaking.referral.answered.v1",
        "matchmaking.referral.answered.v1",
        "matchmaking.contract.signed.v1",
        "matchmaking.loan.drawn.v1",
    ]
    figures = await way.ask(ADMIN, "GET", "/v1/statistics/matchmaking")
    assert {name: figures[name] for name in figures if name != "definitions"} == {
        "since": None,
        "until": None,
        "candidates": 1,
        "invited": 1,
        "authorized": 1,
        "referred": 1,
        "signed": 1,
        "banks": 1,
        "amount_cny": "2500000.00",
        "drawn_cny": "1500000.00",
        "jobs_committed": 40,
    }


async def test_a_signed_paper_needs_a_second_person(way: Way) -> None:
    await way.invite()
    paper = {
        "items": ["registration"],
        "banks": ["bank-a"],
        "purpose": "稳岗贷款",
        "valid_until": "2020-09-30",
        "paper_reference": "京朝授2020-17",
    }
    recorded = await way.ask(OFFICER, "POST", f"{way.candidate}/authorizations", paper)
    assert (recorded["standing"], await way.state()) == ("pending", "invited")

    path = f"/v1/authorizations/{recorded['id']}/confirm"
    same = await way.ask(OFFICER, "POST", path, {}, status=409)
    assert same["code"] == "paper_second_person_needed"
    confirmed = await way.ask(LEAD, "POST", path, {})

    assert (confirmed["standing"], confirmed["confirmed_by"]) == ("active", "officer:zhou")
    assert await way.state() == "authorized"
    again = await way.ask(LEAD, "POST", path, {}, status=409)
    assert again["code"] == "authorization_ended"


async def test_a_paper_is_needed_of_an_officer_and_ninety_days_are_the_most(way: Way) -> None:
    await way.invite()
    asked = {
        "items": ["registration"],
        "banks": ["bank-x"],
        "purpose": "稳岗贷款",
        "valid_until": "2020-11-05",
    }
    refused = await way.ask(OFFICER, "POST", f"{way.candidate}/authorizations", asked, status=422)
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
        ("/valid_until", "too_large"),
        ("/banks", "bank_unknown"),
        ("/paper_reference", "missing"),
    ]


async def test_a_bank_reads_what_is_permitted_and_each_reading_has_a_receipt(way: Way) -> None:
    await way.invite()
    given = await way.authorize(banks=["bank-a"], items=["registration"])
    await way.refer()

    first = await way.ask(BANK_A, "GET", way.referral)
    await way.ask(BANK_A, "GET", way.referral)
    assert set(first["pack"]) == {"registration"}
    assert (first["uscc"], first["name"], first["amount"], first["candidate_id"]) == (None,) * 4

    receipts = (await way.ask(REPRESENTATIVE, "GET", "/v1/receipts"))["data"]
    assert len(receipts) == 2
    assert receipts[1]["id"] == first["receipt"]
    assert receipts[1]["items"] == ["registration"]
    assert receipts[1]["authorizations"] == [given["id"]]
    assert "registration.name" in receipts[1]["fields"]

    await way.ask(REPRESENTATIVE, "POST", f"/v1/authorizations/{given['id']}/withdraw", {})
    after = await way.ask(BANK_A, "GET", way.referral)
    assert (after["state"], after["pack"], after["receipt"]) == ("withdrawn", None, None)
    assert await way.state() == "withdrawn"
    assert len((await way.ask(REPRESENTATIVE, "GET", "/v1/receipts"))["data"]) == 2


async def test_a_bank_takes_up_nothing_that_it_has_not_read(
    way: Way, matchmaking_database: PlatformDatabase
) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    told = "SELECT count(*) FROM matchmaking.event_log WHERE subject LIKE '%referral.answered%'"
    path = f"{way.referral}/answer"

    unread = await way.ask(BANK_A, "POST", path, {"accept": True}, status=409)

    assert unread["code"] == "pack_unread"
    assert "GET /v1/referrals/" in unread["detail"]
    shown = await way.ask(ADMIN, "GET", way.referral)
    assert (shown["state"], shown["answered_at"], await way.state()) == (
        "sent",
        None,
        "distributed",
    )
    assert rows(matchmaking_database, told) == [(0,)]
    # What others read of it does not stand for the bank's own reading.
    for other in (ADMIN, OFFICER, REPRESENTATIVE):
        await way.ask(other, "GET", way.referral)
    await way.ask(BANK_A, "GET", "/v1/referrals")
    await way.ask(BANK_A, "POST", path, {"accept": True}, status=409)

    await way.ask(BANK_A, "GET", way.referral)
    taken = await way.ask(BANK_A, "POST", path, {"accept": True})
    assert (taken["state"], rows(matchmaking_database, told)) == ("accepted", [(1,)])


async def test_reading_of_one_referral_is_not_reading_of_the_next(way: Way) -> None:
    await way.invite()
    given = await way.authorize()
    first = await way.refer()
    await way.ask(BANK_A, "GET", first)
    await way.ask(REPRESENTATIVE, "POST", f"/v1/authorizations/{given['id']}/withdraw", {})
    await way.authorize()
    second = await way.refer()
    assert second != first
    refused = await way.ask(BANK_A, "POST", f"{second}/answer", {"accept": True}, status=409)
    assert refused["code"] == "pack_unread"


async def test_a_bank_that_reads_no_more_may_decline_but_not_take_up(way: Way) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    way.at(datetime(2020, 11, 1, 0, 1, tzinfo=SHANGHAI))
    assert (await way.ask(BANK_A, "GET", way.referral))["receipt"] is None
    refused = await way.ask(BANK_A, "POST", f"{way.referral}/answer", {"accept": True}, status=409)
    assert refused["code"] == "pack_unread"
    no = {"accept": False, "code": "capacity_full"}
    declined = await way.ask(BANK_A, "POST", f"{way.referral}/answer", no)
    assert declined["state"] == "declined"


@pytest.mark.parametrize(
    ("state", "what", "body"),
    [
        (
            "accepted",
            "decision",
            {"approved": True, "amount": "2500000", "annual_rate_percent": "3.5"},
        ),
        ("accepted", "decision", {"approved": False, "code": "litigation"}),
        (
            "approved",
            "contract",
            {
                "amount": "2500000",
                "tenor_months": 12,
                "annual_rate_percent": "3.5",
                "signed_on": "2020-08-06",
                "jobs_committed": 40,
            },
        ),
    ],
)
async def test_what_was_taken_up_unread_before_is_read_before_it_goes_on(
    way: Way,
    matchmaking_database: PlatformDatabase,
    state: str,
    what: str,
    body: dict[str, object],
) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    # As referrals stand that a bank took up when no reading was asked for yet.
    referrals = (
        "UPDATE matchmaking.referrals SET state = :state, approved_amount = 2500000, "
        "approved_rate_percent = 3.5, decided_at = :now"
    )
    async with transaction(way.worker, actor="service:matchmaking") as session:
        await session.execute(text(referrals), {"state": state, "now": way.now})
        await session.execute(
            text("UPDATE matchmaking.candidates SET state = :state"),
            {"state": {"accepted": "claimed"}.get(state, state)},
        )
    path = f"{way.referral}/{what}"
    refused = await way.ask(BANK_A, "POST", path, body, status=409)
    assert refused["code"] == "pack_unread"
    assert rows(matchmaking_database, "SELECT state FROM matchmaking.referrals") == [(state,)]
    await way.ask(BANK_A, "GET", way.referral)
    await way.ask(BANK_A, "POST", path, body)


async def test_another_bank_finds_nothing(way: Way) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    missing = "/v1/referrals/00000000-0000-7000-8000-000000000000"
    for path in (way.referral, missing):
        refused = await way.ask(BANK_B, "GET", path, status=404)
        assert refused["code"] == "referral_not_found"
    assert (await way.ask(BANK_B, "GET", "/v1/referrals"))["data"] == []
    answer = await way.ask(BANK_B, "POST", f"{way.referral}/answer", {"accept": True}, status=404)
    assert answer["code"] == "referral_not_found"


async def test_an_unauthorised_bank_is_not_asked(way: Way) -> None:
    await way.invite()
    await way.authorize(banks=["bank-b"])
    await way.refer("bank-b")
    chosen = {"bank": "bank-a", "product": "steady"}
    refused = await way.ask(
        REPRESENTATIVE, "POST", f"{way.candidate}/referrals", chosen, status=409
    )
    assert refused["code"] == "not_authorized"


async def test_after_two_rounds_of_refusals_other_services_are_left(way: Way) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    no = {"accept": False, "code": "capacity_full"}
    await way.ask(BANK_A, "POST", f"{way.referral}/answer", no)
    assert await way.state() == "rematch"

    refused = await way.ask(
        REPRESENTATIVE,
        "POST",
        f"{way.candidate}/referrals",
        {"bank": "bank-a", "product": "steady"},
        status=409,
    )
    assert refused["code"] == "product_not_fitting"
    await way.refer("bank-b")
    await way.ask(BANK_B, "POST", f"{way.referral}/answer", no)

    assert await way.state() == "declined"
    shown = await way.ask(REPRESENTATIVE, "GET", way.referral)
    assert (shown["code"], shown["bank_name"]) == ("capacity_full", "乙银行")


async def test_a_no_needs_a_code_of_the_table_and_other_needs_words(way: Way) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    await way.ask(BANK_A, "GET", way.referral)
    path = f"{way.referral}/answer"
    for body, pointer, code in (
        ({"accept": False}, "/code", "missing"),
        ({"accept": False, "code": "other"}, "/note", "missing"),
        ({"accept": True, "code": "other"}, "/code", "not_with_yes"),
        ({"accept": False, "code": "bad_mood"}, "/code", "not_allowed"),
    ):
        refused = await way.ask(BANK_A, "POST", path, body, status=422)
        assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [(pointer, code)]


async def test_late_answers_are_marked_and_undecided_referrals_lapse(way: Way) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    way.at(datetime(2020, 8, 10, 17, 31, tzinfo=SHANGHAI))
    await swept(way)
    shown = await way.ask(ADMIN, "GET", "/v1/referrals?late=true")
    assert [row["answer_late"] for row in shown["data"]] == [True]

    await way.ask(BANK_A, "GET", way.referral)
    answered = await way.ask(BANK_A, "POST", f"{way.referral}/answer", {"accept": True})
    assert answered["decision_due"] == "2020-09-07T17:30:00+08:00"
    way.at(datetime(2020, 9, 9, 17, 32, tzinfo=SHANGHAI))
    await swept(way)
    lapsed = await way.ask(ADMIN, "GET", way.referral)
    assert (lapsed["state"], lapsed["decision_late"]) == ("lapsed", True)
    assert await way.state() == "rematch"


async def test_an_authorisation_ends_after_its_last_day(way: Way) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    way.at(datetime(2020, 10, 31, 23, 0, tzinfo=SHANGHAI))
    await swept(way)
    assert (await way.ask(BANK_A, "GET", way.referral))["pack"] is not None
    way.at(datetime(2020, 11, 1, 0, 1, tzinfo=SHANGHAI))
    # Even before a sweep has come by, the day is over.
    assert (await way.ask(BANK_A, "GET", way.referral))["pack"] is None
    await swept(way)
    assert (await way.ask(ADMIN, "GET", way.referral))["state"] == "expired"
    assert await way.state() == "authorization_expired"


async def test_promised_jobs_are_checked_when_due_and_again_when_data_come(
    way: Way, matchmaking_database: PlatformDatabase
) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    await way.sign(jobs=45)

    async def checks() -> list[tuple[int, int | None, bool | None]]:
        found = (await way.ask(OFFICER, "GET", way.contract))["commitments"]
        return [(one["months"], one["insured"], one["kept"]) for one in found]

    await tell(way.worker, insured(("2020-11", 46)), now=way.now)
    assert await checks() == [(3, None, None), (6, None, None), (12, None, None)]

    way.at(datetime(2020, 11, 6, 9, 0, tzinfo=SHANGHAI))
    await swept(way)
    assert await checks() == [(3, 46, True), (6, None, None), (12, None, None)]
    assert await way.state() == "monitoring"

    await tell(way.worker, insured(("2020-11", 44), version=2), now=way.now)
    assert (await checks())[0] == (3, 44, False)
    bank_sees = (await way.ask(BANK_A, "GET", way.contract))["commitments"][0]
    assert (bank_sees["insured"], bank_sees["kept"]) == (None, False)

    way.at(datetime(2021, 8, 6, 9, 0, tzinfo=SHANGHAI))
    await swept(way)
    assert (await checks())[1:] == [(6, None, None), (12, None, None)]
    await tell(way.worker, insured(("2021-08", 50)), now=way.now)
    assert (await checks())[2] == (12, 50, True)
    assert await way.state() == "completed"
    told = rows(
        matchmaking_database,
        "SELECT count(*) FROM matchmaking.event_log "
        "WHERE subject = 'matchmaking.commitment.checked.v1'",
    )
    assert told == [(3,)]


async def test_quota_is_held_while_a_bank_may_lend_and_free_after_a_refusal(way: Way) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()

    async def left() -> str:
        found = await way.ask(OFFICER, "GET", f"{way.candidate}/matches")
        failures = next(one["failures"] for one in found["others"] if one["bank"] == "bank-a")
        return next((one["needs"] for one in failures if one["filter"] == "quota"), "enough")

    smaller = PRODUCT | {"quota": "5500000.00"}
    await way.ask(BANK_A, "PUT", "/v1/products/steady", smaller)
    assert await left() == "2500000.00"
    await way.ask(
        BANK_A, "POST", f"{way.referral}/answer", {"accept": False, "code": "capacity_full"}
    )
    assert await left() == "enough"


async def test_a_bank_without_the_need_in_its_pack_is_not_told_the_amount(way: Way) -> None:
    await way.invite()
    await way.authorize(items=["registration"])
    await way.refer()
    await way.ask(BANK_A, "GET", way.referral)
    await way.ask(BANK_A, "POST", f"{way.referral}/answer", {"accept": True})
    granted = {"approved": True, "amount": "9000000000", "annual_rate_percent": "3.5"}
    refused = await way.ask(BANK_A, "POST", f"{way.referral}/decision", granted, status=422)
    assert refused["errors"][0]["code"] == "more_than_asked"
    assert "3000000" not in str(refused)


async def test_a_bank_cannot_tell_a_withdrawal_from_a_contract_elsewhere(way: Way) -> None:
    await way.invite()
    given = await way.authorize(banks=["bank-b"])
    await way.authorize(banks=["bank-a"])
    withdrawn = await way.refer("bank-b")
    await way.ask(REPRESENTATIVE, "POST", f"/v1/authorizations/{given['id']}/withdraw", {})
    by_withdrawal = await way.ask(BANK_B, "GET", withdrawn)

    await way.authorize(banks=["bank-b"])
    elsewhere = await way.refer("bank-b")
    await way.refer("bank-a")
    await way.sign()
    by_contract = await way.ask(BANK_B, "GET", elsewhere)
    said = [(one["state"], one["code"], one["note"]) for one in (by_withdrawal, by_contract)]
    assert said == [("withdrawn", "firm_withdrew", None)] * 2


async def test_an_enterprise_hears_of_it_when_it_is_invited(way: Way) -> None:
    # Before that, to be a candidate says no more than that a warning stands; and what a review
    # found of whoever was not invited is nobody's but the officers'.
    for _ in range(2):
        assert (await way.ask(REPRESENTATIVE, "GET", "/v1/candidates"))["data"] == []
        for method, path, body in (
            ("GET", way.candidate, None),
            ("PUT", f"{way.candidate}/need", NEED),
        ):
            hidden = await way.ask(REPRESENTATIVE, method, path, body, status=404)
            assert hidden["code"] == "candidate_not_found"
        review = {"finding": "not_viable", "tests": PASSED, "note": "停产"}
        if await way.state() == "candidate":
            await way.ask(OFFICER, "POST", f"{way.candidate}/review", review)
    assert await way.state() == "declined"


async def test_a_representative_reads_nothing_of_a_case(way: Way) -> None:
    asked = FinancingRequested(
        id=uuid7(),
        case_id=uuid7(),
        uscc=FIRM,
        district="110105",
        occurred_at=START,
        amount=Decimal(3_000_000),
        tenor_months=12,
        purpose="红色预警企业，欠薪两月",
        jobs_to_keep=40,
    )
    await tell(way.worker, asked, now=START)
    await way.invite()
    assert (await way.ask(OFFICER, "GET", way.candidate))["requested"]["tenor_months"] == 12
    assert (await way.ask(REPRESENTATIVE, "GET", way.candidate))["requested"] is None
    (listed,) = (await way.ask(REPRESENTATIVE, "GET", "/v1/candidates"))["data"]
    assert listed["requested"] is None
    await way.authorize()
    filed = await way.ask(REPRESENTATIVE, "PUT", f"{way.candidate}/need", NEED)
    assert filed["requested"] is None


async def test_a_representative_sees_neither_reviews_nor_others(way: Way) -> None:
    await way.invite()
    own = await way.ask(REPRESENTATIVE, "GET", way.candidate)
    assert (own["reviews"], own["lines"], own["finding"]) == ([], [], None)
    assert "level" not in str(own)
    stranger = replace(REPRESENTATIVE, usccs=frozenset({"91110108MA01A0004N"}))
    assert (await way.ask(stranger, "GET", "/v1/candidates"))["data"] == []
    refused = await way.ask(stranger, "GET", way.candidate, status=404)
    assert refused["code"] == "candidate_not_found"


async def test_nobody_may_change_or_remove_a_line_of_the_ledger(
    way: Way, matchmaking_database: PlatformDatabase
) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    await way.ask(BANK_A, "GET", way.referral)
    for part in ("api", "worker"):
        async with matchmaking_database.sessions("matchmaking", part) as sessions:
            for statement in (
                "UPDATE matchmaking.disclosures SET bank = 'bank-b'",
                "DELETE FROM matchmaking.disclosures",
            ):
                async with sessions() as session:
                    with pytest.raises(ProgrammingError, match="permission denied"):
                        await session.execute(text(statement))


async def test_a_bank_reads_before_a_withdrawal_or_not_at_all(way: Way) -> None:
    await way.invite()
    given = await way.authorize()
    await way.refer()
    path = f"/v1/authorizations/{given['id']}/withdraw"

    answers = await asyncio.gather(
        *(way.api.ask(BANK_A, "GET", way.referral) for _ in range(4)),
        way.api.ask(REPRESENTATIVE, "POST", path, json={}),
        *(way.api.ask(BANK_A, "GET", way.referral) for _ in range(4)),
    )

    assert {answer.status_code for answer in answers} == {200}
    read = [answer.json() for answer in answers if "pack" in answer.json()]
    shown = [one["receipt"] for one in read if one["pack"] is not None]
    receipts = (await way.ask(REPRESENTATIVE, "GET", "/v1/receipts"))["data"]
    assert sorted(shown) == sorted(one["id"] for one in receipts)
    assert {one["state"] for one in read if one["pack"] is None} <= {"withdrawn"}
    assert (await way.ask(BANK_A, "GET", way.referral))["pack"] is None


async def test_nobody_waits_for_banks_that_can_say_nothing_any_more(way: Way) -> None:
    await way.invite()
    await way.authorize()
    taken_up = await way.refer("bank-a")
    silent = await way.refer("bank-b")
    await way.ask(BANK_A, "GET", taken_up)
    await way.ask(BANK_A, "POST", f"{taken_up}/answer", {"accept": True})
    # First the bank that took it up lets thirty days pass, then the authorisation ends.
    way.at(datetime(2020, 9, 10, 9, 0, tzinfo=SHANGHAI))
    await swept(way)
    assert await way.state() == "claimed"
    way.at(datetime(2020, 11, 1, 9, 0, tzinfo=SHANGHAI))
    await swept(way)

    ends = [(await way.ask(ADMIN, "GET", path))["state"] for path in (taken_up, silent)]
    assert ends == ["lapsed", "expired"]
    assert await way.state() == "rematch"


@pytest.mark.parametrize(
    ("period", "counted"),
    [
        ("?until=2020-08-05", (0, 0, 0, 0, 0, 0, "0.00", "0.00", 0)),
        ("?since=2020-08-06&until=2020-08-06", (1, 1, 1, 1, 1, 1, "2500000.00", "0.00", 40)),
        ("?since=2020-08-07", (0, 0, 0, 0, 0, 0, "0.00", "1000.00", 0)),
    ],
)
async def test_figures_are_of_their_period_both_days_included(
    way: Way, period: str, counted: tuple[object, ...]
) -> None:
    await way.invite()
    await way.authorize()
    await way.refer()
    await way.sign()
    # Just after midnight in Beijing, when in UTC it is still the day before.
    way.at(datetime(2020, 8, 7, 0, 1, tzinfo=SHANGHAI))
    drawn = {"amount": "1000", "drawn_on": "2020-08-07"}
    await way.ask(BANK_A, "POST", f"{way.contract}/drawdowns", drawn)

    figures = await way.ask(ADMIN, "GET", f"/v1/statistics/matchmaking{period}")

    names = list(figures["definitions"])
    assert tuple(figures[name] for name in names) == counted
    assert all(figures["definitions"].values())
