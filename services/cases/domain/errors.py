"""Why the domain says no.

CaseRefusal
├── CaseNotFound             there is none that the asker may see
├── CaseChangedMeanwhile     somebody else was faster
├── StepNotForRole           the asker's roles do not include the step
├── CityDecides              of a red case, only the city may judge the outcome
├── StepRefused              the life of a case has no such step from here
├── SecondPersonNeeded       the same person may not do both
├── FindingNeeded            nobody has found the warning false yet
├── ObjectionTooLate         the unit had one working day to return the case
├── SuspendedTwice           a case is suspended two times at most
├── ReopenTooLate            after six months a new signal is a new case
├── NoExtension              a blue case has time enough
├── ExtendedOnce             the resolution is put off once at most
├── FollowUpUnclean          three clean months of social insurance are not shown yet
├── TransferPending          another district was asked to take the case over
├── NoTransfer               no district was asked
├── TransferAwaited          the district that was asked has time left to answer
├── EvidenceNeeded           nothing on file proves the outcome
├── AssistanceNotFound       the asker has no such request
├── AssistanceStepRefused    where the request stands, it has no such step
├── ServiceIneligible        no policy of the service fits the enterprise
└── AskRefused               fields are missing, or not for this step
OfficerChangedMeanwhile, OfficerRefused, LastAdministrator
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

Fault = Mapping[str, object]


class CaseRefusal(Exception):
    """Whatever is refused about a case."""


class CaseNotFound(CaseRefusal):
    """There is no such case, or it lies outside of the asker's districts."""

    def __init__(self, case_id: UUID) -> None:
        self.case_id = case_id
        super().__init__(str(case_id))


class DeedNotFound(CaseRefusal):
    """No such thing was done in a case, or the case lies outside of the asker's districts."""

    def __init__(self, deed_id: UUID) -> None:
        self.deed_id = deed_id
        super().__init__(str(deed_id))


class CaseChangedMeanwhile(CaseRefusal):
    """The case is no longer as it was read."""

    def __init__(self, case_id: UUID) -> None:
        self.case_id = case_id
        super().__init__(str(case_id))


class StepNotForRole(CaseRefusal):
    """None of the asker's roles includes the step."""

    def __init__(self, step: str) -> None:
        self.step = step
        super().__init__(step)


class CityDecides(CaseRefusal):
    """The outcome of a red case is judged by the city."""

    def __init__(self, step: str) -> None:
        self.step = step
        super().__init__(step)


class StepRefused(CaseRefusal):
    """From where the case stands, its life has no such step."""

    def __init__(self, step: str, status: str) -> None:
        self.step, self.status = step, status
        super().__init__(f"{step} from {status}")


class SecondPersonNeeded(CaseRefusal):
    """Who did the first half may not do the second."""

    def __init__(self, step: str) -> None:
        self.step = step
        super().__init__(step)


class FindingNeeded(CaseRefusal):
    """A warning is refuted only after an officer has found it false."""


class ObjectionTooLate(CaseRefusal):
    """The time in which a unit may return a case is over."""

    def __init__(self, until: datetime) -> None:
        self.until = f"{until:%Y-%m-%d %H:%M}"
        super().__init__(self.until)


class SuspendedTwice(CaseRefusal):
    """The case was suspended as often as a case may be."""


class ReopenTooLate(CaseRefusal):
    """Six months after closing, a case stays closed."""


class NoExtension(CaseRefusal):
    """At this level the resolution is not put off."""


class ExtendedOnce(CaseRefusal):
    """The resolution was put off already."""


class FollowUpUnclean(CaseRefusal):
    """The data do not show three clean months after the resolution; every month is listed."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        self.errors = tuple(errors)
        super().__init__(f"{len(self.errors)} months")


class TransferPending(CaseRefusal):
    """Another district was asked to take the case over; until it answers, the step waits."""

    def __init__(self, district: str) -> None:
        self.district = district
        super().__init__(district)


class NoTransfer(CaseRefusal):
    """No district was asked to take the case over."""


class TransferAwaited(CaseRefusal):
    """The city decides when the district that was asked has kept silent."""

    def __init__(self, district: str, until: datetime) -> None:
        self.district, self.until = district, f"{until:%Y-%m-%d %H:%M}"
        super().__init__(self.until)


class EvidenceNeeded(CaseRefusal):
    """Nothing on file proves the outcome; `kinds` is the outcome again, whose proofs are told."""

    def __init__(self, outcome: str) -> None:
        self.outcome = self.kinds = outcome
        super().__init__(outcome)


class ServiceIneligible(CaseRefusal):
    """No policy of the service fits what is known of the enterprise; every reason is listed."""

    def __init__(self, service: str, errors: Sequence[Fault]) -> None:
        self.service, self.errors = service, tuple(errors)
        super().__init__(service)


class AssistanceNotFound(CaseRefusal):
    """There is no such request, or it is another department's, or lies elsewhere."""

    def __init__(self, request_id: UUID) -> None:
        self.request_id = request_id
        super().__init__(str(request_id))


class AssistanceStepRefused(CaseRefusal):
    """From where the request stands, it has no such step."""

    def __init__(self, step: str, status: str) -> None:
        self.step, self.status = step, status
        super().__init__(f"{step} from {status}")


class AskRefused(CaseRefusal):
    """What was said with a step does not go with it; every fault is listed."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        self.errors, self.count = tuple(errors), len(errors)
        super().__init__(f"{self.count} faults")


class OfficerChangedMeanwhile(Exception):
    """The officer's entry is no longer as it was read."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(subject)


class OfficerRefused(Exception):
    """An officer cannot be as was asked; every fault is listed."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        self.errors, self.count = tuple(errors), len(errors)
        super().__init__(f"{self.count} faults")


class LastAdministrator(Exception):
    """Nobody would be left who may give out roles."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(subject)
