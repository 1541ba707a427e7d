"""The indicators of the edition 2020.1: what is looked at, from which threshold on, how strongly.

Numbering and thresholds: domain reference §3.0. Half-lives: §3.1, point 1.
"""

from services.scoring.domain.rules import Family, Indicator, Reading, Source, Threshold

_OPINION_DAYS = 14
_VISIT_DAYS = 30
_INSURANCE_DAYS = 60
_REGISTER_DAYS = 180
_SEEN = Threshold(number=1)

_EMPLOYMENT = (
    Indicator(
        id="E1",
        family=Family.EMPLOYMENT,
        source=Source.HEADCOUNT,
        reading=Reading.FALL_ON_MONTH,
        half_life_days=_INSURANCE_DAYS,
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
        source=Source.HEADCOUNT,
        reading=Reading.FALL_IN_THREE_MONTHS,
        half_life_days=_INSURANCE_DAYS,
        steps=(
            (Threshold(persons=50, share=0.30), 1.0),
            (Threshold(persons=20, share=0.10), 0.8),
        ),
        citation="Qingdao 2008, Shandong 鲁人社发〔2016〕14号 [P]",
    ),
    Indicator(
        id="E3",
        family=Family.EMPLOYMENT,
        source=Source.LAYOFF_REPORT,
        reading=Reading.PLAN_REPORTED,
        half_life_days=_INSURANCE_DAYS,
        steps=((Threshold(persons=1), 1.0),),
        citation="劳动合同法 art. 41(1): the plan is reported [L]",
    ),
    Indicator(
        id="E3-TOLD",
        family=Family.EMPLOYMENT,
        source=Source.VISIT,
        reading=Reading.PLAN_TOLD,
        half_life_days=_VISIT_DAYS,
        steps=((Threshold(persons=20, share=0.10), 1.0),),
        citation="a plan of the size of 劳动合同法 art. 41(1), told to an officer [P]",
    ),
    Indicator(
        id="E4",
        family=Family.EMPLOYMENT,
        source=Source.HEADCOUNT,
        reading=Reading.FALL_ON_YEAR,
        half_life_days=_INSURANCE_DAYS,
        steps=((Threshold(above_target=True), 0.5),),
        citation="稳岗返还: the layoff rate of the year against its target [L]",
    ),
    Indicator(
        id="E7",
        family=Family.EMPLOYMENT,
        source=Source.HEADCOUNT,
        reading=Reading.PAY_FALL,
        half_life_days=_INSURANCE_DAYS,
        steps=((Threshold(number=0.25), 0.8), (Threshold(number=0.10), 0.4)),
        citation="[D]; a cut of pay shows in the contribution base",
    ),
)

_WAGES = (
    Indicator(
        id="W1",
        family=Family.WAGES,
        source=Source.VISIT,
        reading=Reading.WAGES_OWED,
        half_life_days=_VISIT_DAYS,
        steps=((Threshold(number=3), 1.0), (Threshold(number=2), 0.75), (_SEEN, 0.5)),
        citation="Baoying: up to one month yellow, one to two orange, above red [P]",
    ),
    Indicator(
        id="W2",
        family=Family.WAGES,
        source=Source.VISIT,
        reading=Reading.WAGES_OWED,
        half_life_days=_VISIT_DAYS,
        steps=((Threshold(number=3), 1.0),),
        citation="法释〔2013〕3号 art. 3: three months owed; at the minimum wage above 5,000 [L]",
    ),
    Indicator(
        id="W1-ALLEGED",
        family=Family.WAGES,
        source=Source.OPINION,
        reading=Reading.WAGES_ALLEGED,
        half_life_days=_OPINION_DAYS,
        steps=((Threshold(number=61), 1.0), (Threshold(number=31), 0.75), (_SEEN, 0.5)),
        citation="Baoying, as alleged: days from the first to the last allegation [P]",
    ),
)

_INSURANCE = (
    Indicator(
        id="S1",
        family=Family.SOCIAL_INSURANCE,
        source=Source.HEADCOUNT,
        reading=Reading.MONTHS_IN_ARREARS,
        half_life_days=_INSURANCE_DAYS,
        steps=((Threshold(number=3), 0.9), (Threshold(number=2), 0.6), (_SEEN, 0.3)),
        citation="[D]; arrears: 社会保险法 art. 86",
    ),
)

_OPERATION = tuple(
    Indicator(
        id=name,
        family=Family.OPERATION,
        source=Source.VISIT,
        reading=reading,
        half_life_days=_VISIT_DAYS,
        steps=((_SEEN, 1.0),),
        citation="site visit: shut, equipment moved, owner unreachable [P]",
    )
    for name, reading in (
        ("O5-SHUT", Reading.SITE_SHUT),
        ("O5-MOVED", Reading.EQUIPMENT_MOVED),
        ("O5-AWAY", Reading.OWNER_AWAY),
    )
)

_REGISTER = (
    Indicator(
        id="R2",
        family=Family.REGISTER,
        source=Source.REGISTER,
        reading=Reading.STATUS_LOST,
        half_life_days=_REGISTER_DAYS,
        steps=(
            (Threshold(word="revoked"), 1.0),
            (Threshold(word="cancelled"), 0.8),
            (Threshold(word="moved_out"), 0.5),
        ),
        citation="[D]; 吊销 weighs as the list of serious violations (R1)",
    ),
    Indicator(
        id="R2-CAPITAL",
        family=Family.REGISTER,
        source=Source.REGISTER,
        reading=Reading.CAPITAL_CUT,
        half_life_days=_REGISTER_DAYS,
        steps=((Threshold(number=0.01), 0.3),),
        citation="[D]; a cut of registered capital",
    ),
)

_DISPUTES = (
    Indicator(
        id="D3",
        family=Family.DISPUTES,
        source=Source.VISIT,
        reading=Reading.GATHERING_SEEN,
        half_life_days=_VISIT_DAYS,
        steps=((_SEEN, 1.0),),
        citation="group gathering, strike [P]",
    ),
    Indicator(
        id="D3-ALLEGED",
        family=Family.DISPUTES,
        source=Source.OPINION,
        reading=Reading.GATHERING_ALLEGED,
        half_life_days=_OPINION_DAYS,
        steps=((Threshold(number=2), 0.5),),
        citation="group gathering, alleged by two independent sources [P]; strength [D]",
    ),
)

_OPINION = (
    Indicator(
        id="P1",
        family=Family.OPINION,
        source=Source.OPINION,
        reading=Reading.VOICES,
        half_life_days=_OPINION_DAYS,
        steps=((Threshold(number=10), 0.6), (Threshold(number=3), 0.3)),
        citation="[D]",
    ),
    Indicator(
        id="P2",
        family=Family.OPINION,
        source=Source.OPINION,
        reading=Reading.VELOCITY,
        half_life_days=_OPINION_DAYS,
        steps=((Threshold(number=6), 0.7), (Threshold(number=3), 0.4)),
        citation="[D]",
    ),
    Indicator(
        id="P3",
        family=Family.OPINION,
        source=Source.OPINION,
        reading=Reading.ANNOUNCED,
        half_life_days=_OPINION_DAYS,
        steps=((Threshold(persons=20, share=0.10), 0.8),),
        citation="the size of 劳动合同法 art. 41(1), as announced; practice of the ERM [P]",
    ),
)

INDICATORS_2020_1 = (
    *_EMPLOYMENT,
    *_WAGES,
    *_INSURANCE,
    *_OPERATION,
    *_REGISTER,
    *_DISPUTES,
    *_OPINION,
)
