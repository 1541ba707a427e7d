"""What can be said of any enterprise of the register, be it that nothing is known.

Of most enterprises no rule ever fires. That is good news only where somebody looks who would see
trouble: what nobody reports is unknown, and never a sign of health.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.scoring.domain.findings import Finding
from services.scoring.domain.rules import Source

# What is older says nothing of how the enterprise is now.
NEWS_DAYS: Final = 62
# Those speak of everyone whom they know, well or not; the others only where something happened.
_REGULAR: Final = frozenset(
    {
        Source.HEADCOUNT,
        Source.RENEWAL,
        Source.POSTING,
        Source.ELECTRICITY,
        Source.UTILITY,
        Source.RENT,
        Source.INVOICES,
        Source.TAX,
        Source.OVERDUE,
        Source.VISIT,
    }
)


class Outlook(StrEnum):
    """Whether the rules find anything, and if not, whether anybody looked."""

    FOUND = "found"
    NOTHING_FOUND = "nothing_found"
    UNKNOWN = "unknown"


class Unlearned(StrEnum):
    """Why there is no word of the learned model."""

    NO_MODEL = "no_model"
    NO_MONTHS = "no_months"


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest that a source has said: of which period or day, and what brought it.

    `id` is the import; of a visit, a service or a loan the deed.
    """

    source: Source
    period: str
    on: date
    id: UUID


def outlook(findings: Collection[Finding], newest: Mapping[Source, Newest], day: date) -> Outlook:
    """Tell whether anything was found; nothing is said of whom nobody has seen lately."""
    if any(one.strength > 0 for one in findings):
        return Outlook.FOUND
    looked = any(
        source in _REGULAR and age_days(one, day) <= NEWS_DAYS for source, one in newest.items()
    )
    return Outlook.NOTHING_FOUND if looked else Outlook.UNKNOWN


def age_days(one: Newest, day: date) -> int:
    """Return how old it is; a month that is not over yet is not."""
    return max(0, (day - one.on).days)
