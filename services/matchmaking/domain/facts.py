"""What matchmaking tells the others, made from what it has decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.matchmaking.domain.candidate import Course
from services.matchmaking.domain.contract import Commitment, Contract, Drawdown
from services.matchmaking.domain.referral import Referral, ReferralState
from shared.events.matchmaking import (
    Answer,
    CandidateDeclined,
    CandidateSelected,
    CommitmentChecked,
    ContractSigned,
    LoanDrawn,
    ReferralAnswered,
    ReferralSent,
)


def selected(course: Course, now: datetime) -> CandidateSelected:
    """Tell that an enterprise became a candidate."""
    one = course.candidate
    kinds = tuple(sorted({entry.kind for entry in one.lists}))
    return CandidateSelected(
        candidate_id=one.id,
        uscc=one.uscc,
        district=one.district,
        occurred_at=now,
        lists=kinds,
    )


def declined(course: Course, because: str, now: datetime) -> CandidateDeclined:
    """Tell that a candidate goes no further."""
    one = course.candidate
    return CandidateDeclined(
        candidate_id=one.id,
        uscc=one.uscc,
        district=one.district,
        occurred_at=now,
        because=because,
    )


def sent(referral: Referral, now: datetime) -> ReferralSent:
    """Tell that an enterprise was referred to a bank."""
    return ReferralSent(**_about(referral, now), amount=referral.amount)


def answered(referral: Referral, now: datetime) -> ReferralAnswered:
    """Tell what a bank said."""
    answer = _ANSWERS[referral.state]
    return ReferralAnswered(**_about(referral, now), answer=answer, code=referral.code)


def signed(contract: Contract, now: datetime) -> ContractSigned:
    """Tell that a contract was signed."""
    return ContractSigned(
        **_under(contract, now),
        amount=contract.amount,
        tenor_months=contract.tenor_months,
        jobs_committed=contract.jobs_committed,
        signed_on=contract.signed_on,
    )


def drawn(contract: Contract, drawdown: Drawdown, now: datetime) -> LoanDrawn:
    """Tell that money was drawn."""
    return LoanDrawn(
        **_under(contract, now),
        drawdown_id=drawdown.id,
        amount=drawdown.amount,
        drawn_on=drawdown.drawn_on,
    )


def checked(contract: Contract, found: Commitment, now: datetime) -> CommitmentChecked:
    """Tell whether the jobs were kept; only of what is known."""
    if found.insured is None or found.checked_on is None:
        raise ValueError("nothing is known of the month")
    return CommitmentChecked(
        **_under(contract, now),
        months=found.months,
        committed=found.committed,
        insured=found.insured,
        kept=found.insured >= found.committed,
        checked_on=found.checked_on,
    )


_ANSWERS: Final[Mapping[ReferralState, Answer]] = {
    ReferralState.ACCEPTED: Answer.ACCEPTED,
    ReferralState.DECLINED: Answer.DECLINED,
    ReferralState.APPROVED: Answer.APPROVED,
    ReferralState.REFUSED: Answer.REFUSED,
}


def _about(referral: Referral, now: datetime) -> dict[str, Any]:
    return {
        "candidate_id": referral.candidate_id,
        "uscc": referral.uscc,
        "district": referral.district,
        "occurred_at": now,
        "referral_id": referral.id,
        "bank": referral.bank,
        "product": referral.product,
    }


def _under(contract: Contract, now: datetime) -> dict[str, Any]:
    return {
        "candidate_id": contract.candidate_id,
        "uscc": contract.uscc,
        "district": contract.district,
        "occurred_at": now,
        "referral_id": contract.referral_id,
        "bank": contract.bank,
        "product": contract.product,
        "contract_id": contract.id,
    }
