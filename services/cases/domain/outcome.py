"""How a case ends, and what it may wait for before."""

from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """How a case ended."""

    AVERTED = "averted"
    REDUCED = "reduced"
    ORDERLY_LAWFUL_LAYOFF = "orderly_lawful_layoff"
    AGREED_PAY_CUT = "agreed_pay_cut"
    WAGES_RECOVERED = "wages_recovered"
    SOCIAL_INSURANCE_SETTLED = "social_insurance_settled"
    FINANCING_OBTAINED = "financing_obtained"
    RESTRUCTURED = "restructured"
    BANKRUPTCY_SETTLED = "bankruptcy_settled"
    MOVED_OUT = "moved_out"
    LOST_CONTACT = "lost_contact"
    FALSE_POSITIVE = "false_positive"
    # Not among the twelve codes that are counted: what the city signs when nothing helped.
    UNRESOLVED = "unresolved"


# 妥善处置: the numerator of the resolution rate.
PROPERLY_HANDLED: Final = frozenset(
    {
        Outcome.AVERTED,
        Outcome.REDUCED,
        Outcome.ORDERLY_LAWFUL_LAYOFF,
        Outcome.AGREED_PAY_CUT,
        Outcome.WAGES_RECOVERED,
        Outcome.SOCIAL_INSURANCE_SETTLED,
        Outcome.FINANCING_OBTAINED,
        Outcome.RESTRUCTURED,
        Outcome.BANKRUPTCY_SETTLED,
    }
)


class WaitingFor(StrEnum):
    """What a suspended case waits for; other grounds do not stop the clock."""

    FIRM_DOCUMENTS = "firm_documents"
    COURT = "court"
    BANK = "bank"
    OTHER_DEPARTMENT = "other_department"
