"""What scoring's refusals are over HTTP."""

from services.scoring.domain.errors import (
    AreaAlertNotFound,
    AssessmentNotFound,
    BacktestEnded,
    BacktestNotFound,
    BacktestPeriodRefused,
    CapacityChangedMeanwhile,
    DayAhead,
    EnterpriseNotFound,
    ModelChangedMeanwhile,
    ModelNotFound,
    ModelNotTrained,
    ModelSecondPersonNeeded,
    ModelStepRefused,
    RejudgementNotFound,
    RejudgementUnderWay,
    RuleSetChangedMeanwhile,
    RuleSetDayTaken,
    RuleSetNotAhead,
    RuleSetNotFound,
    RuleSetRefused,
    RuleSetSecondPersonNeeded,
    RuleSetStepRefused,
    TrialPeriodRefused,
    WarningNotFound,
    WorkListNotFound,
)
from shared.problems import Problem, Problems

PROBLEMS: Problems = {
    AreaAlertNotFound: Problem(404, "area_alert_not_found"),
    WarningNotFound: Problem(404, "warning_not_found"),
    EnterpriseNotFound: Problem(404, "enterprise_not_found"),
    AssessmentNotFound: Problem(404, "assessment_not_found"),
    DayAhead: Problem(409, "day_ahead"),
    RuleSetNotFound: Problem(404, "rule_set_not_found"),
    RuleSetRefused: Problem(422, "rule_set_refused"),
    RuleSetChangedMeanwhile: Problem(412, "rule_set_changed_meanwhile"),
    RuleSetStepRefused: Problem(
        409, "rule_set_step_refused", words={"step": "rule_step", "state": "rule_state"}
    ),
    RuleSetSecondPersonNeeded: Problem(409, "rule_set_second_person_needed"),
    RuleSetNotAhead: Problem(409, "rule_set_not_ahead"),
    RuleSetDayTaken: Problem(409, "rule_set_day_taken"),
    TrialPeriodRefused: Problem(409, "trial_period_refused"),
    ModelNotFound: Problem(404, "model_not_found"),
    ModelChangedMeanwhile: Problem(412, "model_changed_meanwhile"),
    ModelStepRefused: Problem(
        409, "model_step_refused", words={"step": "model_step", "state": "model_state"}
    ),
    ModelSecondPersonNeeded: Problem(409, "model_second_person_needed"),
    ModelNotTrained: Problem(409, "model_not_trained"),
    WorkListNotFound: Problem(404, "work_list_not_found"),
    CapacityChangedMeanwhile: Problem(412, "capacity_changed_meanwhile"),
    BacktestNotFound: Problem(404, "backtest_not_found"),
    BacktestEnded: Problem(409, "backtest_ended"),
    BacktestPeriodRefused: Problem(409, "backtest_period_refused"),
    RejudgementNotFound: Problem(404, "rejudgement_not_found"),
    RejudgementUnderWay: Problem(409, "rejudgement_under_way"),
}
