"""The report of a backtest: from its cases to what is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.scoring.backtest.calibration import Calibration, calibration
from services.scoring.backtest.cases import WHOLE, Case
from services.scoring.backtest.measures import WarningFigures, WarningGains, figures, gains, tallies
from services.scoring.backtest.stability import Stability, stability
from services.scoring.domain.backtest import Period, Spell, Tally, Tier
from services.scoring.domain.sources import SourceGroup

_EXAMPLES: Final = 20


@dataclass(frozen=True, slots=True)
class WarningTiers:
    """Figures of the warnings of every level, and of orange and red alone."""

    every: WarningFigures
    high: WarningFigures


@dataclass(frozen=True, slots=True)
class SingleIndicator:
    """One indicator by itself: a warning from the first day on which it finds anything."""

    indicator: str
    figures: WarningFigures


@dataclass(frozen=True, slots=True)
class Ablation:
    """Judged without one group of sources, and what all sources have over that.

    `enterprises` are those of which the group said anything, `changed` those whose warnings are
    different without it.
    """

    source: SourceGroup
    enterprises: int
    changed: int
    without: WarningTiers
    every: WarningGains
    high: WarningGains


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """What a backtest found. `missed` and `wrong` are examples, by credit code."""

    enterprises: int
    known_until: date | None
    whole: WarningTiers
    micro: WarningTiers
    best_single: SingleIndicator | None
    singles: tuple[SingleIndicator, ...]
    calibration: Calibration
    stability: Stability
    ablation: tuple[Ablation, ...]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What the parts of a backtest counted beside the cases."""

    enterprises: int
    quiet_weeks: int
    told: Mapping[SourceGroup, int]
    capacity: int
    known_until: date | None


def report(cases: Sequence[Case], counted: Counted, period: Period) -> BacktestReport:
    """Measure all ways of warning on the same cases."""
    whole = {tier: _by(cases, WHOLE, tier, period) for tier in Tier}
    micro = [case for case in cases if case.is_micro]
    singles = _singles(cases, period)
    return BacktestReport(
        enterprises=counted.enterprises,
        known_until=counted.known_until,
        whole=_tiers(whole),
        micro=_tiers({tier: _by(micro, WHOLE, tier, period) for tier in Tier}),
        # Of those that were never right none is the best.
        best_single=singles[0] if singles and singles[0].figures.f1 > 0 else None,
        singles=singles,
        calibration=calibration(cases, period, quiet_weeks=counted.quiet_weeks),
        stability=stability(cases, period, capacity=counted.capacity),
        ablation=tuple(
            _ablation(cases, whole, group, told, period) for group, told in counted.told.items()
        ),
        missed=_examples(cases, whole[Tier.EVERY], lambda one: one.layoffs > one.caught),
        wrong=_examples(cases, whole[Tier.EVERY], lambda one: one.wrong > 0),
    )


def _by(cases: Sequence[Case], way: str, tier: Tier, period: Period) -> list[Tally]:
    return tallies(cases, lambda case: case.by(way)[tier], period)


def _tiers(counted: Mapping[Tier, Sequence[Tally]]) -> WarningTiers:
    return WarningTiers(every=figures(counted[Tier.EVERY]), high=figures(counted[Tier.HIGH]))


def _ablation(
    cases: Sequence[Case],
    whole: Mapping[Tier, Sequence[Tally]],
    group: SourceGroup,
    told: int,
    period: Period,
) -> Ablation:
    without = {tier: _by(cases, group.value, tier, period) for tier in Tier}
    return Ablation(
        source=group,
        enterprises=told,
        changed=sum(group.value in case.warned for case in cases),
        without=_tiers(without),
        every=gains(whole[Tier.EVERY], without[Tier.EVERY]),
        high=gains(whole[Tier.HIGH], without[Tier.HIGH]),
    )


def _singles(cases: Sequence[Case], period: Period) -> tuple[SingleIndicator, ...]:
    """Measure each indicator by itself, the best first; of equals the first by name."""
    names = sorted({name for case in cases for name in case.indicators})
    found = [SingleIndicator(name, figures(_alone(cases, name, period))) for name in names]
    return tuple(sorted(found, key=lambda one: (-one.figures.f1, one.indicator)))


def _alone(cases: Sequence[Case], indicator: str, period: Period) -> list[Tally]:
    def warned(case: Case) -> tuple[Spell, ...]:
        day = case.indicators.get(indicator)
        return () if day is None else (Spell(day, period.until),)

    return tallies(cases, warned, period)


def _examples(
    cases: Sequence[Case], counted: Sequence[Tally], is_one: Callable[[Tally], bool]
) -> tuple[str, ...]:
    found = [case.uscc for case, one in zip(cases, counted, strict=True) if is_one(one)]
    return tuple(sorted(found)[:_EXAMPLES])
