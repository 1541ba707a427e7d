"""What a bank offers, to whom, and within which bounds."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shared.codes.size_classes import SizeClass


class GuaranteeKind(StrEnum):
    """What secures a loan: 信用, 保证, 抵押, 质押, 融资担保."""

    CREDIT = "credit"
    SURETY = "surety"
    MORTGAGE = "mortgage"
    PLEDGE = "pledge"
    GUARANTEE_COMPANY = "guarantee_company"


class PolicyTag(StrEnum):
    """The policy under which a product is lent: 稳岗扩岗专项贷款, 创业担保贷款, 再贷款."""

    JOB_RETENTION_LOAN = "job_retention_loan"
    STARTUP_GUARANTEED_LOAN = "startup_guaranteed_loan"
    RELENDING = "relending"


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a product; money in CNY, tenors in months, the rate in per cent a year.

    Empty `industries` or `districts` mean all of them. `first_loan`: only for firms without any
    loan so far. `quota` is what the bank lends under the product altogether.
    """

    name: str
    borrower_sizes: tuple[SizeClass, ...]
    industries: tuple[str, ...]
    districts: tuple[str, ...]
    amount_min: Decimal
    amount_max: Decimal
    tenor_min_months: int
    tenor_max_months: int
    annual_rate_percent: Decimal
    guarantees: tuple[GuaranteeKind, ...]
    first_loan: bool
    quota: Decimal
    valid_from: date
    valid_until: date
    policy_tag: PolicyTag | None
