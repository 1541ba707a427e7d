"""A referral of an enterprise to a bank: what the bank says, by when, and what it then owes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.matchmaking.domain.errors import (
    AskRefused,
    Fault,
    PackUnread,
    ReferralStepRefused,
)
from services.matchmaking.domain.product import Product
from shared.calendar import Allowance, Unit, WorkingCalendar


class ReferralState(StrEnum):
    """Where a referral stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    APPROVED = "approved"
    SIGNED = "signed"
    DECLINED = "declined"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LAPSED = "lapsed"


class ReferralStep(StrEnum):
    """What brings it on, or to an end."""

    ACCEPT = "accept"
    DECLINE = "decline"
    APPROVE = "approve"
    REFUSE = "refuse"
    SIGN = "sign"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    LAPSE = "lapse"


_S = ReferralState
LIFE: Final[Mapping[ReferralStep, Mapping[ReferralState, ReferralState]]] = {
    ReferralStep.ACCEPT: {_S.SENT: _S.ACCEPTED},
    ReferralStep.DECLINE: {_S.SENT: _S.DECLINED},
    ReferralStep.APPROVE: {_S.ACCEPTED: _S.APPROVED},
    ReferralStep.REFUSE: {_S.ACCEPTED: _S.REFUSED},
    ReferralStep.SIGN: {_S.APPROVED: _S.SIGNED},
    # The enterprise took its authorisation back, or signed with another bank.
    ReferralStep.WITHDRAW: {
        _S.SENT: _S.WITHDRAWN,
        _S.ACCEPTED: _S.WITHDRAWN,
        _S.APPROVED: _S.WITHDRAWN,
    },
    # The authorisation ran out before the bank answered.
    ReferralStep.EXPIRE: {_S.SENT: _S.EXPIRED},
    # No decision within 30 calendar days: the enterprise is free for other banks.
    ReferralStep.LAPSE: {_S.ACCEPTED: _S.LAPSED},
}
# A bank that could still lend: it may read, and its place among the three is taken.
OPEN: Final = frozenset({_S.SENT, _S.ACCEPTED, _S.APPROVED, _S.SIGNED})
# What has been promised of a product's quota, or may be.
HOLDS_QUOTA: Final = OPEN
SAID_NO: Final = frozenset({_S.DECLINED, _S.REFUSED, _S.LAPSED})
# What a bank can only say of an enterprise that it has read about; to decline needs nothing.
_AFTER_READING: Final = frozenset(
    {ReferralStep.ACCEPT, ReferralStep.APPROVE, ReferralStep.REFUSE, ReferralStep.SIGN}
)

MOST_BANKS: Final = 3
ANSWER_WITHIN: Final = Allowance(2, Unit.WORKING_DAYS)
DECIDE_WITHIN: Final = Allowance(20, Unit.WORKING_DAYS)
DECIDE_AT_LAST: Final = timedelta(days=30)


class DeclineCode(StrEnum):
    """Why a bank says no (domain.md §4.6)."""

    NOT_OPERATING = "not_operating"
    SHORT_HISTORY = "short_history"
    REVENUE_LOW = "revenue_low"
    CASHFLOW_INSUFFICIENT = "cashflow_insufficient"
    OVER_INDEBTED = "over_indebted"
    COLLATERAL_SHORT = "collateral_short"
    ADVERSE_CREDIT = "adverse_credit"
    LITIGATION = "litigation"
    INDUSTRY_POLICY = "industry_policy"
    PURPOSE_UNCLEAR = "purpose_unclear"
    DATA_INSUFFICIENT = "data_insufficient"
    AMOUNT_OUTSIDE = "amount_outside"
    TENOR_OUTSIDE = "tenor_outside"
    DISTRICT_OUTSIDE = "district_outside"
    CAPACITY_FULL = "capacity_full"
    OWNER_NOT_REACHABLE = "owner_not_reachable"
    FIRM_WITHDREW = "firm_withdrew"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Referral:
    """What went to a bank and what came of it; amounts in CNY, the rate in per cent a year."""

    id: UUID
    candidate_id: UUID
    uscc: str
    district: str
    bank: str
    product: str
    amount: Decimal
    tenor_months: int
    state: ReferralState
    sent_at: datetime
    answer_due: datetime
    round_id: UUID | None = None
    answered_at: datetime | None = None
    answer_late: bool = False
    decision_due: datetime | None = None
    decide_at_last: datetime | None = None
    decided_at: datetime | None = None
    decision_late: bool = False
    approved_amount: Decimal | None = None
    approved_rate_percent: Decimal | None = None
    code: DeclineCode | None = None
    note: str | None = None

    @property
    def held(self) -> Decimal:
        """What it takes of the product's quota: what is asked for, then what was granted."""
        if self.state not in HOLDS_QUOTA:
            return Decimal(0)
        return self.amount if self.approved_amount is None else self.approved_amount


