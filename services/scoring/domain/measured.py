"""What the features say of one enterprise on one day; what is unknown is None, never zero."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fall:
    """How many of `base` persons are gone; negative where the enterprise grew."""

    base: int
    persons: int
    share: float


@dataclass(frozen=True, slots=True)
class HeadcountMeasured:
    """The last known month, and what it has lost against the months before it."""

    month: str
    age_days: int
    import_id: UUID
    headcount: int
    on_month: Fall | None
    cumulated: Fall | None
    rolling: Fall | None


@dataclass(frozen=True, slots=True)
class ArrearsMeasured:
    """The last month for which the unpaid months are known."""

    month: str
    age_days: int
    import_id: UUID
    months: int


@dataclass(frozen=True, slots=True)
class Measured:
    """All that is known of one enterprise on one day."""

    headcount: HeadcountMeasured | None = None
    arrears: ArrearsMeasured | None = None
