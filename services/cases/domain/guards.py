"""Who may take which step, when, and what has to be said with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.cases.domain.case import LIFE, Case, Status, Step
from services.cases.domain.clocks import EXTENSIONS, MOST_SUSPENDED, OBJECTION, ClockName
from services.cases.domain.errors import (
    AskRefused,
    CaseRefusal,
    CityDecides,
    ExtendedOnce,
    Fault,
    FindingNeeded,
    NoExtension,
    ObjectionTooLate,
    ReopenTooLate,
    SecondPersonNeeded,
    StepNotForRole,
    StepRefused,
    SuspendedTwice,
)
from services.cases.domain.months import day_after
from services.cases.domain.officer import Actor, Role
from services.cases.domain.outcome import Outcome, WaitingFor
from services.cases.domain.transfers import transfer_refusal
from shared.calendar import SHANGHAI, WorkingCalendar
from shared.codes.divisions import DISTRICTS
from shared.events.scoring import RiskLevel

_DESK: Final = frozenset({Role.CITY_ADMIN, Role.DISTRICT_LEAD})
_UNIT: Final = frozenset({Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER})
_CITY: Final = frozenset({Role.CITY_ADMIN})
_DISTRICTS: Final = frozenset(district.code for district in DISTRICTS)

PERMITTED: Final[Mapping[Step, frozenset[Role]]] = {
    Step.DISPATCH: _DESK,
    Step.RETURN: _UNIT,
    Step.ACCEPT: _UNIT,
    Step.VERIFY: _UNIT,
    Step.DOUBT: _UNIT,
    Step.REFUTE: _DESK,
    Step.PLAN: _UNIT,
    Step.START: _DESK,
    Step.SUSPEND: _DESK,
    Step.RESUME: _DESK | _UNIT,
    Step.EXTEND: _DESK,
    Step.SUBMIT: _UNIT,
    Step.SEND_BACK: _DESK,
    Step.APPROVE: _DESK,
    Step.FOLLOW_UP: _UNIT,
    Step.CLOSE: _UNIT,
    Step.GIVE_UP: _CITY,
    Step.REOPEN: _DESK,
    Step.ARCHIVE: _CITY,
    Step.PROPOSE_TRANSFER: _UNIT,
    Step.ACCEPT_TRANSFER: _DESK | _UNIT,
    Step.REFUSE_TRANSFER: _DESK | _UNIT,
    Step.WITHDRAW_TRANSFER: _UNIT,
}

# A note may come with every step.
REQUIRED: Final[Mapping[Step, frozenset[str]]] = {
    Step.RETURN: frozenset({"reason"}),
    Step.DOUBT: frozenset({"reason"}),
    Step.REFUTE: frozenset({"reason"}),
    # The note is the plan itself.
    Step.PLAN: frozenset({"note"}),
    Step.SUSPEND: frozenset({"reason", "waiting_for", "suspended_until"}),
    Step.EXTEND: frozenset({"reason"}),
    Step.SUBMIT: frozenset({"outcome", "evidence"}),
    Step.SEND_BACK: frozenset({"reason"}),
    # The note is what the follow-up found.
    Step.CLOSE: frozenset({"note"}),
    Step.GIVE_UP: frozenset({"reason"}),
    Step.REOPEN: frozenset({"reason"}),
    Step.PROPOSE_TRANSFER: frozenset({"district", "reason"}),
    Step.REFUSE_TRANSFER: frozenset({"reason"}),
}
OPTIONAL: Final[Mapping[Step, frozenset[str]]] = {Step.DISPATCH: frozenset({"district"})}

MOST_SUSPENSIONS: Final = 2
REOPENS_WITHIN_MONTHS: Final = 6
# The others are given by the steps that mean them: refute and give_up.
SUBMITTED_OUTCOMES: Final = frozenset(Outcome) - {Outcome.FALSE_POSITIVE, Outcome.UNRESOLVED}


@dataclass(frozen=True)
class Ask:
    """What a person says with a step."""

    note: str | None = None
    reason: str | None = None
    outcome: Outcome | None = None
    evidence: str | None = None
    waiting_for: WaitingFor | None = None
    suspended_until: datetime | None = None
    district: str | None = None

    def said(self) -> frozenset[str]:
        """Name the fields that were filled in."""
        return frozenset(name for name, value in vars(self).items() if value is not None)


def allowed_steps(
    case: Case, by: Actor, now: datetime, calendar: WorkingCalendar
) -> tuple[Step, ...]:
    """List the steps that `by` could take now, in the order of the life cycle."""
    return tuple(step for step in Step if refusal(step, case, by, now, calendar) is None)


def refusal(
    step: Step, case: Case, by: Actor, now: datetime, calendar: WorkingCalendar
) -> CaseRefusal | None:
    """Say why `by` may not take the step now, whatever they say with it; None if they may."""
    if not by.roles & PERMITTED[step]:
        return StepNotForRole(step)
    if case.status not in LIFE[step][0]:
        return StepRefused(step, case.status)
    for rule in (
        _city_decides,
        _second_person,
        _finding,
        _objection,
        _suspensions,
        _extension,
        _reopening,
        transfer_refusal,
    ):
        if (refused := rule(step, case, by, now, calendar)) is not None:
            return refused
    return None


def reopens_until(ended_at: datetime) -> datetime:
    """Return the last moment of reopening: the same day and time six months later.

    Where that month has no such day, its last day.
    """
    local = ended_at.astimezone(SHANGHAI)
    day = day_after(local, REOPENS_WITHIN_MONTHS)
    return local.replace(year=day.year, month=day.month, day=day.day)


def check_ask(
    step: Step, case: Case, ask: Ask, by: Actor, now: datetime, calendar: WorkingCalendar
) -> None:
    """Check that what was said goes with the step and with who says it.

    Raises AskRefused with every fault; CityDecides if a district names another one.
    """
    required = REQUIRED.get(step, frozenset())
    fitting = required | OPTIONAL.get(step, frozenset()) | {"note"}
    faults: list[Fault] = [_fault(name, "missing") for name in sorted(required - ask.said())]
    faults += [
        _fault(name, "not_for_this_step", step=step) for name in sorted(ask.said() - fitting)
    ]
    if not faults and step is Step.SUBMIT and ask.outcome not in SUBMITTED_OUTCOMES:
        expected = ", ".join(code for code in Outcome if code in SUBMITTED_OUTCOMES)
        faults.append(_fault("outcome", "not_allowed", expected=expected))
    if not faults and ask.suspended_until is not None:
        most = calendar.due_at(now, MOST_SUSPENDED)
        if ask.suspended_until <= now:
            faults.append(_fault("suspended_until", "must_be_future"))
        elif ask.suspended_until > most:
            faults.append(_fault("suspended_until", "suspended_too_long", until=_local(most)))
    if not faults and ask.district is not None and ask.district not in _DISTRICTS:
        faults.append(_fault("district", "district_unknown", code=ask.district))
    if not faults and step is Step.PROPOSE_TRANSFER and ask.district == case.district:
        faults.append(_fault("district", "district_is_its_own"))
    if faults:
        raise AskRefused(faults)
    # To send a case elsewhere is the city's to decide; to ask another district is not.
    if step is Step.DISPATCH and ask.district is not None and not by.roles & _CITY:
        raise CityDecides(step)


def _city_decides(
    step: Step, case: Case, by: Actor, _now: datetime, _calendar: WorkingCalendar
) -> CaseRefusal | None:
    """The outcome of a red case is the city's to judge, and so is more time for it."""
    judging = step in {Step.APPROVE, Step.SEND_BACK, Step.EXTEND}
    if judging and case.level is RiskLevel.RED and not by.roles & _CITY:
        return CityDecides(step)
    return None


