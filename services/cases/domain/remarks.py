"""What befalls a case from outside beside warnings: a layoff is reported, a loan comes about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.cases.domain.case import Case, Decision, Entry, Happening
from services.cases.domain.limits import bound
from services.cases.domain.officer import SYSTEM
from shared.calendar import SHANGHAI, WorkingCalendar


@dataclass(frozen=True)
class Remark:
    """A line for the timeline of an enterprise's open case, said by another service."""

    what: Happening
    actor: str
    at: datetime
    details: Mapping[str, str]


def remark(case: Case, said: Remark) -> Decision:
    """Write a line into the timeline; the case stays as it is."""
    after = replace(case, version=case.version + 1)
    entry = Entry(
        version=after.version,
        what=said.what,
        actor=said.actor,
        at=said.at,
        from_status=case.status,
        to_status=case.status,
        details=said.details,
    )
    return Decision(after, (entry,), (), case.version)


def begun_on(case: Case) -> date:
    """Return the day since which the case runs, or runs anew."""
    return (case.dispatched_at or case.opened_at).astimezone(SHANGHAI).date()


def concerning(case: Case, reported: Iterable[date]) -> date | None:
    """Return the earliest reported layoff that the case can still come before."""
    since = begun_on(case)
    return min((day for day in reported if day >= since), default=None)


def learn_of_layoffs(
    case: Case, reported: Iterable[date], *, now: datetime, calendar: WorkingCalendar
) -> Decision | None:
    """Let the earliest reported layoff bound the resolution; None if nothing changes by it.

    `reported` are all days that stand for the enterprise, so that it does not matter in which
    order reports and their corrections came.
    """
    layoff_on = concerning(case, reported)
    if layoff_on == case.layoff_on:
        return None
    details = {"layoff_on": "" if layoff_on is None else layoff_on.isoformat()}
    told = remark(case, Remark(Happening.LAYOFF_REPORTED, SYSTEM.name, now, details))
    clocks = bound(case.clocks, layoff_on, calendar=calendar)
    return replace(told, case=replace(told.case, layoff_on=layoff_on, clocks=clocks))
