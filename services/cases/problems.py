"""Why `cases` says no, as problems over HTTP."""

from typing import Final

from services.cases.domain.errors import (
    AskRefused,
    AssistanceNotFound,
    AssistanceStepRefused,
    CaseChangedMeanwhile,
    CaseNotFound,
    CityDecides,
    DeedNotFound,
    EvidenceNeeded,
    ExtendedOnce,
    FindingNeeded,
    FollowUpUnclean,
    LastAdministrator,
    NoExtension,
    NoTransfer,
    ObjectionTooLate,
    OfficerChangedMeanwhile,
    OfficerRefused,
    ReopenTooLate,
    SecondPersonNeeded,
    ServiceIneligible,
    StepNotForRole,
    StepRefused,
    SuspendedTwice,
    TransferAwaited,
    TransferPending,
)
from shared.problems import Problem, Problems

_STEP: Final = {"step": "case_step"}

PROBLEMS: Problems = {
    CaseNotFound: Problem(404, "case_not_found"),
    DeedNotFound: Problem(404, "deed_not_found"),
    CaseChangedMeanwhile: Problem(412, "case_changed_meanwhile"),
    StepNotForRole: Problem(403, "step_not_for_role", words=_STEP),
    CityDecides: Problem(403, "city_decides", words=_STEP),
    StepRefused: Problem(409, "step_refused", words=_STEP | {"status": "case_status"}),
    SecondPersonNeeded: Problem(409, "second_person_needed", words=_STEP),
    FindingNeeded: Problem(409, "finding_needed"),
    ObjectionTooLate: Problem(409, "objection_too_late"),
    SuspendedTwice: Problem(409, "suspended_twice"),
    ReopenTooLate: Problem(409, "reopen_too_late"),
    NoExtension: Problem(409, "no_extension"),
    ExtendedOnce: Problem(409, "extended_once"),
    FollowUpUnclean: Problem(409, "follow_up_unclean"),
    TransferPending: Problem(409, "transfer_pending"),
    NoTransfer: Problem(409, "no_transfer"),
    TransferAwaited: Problem(409, "transfer_awaited"),
    EvidenceNeeded: Problem(409, "evidence_needed", words={"outcome": "outcome", "kinds": "proof"}),
    AssistanceNotFound: Problem(404, "assistance_not_found"),
    AssistanceStepRefused: Problem(
        409,
        "assistance_step_refused",
        words={"step": "assistance_step", "status": "assistance_status"},
    ),
    ServiceIneligible: Problem(409, "service_ineligible", words={"service": "service"}),
    AskRefused: Problem(422, "validation_failed"),
    OfficerChangedMeanwhile: Problem(412, "officer_changed_meanwhile"),
    OfficerRefused: Problem(422, "validation_failed"),
    LastAdministrator: Problem(409, "last_administrator"),
}
