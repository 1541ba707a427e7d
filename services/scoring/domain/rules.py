"""The rules as dated data: thresholds, weights and the matrix, each set with its citation.

Marks as in the law library: [L] legal trigger, [P] observed practice, [D] our default to be tuned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from services.scoring.domain.places import Place


class Family(StrEnum):
    """A kind of evidence; indicators of one family see the same event."""

    EMPLOYMENT = "employment"
    SOCIAL_INSURANCE = "social_insurance"


class Reading(StrEnum):
    """Which measure an indicator looks at."""

    FALL_ON_MONTH = "fall_on_month"
    FALL_IN_THREE_MONTHS = "fall_in_three_months"
    MONTHS_IN_ARREARS = "months_in_arrears"


class Impact(IntEnum):
    """How large the event is (I1 to I4)."""

    I1 = 1
    I2 = 2
    I3 = 3
    I4 = 4


@dataclass(frozen=True, slots=True)
class Threshold:
    """Reached when any of its numbers is; all of them inclusive, as 以上 is in law."""

    persons: int | None = None
    share: float | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is looked at; `steps` go from the strongest down."""

    id: str
    family: Family
    feed: str
    reading: Reading
    half_life_days: int
    steps: tuple[tuple[Threshold, float], ...]
    citation: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A size of reduction that admits a warning by itself, while its reading is fresh."""

    id: str
    family: Family
    feed: str
    threshold: Threshold
    citation: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One edition of the rules, in force from a day on."""

    version: str
    effective_from: date
    indicators: tuple[Indicator, ...]
    # How far a feed is believed.
    reliability: Mapping[str, float]
    weights: Mapping[Family, float]
    family_cap: float
    # A family with less evidence than this corroborates nothing.
    corroborates_from: float
    # Of a small base percentages say nothing, unless so many persons are gone.
    small_base: int
    small_base_persons: int
    statutory: Trigger
    scale: Trigger
    trigger_days: int
    impacts: tuple[tuple[Threshold, Impact], ...]
    # Likelihood at least -> place by impact I1, I2, I3, I4; below all of them nothing is seen.
    matrix: tuple[tuple[float, tuple[Place, Place, Place, Place]], ...]
    step_down_days: int


HEADCOUNT_FEED = "insured_headcount"

RULES_2026_1 = RuleSet(
    version="rules-2026.1",
    effective_from=date(2026, 1, 1),
    indicators=(
        Indicator(
            id="E1",
            family=Family.EMPLOYMENT,
            feed=HEADCOUNT_FEED,
            reading=Reading.FALL_ON_MONTH,
            half_life_days=60,
            steps=(
                (Threshold(share=0.20), 0.9),
                (Threshold(share=0.10), 0.6),
                (Threshold(share=0.05), 0.3),
            ),
            citation="10 %: 劳动合同法 art. 41(1) [L]; the other steps [D]",
        ),
        Indicator(
            id="E2",
            family=Family.EMPLOYMENT,
            feed=HEADCOUNT_FEED,
            reading=Reading.FALL_IN_THREE_MONTHS,
            half_life_days=60,
            steps=(
                (Threshold(persons=50, share=0.30), 1.0),
                (Threshold(persons=20, share=0.10), 0.8),
            ),
            citation="Qingdao 2008, Shandong 鲁人社发〔2016〕14号 [P]",
        ),
        Indicator(
            id="S1",
            family=Family.SOCIAL_INSURANCE,
            feed=HEADCOUNT_FEED,
            reading=Reading.MONTHS_IN_ARREARS,
            half_life_days=60,
            steps=(
                (Threshold(months=3), 0.9),
                (Threshold(months=2), 0.6),
                (Threshold(months=1), 0.3),
            ),
            citation="[D]; arrears: 社会保险法 art. 86",
        ),
    ),
    reliability={HEADCOUNT_FEED: 0.95},
    weights={Family.EMPLOYMENT: 0.9, Family.SOCIAL_INSURANCE: 0.7},
    family_cap=0.9,
    corroborates_from=0.10,
    small_base=10,
    small_base_persons=3,
    statutory=Trigger(
        id="LAY-15",
        family=Family.EMPLOYMENT,
        feed=HEADCOUNT_FEED,
        threshold=Threshold(persons=20, share=0.10),
        citation="the size of 劳动合同法 art. 41(1) [L] within rolling 90 days [P]",
    ),
    scale=Trigger(
        id="SCALE-200",
        family=Family.EMPLOYMENT,
        feed=HEADCOUNT_FEED,
        threshold=Threshold(persons=200),
        citation="one enterprise, 200 persons at once: Shandong 鲁人社发〔2016〕14号 [P]",
    ),
    trigger_days=90,
    impacts=(
        (Threshold(persons=200), Impact.I4),
        (Threshold(persons=50, share=0.30), Impact.I3),
        (Threshold(persons=20, share=0.10), Impact.I2),
    ),
    matrix=(
        (0.80, (Place.YELLOW, Place.ORANGE, Place.RED, Place.RED)),
        (0.60, (Place.YELLOW, Place.YELLOW, Place.ORANGE, Place.RED)),
        (0.40, (Place.BLUE, Place.YELLOW, Place.YELLOW, Place.ORANGE)),
        (0.25, (Place.POTENTIAL_RISK, Place.BLUE, Place.BLUE, Place.YELLOW)),
    ),
    step_down_days=7,
)

# By date, the newest first.
RULE_SETS = (RULES_2026_1,)


def rules_on(day: date) -> RuleSet:
    """Return the rules in force; a day before all of them is judged by the first ones."""
    in_force = (rules for rules in RULE_SETS if rules.effective_from <= day)
    return next(in_force, RULE_SETS[-1])
