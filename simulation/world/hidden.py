"""The hidden state of an enterprise by month, and what it decides to do about its staff.

healthy -> strained -> distressed -> planned -> (loss) -> strained, distressed, healthy or gone.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from simulation.chance import Chance, between, day_between, normal
from simulation.shape import Parameters
from simulation.world.months import MONTHS, day_in, month_of, number_of
from simulation.world.register import Enterprise

# The chain runs before the history too, so that the history begins with some in trouble.
_WARM_UP: Final = 12
_MICRO: Final = 20
_LARGE: Final = 300


class State(StrEnum):
    """How an enterprise is, which nobody sees; `planned` is distressed with a loss decided."""

    HEALTHY = "healthy"
    STRAINED = "strained"
    DISTRESSED = "distressed"
    PLANNED = "planned"
    GONE = "gone"

    @property
    def is_distressed(self) -> bool:
        """Tell whether the enterprise is in distress, decided or not."""
        return self is State.DISTRESSED or self is State.PLANNED


class Kind(StrEnum):
    """What is decided."""

    LAYOFF = "layoff"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class Intent:
    """A decision before its size in persons is known; dates are those if nobody acts.

    `draw` decides what depends on that size (instalments, gathering).
    """

    number: int
    kind: Kind
    sudden: bool
    decided_on: date
    first_on: date
    share: float
    draw: float


@dataclass(frozen=True, slots=True)
class Hidden:
    """States by month, and the decisions in their order."""

    states: tuple[State, ...]
    intents: tuple[Intent, ...]


def hidden(enterprise: Enterprise, parameters: Parameters, chance: Chance) -> Hidden:
    """Let an enterprise's state take its course, untreated, from its own chance alone."""
    return _Course(enterprise, parameters, chance).run()


class _Course:
    """The chain of one enterprise while it runs."""

    def __init__(self, enterprise: Enterprise, parameters: Parameters, chance: Chance) -> None:
        self._given = parameters
        self._enterprise = enterprise
        self._draw = chance.stream(enterprise.uscc, "hidden")
        distress = parameters.distress
        spread = distress.strain_spread
        self._frailty = enterprise.trade.frailty * math.exp(
            spread * normal(self._draw.random()) - spread * spread / 2
        )
        if enterprise.staff < _MICRO:
            self._frailty *= distress.micro_factor
        elif enterprise.staff >= _LARGE:
            self._frailty *= distress.large_factor
        self._shocked = frozenset(number_of(month) for month in distress.shock_months)
        self._born = month_of(enterprise.established_on)
        self._intents: list[Intent] = []
        self._loss_in: int | None = None

    def run(self) -> Hidden:
        state, states = State.HEALTHY, []
        if self._enterprise.gone:
            return Hidden((State.GONE,) * MONTHS, ())
        for month in range(-_WARM_UP, MONTHS):
            # As many draws in every month, whatever comes of them.
            numbers = [self._draw.random() for _ in range(6)]
            state = self._next(state, month, numbers)
            if month >= 0:
                states.append(state)
        return Hidden(tuple(states), tuple(self._intents))

    def _next(self, state: State, month: int, numbers: list[float]) -> State:
        """Return the state of a month from that of the month before."""
        distress = self._given.distress
        if state is State.GONE or month <= self._born:
            return state
        if state is State.PLANNED:
            return self._after(month, numbers[0])
        may_decide = month >= 0
        if may_decide and not state.is_distressed and numbers[1] < distress.sudden:
            return self._decide(month, numbers, sudden=True)
        shock = 1.0
        if month in self._shocked:
            shock += (distress.shock_strain - 1) * self._enterprise.trade.shock
        if state is State.DISTRESSED:
            if may_decide and numbers[0] < distress.decide:
                return self._decide(month, numbers, sudden=False)
            recovers = numbers[0] > 1 - distress.recover
            return State.STRAINED if recovers else State.DISTRESSED
        return self._strained(state, numbers[0], shock)

    def _strained(self, state: State, number: float, shock: float) -> State:
        """Let a healthy enterprise come under strain, a strained one ease or worsen."""
        distress = self._given.distress
        if state is State.HEALTHY:
            strained = number < distress.strain * self._frailty * shock
            return State.STRAINED if strained else State.HEALTHY
        worsen = distress.worsen * (1 + (shock - 1) / 2)
        if number < worsen:
            return State.DISTRESSED
        return State.HEALTHY if number < worsen + distress.ease else State.STRAINED

    def _after(self, month: int, number: float) -> State:
        """Stay in the plan until its first loss; then go where enterprises go after one."""
        if self._loss_in is None or month <= self._loss_in:
            return State.PLANNED
        if self._intents[-1].kind is Kind.CLOSURE:
            return State.GONE
        distress = self._given.distress
        if number < distress.after_calm:
            return State.STRAINED
        again = number < distress.after_calm + distress.after_distress
        return State.DISTRESSED if again else State.HEALTHY

    def _decide(self, month: int, numbers: list[float], *, sudden: bool) -> State:
        layoffs = self._given.layoffs
        staff = self._enterprise.staff
        closure = (
            layoffs.closure_micro
            if staff < _MICRO
            else layoffs.closure_large
            if staff >= _LARGE
            else layoffs.closure_small
        )
        if sudden and staff < _LARGE:
            closure = layoffs.closure_sudden
        kind = Kind.CLOSURE if numbers[2] < closure else Kind.LAYOFF
        decided = day_in(month, numbers[3])
        lead = layoffs.sudden_lead_days if sudden else layoffs.quiet_lead_days
        share = self._draw.betavariate(layoffs.share_alpha, layoffs.share_beta)
        intent = Intent(
            number=len(self._intents),
            kind=kind,
            sudden=sudden,
            decided_on=decided,
            first_on=decided + timedelta(days=day_between(lead, numbers[4])),
            share=1.0
            if kind is Kind.CLOSURE
            else between(layoffs.share_least, layoffs.share_most, share),
            draw=numbers[5],
        )
        self._intents.append(intent)
        self._loss_in = month_of(intent.first_on)
        return State.PLANNED
