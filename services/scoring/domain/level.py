"""From findings to a likelihood, and from likelihood, size and corroboration to a place."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from math import inf, prod

from services.scoring.domain.findings import Finding, is_reached
from services.scoring.domain.measured import Fall
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Family, Impact, RuleSet, Source

# What is compared with a threshold is what is shown: both have so many places.
_PLACES = 4


class Admission(StrEnum):
    """Why an enterprise may be on the warning list at all."""

    NONE = "none"
    TRACED = "traced"
    ANNOUNCED = "announced"
    STRONG = "strong"
    STATUTORY = "statutory"
    SCALE = "scale"
    TRIGGERED_SMALL = "triggered_small"
    TRIGGERED = "triggered"
    CORROBORATED = "corroborated"
    CORROBORATED_SCALE = "corroborated_scale"
    CORROBORATED_TRIGGERED = "corroborated_triggered"
    GRAVEST = "gravest"


# Admission -> (at least, at most); ADR 0007 argues what one family may say, ADR 0008 the rest.
BOUNDS: Mapping[Admission, tuple[Place, Place]] = {
    Admission.NONE: (Place.NONE, Place.POTENTIAL_RISK),
    Admission.TRACED: (Place.BLUE, Place.BLUE),
    Admission.ANNOUNCED: (Place.NONE, Place.BLUE),
    Admission.STRONG: (Place.NONE, Place.YELLOW),
    Admission.STATUTORY: (Place.NONE, Place.YELLOW),
    Admission.SCALE: (Place.ORANGE, Place.ORANGE),
    Admission.TRIGGERED_SMALL: (Place.YELLOW, Place.YELLOW),
    Admission.TRIGGERED: (Place.ORANGE, Place.ORANGE),
    Admission.CORROBORATED: (Place.NONE, Place.RED),
    Admission.CORROBORATED_SCALE: (Place.ORANGE, Place.RED),
    Admission.CORROBORATED_TRIGGERED: (Place.ORANGE, Place.RED),
    Admission.GRAVEST: (Place.RED, Place.RED),
}


def evidence(findings: Iterable[Finding], rules: RuleSet) -> dict[Family, float]:
    """Return the evidence of each family that found something: 1 - Π(1 - w), capped.

    Source: domain reference §3.1, points 1 and 2.
    """
    missing: dict[Family, float] = {}
    for finding in findings:
        missing[finding.family] = missing.get(finding.family, 1.0) * (1.0 - finding.weight)
    return {
        family: round(min(1.0 - gap, rules.family_cap), _PLACES) for family, gap in missing.items()
    }


def likelihood(families: Mapping[Family, float], rules: RuleSet, *, relief: float = 0.0) -> float:
    """Return 1 - Π(1 - weight · evidence) over the families, less what protects (§3.1, point 3).

    Help lowers a level, it does not undo evidence: who would be noticed without it still is.
    """
    gap = prod(1.0 - rules.weights[family] * found for family, found in sorted(families.items()))
    likely = 1.0 - gap
    return round(max(likely - relief, min(likely, rules.notices_from)), _PLACES)


def alike(
    admitted: Admission, lasting: Admission, size: Impact, *, traced: bool
) -> tuple[Admission, ...]:
    """Say by what came of whom the likelihood is told.

    `lasting` is what admits without triggers: their end after ninety days makes nothing likelier,
    nor do they make a first trace less likely. Two witnesses of what is too small for orange are
    like a trigger of it.
    """
    small = {Admission.CORROBORATED: Admission.TRIGGERED_SMALL} if size is Impact.I1 else {}
    like = [small.get(one, one) for one in (admitted, lasting)]
    return tuple(dict.fromkeys([*like, Admission.TRACED] if traced else like))


def chance(evident: float, like: Iterable[Admission], rules: RuleSet) -> float:
    """Return how many of those of whom as much is evident come to a mass layoff: the likelihood.

    What nobody says anything of stays 0, what is certain 1.
    """
    return max(_chance(evident, admitted, rules) for admitted in like)


def _chance(evident: float, admitted: Admission, rules: RuleSet) -> float:
    points = rules.chances.get(admitted.value)
    if points is None:
        return evident
    every = ((0.0, 0.0), *points, (1.0, 1.0))
    (low, under), (high, over) = next(
        (less, more) for less, more in pairwise(every) if evident <= more[0] and less[0] < more[0]
    )
    return round(under + (over - under) * (evident - low) / (high - low), _PLACES)


def impact(fall: Fall | None, rules: RuleSet) -> Impact:
    """Return how large it is if as many are lost again; I1 where none, or hardly one, is known."""
    if fall is not None and fall.persons >= rules.fewest_jobs:
        for threshold, size in rules.impacts:
            if is_reached(threshold, fall, rules):
                return size
    return Impact.I1


def witnesses(findings: Sequence[Finding], rules: RuleSet) -> int:
    """Count who says enough to corroborate: each family, but all that texts allege is one witness.

    So texts that allege unpaid wages and a gathering are still one witness, and opinion alone
    never corroborates itself.
    """
    hearsay = [finding for finding in findings if finding.source is Source.OPINION]
    firm = evidence((one for one in findings if one.source is not Source.OPINION), rules)
    said = max(evidence(hearsay, rules).values(), default=0.0)
    return sum(found >= rules.corroborates_from for found in (*firm.values(), said))


def is_hard(finding: Finding, findings: Sequence[Finding], rules: RuleSet) -> bool:
    """Say whether a finding is a hard trigger: fresh, and confirmed if only texts allege it."""
    if finding.indicator not in rules.hard or finding.age_days > rules.trigger_days:
        return False
    confirming = rules.confirmed_by.get(finding.indicator)
    return confirming is None or any(
        one.strength >= confirming.get(one.indicator, inf) and one.weight >= rules.corroborates_from
        for one in findings
    )


def admission(
    found: Sequence[Finding],
    size: Impact,
    *,
    statutory: Finding | None,
    scale: Finding | None,
    is_empty: bool,
    rules: RuleSet,
    triggers: bool = True,
) -> Admission:
    """Say what admits a warning: a hard trigger, two witnesses, or a reduction of some size.

    Of an enterprise with hardly anybody left (`is_empty`) only the gravest events are warned of.
    """
    corroborated = witnesses(found, rules) > 1
    counted = (*found, *(() if statutory is None else (statutory,)))
    hard = {one.indicator for one in found if triggers and is_hard(one, counted, rules)}
    if hard & rules.gravest or (hard and size is Impact.I4):
        return Admission.GRAVEST
    if hard and not any(size >= rules.orange_from.get(name, Impact.I1) for name in hard):
        return Admission.TRIGGERED_SMALL
    if hard:
        return Admission.CORROBORATED_TRIGGERED if corroborated else Admission.TRIGGERED
    if scale is not None:
        return Admission.CORROBORATED_SCALE if corroborated else Admission.SCALE
    if corroborated and not is_empty:
        return Admission.CORROBORATED
    return Admission.NONE if is_empty else _alone(found, size, statutory, rules)


def _alone(
    findings: Sequence[Finding], size: Impact, statutory: Finding | None, rules: RuleSet
) -> Admission:
    """Say what admits a warning on a single witness."""
    if statutory is not None:
        return Admission.STATUTORY
    if size > Impact.I1 and any(
        finding.strength >= rules.strong.get(finding.indicator, inf) for finding in findings
    ):
        return Admission.STRONG
    is_announced = any(finding.indicator in rules.confirmed_by for finding in findings)
    return Admission.ANNOUNCED if is_announced else Admission.NONE


def is_traced(
    findings: Iterable[Finding], against: Callable[[Finding], bool], rules: RuleSet
) -> bool:
    """Say whether there is a first trace of distress, fresh, and nothing that speaks against it."""
    return any(
        one.strength >= rules.traces.get(one.indicator, inf)
        and one.age_days <= rules.trigger_days
        and not against(one)
        for one in findings
    )


def place(
    likely: float, size: Impact, admitted: Admission, rules: RuleSet, *, traced: bool = False
) -> Place:
    """Return the matrix' place, within what the admission allows; who is `traced` is blue at least.

    What admits more than a trace never places lower than the trace would alone.
    """
    at_least, at_most = BOUNDS[admitted]
    if traced:
        at_least = max(at_least, BOUNDS[Admission.TRACED][0], key=_rank)
    found = _from_matrix(likely, size, rules)
    return max(at_least, min(at_most, found, key=_rank), key=_rank)


def _from_matrix(likely: float, size: Impact, rules: RuleSet) -> Place:
    for at_least, places in rules.matrix:
        if likely >= at_least:
            return places[size - 1]
    return Place.NONE


def _rank(rung: Place) -> int:
    return rung.rank
