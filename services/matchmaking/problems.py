"""What a refusal of matchmaking is over HTTP."""

from typing import Final

from services.matchmaking.assignment.bound import BoundNotFound
from services.matchmaking.domain.errors import (
    AskRefused,
    AuthorizationEnded,
    AuthorizationNotFound,
    BankNotAdmitted,
    CandidateNotFound,
    ContractNotFound,
    DrawdownNotFound,
    NeedMissing,
    NotAuthorized,
    NotReviewed,
    PackUnread,
    ProductAmbiguous,
    ProductChangedMeanwhile,
    ProductNotFitting,
    ProductNotFound,
    QuotaExhausted,
    ReferralNotFound,
    ReferralStepRefused,
    ReviewRefused,
    RoundNotFound,
    SecondPersonNeeded,
    StepRefused,
    TermsRefused,
    TooManyBanks,
)
from shared.problems import Problem, Problems

_STEP: Final = {"step": "candidate_step", "state": "candidate_state"}
_REFERRAL_STEP: Final = {"step": "referral_step", "state": "referral_state"}

PROBLEMS: Final[Problems] = {
    ProductNotFound: Problem(404, "product_not_found"),
    ProductAmbiguous: Problem(400, "product_ambiguous"),
    ProductChangedMeanwhile: Problem(412, "product_changed_meanwhile"),
    BankNotAdmitted: Problem(409, "bank_not_admitted"),
    TermsRefused: Problem(422, "validation_failed"),
    CandidateNotFound: Problem(404, "candidate_not_found"),
    RoundNotFound: Problem(404, "round_not_found"),
    AuthorizationNotFound: Problem(404, "authorization_not_found"),
    ReferralNotFound: Problem(404, "referral_not_found"),
    ContractNotFound: Problem(404, "contract_not_found"),
    DrawdownNotFound: Problem(404, "drawdown_not_found"),
    StepRefused: Problem(409, "candidate_step_refused", words=_STEP),
    ReferralStepRefused: Problem(409, "referral_step_refused", words=_REFERRAL_STEP),
    NotReviewed: Problem(409, "candidate_not_reviewed"),
    NeedMissing: Problem(409, "need_missing"),
    NotAuthorized: Problem(409, "not_authorized"),
    PackUnread: Problem(409, "pack_unread"),
    ProductNotFitting: Problem(409, "product_not_fitting"),
    TooManyBanks: Problem(409, "too_many_banks"),
    QuotaExhausted: Problem(409, "quota_exhausted"),
    BoundNotFound: Problem(503, "assignment_unavailable"),
    AuthorizationEnded: Problem(
        409, "authorization_ended", words={"standing": "authorization_standing"}
    ),
    SecondPersonNeeded: Problem(409, "paper_second_person_needed"),
    ReviewRefused: Problem(422, "validation_failed"),
    AskRefused: Problem(422, "validation_failed"),
}
