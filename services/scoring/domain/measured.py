"""What the features say of one enterprise on one day; what is unknown is None, never zero."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.scoring.domain.figures import Figure
from services.scoring.domain.rules import Reading


@dataclass(frozen=True, slots=True)
class Fall:
    """How many of `base` persons are gone; negative where the enterprise grew."""

    base: int
    persons: int
    share: float


@dataclass(frozen=True, slots=True)
class Attrition:
    """How many persons usually go in a span of months: their spread, and those a year before."""

    spread: float = 0.0
    season: int = 0

    def is_exceeded(self, fall: Fall, spreads: float) -> bool:
        """Say whether a fall is larger than so many spreads, and than the season's."""
        return fall.persons > max(self.spread * spreads, self.season)


NO_ATTRITION = Attrition()


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
    # Against the December before the last known month's year.
    on_year: Fall | None = None
    month_attrition: Attrition = NO_ATTRITION
    window_attrition: Attrition = NO_ATTRITION
    year_attrition: Attrition = NO_ATTRITION


@dataclass(frozen=True, slots=True)
class ArrearsMeasured:
    """The last month whose unpaid months are known, and the most in the half year before."""

    month: str
    age_days: int
    import_id: UUID
    months: int
    before: int = 0


@dataclass(frozen=True, slots=True)
class PayMeasured:
    """The average contribution base (CNY) against the median of the half year before it."""

    month: str
    age_days: int
    import_id: UUID
    average: float
    usual: float


@dataclass(frozen=True, slots=True)
class PlanMeasured:
    """A layoff that was reported, or told to an officer: how many, from when on."""

    said_on: date
    age_days: int
    id: UUID
    planned: int
    headcount: int | None
    layoff_on: date | None


@dataclass(frozen=True, slots=True)
class VisitMeasured:
    """What officers saw at the last visit on site that found it out; None was not found out.

    Each finding stands by itself: its value, its age in days, the deed.
    """

    shut: "Sight | None" = None
    equipment_moved: "Sight | None" = None
    owner_away: "Sight | None" = None
    gathering: "Sight | None" = None
    wages_owed: "Sight | None" = None


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing that was found out: how much (1 for yes, 0 for no), when, in which deed."""

    value: int
    seen_on: date
    age_days: int
    id: UUID


@dataclass(frozen=True, slots=True)
class Voices:
    """Independent voices in the seven days that speak loudest today; texts alike are one voice."""

    value: float
    items: int
    last_on: date
    age_days: int
    id: UUID


@dataclass(frozen=True, slots=True)
class Announced:
    """How many jobs texts say will go: persons, or a share of the staff."""

    persons: int | None
    share: float | None
    sources: int
    last_on: date
    age_days: int
    id: UUID


@dataclass(frozen=True, slots=True)
class OpinionsMeasured:
    """What texts of the last weeks say; a kind that nobody alleges is None."""

    voices: Voices | None = None
    velocity: Voices | None = None
    told: Voices | None = None
    wages: Voices | None = None
    gathering: Voices | None = None
    announced: Announced | None = None


@dataclass(frozen=True, slots=True)
class RegisterMeasured:
    """What the register changed: a state other than active, a cut of the capital (share)."""

    status: str | None
    capital_cut: float | None
    changed_on: date
    age_days: int
    import_id: UUID


@dataclass(frozen=True, slots=True)
class HelpMeasured:
    """One service or loan that reached the enterprise."""

    service: str
    given_on: date
    age_days: int
    id: UUID
    persons: int | None = None
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """All that is known of one enterprise on one day."""

    headcount: HeadcountMeasured | None = None
    arrears: ArrearsMeasured | None = None
    pay: PayMeasured | None = None
    report: PlanMeasured | None = None
    told: PlanMeasured | None = None
    visit: VisitMeasured = field(default_factory=VisitMeasured)
    opinions: OpinionsMeasured = field(default_factory=OpinionsMeasured)
    register: RegisterMeasured | None = None
    helped: tuple[HelpMeasured, ...] = ()
    # What the feeds besides these come to; a reading that nobody reported is missing.
    figures: Mapping[Reading, Figure] = field(default_factory=dict)
    # Two persons found on this very day that the warning was false.
    is_refuted: bool = False

    @property
    def staff(self) -> int | None:
        """Return the headcount: as insured, else as reported with a plan."""
        if self.headcount is not None:
            return self.headcount.headcount
        return None if self.report is None else self.report.headcount
