"""What each finding adds to the likelihood: parts that sum to it exactly.

Evidence adds up to 1 - Π(1 - weight · evidence) over families, each evidence 1 - Π(1 - w) over its
findings. Its logarithm turns the products into sums: a factor's share of the whole is its share of
-log(1 - …). So no finding depends on an order in which they are taken, two that are alike get the
same, and to split a family into its findings leaves the other families as they are. The likelihood
that comes of it (`level.chance`) is shared in the same proportion. What help takes away is shared
by what each could take.
"""

from collections.abc import Mapping, Sequence
from math import floor, log1p
from typing import Final

from services.scoring.domain.findings import Finding
from services.scoring.domain.rules import Family, RuleSet

# Likelihoods have four places; parts are counted in units of the last one.
UNITS: Final = 10_000
_CERTAIN: Final = 1.0 - 1e-12


def contributions(
    findings: Sequence[Finding],
    families: Mapping[Family, float],
    rules: RuleSet,
    *,
    unhelped: float,
    likely: float,
) -> tuple[float, ...]:
    """Return the part of each finding, in their order; those of help are negative.

    Sums to `likely` exactly, at four places; without help it would be `unhelped`. A trigger adds
    nothing: it admits, whatever the likelihood.
    """
    gaps = {family: _gap(rules.weights[family] * found) for family, found in families.items()}
    evident, shown = units(unhelped), units(likely)
    triggers = {rules.statutory.id, rules.scale.id}
    evidence = [one for one in findings if one.strength > 0 and one.indicator not in triggers]
    sizes = [_size(one, evidence, gaps) if one in evidence else 0.0 for one in findings]
    helps = [max(0.0, -one.strength) for one in findings]
    added = apportion(evident, sizes)
    taken = apportion(evident - shown, helps)
    return tuple((more - less) / UNITS for more, less in zip(added, taken, strict=True))


def _size(one: Finding, evidence: Sequence[Finding], gaps: Mapping[Family, float]) -> float:
    """Return a finding's share of the logarithm of its family."""
    whole = sum(_gap(other.weight) for other in evidence if other.family is one.family)
    return gaps[one.family] * _gap(one.weight) / whole if whole else 0.0


def _gap(part: float) -> float:
    return -log1p(-min(part, _CERTAIN))


def units(likely: float) -> int:
    """Return a likelihood in units of its last place."""
    return round(likely * UNITS)


def apportion(whole: int, sizes: Sequence[float]) -> list[int]:
    """Split whole units in proportion; the largest remainders get what is left, the first first."""
    total = sum(sizes)
    if total <= 0:
        return [0] * len(sizes)
    exact = [whole * size / total for size in sizes]
    parts = [floor(one) for one in exact]
    by_remainder = sorted(range(len(sizes)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: whole - sum(parts)]:
        parts[place] += 1
    return parts
