"""How long something may take: a literal that tables of time limits are made of."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What an allowance is counted in."""

    CLOCK_HOURS = "clock_hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Allowance:
    """A positive number of units, such as `Allowance(3, Unit.WORKING_DAYS)`."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError(f"an allowance is positive, not {self.amount}")
