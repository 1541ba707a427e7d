"""How much is at stake: the size of what went, of what was announced, else of what is usual."""

from collections.abc import Iterable, Iterator

from services.scoring.domain.findings import Finding
from services.scoring.domain.measured import Fall, Measured
from services.scoring.domain.readings import announced_fall, planned_fall
from services.scoring.domain.rules import RuleSet

# Where these are found, the whole staff is at stake.
_ENDS = frozenset({"O5-SHUT", "O5-MOVED", "R2"})


def at_stake(measured: Measured, found: Iterable[Finding], rules: RuleSet) -> Fall | None:
    """Return the largest loss that is known, announced or to be expected; None without any sign.

    Where nobody counted or announced a loss, the expected share of the staff stands for it.
    """
    indicators = {finding.indicator for finding in found}
    staff = measured.staff
    known = [fall for fall in _known(measured, indicators) if fall.persons > 0]
    if known:
        return max(known, key=lambda fall: (fall.persons, fall.share))
    if not indicators or not staff:
        return None
    return Fall(staff, round(staff * rules.expected_share), rules.expected_share)


def jobs_at_risk(measured: Measured, stake: Fall | None) -> int:
    """Count the jobs that go if as many go as are at stake, if they are still there.

    The size of the event (impact) may be what was lost; what can be lost again is bounded by who
    is left, so an enterprise that is already empty has no job to save, whatever its level.
    """
    staff = measured.staff
    return 0 if stake is None or staff is None else max(0, min(stake.persons, staff))


def _known(measured: Measured, indicators: set[str]) -> Iterator[Fall]:
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
