"""The edition 2020.2: all feeds are judged; what the edition before it says, stays as it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from services.scoring.domain.editions_2020_1 import RULES_2020_1
from services.scoring.domain.indicators_2020_2 import ADDED_2020_2
from services.scoring.domain.rules import Family, Source

# What an agency holds from its own books is believed as the headcounts are; a meter may fail, a
# caller may be wrong, and what banks may tell is less than they know [D].
_RELIABILITY: Mapping[Source, float] = {
    Source.RENEWAL: 0.95,
    Source.CLAIM: 0.95,
    Source.POSTING: 0.80,
    Source.WAGES: 0.95,
    Source.DEFERRAL: 0.95,
    Source.ELECTRICITY: 0.90,
    Source.UTILITY: 0.90,
    Source.RENT: 0.80,
    Source.INVOICES: 0.95,
    Source.TAX: 0.95,
    Source.OVERDUE: 0.90,
    Source.COURT: 0.95,
    Source.LAWSUIT: 0.95,
    Source.REGISTRATION: 0.95,
    Source.DISPUTE: 0.95,
    Source.HOTLINE: 0.80,
}
# What people gather for, besides what the first edition names.
_GRIEVANCES = {"W1-RECORDED": 0.5, "D1-COMMON": 0.9}

RULES_2020_2 = replace(
    RULES_2020_1,
    version="rules-2020.2",
    # The month before the pilot began.
    effective_from=date(2020, 7, 1),
    indicators=(*RULES_2020_1.indicators, *ADDED_2020_2),
    reliability={**RULES_2020_1.reliability, **_RELIABILITY},
    weights={**RULES_2020_1.weights, Family.FINANCE: 0.6, Family.CONTEXT: 0.3},
    hard=RULES_2020_1.hard | {"W2-RECORDED", "F5", "D3-CALLED"},
    gravest=RULES_2020_1.gravest | {"D3-CALLED"},
    strong={**RULES_2020_1.strong, "W1-RECORDED": 0.75},
    confirmed_by={
        **RULES_2020_1.confirmed_by,
        "D3-ALLEGED": {**RULES_2020_1.confirmed_by["D3-ALLEGED"], **_GRIEVANCES},
        "D3-CALLED": {**RULES_2020_1.confirmed_by["D3-ALLEGED"], **_GRIEVANCES},
    },
    # [D]: an enterprise that stands still, or is bankrupt, loses as many as one that owes wages.
    distress={
        **RULES_2020_1.distress,
        "W1-RECORDED": 0.5,
        "O1-IDLE": 1.0,
        "O3-NONE": 1.0,
        "F5": 1.0,
    },
)
