"""What a bank may say, by when, and within which bounds."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from services.matchmaking.domain.errors import AskRefused, PackUnread, ReferralStepRefused
from services.matchmaking.domain.referral import (
    LIFE,
    DeclineCode,
    Referral,
    ReferralState,
    ReferralStep,
    Said,
    answer,
    bank_step,
    decide,
    send,
    step,
)
from shared.calendar import SHANGHAI, Overrides, WorkingCalendar
from tests.unit.matchmaking.ways import NOW, USCC, product

CALENDAR = WorkingCalendar(Overrides())
# As domain.md §4.6 lists them, in its order.
CODES = (
    "not_operating, short_history, revenue_low, cashflow_insufficient, over_indebted, "
    "collateral_short, adverse_credit, litigation, industry_policy, purpose_unclear, "
    "data_insufficient, amount_outside, tenor_outside, district_outside, capacity_full, "
    "owner_not_reachable, firm_withdrew, other"
)
YES = Said(yes=True)
GRANT = Said(yes=True, amount=Decimal("900000.00"), annual_rate_percent=Decimal("3.6000"))


def sent(at: datetime = NOW) -> Referral:
    """Return a referral that has just been sent."""
    return send(
        referral_id=UUID(int=3),
        candidate_id=UUID(int=1),
        uscc=USCC,
        district="110105",
        product=product(),
        amount=Decimal("1000000.00"),
        tenor_months=12,
        round_id=None,
        now=at,
        calendar=CALENDAR,
    )


def test_the_codes_are_those_of_the_reference() -> None:
    assert ", ".join(DeclineCode) == CODES


def test_two_working_days_are_left_to_answer() -> None:
    # Thursday: Friday, Monday. Before the holidays of October 2020 (1st to 8th): the 9th and,
    # worked in exchange, Saturday the 10th.
    assert sent().answer_due == datetime(2020, 8, 10, 17, 30, tzinfo=SHANGHAI)
    before = datetime(2020, 9, 30, 16, 0, tzinfo=SHANGHAI)
    assert sent(before).answer_due == datetime(2020, 10, 10, 17, 30, tzinfo=SHANGHAI)


def test_twenty_working_days_are_left_to_decide_and_thirty_days_at_last() -> None:
    taken = answer(sent(), YES, is_read=True, now=NOW, calendar=CALENDAR)
    assert taken.decision_due == datetime(2020, 9, 3, 17, 30, tzinfo=SHANGHAI)
    assert taken.decide_at_last == NOW + timedelta(days=30)
    # Over the holidays of October twenty working days take longer than thirty days.
    holidays = datetime(2020, 9, 25, 9, 0, tzinfo=SHANGHAI)
    slow = answer(sent(holidays), YES, is_read=True, now=holidays, calendar=CALENDAR)
    assert slow.decision_due == datetime(2020, 10, 25, 9, 0, tzinfo=SHANGHAI)


def test_an_answer_after_its_time_is_late() -> None:
    in_time = datetime(2020, 8, 10, 17, 30, tzinfo=SHANGHAI)
    assert not answer(sent(), YES, is_read=True, now=in_time, calendar=CALENDAR).answer_late
    late = in_time + timedelta(seconds=1)
    assert answer(sent(), YES, is_read=True, now=late, calendar=CALENDAR).answer_late


def test_every_step_is_possible_from_where_it_says_and_nowhere_else() -> None:
    for taken in ReferralStep:
        for state in ReferralState:
            one = replace(sent(), state=state)
            if state in LIFE[taken]:
                assert step(one, taken).state is LIFE[taken][state]
            else:
                with pytest.raises(ReferralStepRefused):
                    step(one, taken)


@pytest.mark.parametrize(
    ("taken", "state", "needs_reading"),
    [
        (ReferralStep.ACCEPT, ReferralState.SENT, True),
        (ReferralStep.DECLINE, ReferralState.SENT, False),
        (ReferralStep.APPROVE, ReferralState.ACCEPTED, True),
        (ReferralStep.REFUSE, ReferralState.ACCEPTED, True),
        (ReferralStep.SIGN, ReferralState.APPROVED, True),
    ],
)
def test_a_bank_reads_before_it_says_more_than_no(
    taken: ReferralStep, state: ReferralState, needs_reading: bool
) -> None:
    one = replace(sent(), state=state)
    if needs_reading:
        with pytest.raises(PackUnread):
            bank_step(one, taken, is_read=False)
    else:
        assert bank_step(one, taken, is_read=False).state is LIFE[taken][state]
    assert bank_step(one, taken, is_read=True).state is LIFE[taken][state]


def test_where_a_step_is_not_possible_reading_would_not_help() -> None:
    over = replace(sent(), state=ReferralState.WITHDRAWN)
    for taken in (ReferralStep.ACCEPT, ReferralStep.APPROVE, ReferralStep.SIGN):
        with pytest.raises(ReferralStepRefused):
            bank_step(over, taken, is_read=False)


def accepted() -> Referral:
    """Return a referral that the bank took up."""
    return answer(sent(), YES, is_read=True, now=NOW, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        (YES, [("/amount", "missing"), ("/annual_rate_percent", "missing")]),
        (replace(GRANT, amount=Decimal("1000000.01")), [("/amount", "more_than_asked")]),
        (replace(GRANT, amount=Decimal(0)), [("/amount", "must_exceed")]),
        (
            replace(GRANT, annual_rate_percent=Decimal("3.8501")),
            [("/annual_rate_percent", "too_large")],
        ),
        (replace(GRANT, code=DeclineCode.OTHER), [("/code", "not_with_yes")]),
        (Said(yes=False), [("/code", "missing")]),
        (Said(yes=False, code=DeclineCode.OTHER), [("/note", "missing")]),
        (
            Said(yes=False, code=DeclineCode.LITIGATION, amount=Decimal(1)),
            [("/amount", "not_with_no")],
        ),
    ],
)
def test_a_decision_keeps_within_what_was_asked_and_offered(
    said: Said, faults: list[tuple[str, str]]
) -> None:
    with pytest.raises(AskRefused) as refused:
        decide(accepted(), said, product(), is_read=True, now=NOW)
    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == faults


def test_the_quota_is_held_by_what_is_asked_then_by_what_is_granted_then_by_nothing() -> None:
    assert sent().held == Decimal("1000000.00")
    granted = decide(accepted(), GRANT, product(), is_read=True, now=NOW)
    assert (granted.state, granted.held) == (ReferralState.APPROVED, Decimal("900000.00"))
    no = Said(yes=False, code=DeclineCode.OVER_INDEBTED)
    assert decide(accepted(), no, product(), is_read=True, now=NOW).held == 0
