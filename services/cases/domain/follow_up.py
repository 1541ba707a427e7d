"""After the resolution: calls at one, two and three months, and three clean months to close."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from services.cases.domain.case import Case
from services.cases.domain.clocks import FOLLOW_UPS, FOLLOWED, Clock, closing
from services.cases.domain.errors import Fault, FollowUpUnclean
from services.cases.domain.months import day_after, shifted
from services.cases.domain.outcome import Outcome
from services.cases.domain.record import Record, is_statutory
from shared.calendar import SHANGHAI, WorkingCalendar
from shared.events.scoring import RiskLevel

CLEAN_MONTHS: Final = 3
# Where no staff is left to be insured here, months show nothing.
NOT_FOLLOWED: Final = frozenset(
    {Outcome.BANKRUPTCY_SETTLED, Outcome.MOVED_OUT, Outcome.LOST_CONTACT}
)


def start_follow_up(
    clocks: Iterable[Clock], level: RiskLevel, *, now: datetime, calendar: WorkingCalendar
) -> tuple[Clock, ...]:
    """Let the clocks of the follow-up run from the resolution, each to its month's working day."""
    begun = (
        Clock(name, now, closing(calendar.add_working_days(day_after(now, FOLLOW_UPS[name]), 0)))
        for name in FOLLOWED[level]
    )
    return (*clocks, *begun)


def meet_follow_up(clocks: Iterable[Clock], day: date, *, now: datetime) -> tuple[Clock, ...]:
    """Stop the clocks of the follow-ups to whose month, or an earlier one, a visit on `day` is."""
    return tuple(
        replace(clock, met_at=now)
        if clock.met_at is None
        and clock.name in FOLLOW_UPS
        and day >= day_after(clock.started_at, FOLLOW_UPS[clock.name] - 1)
        else clock
        for clock in clocks
    )


def check_clean(case: Case, record: Record) -> None:
    """Check that three months on end, all after that of the resolution, are clean.

    A month is clean if no loss of the size of art. 41(1) (20 persons, or a tenth) shows against
    the highest of up to three months before it, none of them before the resolution, and if not
    more months are owed than in the month before.

    Raises FollowUpUnclean, naming for each month looked at what is missing or wrong.
    """
    if case.outcome in NOT_FOLLOWED or case.resolved_at is None:
        return
    resolved = f"{case.resolved_at.astimezone(SHANGHAI):%Y-%m}"
    first = shifted(resolved, 1)
    latest = max(record.latest or first, shifted(resolved, CLEAN_MONTHS))
    faults: list[Fault] = []
    run, month = 0, first
    while month <= latest and run < CLEAN_MONTHS:
        fault = _fault(record, resolved, month)
        run = 0 if fault else run + 1
        faults += [fault] if fault else []
        month = shifted(month, 1)
    if run < CLEAN_MONTHS:
        raise FollowUpUnclean(faults)


def _fault(record: Record, resolved: str, month: str) -> Fault | None:
    insured, owed = record.insured(month), record.arrears(month)
    owed_before = record.arrears(shifted(month, -1))
    before = [shifted(month, -back) for back in range(1, CLEAN_MONTHS + 1)]
    known = [
        count for each in before if each >= resolved and (count := record.insured(each)) is not None
    ]
    if insured is None or owed is None or owed_before is None or not known:
        missing = month if insured is None or owed is None else shifted(month, -1)
        return _told("month_missing", month=missing)
    base = max(known)
    if is_statutory(base - insured, base):
        return _told("month_with_loss", month=month, base=base, insured=insured)
    if owed > owed_before:
        return _told("month_with_arrears", month=month, months=owed, before=owed_before)
    return None


def _told(code: str, **values: object) -> Fault:
    return {"pointer": "/step", "code": code, "values": values}
