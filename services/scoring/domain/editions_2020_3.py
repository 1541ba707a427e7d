"""The edition 2020.3: who belongs together is judged; all else is as the edition before it says."""

from dataclasses import replace
from datetime import date

from services.scoring.domain.editions_2020_2 import RULES_2020_2
from services.scoring.domain.indicators_2020_3 import ADDED_2020_3
from services.scoring.domain.rules import Source

RULES_2020_3 = replace(
    RULES_2020_2,
    version="rules-2020.3",
    # Before the pilot began, on 31 July.
    effective_from=date(2020, 7, 15),
    indicators=(*RULES_2020_2.indicators, *ADDED_2020_3),
    # Shares and contracts are on record, but change without notice [D].
    reliability={**RULES_2020_2.reliability, Source.AFFILIATION: 0.90},
)
