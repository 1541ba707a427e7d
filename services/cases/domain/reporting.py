"""Telling of a case: reports to those above, and notes of its progress."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.cases.domain.case import Case, Decision
from services.cases.domain.clocks import ClockName
from services.cases.domain.codes import Deed
from services.cases.domain.deeds import check, done
from services.cases.domain.duties import fulfil
from services.cases.domain.errors import AskRefused
from services.cases.domain.officer import Actor
from shared.calendar import SHANGHAI, WorkingCalendar


@dataclass(frozen=True)
class Report:
    """What was reported, to whom, and when it reached them, by whatever way."""

    reported_to: str
    summary: str
    reported_at: datetime


def report(
    case: Case, made: Report, *, by: Actor, now: datetime, calendar: WorkingCalendar
) -> Decision:
    """Record a report upward; it meets the duty that had begun by then.

    Raises CaseRefusal: the role or the status forbids it, or it is of another time.
    """
    check(Deed.REPORT, case, by)
    _check_moment(made.reported_at, case, now)
    clocks = fulfil(
        case.clocks,
        ClockName.REPORT_UPWARD,
        case.level,
        at=made.reported_at,
        calendar=calendar,
    )
    details = {
        "reported_to": made.reported_to,
        "reported_at": made.reported_at.astimezone(SHANGHAI).isoformat(),
    }
    case = replace(case, clocks=clocks)
    return done(Deed.REPORT, case, by, now, note=made.summary, details=details)


def note_progress(
    case: Case, note: str, *, by: Actor, now: datetime, calendar: WorkingCalendar
) -> Decision:
    """Note how far the case has come; the next note is due from now on.

    Raises CaseRefusal: the role or the status forbids it.
    """
    check(Deed.NOTE_PROGRESS, case, by)
    clocks = fulfil(case.clocks, ClockName.PROGRESS_NOTE, case.level, at=now, calendar=calendar)
    return done(Deed.NOTE_PROGRESS, replace(case, clocks=clocks), by, now, note=note, details={})


def _check_moment(moment: datetime, case: Case, now: datetime) -> None:
    """A report lies between the opening of its case and now."""
    if moment > now:
        limit, code = now, "moment_in_future"
    elif moment < case.opened_at:
        limit, code = case.opened_at, "date_too_early"
    else:
        return
    values = {"limit": f"{limit.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"}
    raise AskRefused([{"pointer": "/reported_at", "code": code, "values": values}])
