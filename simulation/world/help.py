"""What help does to a plan: jobs relieved, days won, a plan given up; nothing helps a hopeless one.

A pure function of what was done, in whatever order it was done.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import floor
from typing import Final

from simulation.chance import Chance, between
from simulation.shape import Parameters, Service
from simulation.world.hidden import State
from simulation.world.months import month_of
from simulation.world.plans import Loss, Plan
from simulation.world.register import Enterprise

FINANCE: Final = "finance"
SETTLES_ARREARS: Final = "social_insurance_relief"
# A full dose of insurance relief is so many months of contributions; of rent, a share of the pay.
_MONTHS_OF_RELIEF: Final = 3
_RENT_BY_PAY: Final = 0.45
# What floating point leaves of a whole number.
_CRUMB: Final = 1e-9


class ServiceUnknown(ValueError):
    """The catalogue has no such service."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A service that reached an enterprise, or money that it drew (`service` is then FINANCE).

    Without persons or an amount it was for all that the plan is about.
    """

    day: date
    service: str
    persons: int | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Condition:
    """What nobody outside knows: whether it lacks cash, how much, and how it responds to help."""

    cash_short: bool
    gap: Decimal
    response: float


def condition(enterprise: Enterprise, parameters: Parameters, chance: Chance) -> Condition:
    """Return an enterprise's condition, drawn in advance."""
    given = parameters.treatment
    short, size, response = chance.numbers(3, enterprise.uscc, "condition")
    payroll = max(1, enterprise.staff) * enterprise.trade.wage
    gap = payroll * given.gap_months * between(0.6, 1.4, size)
    return Condition(
        cash_short=short < given.cash_short_share,
        gap=Decimal(round(gap)),
        response=between(given.response_least, 1.0, response),
    )


@dataclass(frozen=True)
class Help:
    """All that was done for an enterprise so far."""

    enterprise: Enterprise
    deeds: Collection[Deed]
    parameters: Parameters
    chance: Chance

    def relieve(self, plan: Plan) -> Plan:
        """Return the plan as it becomes."""
        if plan.hopeless or not self.deeds:
            return plan
        averted = self._averted_on(plan)
        losses = tuple(self._relieved(loss, plan, averted) for loss in plan.losses)
        told = plan.reported_on
        return replace(
            plan,
            losses=losses,
            averted_on=averted,
            reported_on=None if averted and told and told >= averted else told,
        )

    def settled_from(self) -> int | None:
        """Return the month from which arrears are deferred by agreement."""
        days = [self._works_from(deed) for deed in self.deeds if deed.service == SETTLES_ARREARS]
        return month_of(min(days)) if days else None

    def _averted_on(self, plan: Plan) -> date | None:
        """Return the first day on which so much is relieved that the plan is given up."""
        for day in sorted({self._works_from(deed) for deed in self.deeds}):
            if day > plan.first_on:
                break
            if self._share(plan, day) >= self.parameters.treatment.averts_from:
                return max(day, plan.decided_on)
        return None

    def _relieved(self, loss: Loss, plan: Plan, averted: date | None) -> Loss:
        if averted is not None and averted <= loss.day:
            return Loss(loss.day, 0)
        working = self._working(loss.day)
        if not working:
            return loss
        kept = floor(loss.jobs * self._share(plan, loss.day) + _CRUMB)
        response = condition(self.enterprise, self.parameters, self.chance).response
        days = max(self._delay(deed) for deed in working)
        return Loss(loss.day + timedelta(days=round(days * response)), loss.jobs - kept)

    def _share(self, plan: Plan, day: date) -> float:
        """Return which share of a plan's losses on a day is relieved by what works until then."""
        working = self._working(day)
        left = 1.0
        for name in sorted({deed.service for deed in working}):
            left *= 1 - self._effect(name, [deed for deed in working if deed.service == name], plan)
        return 1 - left

    def _effect(self, name: str, deeds: list[Deed], plan: Plan) -> float:
        given = self.parameters.treatment
        if name == FINANCE:
            has = condition(self.enterprise, self.parameters, self.chance)
            drawn = sum((deed.amount or Decimal(0) for deed in deeds), Decimal(0))
            return given.finance_effect * min(1.0, float(drawn / has.gap)) * has.cash_short
        service = self._service(name)
        own = self.chance.number(self.enterprise.uscc, "response", name)
        dose = self._dose(service, deeds, plan)
        return service.relief * dose * between(given.response_least, 1.0, own)

    def _dose(self, service: Service, deeds: list[Deed], plan: Plan) -> float:
        pay = plan.jobs * self.enterprise.trade.wage
        if service.dose == "persons" and all(deed.persons is not None for deed in deeds):
            return min(1.0, sum(deed.persons or 0 for deed in deeds) / plan.jobs)
        if service.dose == "amount" and all(deed.amount is not None for deed in deeds):
            rate = self.parameters.reporting.contribution_rate * _MONTHS_OF_RELIEF
            full = pay * (rate if service.name == SETTLES_ARREARS else _RENT_BY_PAY)
            given = sum((deed.amount or Decimal(0) for deed in deeds), Decimal(0))
            return min(1.0, float(given) / full)
        return 1.0

    def _working(self, day: date) -> list[Deed]:
        return [deed for deed in self.deeds if self._works_from(deed) <= day]

    def _works_from(self, deed: Deed) -> date:
        if deed.service == FINANCE:
            return deed.day + timedelta(days=self.parameters.treatment.finance_onset_days)
        return deed.day + timedelta(days=self._service(deed.service).onset_days)

    def _delay(self, deed: Deed) -> int:
        return 0 if deed.service == FINANCE else self._service(deed.service).delay_days

    def _service(self, name: str) -> Service:
        return next(one for one in self.parameters.services if one.name == name)


def states_after(
    states: tuple[State, ...], plans: Collection[Plan], treated: Collection[Plan]
) -> tuple[State, ...]:
    """Return the states once plans were given up or reduced: from the month after, strained."""
    calm: list[int] = []
    for before, after in zip(plans, treated, strict=True):
        if after.averted_on is not None:
            calm.append(month_of(after.averted_on) + 1)
        elif sum(loss.jobs for loss in after.losses) < sum(loss.jobs for loss in before.losses):
            calm.append(month_of(after.first_on) + 1)
    if not calm:
        return states
    return tuple(
        State.STRAINED if month >= min(calm) and state is not State.HEALTHY else state
        for month, state in enumerate(states)
    )
