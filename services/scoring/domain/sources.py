"""Who tells the platform what: the groups of sources of which each can be left out."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.scoring.domain.rules import Source


class SourceGroup(StrEnum):
    """Sources that speak of the same side of an enterprise (domain reference §3)."""

    EMPLOYMENT = "employment"
    WAGES = "wages"
    SOCIAL_INSURANCE = "social_insurance"
    OPERATION = "operation"
    FINANCE = "finance"
    REGISTER = "register"
    DISPUTES = "disputes"
    OPINION = "opinion"
    CONTEXT = "context"
    CASEWORK = "casework"


# The feed of insured headcounts speaks of two sides: how many there are and what they are paid,
# and whether contributions are paid for them.
MEASURES: Final[Mapping[SourceGroup, frozenset[str]]] = {
    SourceGroup.EMPLOYMENT: frozenset({"headcount", "pay"}),
    SourceGroup.SOCIAL_INSURANCE: frozenset({"arrears", "due", "paid"}),
}
# Every other source belongs to one group, whole.
GROUP_OF: Final[Mapping[Source, SourceGroup]] = {
    Source.LAYOFF_REPORT: SourceGroup.EMPLOYMENT,
    Source.RENEWAL: SourceGroup.EMPLOYMENT,
    Source.CLAIM: SourceGroup.EMPLOYMENT,
    Source.POSTING: SourceGroup.EMPLOYMENT,
    Source.WAGES: SourceGroup.WAGES,
    Source.DEFERRAL: SourceGroup.SOCIAL_INSURANCE,
    Source.ELECTRICITY: SourceGroup.OPERATION,
    Source.UTILITY: SourceGroup.OPERATION,
    Source.RENT: SourceGroup.OPERATION,
    Source.INVOICES: SourceGroup.OPERATION,
    Source.TAX: SourceGroup.OPERATION,
    Source.OVERDUE: SourceGroup.FINANCE,
    Source.COURT: SourceGroup.FINANCE,
    Source.LAWSUIT: SourceGroup.FINANCE,
    Source.REGISTER: SourceGroup.REGISTER,
    Source.REGISTRATION: SourceGroup.REGISTER,
    Source.DISPUTE: SourceGroup.DISPUTES,
    Source.HOTLINE: SourceGroup.DISPUTES,
    Source.OPINION: SourceGroup.OPINION,
    Source.AFFILIATION: SourceGroup.CONTEXT,
    Source.VISIT: SourceGroup.CASEWORK,
    Source.SERVICE: SourceGroup.CASEWORK,
    Source.LOAN: SourceGroup.CASEWORK,
}
