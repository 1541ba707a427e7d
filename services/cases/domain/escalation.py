"""Telling those above when a clock runs low, runs out, and is a working day late (domain.md §5.2).

Each clock climbs its own steps, each once. What a suspension stops does not climb while the case is
suspended; once the time that was granted is over, the case goes on by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.cases.domain.asked import AssistanceRequest
from services.cases.domain.case import Case, Decision, Entry, Happening, Status, Step
from services.cases.domain.clocks import ROUND_THE_CLOCK, Clock, ClockName
from services.cases.domain.guards import Ask
from services.cases.domain.officer import SYSTEM
from services.cases.domain.steps import carry_out
from shared.calendar import SHANGHAI, Allowance, Unit, WorkingCalendar
from shared.events.base import Event
from shared.events.cases import ClockBreached
from shared.events.scoring import RiskLevel

# How far up it goes: lead, district deputy, city; unit head, district; unit head.
LADDER: Final[Mapping[RiskLevel, int]] = {
    RiskLevel.RED: 3,
    RiskLevel.ORANGE: 3,
    RiskLevel.YELLOW: 2,
    RiskLevel.BLUE: 1,
}
# Of these the city hears at any level: it decides when they run out.
_TO_THE_CITY: Final = frozenset({ClockName.TRANSFER})
_TOP: Final = 3
_NOTHING: Final = timedelta()
_LOW: Final = 5  # a fifth is left at eighty per cent
_LATE: Final = Allowance(1, Unit.WORKING_DAYS)


def moments(clock: Clock, calendar: WorkingCalendar) -> tuple[datetime, ...]:
    """Say when a clock climbs each step: at 80 %, at 100 %, a working day later; never if no end.

    Shares are of the working time that it was given; time for which it was suspended is not. What
    runs round the clock is shared by the clock.
    """
    if (ends_at := clock.ends_at) is None:
        return ()
    late = calendar.due_at(ends_at, _LATE)
    if clock.name in ROUND_THE_CLOCK:
        return (ends_at - (ends_at - clock.started_at) / _LOW, ends_at, late)
    whole = calendar.working_time_between(clock.started_at, ends_at)
    given = max(whole - clock.paused, _NOTHING)
    low = calendar.add_working_hours(clock.started_at, max(whole - given / _LOW, _NOTHING))
    return (min(low, ends_at), ends_at, late)


def next_moment(case: Case, calendar: WorkingCalendar) -> datetime | None:
    """Say when the case climbs or goes on next; None if it does not as things stand."""
    coming = [
        moment
        for clock in _climbing(case)
        for moment in moments(clock, calendar)[clock.escalated : _rungs(case, clock)]
    ]
    if case.suspended_until is not None:
        coming.append(case.suspended_until)
    return min(coming, default=None)


def escalate(
    case: Case, *, now: datetime, calendar: WorkingCalendar, new_id: Callable[[], UUID]
) -> Decision:
    """Climb every step whose moment has come; of a case that has none, nothing is told.

    A case that was suspended for long enough goes on first.
    """
    decision = Decision(case, (), (), case.version)
    if case.status is Status.SUSPENDED and (case.suspended_until or now) <= now:
        going_on = carry_out(Step.RESUME, case, Ask(), by=SYSTEM, now=now, calendar=calendar)
        case, decision = going_on.case, decision.then(going_on)
    for clock in case.ticking_clocks:
        for step, moment in _reached(clock, case, now, calendar):
            after = _told(decision.case, clock, step)
            climbed = _climb(after, clock, step, moment, now=now, deed_id=new_id())
            decision = decision.then(climbed)
    for request in case.pending_assistance:
        whom = {"department": str(request.department), "subject": request.subject}
        for step, moment in _reached(request.clock, case, now, calendar):
            after = _told_of_request(decision.case, request, step)
            climbed = _climb(
                after, request.clock, step, moment, now=now, deed_id=new_id(), details=whom
            )
            decision = decision.then(climbed)
    return decision


def _rungs(case: Case, clock: Clock) -> int:
    return _TOP if clock.name in _TO_THE_CITY else LADDER[case.level]


def _climbing(case: Case) -> tuple[Clock, ...]:
    return (*case.ticking_clocks, *(request.clock for request in case.pending_assistance))


def _reached(
    clock: Clock, case: Case, now: datetime, calendar: WorkingCalendar
) -> list[tuple[int, datetime]]:
    """List the steps of a clock whose moment has come and that nobody was told of."""
    steps = enumerate(moments(clock, calendar)[: _rungs(case, clock)], start=1)
    return [(step, moment) for step, moment in steps if clock.escalated < step and moment <= now]


def _told(case: Case, clock: Clock, step: int) -> Case:
    clocks = tuple(
        replace(each, escalated=step) if each.name is clock.name else each for each in case.clocks
    )
    return replace(case, clocks=clocks)


def _told_of_request(case: Case, request: AssistanceRequest, step: int) -> Case:
    climbed = replace(request, clock=replace(request.clock, escalated=step))
    assistance = tuple(climbed if each.id == request.id else each for each in case.assistance)
    return replace(case, assistance=assistance)


def _climb(
    case: Case,
    clock: Clock,
    step: int,
    moment: datetime,
    *,
    now: datetime,
    deed_id: UUID,
    details: Mapping[str, str] | None = None,
) -> Decision:
    """Write a step into the timeline of `case`, whose clock has climbed already."""
    after = replace(case, version=case.version + 1)
    ends_at = clock.ends_at or moment
    entry = Entry(
        version=after.version,
        what=Happening.ESCALATED,
        actor=SYSTEM.name,
        at=now,
        from_status=case.status,
        to_status=case.status,
        details={
            "clock": clock.name,
            "due_at": ends_at.astimezone(SHANGHAI).isoformat(),
            "escalation_level": str(step),
            **(details or {}),
        },
    )
    fact: Event = ClockBreached(
        id=deed_id,
        case_id=case.id,
        uscc=case.uscc,
        district=case.district,
        occurred_at=moment,
        number=case.number,
        clock=clock.name,
        due_at=ends_at,
        escalation_level=step,
    )
    return Decision(after, (entry,), (fact,), case.version)
