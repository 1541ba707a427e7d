"""One enterprise judged on one day: a function of what is known on that day, and nothing else."""

from dataclasses import dataclass
from datetime import date

from services.scoring.domain.findings import Finding, find, triggered
from services.scoring.domain.level import Admission, admission, evidence, impact, likelihood, place
from services.scoring.domain.measured import Measured
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Family, Impact, rules_on

# A reading is due within the month that follows its own; past this age the source is silent.
SILENT_AFTER_DAYS = 62


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a day's facts say, before the standing's own slowness: `place` is where they point."""

    as_of: date
    rules: str
    findings: tuple[Finding, ...]
    families: dict[Family, float]
    likelihood: float
    impact: Impact
    admission: Admission
    place: Place
    headcount: int | None
    jobs_at_risk: int
    is_silent: bool


def assess(measured: Measured, as_of: date) -> Assessment:
    """Judge what is known of an enterprise by the rules of the day."""
    rules = rules_on(as_of)
    found = find(measured, rules)
    by_statute = triggered(rules.statutory, measured, rules)
    by_scale = triggered(rules.scale, measured, rules)
    families = evidence(found, rules)
    likely = likelihood(families, rules)
    headcount = measured.headcount
    size = impact(None if headcount is None else headcount.rolling, rules)
    admitted = admission(
        families, statutory=by_statute is not None, scale=by_scale is not None, rules=rules
    )
    return Assessment(
        as_of=as_of,
        rules=rules.version,
        findings=(*found, *(one for one in (by_statute, by_scale) if one is not None)),
        families=families,
        likelihood=likely,
        impact=size,
        admission=admitted,
        place=place(likely, size, admitted, rules),
        headcount=None if headcount is None else headcount.headcount,
        jobs_at_risk=_jobs_at_risk(measured),
        is_silent=headcount is None or headcount.age_days > SILENT_AFTER_DAYS,
    )


def _jobs_at_risk(measured: Measured) -> int:
    """Count the jobs that go if as many go again as in three months: base × share, if still there.

    The size of the event (impact) is what was lost; what can be lost again is bounded by who is
    left, so an enterprise that is already empty has no job to save, whatever its level.
    """
    headcount = measured.headcount
    if headcount is None or headcount.rolling is None:
        return 0
    return max(0, min(headcount.rolling.persons, headcount.headcount))
