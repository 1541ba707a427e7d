"""How much is at stake: the largest of what went, what was announced, what distress costs."""

from collections.abc import Iterable, Iterator, Set
from math import ceil

from services.scoring.domain.findings import Finding
from services.scoring.domain.measured import Fall, Measured
from services.scoring.domain.readings import announced_fall, planned_fall
from services.scoring.domain.rules import RuleSet

# Where these are found, the whole staff is at stake.
_ENDS = frozenset({"O5-SHUT", "O5-MOVED", "R2", "R2-NOTICE"})


def at_stake(measured: Measured, found: Iterable[Finding], rules: RuleSet) -> Fall | None:
    """Return the largest loss that is known, announced or to be expected; None without any sign.

    Who is in distress (unpaid contributions or wages, a cut of pay) is expected to lose a share of
    the staff at least, whether or not anybody announced it.
    """
    strengths = {finding.indicator: finding.strength for finding in found}
    staff = measured.staff
    falls = [fall for fall in _known(measured, strengths.keys()) if fall.persons > 0]
    if staff and any(
        strengths.get(name, 0.0) >= at_least for name, at_least in rules.distress.items()
    ):
        falls.append(Fall(staff, ceil(staff * rules.expected_share), rules.expected_share))
    return max(falls, key=lambda fall: (fall.persons, fall.share), default=None)


def jobs_at_risk(measured: Measured, stake: Fall | None) -> int:
    """Count the jobs that go if as many go as are at stake, if they are still there.

    An enterprise that is already empty has no job to save.
    """
    staff = measured.staff
    return 0 if stake is None or staff is None else max(0, min(stake.persons, staff))


def left(measured: Measured, stake: Fall | None) -> Fall | None:
    """Return the jobs at risk as a loss of those who are still there; None if nobody is known."""
    jobs = jobs_at_risk(measured, stake)
    staff = measured.staff
    return Fall(staff, jobs, jobs / staff) if staff else None


def _known(measured: Measured, indicators: Set[str]) -> Iterator[Fall]:
    staff = measured.staff
    headcount = measured.headcount
    if headcount is not None and headcount.rolling is not None:
        yield headcount.rolling
    for plan, indicator in ((measured.report, "E3"), (measured.told, "E3-TOLD")):
        if plan is not None and indicator in indicators:
            yield planned_fall(plan, staff)
    if measured.opinions.announced is not None and "P3" in indicators:
        fall = announced_fall(measured.opinions.announced, staff)
        if fall is not None:
            yield fall
    if staff and indicators & _ENDS:
        yield Fall(staff, staff, 1.0)
