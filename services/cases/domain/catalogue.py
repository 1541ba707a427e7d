"""The service catalogue: which policy carries which service, from when to when (domain.md §2.3).

Rows are dated and versioned: what changed is a further row, never an edit. Several conditions hold
together; `confirmed` is False for what domain.md marks as not verified. Where it gives a year and
no day, the row runs to the end of that year.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from services.cases.domain.codes import Service


class Condition(StrEnum):
    """What a policy asks of an enterprise."""

    INSURED = "insured"
    STAFF_TEN = "staff_ten"
    NOT_LARGE = "not_large"
    SMALL = "small"
    LAYOFF_RATE = "layoff_rate"
    LOSS_TWELVE_MONTHS = "loss_twelve_months"
    FEW_LAYOFFS = "few_layoffs"
    NO_ARREARS = "no_arrears"
    PAID_TWELVE_MONTHS = "paid_twelve_months"
    # What no feed tells: the officer asks, or the agency that pays decides.
    REVENUE_FALL = "revenue_fall"
    STATE_PREMISES = "state_premises"
    DIFFICULTY = "difficulty"


@dataclass(frozen=True)
class Policy:
    """A version of a policy under which a service is given; `target` is a percentage."""

    service: Service
    code: str
    version: int
    valid_from: date
    valid_until: date | None
    citation: str
    conditions: tuple[Condition, ...] = ()
    target: Decimal | None = None
    confirmed: bool = True

    def in_force(self, day: date) -> bool:
        """Tell whether the row holds on a day; its last day is included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


_C = Condition
_DUTY: Final = ("employment_promotion", 1, date(2008, 1, 1), None, "就业促进法第四十二条")


def _refund(
    version: int, year: int, target: str, citation: str, *, confirmed: bool = False
) -> Policy:
    """Return a yearly round; its target is the year before's for surveyed urban unemployment."""
    conditions = [_C.INSURED, _C.LAYOFF_RATE]
    if year >= 2022:  # noqa: PLR2004  the year from which a year's premium is asked for
        conditions.append(_C.PAID_TWELVE_MONTHS)
    return Policy(
        Service.SOCIAL_INSURANCE_RELIEF,
        "job_retention_refund",
        version,
        date(year, 1, 1),
        date(year, 12, 31),
        citation,
        tuple(conditions),
        Decimal(target),
        confirmed,
    )


