"""One enterprise judged on one day: a function of what is known on that day, and nothing else."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.findings import Finding, find, triggered
from services.scoring.domain.level import (
    Admission,
    admission,
    alike,
    chance,
    evidence,
    impact,
    is_traced,
    likelihood,
    place,
)
from services.scoring.domain.measured import Measured
from services.scoring.domain.places import Place
from services.scoring.domain.protection import protect, relief, speaks_against
from services.scoring.domain.rules import Family, Impact, RuleSet
from services.scoring.domain.stake import at_stake, jobs_at_risk, left

# A reading is due within the month that follows its own; past this age the source is silent.
SILENT_AFTER_DAYS = 62


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a day's facts say, before the standing's own slowness: `place` is where they point.

    The place comes of what is evident, as the evidence adds up; the likelihood is how often that
    has come to a mass layoff.
    """

    as_of: date
    rules: str
    findings: tuple[Finding, ...]
    families: dict[Family, float]
    evident: float
    likelihood: float
    impact: Impact
    admission: Admission
    alike: tuple[Admission, ...]
    place: Place
    headcount: int | None
    jobs_at_risk: int
    is_silent: bool
    is_refuted: bool = False
    is_corrected: bool = False


def assess(measured: Measured, as_of: date, editions: Editions = BUILT_IN) -> Assessment:
    """Judge what is known of an enterprise by the rules of the day."""
    rules = editions.on(as_of)
    triggers = (triggered(one, measured, rules) for one in (rules.statutory, rules.scale))
    found = (*find(measured, rules), *(one for one in triggers if one is not None))
    return conclude(measured, as_of, found, rules)


def conclude(
    measured: Measured, as_of: date, findings: Sequence[Finding], rules: RuleSet
) -> Assessment:
    """Judge an enterprise by what was found of it, triggers included."""
    by_statute = _named(rules.statutory.id, findings)
    by_scale = _named(rules.scale.id, findings)
    triggers = tuple(one for one in (by_statute, by_scale) if one is not None)
    found = tuple(one for one in findings if one not in triggers)
    families = evidence(found, rules)
    protecting = protect(measured, families, rules)
    evident = likelihood(families, rules, relief=relief(protecting, rules))
    stake = at_stake(measured, found, rules)
    size = impact(left(measured, stake), rules)
    is_empty = measured.staff is not None and measured.staff < rules.fewest_staff
    admitted = admission(
        found,
        size,
        statutory=by_statute,
        scale=by_scale,
        is_empty=is_empty,
        rules=rules,
    )
    traced = not is_empty and is_traced(
        found, lambda one: speaks_against(one, measured, families, rules), rules
    )
    if traced and admitted is Admission.NONE:
        admitted = Admission.TRACED
    lasting = admission(
        found, size, statutory=None, scale=None, is_empty=is_empty, rules=rules, triggers=False
    )
    like = alike(admitted, lasting, size, traced=traced)
    headcount = measured.headcount
    return Assessment(
        as_of=as_of,
        rules=rules.version,
        findings=(*found, *triggers, *protecting),
        families=families,
        evident=evident,
        likelihood=chance(evident, like, rules),
        impact=size,
        admission=admitted,
        alike=like,
        place=place(evident, size, admitted, rules, traced=traced),
        headcount=measured.staff,
        jobs_at_risk=jobs_at_risk(measured, stake),
        is_silent=headcount is None or headcount.age_days > SILENT_AFTER_DAYS,
        is_refuted=measured.is_refuted,
    )


def without(
    families: Set[Family], measured: Measured, judged: Assessment, rules: RuleSet
) -> Assessment:
    """Judge the same day as if nothing had been found in these families."""
    left = [one for one in judged.findings if one.family not in families and one.strength > 0]
    return conclude(measured, judged.as_of, left, rules)


def _named(indicator: str, findings: Sequence[Finding]) -> Finding | None:
    return next((one for one in findings if one.indicator == indicator), None)
