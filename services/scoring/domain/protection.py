"""What lowers a likelihood: help that reached the enterprise, and what it does by itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.scoring.domain.findings import Finding
from services.scoring.domain.measured import HelpMeasured, Measured
from services.scoring.domain.rules import Family, Help, Protection, RuleSet

# Paid arrears and hiring are news for so long; a source that is silent says nothing of health.
_NEWS_DAYS = 62


@dataclass(frozen=True, slots=True)
class _Seen:
    on: str
    id: UUID
    parameters: dict[str, int | float | str]


def protect(
    measured: Measured, worries: Mapping[Family, float], rules: RuleSet
) -> tuple[Finding, ...]:
    """Return the help for the worries at hand; its strength is negative: what it takes away."""
    return tuple(_protecting(measured, worries, rules))


def speaks_against(
    trace: Finding, measured: Measured, worries: Mapping[Family, float], rules: RuleSet
) -> bool:
    """Say whether something spoke against a first trace when it was news.

    That it is no longer news itself must not make a trace of what was none: time alone would warn.
    """
    return any(
        bool(worries.keys() & protection.families)
        and _LOOK[protection.kind](measured, protection, trace.age_days) is not None
        for protection in rules.protections
        if protection.id in rules.no_trace_beside
    )


def relief(protecting: Iterable[Finding], rules: RuleSet) -> float:
    """Return how much is taken away from the likelihood, capped."""
    return min(rules.protection_cap, sum(-finding.strength for finding in protecting))


def _protecting(
    measured: Measured, worries: Mapping[Family, float], rules: RuleSet
) -> Iterable[Finding]:
    for protection in rules.protections:
        families = [family for family in worries if family in protection.families]
        seen = _LOOK[protection.kind](measured, protection, 0)
        if seen is not None and families:
            yield Finding(
                indicator=protection.id,
                family=max(families, key=lambda family: (worries[family], family)),
                strength=-protection.amount,
                weight=0.0,
                parameters=seen.parameters,
                period=seen.on,
                source=protection.source,
                import_id=seen.id,
            )


def _service(measured: Measured, protection: Protection, _days_ago: int) -> _Seen | None:
    return _newest(one for one in measured.helped if one.service in protection.services)


def _loan(measured: Measured, protection: Protection, _days_ago: int) -> _Seen | None:
    return _newest(one for one in measured.helped if one.service == protection.kind)


def _newest(given: Iterable[HelpMeasured]) -> _Seen | None:
    last = max(given, key=_when, default=None)
    if last is None:
        return None
    amount = {} if last.amount is None else {"amount": last.amount}
    return _Seen(last.given_on.isoformat(), last.id, {"service": last.service, **amount})


def _when(given: HelpMeasured) -> tuple[date, float, UUID]:
    return given.given_on, given.amount or 0.0, given.id


def _hiring(measured: Measured, protection: Protection, days_ago: int) -> _Seen | None:
    headcount = measured.headcount
    if headcount is None or headcount.cumulated is None:
        return None
    if headcount.age_days - days_ago > _NEWS_DAYS:
        return None
    grown = headcount.cumulated
    if protection.share is None or -grown.share < protection.share:
        return None
    if -grown.persons < protection.fewest:
        return None
    return _Seen(
        headcount.month,
        headcount.import_id,
        {"base": grown.base, "headcount": headcount.headcount, "persons": -grown.persons},
    )


def _settled(measured: Measured, _protection: Protection, days_ago: int) -> _Seen | None:
    arrears = measured.arrears
    if arrears is None or arrears.months > 0 or arrears.before == 0:
        return None
    if arrears.age_days - days_ago > _NEWS_DAYS:
        return None
    return _Seen(arrears.month, arrears.import_id, {"months": arrears.before})


# What is news so many days ago, or now.
_LOOK: Mapping[Help, Callable[[Measured, Protection, int], _Seen | None]] = {
    Help.SERVICE: _service,
    Help.LOAN: _loan,
    Help.HIRING: _hiring,
    Help.SETTLED: _settled,
}
