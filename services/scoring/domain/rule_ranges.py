"""Which numbers a set of rules may hold: within what is meant, and within what can be reckoned.

A number beyond them is a slip of the pen (25 for 25 %), or would stop whoever judges by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from services.scoring.domain.rules import Indicator, RuleSet, Threshold

# A hundred years; more staff than any enterprise has.
_MOST_DAYS: Final = 36_500
_MOST_PERSONS: Final = 100_000_000
_MOST_SPREADS: Final = 1_000.0
_LEAST_SHARE: Final = 0.0001
_LEAST_NUMBER: Final = 0
_MOST_NUMBER: Final = 1_000_000_000_000

# What a threshold says -> of which kind of reading it can be said.
_KINDS: Final[Mapping[str, str]] = {
    "persons": "fall",
    "share": "fall",
    "above_target": "fall",
    "number": "number",
    "below": "number",
    "word": "word",
}
_OF_FALLS: Final = frozenset({"fall"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Where in the document something is unsound, and what it is."""

    pointer: str
    code: str
    value: str = ""


def out_of_range(rules: RuleSet) -> Iterator[Fault]:
    """Name the counts, days and multiples that are too small, too large or no numbers at all."""
    for pointer, days in (
        *(
            (f"/indicators/{n}/half_life_days", one.half_life_days)
            for n, one in enumerate(rules.indicators)
        ),
        ("/trigger_days", rules.trigger_days),
        ("/step_down_days", rules.step_down_days),
    ):
        yield from _within(pointer, days, 1, _MOST_DAYS)
    yield from _within("/fewest_staff", rules.fewest_staff, 1, _MOST_PERSONS)
    for pointer, persons in (
        ("/small_base", rules.small_base),
        ("/small_base_persons", rules.small_base_persons),
        ("/targets/small_until", rules.targets.small_until),
        ("/statutory/fewest", rules.statutory.fewest),
        ("/scale/fewest", rules.scale.fewest),
        *((f"/protections/{n}/fewest", one.fewest) for n, one in enumerate(rules.protections)),
        ("/fewest_jobs", rules.fewest_jobs),
    ):
        yield from _within(pointer, persons, 0, _MOST_PERSONS)
    for pointer, spreads in (
        ("/spreads", rules.spreads),
        ("/statutory/spreads", rules.statutory.spreads),
        ("/scale/spreads", rules.scale.spreads),
    ):
        yield from _within(pointer, spreads, 0, _MOST_SPREADS)
    for n, one in enumerate(rules.protections):
        if one.share is not None:
            yield from _within(f"/protections/{n}/share", one.share, _LEAST_SHARE, 1)


def at_thresholds(rules: RuleSet, catalogue: Mapping[str, Indicator]) -> Iterator[Fault]:
    """Name the thresholds that say nothing, nothing of their reading, or what cannot be meant.

    `catalogue` tells by its own thresholds what an indicator's reading can be compared with.
    """
    for n, indicator in enumerate(rules.indicators):
        known = catalogue.get(indicator.id)
        kinds = None if known is None else _kinds_of(known)
        for step, (threshold, _) in enumerate(indicator.steps):
            yield from _threshold(f"/indicators/{n}/steps/{step}/0", threshold, kinds)
    for name, trigger in (("statutory", rules.statutory), ("scale", rules.scale)):
        yield from _threshold(f"/{name}/threshold", trigger.threshold, _OF_FALLS)
    for n, (threshold, _) in enumerate(rules.impacts):
        yield from _threshold(f"/impacts/{n}/0", threshold, _OF_FALLS)


def _kinds_of(known: Indicator) -> frozenset[str]:
    return frozenset(_KINDS[name] for threshold, _ in known.steps for name in _said(threshold))


def _said(threshold: Threshold) -> list[str]:
    told = ((one.name, getattr(threshold, one.name), one.default) for one in fields(threshold))
    return [name for name, said, unsaid in told if said != unsaid]


def _threshold(at: str, threshold: Threshold, kinds: frozenset[str] | None) -> Iterator[Fault]:
    said = _said(threshold)
    if not said:
        yield Fault(at, "rule_threshold_empty")
    for name in said:
        if kinds is not None and _KINDS[name] not in kinds:
            yield Fault(f"{at}/{name}", "rule_threshold_kind", name)
    if threshold.persons is not None:
        yield from _within(f"{at}/persons", threshold.persons, 1, _MOST_PERSONS)
    if threshold.share is not None:
        yield from _within(f"{at}/share", threshold.share, _LEAST_SHARE, 1)
    if threshold.number is not None:
        yield from _within(f"{at}/number", threshold.number, _LEAST_NUMBER, _MOST_NUMBER)
    if threshold.below is not None:
        yield from _within(f"{at}/below", threshold.below, _LEAST_NUMBER, _MOST_NUMBER)


def _within(pointer: str, number: float, least: float, most: float) -> Iterator[Fault]:
    if not least <= number <= most:
        yield Fault(pointer, "rule_out_of_range", f"{least:,} - {most:,}")