def _second_person(
    step: Step, case: Case, by: Actor, _now: datetime, _calendar: WorkingCalendar
) -> CaseRefusal | None:
    """Nobody reviews what is their own or what they submitted, prolongs or gives up their own case,
    or confirms their own finding.

    The outcome bears the signatures of the case's officer and of a reviewer, whoever submitted it.
    """
    first = {
        Step.APPROVE: {case.submitted_by, case.officer},
        Step.SEND_BACK: {case.submitted_by, case.officer},
        Step.REFUTE: {case.doubted_by},
        Step.GIVE_UP: {case.officer},
        Step.EXTEND: {case.officer},
    }
    return SecondPersonNeeded(step) if by.subject in first.get(step, ()) else None


def _finding(
    step: Step, case: Case, _by: Actor, _now: datetime, _calendar: WorkingCalendar
) -> CaseRefusal | None:
    return FindingNeeded() if step is Step.REFUTE and case.doubted_by is None else None


def _objection(
    step: Step, case: Case, _by: Actor, now: datetime, calendar: WorkingCalendar
) -> CaseRefusal | None:
    if step is not Step.RETURN or case.dispatched_at is None:
        return None
    until = calendar.due_at(case.dispatched_at, OBJECTION)
    return ObjectionTooLate(until) if now > until else None


def _suspensions(
    step: Step, case: Case, _by: Actor, _now: datetime, _calendar: WorkingCalendar
) -> CaseRefusal | None:
    often = step is Step.SUSPEND and case.suspensions >= MOST_SUSPENSIONS
    return SuspendedTwice() if often else None


def _extension(
    step: Step, case: Case, _by: Actor, _now: datetime, _calendar: WorkingCalendar
) -> CaseRefusal | None:
    if step is not Step.EXTEND:
        return None
    if case.level not in EXTENSIONS:
        return NoExtension()
    extended = any(each.extended for each in case.clocks if each.name is ClockName.RESOLVE)
    return ExtendedOnce() if extended else None


def _reopening(
    step: Step, case: Case, _by: Actor, now: datetime, _calendar: WorkingCalendar
) -> CaseRefusal | None:
    late = (
        step is Step.REOPEN
        and case.status is Status.CLOSED
        and case.ended_at is not None
        and now > reopens_until(case.ended_at)
    )
    return ReopenTooLate() if late else None


def _local(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _fault(name: str, fault: str, /, **values: object) -> Fault:
    return {"pointer": f"/{name}", "code": fault, "values": values}