_TRAINING = (
    Policy(Service.RETENTION_TRAINING, *_DUTY, (_C.INSURED,)),
    Policy(
        Service.RETENTION_TRAINING,
        "beijing_training_subsidy",
        1,
        date(2020, 5, 1),
        date(2020, 12, 31),
        "北京市以训稳岗和临时岗位补贴（2020年5月）",
        (_C.INSURED, _C.NOT_LARGE, _C.REVENUE_FALL),
    ),
    Policy(Service.VOCATIONAL_TRAINING, *_DUTY, (_C.INSURED,)),
    Policy(
        Service.VOCATIONAL_TRAINING,
        "work_based_training",
        1,
        date(2020, 1, 1),
        date(2020, 12, 31),
        "人社部明电〔2020〕29号",
        (_C.INSURED, _C.NOT_LARGE),
        confirmed=False,
    ),
    Policy(Service.JOB_ASSISTANCE, *_DUTY),
)
_RELIEF = (
    Policy(
        Service.SOCIAL_INSURANCE_RELIEF,
        "premium_exemption",
        1,
        date(2020, 2, 1),
        date(2020, 12, 31),
        "人社部发〔2020〕11号、49号",
        (_C.INSURED, _C.NOT_LARGE),
    ),
    Policy(
        Service.SOCIAL_INSURANCE_RELIEF,
        "premium_halving",
        1,
        date(2020, 2, 1),
        date(2020, 6, 30),
        "人社部发〔2020〕11号、49号",
        (_C.INSURED,),
    ),
    Policy(
        Service.SOCIAL_INSURANCE_RELIEF,
        "premium_deferral",
        1,
        date(2020, 2, 1),
        date(2020, 12, 31),
        "人社部发〔2020〕11号、49号",
        (_C.INSURED, _C.DIFFICULTY),
    ),
    Policy(
        Service.SOCIAL_INSURANCE_RELIEF,
        "premium_deferral",
        2,
        date(2025, 1, 1),
        date(2025, 12, 31),
        "国办发〔2025〕25号",
        (_C.INSURED, _C.DIFFICULTY),
    ),
    _refund(1, 2020, "5.5", "失业保险稳岗返还（2020年）"),
    _refund(2, 2021, "6.0", "失业保险稳岗返还（2021年）"),
    _refund(3, 2022, "5.5", "失业保险稳岗返还（2022年）", confirmed=True),
    _refund(4, 2023, "5.5", "失业保险稳岗返还（2023年）"),
    _refund(5, 2024, "5.5", "失业保险稳岗返还（2024年）"),
    _refund(6, 2025, "5.5", "国办发〔2025〕25号", confirmed=True),
    # The rents of February to April 2020, set off against later ones until the end of the year.
    Policy(
        Service.RENT_RELIEF,
        "state_premises_rent",
        1,
        date(2020, 2, 1),
        date(2020, 12, 31),
        "京政办发〔2020〕7号、15号",
        (_C.NOT_LARGE, _C.FEW_LAYOFFS, _C.STATE_PREMISES),
    ),
    Policy(
        Service.RENT_RELIEF,
        "state_premises_rent",
        2,
        date(2022, 1, 1),
        date(2022, 12, 31),
        "京国资发〔2022〕5号",
        (_C.SMALL, _C.STATE_PREMISES),
        confirmed=False,
    ),
)
_LOANS = (
    Policy(
        Service.LOAN_FINANCING,
        "bank_matchmaking",
        1,
        date(2020, 4, 1),
        None,
        "北京市贷款服务中心（首贷中心）银企对接",
        (_C.INSURED,),
    ),
    Policy(
        Service.LOAN_FINANCING,
        "repayment_deferral",
        1,
        date(2020, 3, 1),
        date(2021, 12, 31),
        "银保监发〔2020〕6号、银发〔2020〕122号",
        (_C.SMALL,),
    ),
    Policy(
        Service.LOAN_FINANCING,
        "startup_guaranteed_loan",
        1,
        date(2020, 1, 1),
        date(2023, 9, 30),
        "财金〔2020〕21号",
        (_C.SMALL, _C.NO_ARREARS),
    ),
    Policy(
        Service.LOAN_FINANCING,
        "startup_guaranteed_loan",
        2,
        date(2023, 10, 1),
        None,
        "财金〔2023〕75号",
        (_C.SMALL, _C.NO_ARREARS),
        confirmed=False,
    ),
    Policy(
        Service.LOAN_FINANCING,
        "job_retention_loan",
        1,
        date(2022, 1, 1),
        date(2024, 12, 31),
        "人社厅函〔2022〕164号",
        (_C.STAFF_TEN, _C.NO_ARREARS, _C.LOSS_TWELVE_MONTHS),
        Decimal(0),
    ),
    Policy(
        Service.LOAN_FINANCING,
        "job_retention_loan",
        2,
        date(2025, 1, 1),
        date(2025, 12, 31),
        "国办发〔2025〕25号",
        (_C.STAFF_TEN, _C.NO_ARREARS, _C.LOSS_TWELVE_MONTHS),
        Decimal("5.5"),
    ),
)
_GUIDANCE = (
    Policy(
        Service.LAWFUL_LAYOFF_GUIDANCE,
        "lawful_layoff",
        1,
        date(2008, 1, 1),
        None,
        "劳动合同法第四十一至四十三条、第四十六条",
    ),
)
POLICIES: Final = (*_TRAINING, *_RELIEF, *_LOANS, *_GUIDANCE)


def policies_of(service: Service) -> tuple[Policy, ...]:
    """List a service's policies of all times."""
    return tuple(policy for policy in POLICIES if policy.service is service)
