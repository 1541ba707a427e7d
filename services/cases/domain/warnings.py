"""What scoring's warnings do to cases: open one, reopen it, join it, or only be remembered.

Every fact about a warning holds enough to open a case, and the higher version holds. So it does
not matter in which order the facts of a warning arrive.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.cases.domain.assistance import regrade_all
from services.cases.domain.case import (
    ENDED,
    AttachedWarning,
    Case,
    Decision,
    Entry,
    Happening,
    Status,
    Step,
)
from services.cases.domain.clocks import SEVERITY, ClockName, start
from services.cases.domain.duties import regrade
from services.cases.domain.facts import opened
from services.cases.domain.guards import Ask, reopens_until
from services.cases.domain.officer import SYSTEM
from services.cases.domain.steps import carry_out
from shared.calendar import WorkingCalendar
from shared.events.scoring import RiskLevel

_NOTHING_SAID: Final = Ask()
_AT_ONCE: Final = (ClockName.REPORT_UPWARD, ClockName.DISPATCH)
# Nothing runs any more but the follow-up, which has its days.
_DECIDED: Final = frozenset({Status.RESOLVED, Status.FOLLOW_UP})


@dataclass(frozen=True)
class Heard:
    """What a fact of scoring says about a warning; `previous` is its level before, if it says.

    `corrected` says that it was lifted because its evidence was wrong: it never was true.
    """

    warning_id: UUID
    version: int
    uscc: str
    level: RiskLevel
    previous: RiskLevel | None
    lifted: bool
    occurred_at: datetime
    corrected: bool = False

    def attached(self, *, counts: bool) -> AttachedWarning:
        """Return the warning as a case keeps it."""
        return AttachedWarning(self.warning_id, self.version, self.level, self.lifted, counts)


class Course(StrEnum):
    """What a warning does to the cases of its enterprise."""

    OPEN = "open"
    REOPEN = "reopen"
    JOIN = "join"
    REMEMBER = "remember"


def course(case: Case | None, known: AttachedWarning | None, heard: Heard, now: datetime) -> Course:
    """Choose what is done: `case` is the enterprise's latest, `known` the warning as last heard of.

    During an open case a warning joins. During follow-up and within six months of closing it
    reopens the case, afterwards it opens a new one; so does it after a case that ended
    otherwise. To do so it must be news: unknown so far, or graver since the case ended.
    """
    if case is None:
        return Course.OPEN
    if case.status not in ENDED and case.status is not Status.FOLLOW_UP:
        return Course.JOIN
    if not _is_news(case, known, heard):
        return Course.REMEMBER if case.status in ENDED else Course.JOIN
    if case.status is Status.FOLLOW_UP:
        return Course.REOPEN
    recent = case.ended_at is not None and now <= reopens_until(case.ended_at)
    return Course.REOPEN if case.status is Status.CLOSED and recent else Course.OPEN


def open_case(
    heard: Heard,
    *,
    case_id: UUID,
    number: str,
    district: str,
    now: datetime,
    calendar: WorkingCalendar,
) -> Decision:
    """Open a case for a warning, and dispatch it at once to the enterprise's district."""
    attached = (heard.attached(counts=not heard.corrected),)
    case = Case(
        id=case_id,
        number=number,
        uscc=heard.uscc,
        district=district,
        status=Status.PENDING_DISPATCH,
        level=_level(attached),
        warning_id=heard.warning_id,
        opened_at=now,
        version=1,
        clocks=start((), _AT_ONCE, level=_level(attached), now=now, calendar=calendar),
        warnings=attached,
    )
    entry = _entry(Happening.OPENED, case, None, now, warning=str(heard.warning_id))
    decision = Decision(case, (entry,), opened(case, now), None)
    return decision.then(_step(Step.DISPATCH, case, now, calendar))


def reopen(case: Case, heard: Heard, *, now: datetime, calendar: WorkingCalendar) -> Decision:
    """Begin the case anew for a warning, at its level alone, and dispatch it at once."""
    settled = (replace(one, counts=False) for one in case.warnings if one.id != heard.warning_id)
    warnings = (*settled, heard.attached(counts=not heard.corrected))
    told = replace(case, level=_level(warnings), warning_id=heard.warning_id, warnings=warnings)
    decision = _step(Step.REOPEN, told, now, calendar)
    return decision.then(_step(Step.DISPATCH, decision.case, now, calendar))


def join(
    case: Case,
    known: AttachedWarning | None,
    heard: Heard,
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> Decision:
    """Attach a warning to the open case, or bring it up to date there.

    The case is as grave as the gravest warning that counts, lifted ones included: only people
    end a case, and a milder second warning does not soften the first. One that was corrected
    counts no more.
    """
    counts = not heard.corrected and (known is None or known.counts or _is_graver(heard, known))
    others = tuple(one for one in case.warnings if one.id != heard.warning_id)
    warnings = (*others, heard.attached(counts=counts))
    level = _level(warnings)
    after = replace(
        case,
        warnings=warnings,
        warning_id=heard.warning_id if counts else case.warning_id,
        level=level,
        version=case.version + 1,
    )
    if level is not case.level and case.status not in _DECIDED:
        # What the warning says of its past helps where a fact between was overtaken.
        previous = max(case.level, heard.previous or case.level, key=SEVERITY.__getitem__)
        clocks = regrade(
            case.clocks, level, previous=previous, since=heard.occurred_at, calendar=calendar
        )
        asked = regrade_all(
            case.assistance, level, previous=previous, since=heard.occurred_at, calendar=calendar
        )
        after = replace(after, clocks=clocks, assistance=asked)
    entry = _entry(
        _happening(known, heard),
        after,
        case.status,
        now,
        warning=str(heard.warning_id),
        warning_level=heard.level,
        from_level=case.level,
        to_level=level,
    )
    return Decision(after, (entry,), (), case.version)


def _level(warnings: tuple[AttachedWarning, ...]) -> RiskLevel:
    """Return the level of the gravest that counts; blue, until somebody ends it, if none does."""
    counting = (one.level for one in warnings if one.counts)
    return max(counting, key=SEVERITY.__getitem__, default=RiskLevel.BLUE)


def _happening(known: AttachedWarning | None, heard: Heard) -> Happening:
    if known is None:
        return Happening.WARNING_JOINED
    return Happening.WARNING_LIFTED if heard.lifted else Happening.LEVEL_CHANGED


def _is_news(case: Case, known: AttachedWarning | None, heard: Heard) -> bool:
    if known is None:
        return True
    # A fact that was under way when the case ended was part of what ended.
    since_end = case.ended_at is None or heard.occurred_at > case.ended_at
    return since_end and not heard.lifted and _is_graver(heard, known)


def _is_graver(heard: Heard, known: AttachedWarning) -> bool:
    return SEVERITY[heard.level] > SEVERITY[known.level]


def _step(step: Step, case: Case, now: datetime, calendar: WorkingCalendar) -> Decision:
    return carry_out(step, case, _NOTHING_SAID, by=SYSTEM, now=now, calendar=calendar)


def _entry(
    what: Happening, case: Case, before: Status | None, now: datetime, **details: str
) -> Entry:
    return Entry(
        version=case.version,
        what=what,
        actor=SYSTEM.name,
        at=now,
        from_status=before,
        to_status=case.status,
        details=details,
    )
