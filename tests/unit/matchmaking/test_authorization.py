"""What an enterprise permits holds as long and as far as it says."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.matchmaking.domain.authorization import (
    Authorization,
    Scope,
    Standing,
    confirm,
    give,
    items_for,
    withdraw,
)
from services.matchmaking.domain.errors import (
    AskRefused,
    AuthorizationEnded,
    SecondPersonNeeded,
)
from services.matchmaking.domain.pack import FIELDS, DataItem, fields_of, pack
from tests.unit.matchmaking.ways import TODAY, USCC

# 6 August and 90 days are 4 November.
LAST = date(2020, 11, 4)


def given(
    *items: DataItem,
    banks: frozenset[str] | None = None,
    until: date = LAST,
    paper: str | None = None,
) -> Authorization:
    """Return an authorisation, by the enterprise itself or from a paper."""
    return give(
        Scope(frozenset(items or {DataItem.REGISTRATION}), banks, "稳岗贷款", until),
        authorization_id=UUID(int=2),
        candidate_id=UUID(int=1),
        uscc=USCC,
        by="officer:huang" if paper else "enterprise:firm-1",
        paper_reference=paper,
        is_own=paper is None,
        known_banks={"bank-a", "bank-b"},
        today=TODAY,
    )


def test_ninety_days_are_the_most() -> None:
    assert given().standing is Standing.ACTIVE
    with pytest.raises(AskRefused) as refused:
        given(until=LAST + timedelta(days=1))
    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [
        ("/valid_until", "too_large")
    ]


def test_it_holds_through_its_last_day_for_the_banks_that_it_names() -> None:
    one = given(banks=frozenset({"bank-a"}))
    assert one.covers("bank-a", TODAY)
    assert one.covers("bank-a", LAST)
    assert not one.covers("bank-a", LAST + timedelta(days=1))
    assert not one.covers("bank-a", TODAY - timedelta(days=1))
    assert not one.covers("bank-b", TODAY)
    assert given().covers("bank-b", TODAY)


def test_a_paper_waits_for_somebody_else() -> None:
    paper = given(paper="京朝授2020-17")
    assert (paper.standing, paper.covers("bank-a", TODAY)) == (Standing.PENDING, False)
    with pytest.raises(SecondPersonNeeded):
        confirm(paper, by="officer:huang", today=TODAY)
    confirmed = confirm(paper, by="officer:zhou", today=TODAY)
    assert confirmed.covers("bank-a", TODAY)
    with pytest.raises(AuthorizationEnded):
        confirm(confirmed, by="officer:zhou", today=TODAY)


def test_a_paper_that_ran_out_is_not_confirmed_any_more() -> None:
    with pytest.raises(AuthorizationEnded):
        confirm(given(paper="x"), by="officer:zhou", today=LAST + timedelta(days=1))


def test_what_was_taken_back_permits_nothing() -> None:
    gone = withdraw(given())
    assert not gone.covers("bank-a", TODAY)
    with pytest.raises(AuthorizationEnded):
        withdraw(gone)


def test_several_permit_together_what_each_permits() -> None:
    two = [
        given(DataItem.REGISTRATION),
        given(DataItem.CONTRIBUTIONS, banks=frozenset({"bank-a"})),
    ]
    assert items_for(two, "bank-a", TODAY) == {DataItem.REGISTRATION, DataItem.CONTRIBUTIONS}
    assert items_for(two, "bank-b", TODAY) == {DataItem.REGISTRATION}


def test_a_pack_holds_the_fields_of_the_permitted_items_alone() -> None:
    month = {
        **dict.fromkeys(("month", "insured_headcount", "joined", "left"), 1),
        **dict.fromkeys(("due", "paid", "months_in_arrears"), 2),
        "version": 7,
    }
    registration = dict.fromkeys(FIELDS[DataItem.REGISTRATION], "x") | {"level": "red"}

    shown = pack(
        {DataItem.REGISTRATION, DataItem.CONTRIBUTIONS},
        registration=registration,
        months=[month],
        need=None,
    )

    assert set(shown) == {DataItem.REGISTRATION, DataItem.CONTRIBUTIONS}
    assert shown[DataItem.CONTRIBUTIONS] == [
        {"month": 1, "due": 2, "paid": 2, "months_in_arrears": 2}
    ]
    assert "level" not in str(shown)
    assert fields_of({DataItem.CONTRIBUTIONS}) == (
        "contributions.month",
        "contributions.due",
        "contributions.paid",
        "contributions.months_in_arrears",
    )


def test_no_field_of_any_item_is_a_judgement() -> None:
    names = {name for fields in FIELDS.values() for name in fields}
    assert not names & {
        "level",
        "likelihood",
        "score",
        "opinion",
        "warning",
        "warning_id",
        "case",
        "case_id",
        "bank",
        "banks",
        "lists",
    }
