"""The first edition of the rules: thresholds, weights and the matrix, each with its citation."""

from datetime import date

from services.scoring.domain.indicators import INDICATORS_2020_1
from services.scoring.domain.places import Place
from services.scoring.domain.rules import (
    Family,
    Help,
    Impact,
    Protection,
    RuleSet,
    Source,
    Targets,
    Threshold,
    Trigger,
)

_EVERY_WORRY = frozenset(Family)

RULES_2020_1 = RuleSet(
    version="rules-2020.1",
    effective_from=date(2020, 1, 1),
    indicators=INDICATORS_2020_1,
    reliability={
        Source.HEADCOUNT: 0.95,
        Source.LAYOFF_REPORT: 0.95,
        Source.REGISTER: 0.95,
        Source.VISIT: 0.90,
        Source.OPINION: 0.60,
    },
    weights={
        Family.EMPLOYMENT: 0.9,
        Family.WAGES: 0.9,
        Family.SOCIAL_INSURANCE: 0.7,
        Family.OPERATION: 0.7,
        Family.DISPUTES: 0.7,
        Family.REGISTER: 0.5,
        Family.OPINION: 0.45,
    },
    family_cap=0.9,
    corroborates_from=0.10,
    small_base=10,
    small_base_persons=3,
    # The target of the year before holds (稳岗返还: 上年度全国城镇调查失业率控制目标): 5.5 % for
    # every year but 2020, whose 6 % the round of 2021 reads [L, M-hi]; up to 30 staff 20 % [V].
    targets=Targets(by_year={2019: 0.055, 2021: 0.06, 2022: 0.055}, small_until=30, small=0.20),
    # [D], measured on simulated cities: less leaves noise, more hides who bleeds slowly.
    spreads=1.5,
    statutory=Trigger(
        id="LAY-15",
        family=Family.EMPLOYMENT,
        source=Source.HEADCOUNT,
        threshold=Threshold(persons=20, share=0.10),
        spreads=3.0,
        fewest=5,
        citation="the size of 劳动合同法 art. 41(1) [L] within rolling 90 days [P]",
    ),
    scale=Trigger(
        id="SCALE-200",
        family=Family.EMPLOYMENT,
        source=Source.HEADCOUNT,
        threshold=Threshold(persons=200),
        spreads=0.0,
        fewest=200,
        citation="one enterprise, 200 persons at once: Shandong 鲁人社发〔2016〕14号 [P]",
    ),
    hard=frozenset(
        {"E3", "E3-TOLD", "W2", "O5-SHUT", "O5-MOVED", "O5-AWAY", "D3", "D3-ALLEGED", "P3"}
    ),
    gravest=frozenset({"D3", "D3-ALLEGED"}),
    # Baoying, Wuxing: long arrears alone call for a look [P].
    strong={"S1": 0.9, "W1": 0.75},
    # Who lays off has mostly left contributions unpaid, or cut pay, months before; who takes on
    # staff at the same time has not: ADR 18.
    traces={"S1": 0.3, "E7": 0.4},
    no_trace_beside=frozenset({"H-HIRING"}),
    # Three lost persons are the fewest of which a percentage says something (§3.0).
    fewest_staff=3,
    # A plan is confirmed by the plan itself or by a loss of its size, a gathering also by what
    # people gather for.
    confirmed_by={
        "P3": {"E3": 1.0, "E3-TOLD": 1.0, "LAY-15": 1.0},
        "D3-ALLEGED": {
            "E3": 1.0,
            "E3-TOLD": 1.0,
            "LAY-15": 1.0,
            "E7": 0.4,
            "S1": 0.6,
            "W1": 0.5,
        },
    },
    trigger_days=90,
    protections=(
        Protection(
            id="H-TRAINING",
            kind=Help.SERVICE,
            source=Source.SERVICE,
            amount=0.05,
            families=frozenset({Family.EMPLOYMENT, Family.OPINION}),
            services=frozenset({"retention_training", "vocational_training"}),
            citation="以训稳岗 [P]; amount [D]",
        ),
        Protection(
            id="H-INSURANCE",
            kind=Help.SERVICE,
            source=Source.SERVICE,
            amount=0.10,
            families=frozenset({Family.SOCIAL_INSURANCE, Family.WAGES}),
            services=frozenset({"social_insurance_relief"}),
            citation="社保减免、缓缴 [P]; amount [D]",
        ),
        Protection(
            id="H-RENT",
            kind=Help.SERVICE,
            source=Source.SERVICE,
            amount=0.05,
            families=_EVERY_WORRY,
            services=frozenset({"rent_relief"}),
            citation="房租减免 [P]; amount [D]",
        ),
        Protection(
            id="H-LOAN",
            kind=Help.LOAN,
            source=Source.LOAN,
            amount=0.10,
            families=_EVERY_WORRY,
            citation="signed loan, domain reference §3.0 [D]",
        ),
        Protection(
            id="H-HIRING",
            kind=Help.HIRING,
            source=Source.HEADCOUNT,
            amount=0.05,
            families=_EVERY_WORRY,
            share=0.05,
            citation="net hiring, domain reference §3.0 [D]",
        ),
        Protection(
            id="H-SETTLED",
            kind=Help.SETTLED,
            source=Source.HEADCOUNT,
            amount=0.05,
            families=_EVERY_WORRY,
            citation="arrears paid, domain reference §3.0 [D]",
        ),
    ),
    protection_cap=0.20,
    # [D]: layoffs of statutory size take a quarter of the staff, closures, as many again, all.
    expected_share=0.30,
    distress={"S1": 0.6, "W1": 0.5, "E7": 0.4},
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