@dataclass(frozen=True, slots=True)
class Said:
    """What a bank says: yes or no, with what belongs to either."""

    yes: bool
    code: DeclineCode | None = None
    note: str | None = None
    amount: Decimal | None = None
    annual_rate_percent: Decimal | None = None


def send(
    *,
    referral_id: UUID,
    candidate_id: UUID,
    uscc: str,
    district: str,
    product: Product,
    amount: Decimal,
    tenor_months: int,
    round_id: UUID | None,
    now: datetime,
    calendar: WorkingCalendar,
) -> Referral:
    """Refer an enterprise to a bank, which then has two working days to answer."""
    return Referral(
        id=referral_id,
        candidate_id=candidate_id,
        uscc=uscc,
        district=district,
        bank=product.bank.client_id,
        product=product.code,
        amount=amount,
        tenor_months=tenor_months,
        state=ReferralState.SENT,
        sent_at=now,
        answer_due=calendar.due_at(now, ANSWER_WITHIN),
        round_id=round_id,
    )


def step(referral: Referral, taken: ReferralStep) -> Referral:
    """Take a step of the referral's life; raise ReferralStepRefused if it has none from here."""
    after = LIFE[taken].get(referral.state)
    if after is None:
        raise ReferralStepRefused(taken, referral.state)
    return replace(referral, state=after)


def bank_step(referral: Referral, taken: ReferralStep, *, is_read: bool) -> Referral:
    """Let the bank take a step; `is_read` says whether the ledger has a reading by it.

    Raises ReferralStepRefused, PackUnread.
    """
    after = step(referral, taken)
    if taken in _AFTER_READING and not is_read:
        raise PackUnread
    return after


def answer(
    referral: Referral, said: Said, *, is_read: bool, now: datetime, calendar: WorkingCalendar
) -> Referral:
    """Let the bank take the referral up, or decline it and say why.

    Raises ReferralStepRefused, PackUnread, AskRefused.
    """
    wanted = ReferralStep.ACCEPT if said.yes else ReferralStep.DECLINE
    taken = bank_step(referral, wanted, is_read=is_read)
    _refuse(_code_faults(said))
    answered = replace(
        taken,
        answered_at=now,
        answer_late=referral.answer_late or now > referral.answer_due,
        code=said.code,
        note=said.note,
    )
    if not said.yes:
        return answered
    at_last = now + DECIDE_AT_LAST
    due = min(calendar.due_at(now, DECIDE_WITHIN), at_last)
    return replace(answered, decision_due=due, decide_at_last=at_last)


def decide(
    referral: Referral, said: Said, product: Product, *, is_read: bool, now: datetime
) -> Referral:
    """Let the bank grant credit within what was asked and what its product says, or refuse it.

    Raises ReferralStepRefused, PackUnread, AskRefused.
    """
    wanted = ReferralStep.APPROVE if said.yes else ReferralStep.REFUSE
    taken = bank_step(referral, wanted, is_read=is_read)
    _refuse([*_code_faults(said), *_grant_faults(referral, said, product)])
    late = referral.decision_due is not None and now > referral.decision_due
    return replace(
        taken,
        decided_at=now,
        decision_late=referral.decision_late or late,
        approved_amount=said.amount,
        approved_rate_percent=said.annual_rate_percent,
        code=said.code,
        note=said.note,
    )


def _code_faults(said: Said) -> list[Fault]:
    if said.yes:
        return [_fault("/code", "not_with_yes")] if said.code is not None else []
    if said.code is None:
        return [_fault("/code", "missing")]
    if said.code is DeclineCode.OTHER and not said.note:
        return [_fault("/note", "missing")]
    return []


def _grant_faults(referral: Referral, said: Said, product: Product) -> list[Fault]:
    if not said.yes:
        given = {"amount": said.amount, "annual_rate_percent": said.annual_rate_percent}
        return [
            _fault(f"/{name}", "not_with_no") for name, value in given.items() if value is not None
        ]
    limits = {
        "amount": (said.amount, referral.amount),
        "annual_rate_percent": (said.annual_rate_percent, product.terms.annual_rate_percent),
    }
    faults: list[Fault] = []
    for name, (value, most) in limits.items():
        if value is None:
            faults.append(_fault(f"/{name}", "missing"))
        elif value <= 0:
            faults.append(_fault(f"/{name}", "must_exceed", limit=0))
        elif value > most and name == "amount":
            # How much is asked for stands in the pack, for a bank that may read it.
            faults.append(_fault(f"/{name}", "more_than_asked"))
        elif value > most:
            faults.append(_fault(f"/{name}", "too_large", limit=most))
    return faults


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise AskRefused(faults)


def _fault(pointer: str, code: str, **values: object) -> Fault:
    return {"pointer": pointer, "code": code, "values": values}
