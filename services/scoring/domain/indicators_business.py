"""Indicators of the feeds about the business: power, dues, invoices, courts, the register.

Numbering and thresholds: domain reference §3.0. Half-lives: §3.1, point 1; others [D].
"""

from services.scoring.domain.indicator_rows import ONE, at, family
from services.scoring.domain.rules import Family, Reading, Source, Threshold

_UTILITY_DAYS = 45
_COURT_DAYS = 180
_TAX_DAYS = 60

_ANY_AMOUNT = at(0.01)

_OPERATION = (
    *family(
        Family.OPERATION,
        _UTILITY_DAYS,
        (
            "O1",
            Source.ELECTRICITY,
            Reading.POWER_FALL,
            ((at(0.50), 0.7), (at(0.30), 0.4)),
            "[D]; thirty days against the same season; art. 38 保障农民工工资支付条例",
        ),
        (
            "O1-IDLE",
            Source.ELECTRICITY,
            Reading.POWER_IDLE,
            ((at(10), 1.0),),
            "State Grid 2020: above 30 % of the base counted as back at work [P], inverted",
        ),
        (
            "O1-CUT",
            Source.ELECTRICITY,
            Reading.POWER_CUT,
            ((ONE, 1.0),),
            "a cut of supply, as of water and gas: art. 38 保障农民工工资支付条例 [P]",
        ),
        (
            "O2",
            Source.UTILITY,
            Reading.UTILITIES_OWED,
            ((at(2), 0.6), (ONE, 0.3)),
            "art. 38 保障农民工工资支付条例 [P]; steps [D]",
        ),
        (
            "O2-CUT",
            Source.UTILITY,
            Reading.UTILITY_CUT,
            ((ONE, 1.0),),
            "art. 38 保障农民工工资支付条例 [P]; strength [D]",
        ),
        (
            "O2-RENT",
            Source.RENT,
            Reading.RENT_OWED,
            ((at(2), 0.6), (ONE, 0.3)),
            "art. 38 保障农民工工资支付条例, property management [P]; steps [D]",
        ),
        (
            "O2-SHUT-OUT",
            Source.RENT,
            Reading.RENT_SHUT_OUT,
            ((ONE, 1.0),),
            "shut out by the landlord, as a cut of supply [D]",
        ),
    ),
    *family(
        Family.OPERATION,
        _TAX_DAYS,
        (
            "O3",
            Source.INVOICES,
            Reading.INVOICES_FALL,
            ((at(0.50), 0.7), (at(0.30), 0.4)),
            "[D]; three months against those of the year before",
        ),
        (
            "O3-NONE",
            Source.INVOICES,
            Reading.INVOICES_NONE,
            ((at(2), 1.0),),
            "[D]; two months without an invoice",
        ),
        ("O4", Source.TAX, Reading.TAX_OWED, ((_ANY_AMOUNT, 0.4),), "[D]; taxes overdue"),
        (
            "O4-DEFERRED",
            Source.TAX,
            Reading.TAX_DEFERRED,
            ((_ANY_AMOUNT, 0.2),),
            "[D]; taxes that may be paid later",
        ),
    ),
)

_FINANCE = family(
    Family.FINANCE,
    _COURT_DAYS,
    ("F1", Source.COURT, Reading.EQUITY_FROZEN, ((ONE, 0.5),), "[D]; a freeze in force"),
    (
        "F1-PLEDGE",
        Source.REGISTRATION,
        Reading.EQUITY_PLEDGED,
        ((at(50), 0.4),),
        "[D]; half of the capital at least",
    ),
    ("F2", Source.OVERDUE, Reading.OVERDUE, ((_ANY_AMOUNT, 0.7),), "[D]; loans or bills overdue"),
    ("F3", Source.LAWSUIT, Reading.SUED, ((at(3), 0.4),), "[D]; as defendant, in 90 days"),
    (
        "F3-SUM",
        Source.LAWSUIT,
        Reading.SUED_FOR,
        ((at(0.10), 0.4),),
        "[D]; against the revenue of a year, as invoices tell it",
    ),
    ("F4", Source.COURT, Reading.ENFORCED, ((ONE, 0.6),), "court list [L]; strength [D]"),
    (
        "F4-DISHONEST",
        Source.COURT,
        Reading.DISHONEST,
        ((ONE, 0.9),),
        "list of dishonest judgment debtors [L]; strength [D]",
    ),
    (
        "F5",
        Source.COURT,
        Reading.BANKRUPT,
        ((ONE, 1.0),),
        "企业破产法 art. 10: bankruptcy accepted [L]",
    ),
)

_REGISTER = family(
    Family.REGISTER,
    _COURT_DAYS,
    (
        "R1",
        Source.REGISTRATION,
        Reading.LISTED_ABNORMAL,
        ((Threshold(word="unreachable"), 0.7), (ONE, 0.4)),
        "企业信息公示暂行条例: list of abnormal operations [L]; strength [D]",
    ),
    (
        "R1-SERIOUS",
        Source.REGISTRATION,
        Reading.LISTED_SERIOUS,
        ((ONE, 1.0),),
        "serious violations, or three years on the list of abnormal operations [L]",
    ),
    (
        "R2-CUT",
        Source.REGISTRATION,
        Reading.CAPITAL_LESS,
        ((at(0.01), 0.3),),
        "[D]; a cut of registered capital",
    ),
    (
        "R2-REPRESENTATIVE",
        Source.REGISTRATION,
        Reading.REPRESENTATIVES,
        ((at(2), 0.4),),
        "[D]; twice in half a year",
    ),
    (
        "R2-MOVE",
        Source.REGISTRATION,
        Reading.MOVING_OUT,
        ((ONE, 0.5),),
        "[D]; moves out of the city",
    ),
    (
        "R2-NOTICE",
        Source.REGISTRATION,
        Reading.DEREGISTERING,
        ((ONE, 0.8),),
        "[D]; notice of deregistration",
    ),
)

OF_BUSINESS = (*_OPERATION, *_FINANCE, *_REGISTER)
