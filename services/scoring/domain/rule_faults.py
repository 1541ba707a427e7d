"""What makes a set of rules unsound, although each of its values is of the right kind."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from services.scoring.domain.editions import RULE_SETS
from services.scoring.domain.level import Admission
from services.scoring.domain.rule_ranges import Fault, at_thresholds, out_of_range
from services.scoring.domain.rules import Indicator, RuleSet

_VERSION = re.compile(r"rules-[0-9]{4}\.[0-9]{1,3}")

# What an indicator looks at is fixed with its name, and so are the sentences that tell of it:
# an edition chooses among them and says from where on, how strongly and for how long they count.
_CATALOGUE: Mapping[str, Indicator] = {
    indicator.id: indicator for rules in reversed(RULE_SETS) for indicator in rules.indicators
}
_PROTECTIONS = {one.id: one for rules in reversed(RULE_SETS) for one in rules.protections}


def faults(rules: RuleSet) -> tuple[Fault, ...]:
    """Return all that is unsound, in the order of the document."""
    return (
        *_name(rules),
        *_indicators(rules),
        *_shares(rules),
        *out_of_range(rules),
        *at_thresholds(rules, _CATALOGUE),
        *_references(rules),
        *_triggers(rules),
        *_protections(rules),
        *_matrix(rules),
        *_chances(rules),
    )


def _name(rules: RuleSet) -> Iterator[Fault]:
    if _VERSION.fullmatch(rules.version) is None:
        yield Fault("/version", "rule_version", rules.version)


def _indicators(rules: RuleSet) -> Iterator[Fault]:
    if not rules.indicators:
        yield Fault("/indicators", "rule_empty")
    seen: set[str] = set()
    for place, indicator in enumerate(rules.indicators):
        at = f"/indicators/{place}"
        known = _CATALOGUE.get(indicator.id)
        if known is None:
            yield Fault(f"{at}/id", "rule_indicator_unknown", indicator.id)
        elif (known.reading, known.source) != (indicator.reading, indicator.source):
            yield Fault(f"{at}/reading", "rule_indicator_reads", indicator.id)
        if indicator.id in seen:
            yield Fault(f"{at}/id", "rule_twice", indicator.id)
        seen.add(indicator.id)
        if indicator.family not in rules.weights:
            yield Fault(f"{at}/family", "rule_family_unweighted", indicator.family.value)
        if indicator.source not in rules.reliability:
            yield Fault(f"{at}/source", "rule_source_unrated", indicator.source.value)
        yield from _steps(at, indicator)


def _steps(at: str, indicator: Indicator) -> Iterator[Fault]:
    if not indicator.steps:
        yield Fault(f"{at}/steps", "rule_empty")
    strengths = [strength for _, strength in indicator.steps]
    for place, (_, strength) in enumerate(indicator.steps):
        if not 0 < strength <= 1:
            yield Fault(f"{at}/steps/{place}/1", "rule_no_share", str(strength))
    if strengths != sorted(strengths, reverse=True):
        yield Fault(f"{at}/steps", "rule_not_falling")


def _shares(rules: RuleSet) -> Iterator[Fault]:
    """Name what has to be a share and is none."""
    given: list[tuple[str, float]] = [
        ("/family_cap", rules.family_cap),
        ("/corroborates_from", rules.corroborates_from),
        ("/protection_cap", rules.protection_cap),
        ("/expected_share", rules.expected_share),
        ("/targets/small", rules.targets.small),
        *((f"/reliability/{source}", share) for source, share in rules.reliability.items()),
        *((f"/weights/{family}", share) for family, share in rules.weights.items()),
        *((f"/strong/{name}", share) for name, share in rules.strong.items()),
        *((f"/traces/{name}", share) for name, share in rules.traces.items()),
        *((f"/distress/{name}", share) for name, share in rules.distress.items()),
        *((f"/targets/by_year/{year}", one) for year, one in rules.targets.by_year.items()),
    ]
    for pointer, share in given:
        if not 0 <= share <= 1:
            yield Fault(pointer, "rule_no_share", str(share))
    if not rules.targets.by_year:
        yield Fault("/targets/by_year", "rule_empty")
    # What a whole source says has to leave room for doubt, or nothing could ever lower it.
    for source, share in rules.reliability.items():
        if share == 1:
            yield Fault(f"/reliability/{source}", "rule_certain")


def _references(rules: RuleSet) -> Iterator[Fault]:
    own = {indicator.id for indicator in rules.indicators}
    confirming = own | {rules.statutory.id, rules.scale.id}
    named: list[tuple[str, Iterable[str], set[str]]] = [
        ("/hard", sorted(rules.hard), own),
        ("/gravest", sorted(rules.gravest), set(rules.hard)),
        ("/orange_from", rules.orange_from, set(rules.hard)),
        ("/strong", rules.strong, own),
        ("/traces", rules.traces, own),
        (
            "/no_trace_beside",
            sorted(rules.no_trace_beside),
            {one.id for one in rules.protections},
        ),
        ("/distress", rules.distress, own),
        ("/confirmed_by", rules.confirmed_by, own),
        *((f"/confirmed_by/{told}", by, confirming) for told, by in rules.confirmed_by.items()),
    ]
    for pointer, names, known in named:
        for name in names:
            if name not in known:
                yield Fault(f"{pointer}/{name}", "rule_indicator_unknown", name)


def _triggers(rules: RuleSet) -> Iterator[Fault]:
    built_in = RULE_SETS[0]
    for pointer, trigger, known in (
        ("/statutory", rules.statutory, built_in.statutory),
        ("/scale", rules.scale, built_in.scale),
    ):
        if trigger.id != known.id:
            yield Fault(f"{pointer}/id", "rule_indicator_unknown", trigger.id)


def _protections(rules: RuleSet) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, protection in enumerate(rules.protections):
        at = f"/protections/{place}"
        known = _PROTECTIONS.get(protection.id)
        if known is None or known.kind is not protection.kind:
            yield Fault(f"{at}/id", "rule_protection_unknown", protection.id)
        if protection.id in seen:
            yield Fault(f"{at}/id", "rule_twice", protection.id)
        seen.add(protection.id)
        if not 0 < protection.amount <= 1:
            yield Fault(f"{at}/amount", "rule_no_share", str(protection.amount))


def _matrix(rules: RuleSet) -> Iterator[Fault]:
    """A more likely or a larger event is never placed lower."""
    if not rules.matrix:
        yield Fault("/matrix", "rule_empty")
    floors = [at_least for at_least, _ in rules.matrix]
    if floors != sorted(set(floors), reverse=True) or not all(0 < one <= 1 for one in floors):
        yield Fault("/matrix", "rule_not_falling")
    for place, (_, row) in enumerate(rules.matrix):
        if any(less.rank > more.rank for less, more in pairwise(row)):
            yield Fault(f"/matrix/{place}/1", "rule_not_monotone")
    for place, ((_, above), (_, below)) in enumerate(pairwise(rules.matrix)):
        if any(high.rank < low.rank for high, low in zip(above, below, strict=True)):
            yield Fault(f"/matrix/{place}/1", "rule_not_monotone")
    if not rules.impacts:
        yield Fault("/impacts", "rule_empty")
    sizes = [size for _, size in rules.impacts]
    if sizes != sorted(set(sizes), reverse=True):
        yield Fault("/impacts", "rule_not_falling")


def _chances(rules: RuleSet) -> Iterator[Fault]:
    """Where more is evident, it is never less likely."""
    for name, points in rules.chances.items():
        at = f"/chances/{name}"
        if name not in set(Admission):
            yield Fault(at, "rule_admission_unknown", name)
        evident, shares = [point[0] for point in points], [point[1] for point in points]
        for one in (*evident, *shares):
            if not 0 <= one <= 1:
                yield Fault(at, "rule_no_share", str(one))
        # Of the quiet nothing is looked at: their likelihood is 0, and no rule may say otherwise.
        if any(at_zero <= 0 < share for at_zero, share in points):
            yield Fault(at, "rule_from_nothing")
        if evident != sorted(set(evident)) or shares != sorted(shares):
            yield Fault(at, "rule_not_rising")
