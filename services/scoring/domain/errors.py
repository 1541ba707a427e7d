"""Why scoring does not answer; what is forbidden and what does not exist are the same."""

from collections.abc import Mapping, Sequence


class WarningNotFound(Exception):
    """No such warning in the districts of whoever asks."""

    code = "warning_not_found"


class EnterpriseNotFound(Exception):
    """No such enterprise in the districts of whoever asks."""

    code = "enterprise_not_found"


class AreaAlertNotFound(Exception):
    """No such alert in the districts of whoever asks."""

    code = "area_alert_not_found"


class AssessmentNotFound(Exception):
    """The day had nothing to say of the enterprise, or was not judged."""


class DayAhead(Exception):
    """What will be known on a day to come, nobody can say."""

    def __init__(self, day: str, today: str) -> None:
        self.day = day
        self.today = today
        super().__init__(day, today)


class RuleSetNotFound(Exception):
    """No rule set has this version."""


class RuleSetRefused(Exception):
    """The values of a rule set are of their kinds, but together they are unsound."""

    def __init__(self, errors: Sequence[Mapping[str, object]]) -> None:
        self.errors = errors
        self.values = {"count": len(errors)}
        super().__init__(errors)


class RuleSetChangedMeanwhile(Exception):
    """The rule set is no longer as it was read."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(version)


class RuleSetStepRefused(Exception):
    """The state of the rule set does not allow the step; built-in ones allow none."""

    def __init__(self, step: str, state: str) -> None:
        self.step = step
        self.state = state
        super().__init__(step, state)


class RuleSetSecondPersonNeeded(Exception):
    """Who wrote or proposed rules does not approve them."""


class RuleSetSignerNeeded(Exception):
    """What two persons agreed on is given up by one of them or an administrator, by nobody else."""


class RuleSetNotAhead(Exception):
    """The day from which the rules are to hold has begun: it was judged by others already."""

    def __init__(self, effective_from: str) -> None:
        self.effective_from = effective_from
        super().__init__(effective_from)


class RuleSetDayTaken(Exception):
    """Other approved rules come into force on the same day."""

    def __init__(self, effective_from: str) -> None:
        self.effective_from = effective_from
        super().__init__(effective_from)


class TrialPeriodRefused(Exception):
    """The period of a trial runs backwards, is too long, or none of it is over."""

    def __init__(self, since: str, until: str) -> None:
        self.since = since
        self.until = until
        super().__init__(since, until)


class CapacityNotFound(Exception):
    """It is none of the caller's districts, or no district at all."""


class WorkListNotFound(Exception):
    """No such list, or not of a district of whoever asks."""


class CapacityChangedMeanwhile(Exception):
    """The capacity is no longer as it was read."""

    def __init__(self, district: str) -> None:
        self.district = district
        super().__init__(district)


class RejudgementNotFound(Exception):
    """No such full judgement."""

    code = "rejudgement_not_found"


class RejudgementUnderWay(Exception):
    """The city is being judged anew already; a second time would only repeat it."""

    code = "rejudgement_under_way"


class ModelNotFound(Exception):
    """No such model."""

    code = "model_not_found"


class ModelChangedMeanwhile(Exception):
    """The model is no longer as it was read."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(version)


class ModelStepRefused(Exception):
    """The state of the model does not allow the step."""

    def __init__(self, step: str, state: str) -> None:
        self.step = step
        self.state = state
        super().__init__(step, state)


class ModelSecondPersonNeeded(Exception):
    """Who asked for a training does not promote what came of it."""


class ModelNotTrained(Exception):
    """Of a model that is not trained there is nothing to compare with."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(version)


class RejudgementEnded(Exception):
    """It is done, has failed or was called off: there is nothing left to call off."""


class TrialNotFound(Exception):
    """No such trial of this rule set."""


class TrialEnded(Exception):
    """The trial is done, has failed or was called off: there is nothing left to call off."""


class BacktestNotFound(Exception):
    """No such backtest."""


class BacktestEnded(Exception):
    """The backtest is done, has failed or was called off: there is nothing left to call off."""


class BacktestPeriodRefused(Exception):
    """The period runs backwards, is too long, or is not over yet."""

    def __init__(self, since: str, until: str) -> None:
        self.since = since
        self.until = until
        super().__init__(since, until)
