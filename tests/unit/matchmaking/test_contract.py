"""Contracts within what was granted, money within the contract, jobs by the months' headcounts."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matchmaking.domain.contract import (
    Commitment,
    Contract,
    check,
    draw,
    months_after,
    sign,
)
from services.matchmaking.domain.days import oldest_kept_month
from services.matchmaking.domain.errors import AskRefused
from services.matchmaking.domain.referral import ReferralState
from shared.calendar import SHANGHAI
from tests.unit.matchmaking.test_referral import sent

GRANTED = replace(
    sent(),
    state=ReferralState.APPROVED,
    # In UTC this is still the 19th.
    decided_at=datetime(2020, 8, 20, 1, 0, tzinfo=SHANGHAI),
    approved_amount=Decimal("900000.00"),
    approved_rate_percent=Decimal("3.6000"),
)


def signed(**changed: Any) -> tuple[Contract, tuple[Commitment, ...]]:
    """Sign what was granted, but for what is changed."""
    said: dict[str, Any] = {
        "amount": Decimal("900000.00"),
        "tenor_months": 12,
        "annual_rate_percent": Decimal("3.6000"),
        "signed_on": date(2020, 8, 31),
        "jobs_committed": 40,
    }
    return sign(GRANTED, contract_id=UUID(int=4), today=date(2020, 9, 1), **said | changed)


def test_jobs_are_looked_at_three_times() -> None:
    _, commitments = signed()
    assert [(one.months, one.due_on, one.month) for one in commitments] == [
        (3, date(2020, 11, 30), "2020-11"),
        (6, date(2021, 2, 28), "2021-02"),
        (12, date(2021, 8, 31), "2021-08"),
    ]
    assert [one.kept for one in commitments] == [None, None, None]


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"amount": Decimal("900000.01")}, "/amount", "too_large"),
        ({"amount": Decimal(0)}, "/amount", "must_exceed"),
        ({"annual_rate_percent": Decimal("3.6001")}, "/annual_rate_percent", "too_large"),
        ({"tenor_months": 361}, "/tenor_months", "too_large"),
        ({"signed_on": date(2020, 8, 19)}, "/signed_on", "date_too_early"),
        ({"signed_on": date(2020, 9, 2)}, "/signed_on", "date_in_future"),
    ],
)
def test_a_contract_keeps_within_what_was_granted(
    changed: dict[str, Any], pointer: str, code: str
) -> None:
    with pytest.raises(AskRefused) as refused:
        signed(**changed)
    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [(pointer, code)]


@given(
    amounts=st.lists(
        st.decimals(min_value="0.01", max_value=1_000_000, places=2), min_size=1, max_size=8
    )
)
def test_never_more_is_drawn_than_was_signed(amounts: list[Decimal]) -> None:
    contract, _ = signed()
    for place, amount in enumerate(amounts):
        try:
            contract, _drawn = draw(
                contract,
                drawdown_id=UUID(int=place),
                amount=amount,
                drawn_on=date(2020, 9, 1),
                today=date(2020, 9, 1),
            )
        except AskRefused:
            assert contract.drawn + amount > contract.amount
    assert 0 <= contract.drawn <= contract.amount


def test_a_promise_is_looked_at_when_due_and_anew_when_the_month_says_something_else() -> None:
    promise = signed()[1][0]
    assert check(promise, 50, today=date(2020, 11, 29)) is None
    assert check(promise, None, today=date(2020, 11, 30)) is None
    kept = check(promise, 40, today=date(2020, 12, 5))
    assert kept is not None
    assert (kept.kept, kept.checked_on) == (True, date(2020, 12, 5))
    assert check(kept, 40, today=date(2020, 12, 6)) is None
    corrected = check(kept, 39, today=date(2020, 12, 7))
    assert corrected is not None
    assert (corrected.kept, corrected.checked_on) == (False, date(2020, 12, 7))
    unknown = check(corrected, None, today=date(2020, 12, 8))
    assert unknown is not None
    assert (unknown.kept, unknown.checked_on) == (None, None)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2020, 8, 31), 3, date(2020, 11, 30)),
        (date(2019, 8, 29), 6, date(2020, 2, 29)),
        (date(2020, 12, 1), 12, date(2021, 12, 1)),
        (date(2020, 9, 15), 3, date(2020, 12, 15)),
    ],
)
def test_months_end_where_a_shorter_month_does(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_twenty_four_months_are_kept() -> None:
    assert oldest_kept_month(date(2020, 8, 6)) == "2018-08"
    assert oldest_kept_month(date(2020, 1, 31)) == "2018-01"
