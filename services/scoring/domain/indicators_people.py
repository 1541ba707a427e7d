"""Indicators of the feeds about those who work: contracts, claims, wages, disputes, calls.

Numbering and thresholds: domain reference §3.0. Half-lives: §3.1, point 1; others [D].
"""

from services.scoring.domain.indicator_rows import ONE, at, family
from services.scoring.domain.rules import Family, Reading, Source, Threshold

_INSURANCE_DAYS = 60
_COMPLAINT_DAYS = 30
_LABOUR_DAYS = 60

_STATUTORY = Threshold(persons=20, share=0.10)

_EMPLOYMENT = family(
    Family.EMPLOYMENT,
    _INSURANCE_DAYS,
    (
        "E5",
        Source.RENEWAL,
        Reading.RENEWED,
        ((Threshold(below=0.80), 0.6),),
        "Beijing 2009: whoever renews less than 80 % reports [P]; ten contracts at least [D]",
    ),
    (
        "E6",
        Source.CLAIM,
        Reading.CLAIMED,
        ((at(20), 1.0), (at(5), 0.5)),
        "20 in thirty days: the size of 劳动合同法 art. 41(1) [L]; five [D]",
    ),
    (
        "E6-SPLIT-30",
        Source.CLAIM,
        Reading.LAID_OFF_IN_30_DAYS,
        ((_STATUTORY, 0.8),),
        "the size of 劳动合同法 art. 41(1) [L] within rolling 30 days: the US WARN act [P]",
    ),
    (
        "E6-SPLIT-90",
        Source.CLAIM,
        Reading.LAID_OFF_IN_90_DAYS,
        ((_STATUTORY, 0.8),),
        "the size of 劳动合同法 art. 41(1) [L] within rolling 90 days: Qingdao 2008 [P]",
    ),
    (
        "E8",
        Source.POSTING,
        Reading.POSTINGS_FALL,
        ((at(0.70), 0.3),),
        "[D]; against the mean of twelve months, five postings a month at least",
    ),
    (
        "E8-NONE",
        Source.POSTING,
        Reading.POSTINGS_NONE,
        ((at(2), 0.3),),
        "[D]; two months without any after a quarter with five a month",
    ),
)

_WAGES = family(
    Family.WAGES,
    _LABOUR_DAYS,
    (
        "W1-RECORDED",
        Source.WAGES,
        Reading.WAGES_RECORDED,
        ((at(61), 1.0), (at(31), 0.75), (at(0), 0.5)),
        "Baoying: up to one month yellow, one to two orange, above red [P]",
    ),
    (
        "W2-RECORDED",
        Source.WAGES,
        Reading.WAGES_CRIMINAL,
        ((ONE, 1.0),),
        "法释〔2013〕3号 art. 3, lower bounds: 3 months and 5,000, or ten workers and 30,000 [L]",
    ),
)

_INSURANCE = family(
    Family.SOCIAL_INSURANCE,
    _INSURANCE_DAYS,
    (
        "S2",
        Source.DEFERRAL,
        Reading.DEFERRAL_ASKED,
        ((ONE, 0.3),),
        "阶段性缓缴 2020, 2022, 2025 [P]; a sign that help is wanted, no blame",
    ),
)

_DISPUTES = (
    *family(
        Family.DISPUTES,
        _LABOUR_DAYS,
        ("D1", Source.DISPUTE, Reading.DISPUTED, ((at(3), 0.4),), "[D]; cases in 90 days"),
        (
            "D1-COMMON",
            Source.DISPUTE,
            Reading.COMMON_CLAIM,
            ((at(10), 0.9),),
            "劳动争议调解仲裁法 art. 7: ten workers with a common claim [L]",
        ),
    ),
    *family(
        Family.DISPUTES,
        _COMPLAINT_DAYS,
        (
            "D2",
            Source.HOTLINE,
            Reading.CALLED,
            ((at(10), 0.8), (at(3), 0.4)),
            "[D]; distinct persons in 30 days",
        ),
        (
            "D2-RISING",
            Source.HOTLINE,
            Reading.CALLS_RISING,
            ((at(3), 0.2),),
            "[D]; three times as many as in the week before",
        ),
        (
            "D3-CALLED",
            Source.HOTLINE,
            Reading.GATHERING_CALLED,
            ((at(2), 0.5),),
            "group gathering, told by two persons [P]; strength [D]",
        ),
    ),
)

OF_PEOPLE = (*_EMPLOYMENT, *_WAGES, *_INSURANCE, *_DISPUTES)
