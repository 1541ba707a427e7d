"""Why an enterprise stands where the day's facts point: parts, what would lower it, what speaks
against it.

An explanation is judged anew from the facts that were known on the day, by the rules of that day:
like the assessment itself it is a function of both, and says the same whenever it is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.scoring.domain.assessment import Assessment, assess, without
from services.scoring.domain.contributions import contributions
from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.findings import SIGHTS
from services.scoring.domain.level import chance, likelihood
from services.scoring.domain.measured import Measured
from services.scoring.domain.outlook import NEWS_DAYS
from services.scoring.domain.places import Place
from services.scoring.domain.readings import Seen
from services.scoring.domain.rules import Family, Indicator, Reading, RuleSet, Source

# What would be seen if something were wrong, and shows that it is not; unless one of the others,
# which the same records show, is found.
_REASSURING: Final[Mapping[Reading, frozenset[Reading]]] = {
    Reading.FALL_IN_THREE_MONTHS: frozenset(),
    Reading.PAY_FALL: frozenset(),
    Reading.MONTHS_IN_ARREARS: frozenset(),
    Reading.RENEWED: frozenset(),
    Reading.POSTINGS_FALL: frozenset({Reading.POSTINGS_NONE}),
    Reading.POWER_FALL: frozenset({Reading.POWER_IDLE, Reading.POWER_CUT}),
    Reading.UTILITIES_OWED: frozenset({Reading.UTILITY_CUT}),
    Reading.RENT_OWED: frozenset({Reading.RENT_SHUT_OUT}),
    Reading.INVOICES_FALL: frozenset({Reading.INVOICES_NONE}),
    Reading.TAX_OWED: frozenset({Reading.TAX_DEFERRED}),
    Reading.OVERDUE: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Lowering:
    """Without what is found in these families, the day's facts would point to a lower place."""

    families: tuple[Family, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Against:
    """A fresh reading that reached no threshold."""

    reading: Reading
    source: Source
    seen: Seen


@dataclass(frozen=True, slots=True)
class Explanation:
    """An assessment and what stands behind it; `parts` go with its findings."""

    assessment: Assessment
    parts: tuple[float, ...]
    lowering: tuple[Lowering, ...]
    against: tuple[Against, ...]


def explain(measured: Measured, as_of: date, editions: Editions = BUILT_IN) -> Explanation:
    """Judge what is known of an enterprise on a day, and say why."""
    rules = editions.on(as_of)
    judged = assess(measured, as_of, editions)
    evident = likelihood(judged.families, rules)
    return Explanation(
        assessment=judged,
        parts=contributions(
            judged.findings,
            judged.families,
            rules,
            unhelped=chance(evident, judged.alike, rules),
            likely=judged.likelihood,
        ),
        lowering=tuple(_lowering(measured, judged, rules)),
        against=tuple(_against(measured, judged, rules)),
    )


def _lowering(measured: Measured, judged: Assessment, rules: RuleSet) -> Iterator[Lowering]:
    """Try without each family; where none alone lowers the place, without the two that say most."""
    said = {one.family for one in judged.findings if one.strength > 0}
    lower = []
    for family in sorted(said):
        place = without({family}, measured, judged, rules).place
        if place.rank < judged.place.rank:
            lower.append(Lowering((family,), place))
    if not lower and len(said) > 1:
        first, second = sorted(said, key=lambda family: (-_says(judged, family, rules), family))[:2]
        place = without({first, second}, measured, judged, rules).place
        if place.rank < judged.place.rank:
            lower.append(Lowering((first, second), place))
    yield from sorted(lower, key=lambda one: one.place.rank)


def _says(judged: Assessment, family: Family, rules: RuleSet) -> float:
    return likelihood({family: judged.families.get(family, 0.0)}, rules)


def _against(measured: Measured, judged: Assessment, rules: RuleSet) -> Iterator[Against]:
    names = {one.indicator for one in judged.findings}
    found = {one.reading for one in rules.indicators if one.id in names}
    for reading, others in _REASSURING.items():
        looking = [one for one in rules.indicators if one.reading is reading]
        if not looking or found & {reading, *others}:
            continue
        seen = SIGHTS[reading](measured)
        if seen is None or seen.age_days > NEWS_DAYS or _has_fallen(seen, looking):
            continue
        yield Against(reading, looking[0].source, seen)


def _has_fallen(seen: Seen, looking: Sequence[Indicator]) -> bool:
    """Say whether so much was lost that it is passed over only since it is of few, or usual.

    That three of four persons left proves nothing; but it does not show that all is well.
    """
    shares = [of.share for one in looking for of, _ in one.steps if of.share is not None]
    return seen.fall is not None and bool(shares) and seen.fall.share >= min(shares)
