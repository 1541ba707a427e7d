"""What a set of rules is made of; the editions themselves are in `editions.py`.

Marks as in the law library: [L] legal trigger, [P] observed practice, [D] our default to be tuned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from services.scoring.domain.places import Place


class Family(StrEnum):
    """A kind of evidence; indicators of one family see the same event."""

    EMPLOYMENT = "employment"
    WAGES = "wages"
    SOCIAL_INSURANCE = "social_insurance"
    OPERATION = "operation"
    REGISTER = "register"
    DISPUTES = "disputes"
    OPINION = "opinion"
    FINANCE = "finance"
    CONTEXT = "context"


class Source(StrEnum):
    """Who says it: a feed of an agency, an officer's visit, a service, a bank's loan."""

    HEADCOUNT = "insured_headcount"
    LAYOFF_REPORT = "layoff_report"
    OPINION = "opinion_item"
    REGISTER = "enterprise_register"
    VISIT = "visit"
    SERVICE = "service"
    LOAN = "loan"
    RENEWAL = "contract_renewal"
    CLAIM = "unemployment_claim"
    POSTING = "job_posting"
    WAGES = "wage_arrears"
    DEFERRAL = "si_deferral"
    ELECTRICITY = "electricity"
    UTILITY = "utility_arrears"
    RENT = "rent_arrears"
    INVOICES = "invoices"
    TAX = "tax_arrears"
    OVERDUE = "loan_overdue"
    COURT = "court_notice"
    LAWSUIT = "lawsuit"
    REGISTRATION = "register_change"
    DISPUTE = "labour_dispute"
    HOTLINE = "hotline_call"
    AFFILIATION = "affiliation"


class Reading(StrEnum):
    """Which measure an indicator looks at."""

    FALL_ON_MONTH = "fall_on_month"
    FALL_IN_THREE_MONTHS = "fall_in_three_months"
    FALL_ON_YEAR = "fall_on_year"
    PAY_FALL = "pay_fall"
    MONTHS_IN_ARREARS = "months_in_arrears"
    PLAN_REPORTED = "plan_reported"
    PLAN_TOLD = "plan_told"
    WAGES_OWED = "wages_owed"
    WAGES_ALLEGED = "wages_alleged"
    SITE_SHUT = "site_shut"
    EQUIPMENT_MOVED = "equipment_moved"
    OWNER_AWAY = "owner_away"
    GATHERING_SEEN = "gathering_seen"
    GATHERING_ALLEGED = "gathering_alleged"
    VOICES = "voices"
    VELOCITY = "velocity"
    TROUBLE_TOLD = "trouble_told"
    ANNOUNCED = "announced"
    STATUS_LOST = "status_lost"
    CAPITAL_CUT = "capital_cut"
    RENEWED = "renewed"
    CLAIMED = "claimed"
    LAID_OFF_IN_30_DAYS = "laid_off_in_30_days"
    LAID_OFF_IN_90_DAYS = "laid_off_in_90_days"
    POSTINGS_FALL = "postings_fall"
    POSTINGS_NONE = "postings_none"
    WAGES_RECORDED = "wages_recorded"
    WAGES_CRIMINAL = "wages_criminal"
    DEFERRAL_ASKED = "deferral_asked"
    POWER_FALL = "power_fall"
    POWER_IDLE = "power_idle"
    POWER_CUT = "power_cut"
    UTILITIES_OWED = "utilities_owed"
    UTILITY_CUT = "utility_cut"
    RENT_OWED = "rent_owed"
    RENT_SHUT_OUT = "rent_shut_out"
    INVOICES_FALL = "invoices_fall"
    INVOICES_NONE = "invoices_none"
    TAX_OWED = "tax_owed"
    TAX_DEFERRED = "tax_deferred"
    EQUITY_FROZEN = "equity_frozen"
    EQUITY_PLEDGED = "equity_pledged"
    OVERDUE = "overdue"
    SUED = "sued"
    SUED_FOR = "sued_for"
    ENFORCED = "enforced"
    DISHONEST = "dishonest"
    BANKRUPT = "bankrupt"
    LISTED_ABNORMAL = "listed_abnormal"
    LISTED_SERIOUS = "listed_serious"
    CAPITAL_LESS = "capital_less"
    REPRESENTATIVES = "representatives"
    MOVING_OUT = "moving_out"
    DEREGISTERING = "deregistering"
    DISPUTED = "disputed"
    COMMON_CLAIM = "common_claim"
    CALLED = "called"
    CALLS_RISING = "calls_rising"
    GATHERING_CALLED = "gathering_called"
    AFFILIATE_FAILED = "affiliate_failed"
    CUSTOMER_FAILED = "customer_failed"


class Impact(IntEnum):
    """How large the event is (I1 to I4)."""

    I1 = 1
    I2 = 2
    I3 = 3
    I4 = 4


@dataclass(frozen=True, slots=True)
class Threshold:
    """Reached when any of its numbers is; all of them inclusive, as 以上 is in law.

    `persons` and `share` are of a fall, `number` of whatever the reading counts, `word` of a state;
    `above_target` is a share of a fall that exceeds the year's stability target; `below` is a
    number that what the reading counts does not reach.
    """

    persons: int | None = None
    share: float | None = None
    number: float | None = None
    word: str | None = None
    above_target: bool = False
    below: float | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is looked at; `steps` go from the strongest down."""

    id: str
    family: Family
    source: Source
    reading: Reading
    half_life_days: int
    steps: tuple[tuple[Threshold, float], ...]
    citation: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A size of reduction that admits a warning by itself, while its reading is fresh.

    `spreads`: so many times the enterprise's usual fluctuation it has to exceed; `fewest`: of
    fewer persons a share says nothing by itself.
    """

    id: str
    family: Family
    source: Source
    threshold: Threshold
    spreads: float
    fewest: int
    citation: str


class Help(StrEnum):
    """What may lower a likelihood (protective evidence)."""

    SERVICE = "service"
    LOAN = "loan"
    HIRING = "hiring"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Protection:
    """What lowers a likelihood by so much, if the worry is of one of these families.

    `services` are the services that count, `share` the growth that does, from `fewest` persons on.
    """

    id: str
    kind: Help
    source: Source
    amount: float
    families: frozenset[Family]
    citation: str
    services: frozenset[str] = frozenset()
    share: float | None = None
    fewest: int = 0


@dataclass(frozen=True, slots=True)
class Targets:
    """The layoff rate that an enterprise shall not exceed, by the year whose rate it is."""

    by_year: Mapping[int, float]
    small_until: int
    small: float

    def of(self, year: int, base: int) -> float:
        """Return the target of a year; of a year without its own, the last one before it."""
        if base <= self.small_until:
            return self.small
        known = [given for given in self.by_year if given <= year]
        return self.by_year[max(known, default=min(self.by_year))]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One edition of the rules, in force from a day on."""

    version: str
    effective_from: date
    indicators: tuple[Indicator, ...]
    # How far a source is believed.
    reliability: Mapping[Source, float]
    weights: Mapping[Family, float]
    family_cap: float
    # A witness with less evidence than this corroborates nothing.
    corroborates_from: float
    # Of a small base percentages say nothing, unless so many persons are gone.
    small_base: int
    small_base_persons: int
    targets: Targets
    # A loss within so many times the enterprise's usual fluctuation is attrition.
    spreads: float
    statutory: Trigger
    scale: Trigger
    # Findings that admit at least an orange warning by themselves; the graver ones a red one.
    hard: frozenset[str]
    gravest: frozenset[str]
    # Indicator -> strength from which it admits a warning by itself, yellow at most.
    strong: Mapping[str, float]
    # Indicator -> strength from which it is a first trace of distress: blue at least, unless
    # something protects that distress would not leave room for.
    traces: Mapping[str, float]
    no_trace_beside: frozenset[str]
    # Whoever has fewer has nobody left whom a mass layoff could count.
    fewest_staff: int
    # What only texts allege -> the findings (and their strength) of which one has to confirm it.
    confirmed_by: Mapping[str, Mapping[str, float]]
    trigger_days: int
    protections: tuple[Protection, ...]
    protection_cap: float
    # Where an enterprise is in distress: what share of its staff is at stake at least.
    expected_share: float
    distress: Mapping[str, float]
    impacts: tuple[tuple[Threshold, Impact], ...]
    # Likelihood at least -> place by impact I1, I2, I3, I4; below all of them nothing is seen.
    matrix: tuple[tuple[float, tuple[Place, Place, Place, Place]], ...]
    step_down_days: int
    # The impact from which a hard trigger admits an orange warning; below it, a yellow one. What is
    # not named does from any on.
    orange_from: Mapping[str, Impact] = field(default_factory=dict)
    # Of fewer jobs at stake the impact is I1, whatever share of the staff they are.
    fewest_jobs: int = 0
    # Admission -> (evidence as it adds up, share of those like it that came to a mass layoff within
    # ninety days), straight lines in between. What is not named: the evidence as it adds up.
    chances: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)

    @property
    def notices_from(self) -> float:
        """Return the likelihood from which an enterprise is a potential risk."""
        return min(at_least for at_least, _ in self.matrix)
