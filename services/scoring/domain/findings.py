"""From measures to findings: which thresholds of which indicators are reached, and how fresh."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.scoring.domain.figure_readings import SEE_FIGURE
from services.scoring.domain.measured import Fall, Measured
from services.scoring.domain.readings import SEE, Seen, parameters_of
from services.scoring.domain.rules import (
    Family,
    Indicator,
    Reading,
    RuleSet,
    Source,
    Threshold,
    Trigger,
)

# How each reading is seen.
SIGHTS: Final[Mapping[Reading, Callable[[Measured], Seen | None]]] = {**SEE, **SEE_FIGURE}


@dataclass(frozen=True, slots=True)
class Finding:
    """A threshold that was reached: what was seen, when, by whom; `weight` is what counts of it."""

    indicator: str
    family: Family
    strength: float
    weight: float
    parameters: dict[str, int | float | str]
    period: str
    source: Source
    import_id: UUID
    age_days: int = 0


def find(measured: Measured, rules: RuleSet) -> tuple[Finding, ...]:
    """Return what the indicators find, in their order in the rules."""
    found = (_look(indicator, measured, rules) for indicator in rules.indicators)
    return tuple(finding for finding in found if finding is not None)


def is_reached(threshold: Threshold, fall: Fall, rules: RuleSet) -> bool:
    """Say whether a fall is as large; percentages of a small base count from a few persons on."""
    if threshold.persons is not None and fall.persons >= threshold.persons:
        return True
    if fall.base < rules.small_base and fall.persons < rules.small_base_persons:
        return False
    return threshold.share is not None and fall.share >= threshold.share


def triggered(trigger: Trigger, measured: Measured, rules: RuleSet) -> Finding | None:
    """Return the trigger's finding if the last reading is fresh and the fall is large enough.

    The statutory size counts from the highest month of the window, so that a reduction which is
    split, or which follows a hiring, is seen whole; "at once" is from one month to the next.
    Without other evidence it has to be well outside of what the enterprise usually loses, for
    attrition is no layoff.
    """
    headcount = measured.headcount
    if headcount is None or headcount.age_days > rules.trigger_days:
        return None
    fall = headcount.on_month if trigger is rules.scale else headcount.rolling
    if fall is None or not is_reached(trigger.threshold, fall, rules):
        return None
    if fall.persons < trigger.fewest:
        return None
    if not headcount.window_attrition.is_exceeded(fall, trigger.spreads):
        return None
    return Finding(
        indicator=trigger.id,
        family=trigger.family,
        strength=1.0,
        weight=1.0,
        parameters=parameters_of(fall, headcount.headcount),
        period=headcount.month,
        source=trigger.source,
        import_id=headcount.import_id,
        age_days=headcount.age_days,
    )


def _look(indicator: Indicator, measured: Measured, rules: RuleSet) -> Finding | None:
    seen = SIGHTS[indicator.reading](measured)
    if seen is None:
        return None
    for threshold, strength in indicator.steps:
        if _has_reached(threshold, seen, rules):
            fresh: float = 2.0 ** (-seen.age_days / indicator.half_life_days)
            return Finding(
                indicator=indicator.id,
                family=indicator.family,
                strength=strength,
                weight=strength * rules.reliability[indicator.source] * fresh,
                parameters=seen.parameters,
                period=seen.period,
                source=indicator.source,
                import_id=seen.import_id,
                age_days=seen.age_days,
            )
    return None


def _has_reached(threshold: Threshold, seen: Seen, rules: RuleSet) -> bool:
    if threshold.word is not None:
        return seen.word == threshold.word
    if threshold.number is not None:
        return seen.number is not None and seen.number >= threshold.number
    if threshold.below is not None:
        return seen.number is not None and seen.number < threshold.below
    if seen.fall is None or not seen.attrition.is_exceeded(seen.fall, rules.spreads):
        return False
    if threshold.above_target and seen.year is not None:
        target = rules.targets.of(seen.year, seen.fall.base)
        is_large = is_reached(Threshold(share=target), seen.fall, rules)
        return is_large and seen.fall.share > target
    return is_reached(threshold, seen.fall, rules)
