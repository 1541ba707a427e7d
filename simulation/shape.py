"""What the parameters of a city are, section by section; every field is a key of the file.

The types say how a number may be scaled for tests of robustness: a `Share` by its odds, a `Size` by
its ratio, what is plain stays as it is (counts, days, dates, definitions).
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

SHARE: Final = "share"
SIZE: Final = "size"

Share = Annotated[float, SHARE]
Size = Annotated[float, SIZE]
Shares = Annotated[tuple[float, float], SHARE]
Days = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Population:
    """Who there is."""

    staff_median: Size
    staff_spread: float
    staff_largest: int
    sister_share: Share
    already_gone_share: Share
    founded_within_history_share: Share
    short_name_share: Share
    short_name_share_large: Share
    confusable_share: Share
    everyday_brand_share: Share


@dataclass(frozen=True, slots=True)
class Districts:
    """Where they are: weights in the order of the code table."""

    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ByState:
    """A factor in each hidden state."""

    healthy: float
    strained: Size
    distressed: Size


@dataclass(frozen=True, slots=True)
class Churn:
    """How headcounts and bases move where nothing is wrong, and by which factors they do else."""

    growth_mean: float
    growth_spread: Size
    turnover_spread: Size
    own_season_share: Share
    own_season_factor: Size
    base_spread: Size
    base_noise: Size
    base_raise: Size
    hiring: ByState
    leaving: ByState


@dataclass(frozen=True, slots=True)
class Distress:
    """Chances by month of going from one hidden state to another."""

    strain: Share
    strain_spread: Size
    ease: Share
    worsen: Share
    recover: Share
    decide: Share
    sudden: Share
    micro_factor: float
    large_factor: float
    shock_strain: Size
    shock_months: tuple[str, ...]
    shock_hiring: Share
    shock_hiring_months: tuple[str, ...]
    after_calm: Share
    after_distress: Share


@dataclass(frozen=True, slots=True)
class Layoffs:
    """How large a loss is, how long it is planned, who is told, and when it counts as mass."""

    closure_micro: Share
    closure_small: Share
    closure_large: Share
    closure_sudden: Share
    share_alpha: Size
    share_beta: Size
    share_least: float
    share_most: float
    report_share: Share
    report_share_large: Share
    report_lead_days: Days
    quiet_lead_days: Days
    sudden_lead_days: Days
    announced_share: Share
    announced_lead_days: Days
    split_share: Share
    split_from: int
    split_days: Days
    mass_jobs: int
    mass_share: float
    mass_least: int
    horizon_days: int


@dataclass(frozen=True, slots=True)
class Signs:
    """What distress does that somebody can see."""

    pays_on_time_share: Share
    arrears_strained: Share
    arrears_distressed: Share
    arrears_last_strained: Share
    arrears_last_distressed: Share
    pay_cut_share: Share
    pay_cut_size: Shares
    pay_dip_share: Share
    pay_dip_size: Shares
    wages_owed_share: Share
    wages_owed: Share
    capital_cut: Share
    gathering_share: Share
    cancelled_days: Days
    cancelled_share: Share


@dataclass(frozen=True, slots=True)
class Decoys:
    """What looks like distress and is none."""

    transfer: Share
    transfer_share: Shares
    outsourcing: Share
    outsourcing_share: Shares
    bank_mistake: Share
    moved_out: Share
    healthy_capital_cut: Share
    rumour: Share


@dataclass(frozen=True, slots=True)
class Reporting:
    """When agencies push what they know, and what they do not know."""

    lag_days: Days
    missing: Share
    missing_distressed: Share
    late: Share
    late_days: Days
    wrong: Share
    wrong_size: Shares
    corrected_days: Days
    register_days: Days
    contribution_rate: float
    contribution_rate_relief: float
    relief_from: str


@dataclass(frozen=True, slots=True)
class Lists:
    """Who stands on the protection lists, and when an edition comes out."""

    priority_share: Share
    key_share: Share
    inclusive_share: Share
    renewed_share: Share
    first_published: date
    first_until: date
    second_published: date
    second_from: date


@dataclass(frozen=True, slots=True)
class Opinions:
    """How much is written, about whom, and how it names them."""

    loudness_spread: Size
    talk: Size
    talk_power: float
    alleged: Size
    alleged_planned: Size
    alleged_power: float
    burst: Size
    repost_share: Share
    reposts: tuple[int, int]
    denial_share: Share
    full_name_share: Share
    short_name_share: Share
    number_share: Share
    misleading_share: Share
    weekend_factor: Share
    burst_spread: Size


@dataclass(frozen=True, slots=True)
class Visits:
    """What somebody who comes or calls gets to see and to hear."""

    staff_noise: Size
    owner_reachable_healthy: Share
    owner_reachable_distressed: Share
    owner_reachable_closing: Share
    tells_on_site: Share
    tells_by_phone: Share
    tells_number_noise: Size
    staff_tell_wages: Share
    equipment_moved_closing: Share
    operating_closing: Share


@dataclass(frozen=True, slots=True)
class Treatment:
    """What help can do."""

    hopeless_share: Share
    hopeless_layoff_share: Share
    cash_short_share: Share
    averts_from: float
    response_least: float
    finance_effect: Share
    finance_onset_days: int
    gap_months: Size


@dataclass(frozen=True, slots=True)
class Service:
    """What one service of the catalogue does at full dose and full response."""

    name: str
    relief: Share
    delay_days: int
    onset_days: int
    dose: str
    source: str


@dataclass(frozen=True, slots=True)
class Firms:
    """What enterprises want for themselves."""

    consents: Share
    consents_cash_short: Share
    asks_factor: tuple[float, float]
    tenor_months: tuple[int, ...]
    has_loans_share: Share
    guarantee_share: Share


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade: how common, how large, how much it changes staff, pays, and withstands."""

    code: str
    words: tuple[str, ...]
    share: float
    staff: Size
    turnover: Size
    wage: Size
    frailty: Size
    shock: Share
    season: tuple[float, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that a city is made of."""

    population: Population
    districts: Districts
    churn: Churn
    distress: Distress
    layoffs: Layoffs
    signs: Signs
    decoys: Decoys
    reporting: Reporting
    lists: Lists
    opinions: Opinions
    visits: Visits
    treatment: Treatment
    firms: Firms
    services: tuple[Service, ...]
    trades: tuple[Trade, ...]
