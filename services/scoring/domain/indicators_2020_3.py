"""The indicators that the edition 2020.3 adds: the trouble of those who belong together (X1).

Strengths: domain reference §3.0, X1 (.3 to .6). What a customer or a debtor can no longer pay is
missing at once, what happens to a parent or a sister comes over months [D].
"""

from services.scoring.domain.indicator_rows import ONE, at, family
from services.scoring.domain.rules import Family, Reading, Source

_CONTEXT_DAYS = 90

ADDED_2020_3 = family(
    Family.CONTEXT,
    _CONTEXT_DAYS,
    (
        "X1-GROUP",
        Source.AFFILIATION,
        Reading.AFFILIATE_FAILED,
        ((at(2), 0.6), (ONE, 0.3)),
        "[D]; parent, subsidiary or sister: red; orange, by its own facts",
    ),
    (
        "X1-CUSTOMER",
        Source.AFFILIATION,
        Reading.CUSTOMER_FAILED,
        ((at(2), 0.6), (ONE, 0.3)),
        "[D]; a major customer, or whose debts it guarantees: bankrupt or dishonest; enforced",
    ),
)
