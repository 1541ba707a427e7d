"""What is owed again and again: reports upward and progress notes (domain.md §5.2).

A duty that repeats is started anew by what meets it. So a clock of it is never met but by the end
of the case; how often it was met in time or late before, it counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.cases.domain.clocks import SEVERITY, Clock, ClockName, relevel, start
from shared.calendar import WorkingCalendar
from shared.events.scoring import RiskLevel

# The levels at which a duty is owed again once it was met.
REPEATED: Final[Mapping[ClockName, frozenset[RiskLevel]]] = {
    ClockName.REPORT_UPWARD: frozenset({RiskLevel.BLUE}),
    ClockName.PROGRESS_NOTE: frozenset(RiskLevel),
}


def fulfil(
    clocks: Iterable[Clock],
    name: ClockName,
    level: RiskLevel,
    *,
    at: datetime,
    calendar: WorkingCalendar,
) -> tuple[Clock, ...]:
    """Meet a duty by what was done `at` a moment, and start it anew where it repeats.

    What was done before the duty began does not meet it. A case of before there was such a duty
    has no clock of it yet.
    """
    known = tuple(clocks)
    repeats = level in REPEATED[name]
    if repeats and all(clock.name is not name for clock in known):
        return start(known, (name,), level=level, now=at, calendar=calendar)

    def fulfilled(clock: Clock) -> Clock:
        if clock.name is not name or clock.met_at is not None or at < clock.started_at:
            return clock
        met = replace(clock, met_at=at)
        return _anew(met, level, at, calendar) if repeats else met

    return tuple(fulfilled(clock) for clock in known)


def regrade(
    clocks: Iterable[Clock],
    level: RiskLevel,
    *,
    previous: RiskLevel,
    since: datetime,
    calendar: WorkingCalendar,
) -> tuple[Clock, ...]:
    """Recompute what is still due after the level changed, and let a report be owed once more.

    A graver case is reported anew though the milder one was, and so is one that fell to where
    reports repeat.
    """
    is_graver = SEVERITY[level] > SEVERITY[previous]
    owed = is_graver or level in REPEATED[ClockName.REPORT_UPWARD]
    changed = relevel(clocks, level, previous=previous, since=since, calendar=calendar)
    return tuple(
        _anew(clock, level, max(since, clock.met_at), calendar)
        if owed and clock.name is ClockName.REPORT_UPWARD and clock.met_at is not None
        else clock
        for clock in changed
    )


def settle(clocks: Iterable[Clock], *, now: datetime) -> tuple[Clock, ...]:
    """End the duties with the case: its outcome is the last note of its progress.

    A report that was due by then and not made stays unmade.
    """

    def is_settled(clock: Clock) -> bool:
        if clock.name not in REPEATED or clock.met_at is not None:
            return False
        made = clock.name is ClockName.PROGRESS_NOTE
        return made or clock.ends_at is None or now <= clock.ends_at

    return tuple(replace(clock, met_at=now) if is_settled(clock) else clock for clock in clocks)


def _anew(clock: Clock, level: RiskLevel, since: datetime, calendar: WorkingCalendar) -> Clock:
    """Start the next round of a clock that was met."""
    (begun,) = start((), (clock.name,), level=level, now=since, calendar=calendar)
    in_time = clock.ends_at is None or (clock.met_at or since) <= clock.ends_at
    return replace(begun, kept=clock.kept + in_time, missed=clock.missed + (not in_time))
