"""From measures to findings: which thresholds of which indicators are reached, and how fresh."""

from dataclasses import dataclass
from uuid import UUID

from services.scoring.domain.measured import ArrearsMeasured, Fall, HeadcountMeasured, Measured
from services.scoring.domain.rules import Family, Indicator, Reading, RuleSet, Threshold, Trigger


@dataclass(frozen=True, slots=True)
class Finding:
    """A threshold that was reached: what was seen, when, by whom; `weight` is what counts of it."""

    indicator: str
    family: Family
    strength: float
    weight: float
    parameters: dict[str, int | float | str]
    period: str
    source: str
    import_id: UUID


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
    """
    headcount = measured.headcount
    if headcount is None or headcount.age_days > rules.trigger_days:
        return None
    fall = headcount.on_month if trigger is rules.scale else headcount.rolling
    if fall is None or not is_reached(trigger.threshold, fall, rules):
        return None
    return _finding_of_fall(trigger, fall, headcount, strength=1.0, weight=1.0)


def _look(indicator: Indicator, measured: Measured, rules: RuleSet) -> Finding | None:
    if indicator.reading is Reading.MONTHS_IN_ARREARS:
        return _look_at_arrears(indicator, measured.arrears, rules)
    headcount = measured.headcount
    if headcount is None:
        return None
    on_month = indicator.reading is Reading.FALL_ON_MONTH
    fall = headcount.on_month if on_month else headcount.cumulated
    if fall is None:
        return None
    for threshold, strength in indicator.steps:
        if is_reached(threshold, fall, rules):
            weight = _weight(indicator, strength, headcount.age_days, rules)
            return _finding_of_fall(indicator, fall, headcount, strength=strength, weight=weight)
    return None


def _look_at_arrears(
    indicator: Indicator, arrears: ArrearsMeasured | None, rules: RuleSet
) -> Finding | None:
    if arrears is None:
        return None
    for threshold, strength in indicator.steps:
        if threshold.months is not None and arrears.months >= threshold.months:
            return Finding(
                indicator=indicator.id,
                family=indicator.family,
                strength=strength,
                weight=_weight(indicator, strength, arrears.age_days, rules),
                parameters={"months": arrears.months},
                period=arrears.month,
                source=indicator.feed,
                import_id=arrears.import_id,
            )
    return None


def _weight(indicator: Indicator, strength: float, age_days: int, rules: RuleSet) -> float:
    fresh: float = 2.0 ** (-age_days / indicator.half_life_days)
    return strength * rules.reliability[indicator.feed] * fresh


def _finding_of_fall(
    rule: Indicator | Trigger,
    fall: Fall,
    headcount: HeadcountMeasured,
    *,
    strength: float,
    weight: float,
) -> Finding:
    return Finding(
        indicator=rule.id,
        family=rule.family,
        strength=strength,
        weight=weight,
        parameters={
            "base": fall.base,
            "headcount": headcount.headcount,
            "persons": fall.persons,
            "percent": round(fall.share * 100, 1),
        },
        period=headcount.month,
        source=rule.feed,
        import_id=headcount.import_id,
    )
