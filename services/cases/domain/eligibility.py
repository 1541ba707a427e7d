"""Whether a service may go to an enterprise, by what is known of it, with every reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from services.cases.domain.catalogue import Condition, Policy, policies_of
from services.cases.domain.codes import Service
from services.cases.domain.months import shifted
from services.cases.domain.record import Record, is_statutory
from shared.codes.industries import IndustryUnknown
from shared.codes.size_classes import SizeClass, size_class

# 失业保险稳岗返还: firms of up to thirty insured pass at a fifth.
_FEW_INSURED: Final = 30
_FEW_INSURED_TARGET: Final = Decimal(20)
_TEN: Final = 10
_YEAR: Final = 12
_QUARTER: Final = 3
_ANY_MONEY: Final = Decimal(10) ** 15
_HUNDREDTH: Final = Decimal("0.01")


class Verdict(StrEnum):
    """What is known about a condition, a policy or a service."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """What was found about one condition; `values` fill in its sentence."""

    condition: Condition
    verdict: Verdict
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class PolicyFinding:
    """A policy in force, and its reasons."""

    policy: Policy
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> Verdict:
        """All conditions must hold; one that fails decides, one that is unknown leaves it open."""
        found = {reason.verdict for reason in self.reasons}
        for verdict in (Verdict.NO, Verdict.UNKNOWN):
            if verdict in found:
                return verdict
        return Verdict.YES


@dataclass(frozen=True)
class Eligibility:
    """A service on a day, by its policies that are in force then."""

    service: Service
    day: date
    findings: tuple[PolicyFinding, ...]

    @property
    def verdict(self) -> Verdict:
        """One policy is enough; without any in force there is no such service."""
        found = {finding.verdict for finding in self.findings}
        for verdict in (Verdict.YES, Verdict.UNKNOWN):
            if verdict in found:
                return verdict
        return Verdict.NO


def judge(service: Service, record: Record, day: date) -> Eligibility:
    """Judge a service for an enterprise on a day."""
    findings = tuple(
        PolicyFinding(
            policy, tuple(_JUDGES[each](record, policy, each) for each in policy.conditions)
        )
        for policy in policies_of(service)
        if policy.in_force(day)
    )
    return Eligibility(service, day, findings)


def judge_all(record: Record, day: date) -> tuple[Eligibility, ...]:
    """Judge every service of the catalogue."""
    return tuple(judge(service, record, day) for service in Service)


_Judge = Callable[[Record, Policy, Condition], Reason]


def _insured(record: Record, _policy: Policy, condition: Condition) -> Reason:
    """Somebody is insured there."""
    least = _TEN if condition is Condition.STAFF_TEN else 1
    if (month := record.latest) is None or (insured := record.insured(month)) is None:
        return Reason(condition, Verdict.UNKNOWN)
    return _decided(condition, met=insured >= least, month=month, insured=insured)


def _size(record: Record, _policy: Policy, condition: Condition) -> Reason:
    """The enterprise is at most so large, whatever its revenue and assets are."""
    month = record.latest
    staff = None if month is None else record.insured(month)
    if month is None or staff is None or record.industry is None:
        return Reason(condition, Verdict.UNKNOWN)
    fitting = {SizeClass.SMALL, SizeClass.MICRO}
    if condition is Condition.NOT_LARGE:
        fitting |= {SizeClass.MEDIUM}
    try:
        # Revenue and assets are not known: what it could be at most, and at least.
        most = size_class(record.industry, staff=staff, revenue=_ANY_MONEY, assets=_ANY_MONEY).size
        least = size_class(record.industry, staff=staff, revenue=Decimal(), assets=Decimal()).size
    except IndustryUnknown:
        return Reason(condition, Verdict.UNKNOWN)
    if SizeClass.UNKNOWN in {most, least} or (most in fitting) != (least in fitting):
        return Reason(condition, Verdict.UNKNOWN)
    return _decided(condition, met=most in fitting, month=month, insured=staff)


def _layoff_rate(record: Record, policy: Policy, condition: Condition) -> Reason:
    """Insured at the end of the year before last against the end of last year."""
    year = policy.valid_from.year
    return _loss(record, policy, condition, f"{year - 2}-12", f"{year - 1}-12")


def _twelve_months(record: Record, policy: Policy, condition: Condition) -> Reason:
    """The last headcount against the one of a year before."""
    if (month := record.latest) is None:
        return Reason(condition, Verdict.UNKNOWN)
    return _loss(record, policy, condition, shifted(month, -_YEAR), month)


def _loss(record: Record, policy: Policy, condition: Condition, since: str, until: str) -> Reason:
    base, end = record.insured(since), record.insured(until)
    if not base or end is None or policy.target is None:
        return Reason(condition, Verdict.UNKNOWN, {"since": since, "until": until})
    target = policy.target
    if condition is Condition.LAYOFF_RATE and base <= _FEW_INSURED:
        target = _FEW_INSURED_TARGET
    rate = Decimal(100 * (base - end)) / base
    return _decided(
        condition,
        met=rate <= target,
        since=since,
        until=until,
        base=base,
        insured=end,
        rate=rate.quantize(_HUNDREDTH, ROUND_HALF_UP),
        target=target,
    )


def _few_layoffs(record: Record, _policy: Policy, condition: Condition) -> Reason:
    """Fewer were lost within three months than art. 41 asks the procedure for."""
    month = record.latest
    before = [] if month is None else [shifted(month, -back) for back in range(1, _QUARTER + 1)]
    known = [count for each in before if (count := record.insured(each)) is not None]
    insured = None if month is None else record.insured(month)
    if month is None or insured is None or not known:
        return Reason(condition, Verdict.UNKNOWN)
    base = max(known)
    met = not is_statutory(base - insured, base)
    return _decided(condition, met=met, month=month, base=base, insured=insured)


def _no_arrears(record: Record, _policy: Policy, condition: Condition) -> Reason:
    """Social insurance is paid up."""
    if (month := record.latest) is None or (owed := record.arrears(month)) is None:
        return Reason(condition, Verdict.UNKNOWN)
    return _decided(condition, met=owed == 0, month=month, months=owed)


def _paid_twelve_months(record: Record, _policy: Policy, condition: Condition) -> Reason:
    """Nothing was owed in any of the last twelve months."""
    if (month := record.latest) is None:
        return Reason(condition, Verdict.UNKNOWN)
    owed = [record.arrears(shifted(month, -back)) for back in range(_YEAR)]
    if any(owed):
        return Reason(condition, Verdict.NO, {"month": month})
    known = all(each is not None for each in owed)
    return Reason(condition, Verdict.YES if known else Verdict.UNKNOWN, {"month": month})


def _not_told(_record: Record, _policy: Policy, condition: Condition) -> Reason:
    """No feed tells it."""
    return Reason(condition, Verdict.UNKNOWN)


def _decided(condition: Condition, *, met: bool, **values: object) -> Reason:
    return Reason(condition, Verdict.YES if met else Verdict.NO, values)


_JUDGES: Final[Mapping[Condition, _Judge]] = {
    Condition.INSURED: _insured,
    Condition.STAFF_TEN: _insured,
    Condition.NOT_LARGE: _size,
    Condition.SMALL: _size,
    Condition.LAYOFF_RATE: _layoff_rate,
    Condition.LOSS_TWELVE_MONTHS: _twelve_months,
    Condition.FEW_LAYOFFS: _few_layoffs,
    Condition.NO_ARREARS: _no_arrears,
    Condition.PAID_TWELVE_MONTHS: _paid_twelve_months,
    Condition.REVENUE_FALL: _not_told,
    Condition.STATE_PREMISES: _not_told,
    Condition.DIFFICULTY: _not_told,
}
