"""Taking a step: (case, ask, who, now) -> the case after it, its line and its facts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.cases.domain.assistance import withdraw_all
from services.cases.domain.case import ENDED, LIFE, Case, Decision, Entry, Status, Step
from services.cases.domain.clocks import (
    ROUND_THE_CLOCK,
    ClockName,
    drop,
    drop_unmet,
    extend,
    meet,
    pause,
    start,
)
from services.cases.domain.duties import settle
from services.cases.domain.errors import StepRefused
from services.cases.domain.evidence import check_proof
from services.cases.domain.facts import facts_of, placed
from services.cases.domain.follow_up import start_follow_up
from services.cases.domain.guards import Ask, check_ask, refusal
from services.cases.domain.limits import bound
from services.cases.domain.officer import Actor
from services.cases.domain.outcome import Outcome
from shared.calendar import WorkingCalendar

STARTS: Final[Mapping[Step, tuple[ClockName, ...]]] = {
    Step.RETURN: (ClockName.DISPATCH,),
    Step.REOPEN: (ClockName.REPORT_UPWARD, ClockName.DISPATCH),
    Step.PLAN: (ClockName.PROGRESS_NOTE,),
    Step.DISPATCH: (
        ClockName.SIGN_FOR,
        ClockName.FIRST_CONTACT,
        ClockName.VERIFICATION,
        ClockName.PLAN,
        ClockName.RESOLVE,
    ),
    Step.PROPOSE_TRANSFER: (ClockName.TRANSFER,),
    # The others run on: a case that moves is not younger.
    Step.ACCEPT_TRANSFER: (ClockName.SIGN_FOR,),
}
# A finding ends the verification, whichever way it goes.
MEETS: Final[Mapping[Step, frozenset[ClockName]]] = {
    Step.DISPATCH: frozenset({ClockName.DISPATCH}),
    Step.ACCEPT: frozenset({ClockName.SIGN_FOR}),
    Step.DOUBT: frozenset({ClockName.VERIFICATION}),
    Step.PLAN: frozenset({ClockName.VERIFICATION, ClockName.PLAN}),
    Step.APPROVE: frozenset({ClockName.RESOLVE}),
    Step.ACCEPT_TRANSFER: frozenset({ClockName.TRANSFER}),
    Step.REFUSE_TRANSFER: frozenset({ClockName.TRANSFER}),
}

_Effect = Callable[[Case, Ask, Actor, datetime, WorkingCalendar], Case]


def take(
    step: Step, case: Case, ask: Ask, *, by: Actor, now: datetime, calendar: WorkingCalendar
) -> Decision:
    """Take a person's step.

    Raises CaseRefusal: the role, the life of the case, a rule or what was said forbids it.
    """
    refused = refusal(step, case, by, now, calendar)
    if refused is not None:
        raise refused
    check_ask(step, case, ask, by, now, calendar)
    if ask.outcome is not None:
        check_proof(case, ask.outcome)
    return carry_out(step, case, ask, by=by, now=now, calendar=calendar)


def carry_out(
    step: Step, case: Case, ask: Ask, *, by: Actor, now: datetime, calendar: WorkingCalendar
) -> Decision:
    """Take a step without asking for roles: for `take`, and for what happens by itself.

    Raises StepRefused: the life of the case has no such step from where it stands.
    """
    allowed, target = LIFE[step]
    if case.status not in allowed:
        raise StepRefused(step, case.status)
    status = case.status if target is None else target
    changed = _EFFECTS[step](case, ask, by, now, calendar) if step in _EFFECTS else case
    clocks = meet(changed.clocks, MEETS.get(step, frozenset()), now=now)
    clocks = start(clocks, STARTS.get(step, ()), level=changed.level, now=now, calendar=calendar)
    if step is Step.DISPATCH:
        clocks = bound(clocks, changed.layoff_on, calendar=calendar)
    elif step is Step.APPROVE:
        clocks = start_follow_up(clocks, changed.level, now=now, calendar=calendar)
    is_decided = status in ENDED or status is Status.RESOLVED
    after = replace(
        changed,
        status=status,
        version=case.version + 1,
        ended_at=now if status in ENDED and case.status not in ENDED else changed.ended_at,
        clocks=clocks,
        assistance=withdraw_all(changed.assistance, now=now) if is_decided else changed.assistance,
    )
    details = {
        name: _written(getattr(ask, name)) for name in sorted(ask.said() - {"note", "reason"})
    }
    if after.district != case.district:
        details |= {"from_district": case.district, "district": after.district}
    entry = Entry(
        version=after.version,
        what=step,
        actor=by.name,
        at=now,
        from_status=case.status,
        to_status=status,
        note=ask.note,
        reason=ask.reason,
        details=details,
    )
    facts = (*facts_of(step, after, ask.reason, now), *placed(case, after, now))
    return Decision(after, (entry,), facts, case.version)


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _dispatch(case: Case, ask: Ask, _by: Actor, now: datetime, _calendar: WorkingCalendar) -> Case:
    return replace(case, district=ask.district or case.district, dispatched_at=now)


def _back_to_desk(
    case: Case, _ask: Ask, _by: Actor, _now: datetime, _calendar: WorkingCalendar
) -> Case:
    return replace(case, dispatched_at=None, clocks=drop_unmet(case.clocks, but=ROUND_THE_CLOCK))


def _accept(case: Case, _ask: Ask, by: Actor, _now: datetime, _calendar: WorkingCalendar) -> Case:
    return replace(case, officer=by.subject)


def _doubt(case: Case, _ask: Ask, by: Actor, _now: datetime, _calendar: WorkingCalendar) -> Case:
    return replace(case, doubted_by=by.subject)


def _refute(case: Case, _ask: Ask, by: Actor, _now: datetime, _calendar: WorkingCalendar) -> Case:
    # Where there was no risk, there is nothing to plan or to resolve.
    return replace(
        case,
        outcome=Outcome.FALSE_POSITIVE,
        reviewed_by=by.subject,
        clocks=drop_unmet(case.clocks),
    )


def _plan(case: Case, _ask: Ask, _by: Actor, _now: datetime, _calendar: WorkingCalendar) -> Case:
    # Who plans takes the risk for real: an earlier doubt is settled.
    return replace(case, doubted_by=None)


def _suspend(case: Case, ask: Ask, _by: Actor, now: datetime, _calendar: WorkingCalendar) -> Case:
    return replace(
        case,
        suspensions=case.suspensions + 1,
        suspended_at=now,
        suspended_until=ask.suspended_until,
        waiting_for=ask.waiting_for,
    )


def _end_suspension(
    case: Case, _ask: Ask, _by: Actor, now: datetime, calendar: WorkingCalendar
) -> Case:
    if case.suspended_at is None or case.suspended_until is None:
        return case
    # Time beyond what was granted counts again.
    until = min(now, case.suspended_until)
    return replace(
        case,
        suspended_at=None,
        suspended_until=None,
        waiting_for=None,
        clocks=pause(case.clocks, since=case.suspended_at, until=until, calendar=calendar),
    )


def _extend(case: Case, _ask: Ask, _by: Actor, _now: datetime, calendar: WorkingCalendar) -> Case:
    return replace(case, clocks=extend(case.clocks, case.level, calendar=calendar))


def _submit(case: Case, ask: Ask, by: Actor, _now: datetime, _calendar: WorkingCalendar) -> Case:
    return replace(case, submitted_by=by.subject, outcome=ask.outcome, evidence=ask.evidence)


def _send_back(
    case: Case, _ask: Ask, _by: Actor, _now: datetime, _calendar: WorkingCalendar
) -> Case:
    return replace(case, submitted_by=None, outcome=None, evidence=None)


def _approve(case: Case, _ask: Ask, by: Actor, now: datetime, _calendar: WorkingCalendar) -> Case:
    return replace(case, reviewed_by=by.subject, clocks=settle(case.clocks, now=now))


def _give_up(case: Case, ask: Ask, by: Actor, now: datetime, calendar: WorkingCalendar) -> Case:
    ended = _end_suspension(case, ask, by, now, calendar)
    clocks = settle(ended.clocks, now=now)
    return replace(ended, outcome=Outcome.UNRESOLVED, reviewed_by=by.subject, clocks=clocks)


def _propose_transfer(
    case: Case, ask: Ask, by: Actor, now: datetime, _calendar: WorkingCalendar
) -> Case:
    return replace(case, transfer_to=ask.district, transfer_by=by.subject, transfer_at=now)


def _end_transfer(
    case: Case, _ask: Ask, _by: Actor, now: datetime, calendar: WorkingCalendar
) -> Case:
    waited = case.transfer_at and calendar.working_time_between(case.transfer_at, now)
    return replace(
        case,
        transfer_to=None,
        transfer_by=None,
        transfer_at=None,
        transfer_time=case.transfer_time + (waited or timedelta()),
    )


def _accept_transfer(
    case: Case, ask: Ask, by: Actor, now: datetime, calendar: WorkingCalendar
) -> Case:
    """What the other district found stays on file; an officer of the new one signs for it.

    Notes of progress are owed again once the new district has a plan.
    """
    moved = replace(
        case,
        district=case.transfer_to or case.district,
        clocks=drop(case.clocks, ClockName.PROGRESS_NOTE),
    )
    return replace(_end_transfer(moved, ask, by, now, calendar), officer=None, doubted_by=None)


def _withdraw_transfer(
    case: Case, ask: Ask, by: Actor, now: datetime, calendar: WorkingCalendar
) -> Case:
    ended = _end_transfer(case, ask, by, now, calendar)
    return replace(ended, clocks=drop(case.clocks, ClockName.TRANSFER))


def _reopen(case: Case, _ask: Ask, _by: Actor, _now: datetime, _calendar: WorkingCalendar) -> Case:
    """What the earlier run decided stays in the timeline; the case itself begins afresh."""
    return Case(
        id=case.id,
        number=case.number,
        uscc=case.uscc,
        district=case.district,
        status=Status.PENDING_DISPATCH,
        level=case.level,
        warning_id=case.warning_id,
        opened_at=case.opened_at,
        version=case.version,
        warnings=case.warnings,
    )


_EFFECTS: Final[Mapping[Step, _Effect]] = {
    Step.DISPATCH: _dispatch,
    Step.RETURN: _back_to_desk,
    Step.ACCEPT: _accept,
    Step.DOUBT: _doubt,
    Step.REFUTE: _refute,
    Step.PLAN: _plan,
    Step.SUSPEND: _suspend,
    Step.RESUME: _end_suspension,
    Step.EXTEND: _extend,
    Step.SUBMIT: _submit,
    Step.SEND_BACK: _send_back,
    Step.APPROVE: _approve,
    Step.GIVE_UP: _give_up,
    Step.REOPEN: _reopen,
    Step.PROPOSE_TRANSFER: _propose_transfer,
    Step.ACCEPT_TRANSFER: _accept_transfer,
    Step.REFUSE_TRANSFER: _end_transfer,
    Step.WITHDRAW_TRANSFER: _withdraw_transfer,
}
