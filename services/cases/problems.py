"""Why `cases` says no, as problems over HTTP."""

from services.cases.domain.errors import (
    AskRefused,
    CaseChangedMeanwhile,
    CaseNotFound,
    CityDecides,
    FindingNeeded,
    ObjectionTooLate,
    OfficerChangedMeanwhile,
    OfficerRefused,
    ReopenTooLate,
    SecondPersonNeeded,
    StepNotForRole,
    StepRefused,
    SuspendedTwice,
)
from shared.problems import Problem, Problems

PROBLEMS: Problems = {
    CaseNotFound: Problem(404, "case_not_found"),
    CaseChangedMeanwhile: Problem(412, "case_changed_meanwhile"),
    StepNotForRole: Problem(403, "step_not_for_role"),
    CityDecides: Problem(403, "city_decides"),
    StepRefused: Problem(409, "step_refused"),
    SecondPersonNeeded: Problem(409, "second_person_needed"),
    FindingNeeded: Problem(409, "finding_needed"),
    ObjectionTooLate: Problem(409, "objection_too_late"),
    SuspendedTwice: Problem(409, "suspended_twice"),
    ReopenTooLate: Problem(409, "reopen_too_late"),
    AskRefused: Problem(422, "validation_failed"),
    OfficerChangedMeanwhile: Problem(412, "officer_changed_meanwhile"),
    OfficerRefused: Problem(422, "validation_failed"),
}
