"""From findings to a likelihood, and from likelihood, size and corroboration to a place."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from math import prod

from services.scoring.domain.findings import Finding, is_reached
from services.scoring.domain.measured import Fall
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Family, Impact, RuleSet

# What is compared with a threshold is what is shown: both have so many places.
_PLACES = 4


class Admission(StrEnum):
    """Why an enterprise may be on the warning list at all."""

    NONE = "none"
    STATUTORY = "statutory"
    SCALE = "scale"
    CORROBORATED = "corroborated"
    CORROBORATED_SCALE = "corroborated_scale"


# Admission -> (at least, at most); ADR 0007 argues what one family may say.
BOUNDS: Mapping[Admission, tuple[Place, Place]] = {
    Admission.NONE: (Place.NONE, Place.POTENTIAL_RISK),
    Admission.STATUTORY: (Place.NONE, Place.YELLOW),
    Admission.SCALE: (Place.ORANGE, Place.ORANGE),
    Admission.CORROBORATED: (Place.NONE, Place.RED),
    Admission.CORROBORATED_SCALE: (Place.ORANGE, Place.RED),
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


def likelihood(families: Mapping[Family, float], rules: RuleSet) -> float:
    """Return 1 - Π(1 - weight · evidence) over the families (domain reference §3.1, point 3)."""
    gap = prod(1.0 - rules.weights[family] * found for family, found in sorted(families.items()))
    return round(1.0 - gap, _PLACES)


def impact(fall: Fall | None, rules: RuleSet) -> Impact:
    """Return how large it is if as many are lost again; I1 where no loss is known."""
    if fall is not None:
        for threshold, size in rules.impacts:
            if is_reached(threshold, fall, rules):
                return size
    return Impact.I1


def admission(
    families: Mapping[Family, float], *, statutory: bool, scale: bool, rules: RuleSet
) -> Admission:
    """Say what admits a warning: two families, a reduction of statutory size, one of scale."""
    speaking = sum(found >= rules.corroborates_from for found in families.values())
    if speaking > 1:
        return Admission.CORROBORATED_SCALE if scale else Admission.CORROBORATED
    if scale:
        return Admission.SCALE
    return Admission.STATUTORY if statutory else Admission.NONE


def place(likely: float, size: Impact, admitted: Admission, rules: RuleSet) -> Place:
    """Return the matrix' place, within what the admission allows."""
    at_least, at_most = BOUNDS[admitted]
    found = _from_matrix(likely, size, rules)
    return max(at_least, min(at_most, found, key=_rank), key=_rank)


def _from_matrix(likely: float, size: Impact, rules: RuleSet) -> Place:
    for at_least, places in rules.matrix:
        if likely >= at_least:
            return places[size - 1]
    return Place.NONE


def _rank(rung: Place) -> int:
    return rung.rank
