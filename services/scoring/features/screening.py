"""Says of a whole city at once of whom the rules find anything; of all others they find nothing.

Most enterprises are quiet: no threshold of any indicator is reached. Array operations say so
exactly, with the comparisons of `domain/findings.py`; only of the rest reasons are made, one by
one. It looks at months alone: whoever has facts of other kinds is looked at in any case.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import numpy as np

from services.scoring.domain.rules import Reading, RuleSet, Threshold, Trigger
from services.scoring.features.headcount import Falls, Features, HeadcountFeatures, Places
from services.scoring.features.months import age_at
from services.scoring.features.panel import Flags, Floats

_YEAR_1: Final = 12


def noticed(found: Features, as_of: date, rules: RuleSet) -> Flags:
    """Say of whom the rules find anything in their months."""
    count = found.headcount
    seen = np.zeros(len(count.month), np.bool_)
    for indicator in rules.indicators:
        look = _LOOK.get(indicator.reading)
        if look is not None:
            for threshold, _strength in indicator.steps:
                seen |= look(found, threshold, rules)
    is_fresh = _age_days(count.month, as_of) <= rules.trigger_days
    for trigger, falls in ((rules.statutory, count.rolling), (rules.scale, count.on_month)):
        seen |= is_fresh & _triggers(trigger, falls, count, rules)
    return seen


def _age_days(months: Places, as_of: date) -> Places:
    ages = np.zeros_like(months)
    for month in np.unique(months):
        ages[months == month] = age_at(max(int(month), _YEAR_1), as_of)
    return ages


def _triggers(trigger: Trigger, falls: Falls, count: HeadcountFeatures, rules: RuleSet) -> Flags:
    return np.asarray(
        _is_reached(trigger.threshold, falls, rules)
        & (falls.persons >= trigger.fewest)
        & _exceeds(falls, count.window_spread, count.window_season, trigger.spreads)
    )


def _is_reached(threshold: Threshold, falls: Falls, rules: RuleSet) -> Flags:
    """Say whose fall is as large, as `is_reached` does of one; what is unknown is not."""
    reached = np.zeros(len(falls.base), np.bool_)
    if threshold.persons is not None:
        reached |= falls.persons >= threshold.persons
    if threshold.share is not None:
        reached |= ~_is_small(falls, rules) & (falls.share >= threshold.share)
    return reached


def _is_small(falls: Falls, rules: RuleSet) -> Flags:
    return np.asarray((falls.base < rules.small_base) & (falls.persons < rules.small_base_persons))


def _exceeds(falls: Falls, spread: Floats | float, season: Floats | float, spreads: float) -> Flags:
    """Say whose fall is no attrition; a spread or a season that is unknown is none."""
    usual = np.fmax(np.nan_to_num(spread * spreads), np.nan_to_num(season))
    return np.asarray(falls.persons > usual)


def _fall_on_month(found: Features, threshold: Threshold, rules: RuleSet) -> Flags:
    count = found.headcount
    return _fall(count.on_month, count.spread, count.month_season, count.month, threshold, rules)


def _fall_in_three_months(found: Features, threshold: Threshold, rules: RuleSet) -> Flags:
    count = found.headcount
    spread, season = count.window_spread, count.window_season
    return _fall(count.cumulated, spread, season, count.month, threshold, rules)


def _fall_on_year(found: Features, threshold: Threshold, rules: RuleSet) -> Flags:
    count = found.headcount
    return _fall(count.on_year, count.year_spread, 0.0, count.month, threshold, rules)


def _fall(
    falls: Falls,
    spread: Floats,
    season: Floats | float,
    month: Places,
    threshold: Threshold,
    rules: RuleSet,
) -> Flags:
    if threshold.above_target:
        large = _is_above_target(falls, month, rules)
    else:
        large = _is_reached(threshold, falls, rules)
    return large & _exceeds(falls, spread, season, rules.spreads)


def _is_above_target(falls: Falls, month: Places, rules: RuleSet) -> Flags:
    target = np.full(len(falls.base), rules.targets.small)
    is_large = ~(falls.base <= rules.targets.small_until)
    for year in np.unique(month // 12):
        of_year = rules.targets.of(int(year), rules.targets.small_until + 1)
        target[is_large & (month // 12 == year)] = of_year
    return np.asarray(~_is_small(falls, rules) & (falls.share > target))


def _pay_fall(found: Features, threshold: Threshold, _rules: RuleSet) -> Flags:
    paid = found.pay
    if paid is None or threshold.number is None:
        return np.zeros(len(found.headcount.month), np.bool_)
    usual = np.where(paid.usual > 0, paid.usual, np.nan)
    return np.asarray((usual - paid.average) / usual >= threshold.number)


def _months_in_arrears(found: Features, threshold: Threshold, _rules: RuleSet) -> Flags:
    owed = found.arrears
    if owed is None or threshold.number is None:
        return np.zeros(len(found.headcount.month), np.bool_)
    return np.asarray((owed.month >= 0) & (owed.months >= threshold.number))


# The readings of months; a reading that is missing here looks at facts of another kind.
_LOOK: Final[Mapping[Reading, Callable[[Features, Threshold, RuleSet], Flags]]] = {
    Reading.FALL_ON_MONTH: _fall_on_month,
    Reading.FALL_IN_THREE_MONTHS: _fall_in_three_months,
    Reading.FALL_ON_YEAR: _fall_on_year,
    Reading.PAY_FALL: _pay_fall,
    Reading.MONTHS_IN_ARREARS: _months_in_arrears,
}
