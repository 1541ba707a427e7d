"""The course of one enterprise by month: staff, pay, contributions as they are."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from simulation.chance import Chance, between, normal, poisson
from simulation.shape import ByState, Parameters
from simulation.world.decoys import Decoy, DecoyKind
from simulation.world.hidden import State
from simulation.world.months import MONTHS, month_of, number_of, season_of
from simulation.world.plans import Plan
from simulation.world.register import Enterprise

_DRAWS: Final = 9
_LARGE: Final = 300
_JULY: Final = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One month of an enterprise; `owed` are the months of wages that it owes its staff."""

    month: int
    staff: int
    joined: int
    left: int
    base: float
    pay_cut: float
    in_arrears: int
    owed: int
    due: float
    paid: float


@dataclass(frozen=True, slots=True)
class Course:
    """What happens to an enterprise: `rows` from its first month on."""

    enterprise: Enterprise
    states: tuple[State, ...]
    plans: tuple[Plan, ...]
    decoys: tuple[Decoy, ...]
    rows: tuple[Row, ...]

    def row(self, month: int) -> Row | None:
        """Return a month, if the enterprise was there."""
        if not self.rows:
            return None
        place = month - self.rows[0].month
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def state(self, month: int) -> State:
        """Return the hidden state in a month."""
        return self.states[min(month, len(self.states) - 1)]


@dataclass(slots=True)
class _Now:
    """What the walk carries from month to month."""

    staff: int
    base: float
    cut: float = 0.0
    arrears: int = 0
    owed: int = 0


@dataclass
class Walk:
    """The way through the months: the same chance with or without help.

    `arrivals` are persons that come from a sister by month; `settled_from` the month from which
    arrears count as deferred.
    """

    enterprise: Enterprise
    parameters: Parameters
    chance: Chance
    states: Sequence[State]
    decoys: Sequence[Decoy]
    arrivals: Mapping[int, int] = field(default_factory=dict)
    settled_from: int | None = None
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        enterprise, churn = self.enterprise, self.parameters.churn
        draw = self.chance.stream(enterprise.uscc, "churn")
        first = [draw.random() for _ in range(10)]
        self._growth = (churn.growth_mean + churn.growth_spread * normal(first[0])) / 12
        self._turnover = min(
            0.3,
            enterprise.trade.turnover * math.exp(churn.turnover_spread * normal(first[1])),
        )
        own = first[2] < churn.own_season_share
        factor = churn.own_season_factor if own else between(0.5, 1.3, first[3])
        self._season = [1 + (part - 1) * factor for part in enterprise.trade.season]
        base = enterprise.trade.wage * math.exp(churn.base_spread * normal(first[4]))
        signs = self.parameters.signs
        self._punctual = first[5] < signs.pays_on_time_share
        self._cuts = between(*signs.pay_cut_size, first[6]) if first[7] < signs.pay_cut_share else 0
        self._dips = between(*signs.pay_dip_size, first[6]) if first[7] < signs.pay_dip_share else 0
        self._owes = first[8] < signs.wages_owed_share
        self._numbers = [[draw.random() for _ in range(_DRAWS)] for _ in range(MONTHS)]
        self._shocked = frozenset(map(number_of, self.parameters.distress.shock_hiring_months))
        self._relief = number_of(self.parameters.reporting.relief_from)
        self._moves = {decoy.month: decoy for decoy in self.decoys}
        self._now = _Now(enterprise.staff, base)

    @property
    def first_month(self) -> int:
        """Return the month in which the enterprise first has staff."""
        return max(0, month_of(self.enterprise.established_on) + 1)

    def staff(self) -> int:
        """Return the staff at the end of the month gone through last."""
        return self._now.staff

    def step(self, month: int, losses: Iterable[int]) -> None:
        """Go through a month in which these losses fall."""
        now, state, numbers = self._now, self.states[month], self._numbers[month]
        before = now.staff
        gone = min(now.staff, sum(losses))
        now.staff -= gone
        joined, left = self._churn(month, state, numbers) if now.staff else (0, 0)
        joined, left = self._moved(month, joined, left)
        now.staff += joined - left
        self._pay(month, state, numbers)
        self._owe(state, numbers)
        self._fall_behind(month, state, numbers)
        rate = self._rate(month)
        due = round(now.staff * round(now.base * (1 - now.cut), 2) * rate, 2)
        self.rows.append(
            Row(
                month=month,
                staff=now.staff,
                joined=joined,
                left=before + joined - now.staff,
                base=round(now.base * (1 - now.cut), 2),
                pay_cut=now.cut,
                in_arrears=now.arrears if now.staff or before else 0,
                owed=now.owed,
                due=due,
                paid=0.0 if now.arrears else due,
            )
        )

    def _churn(self, month: int, state: State, numbers: list[float]) -> tuple[int, int]:
        now, churn = self._now, self.parameters.churn
        place = season_of(month)
        season = self._season[place] / self._season[place - 1] - 1
        season *= between(0.7, 1.3, numbers[0])
        hiring = self._turnover * _by(churn.hiring, state) + max(0.0, self._growth)
        leaving = self._turnover * _by(churn.leaving, state) + max(0.0, -self._growth)
        if state.is_distressed:
            hiring = self._turnover * churn.hiring.distressed
            season = min(season, 0.0)
        if month in self._shocked:
            stopped = self.parameters.distress.shock_hiring * self.enterprise.trade.shock
            hiring *= 1 - stopped
        joined = poisson(now.staff * (hiring + max(0.0, season)), numbers[1])
        left = min(now.staff, poisson(now.staff * (leaving + max(0.0, -season)), numbers[2]))
        # Somebody stays as long as there is an enterprise.
        return joined, left if left < now.staff + joined else now.staff + joined - 1

    def _moved(self, month: int, joined: int, left: int) -> tuple[int, int]:
        """Let staff come from a sister, or leave for one, all at once."""
        joined += self.arrivals.get(month, 0)
        move = self._moves.get(month)
        if move is None or not move.kind.moves_staff:
            return joined, left
        there = self._now.staff + joined - left
        if move.kind is DecoyKind.MOVED_OUT:
            return joined, left + there
        return joined, left + min(max(0, there - 1), round(there * move.share))

    def _pay(self, month: int, state: State, numbers: list[float]) -> None:
        now, churn = self._now, self.parameters.churn
        raised = 1 + (churn.base_raise if season_of(month) == _JULY else 0.0)
        now.base *= raised * (1 + churn.base_noise * normal(numbers[3]))
        if state.is_distressed:
            if not now.cut and numbers[4] < 0.5:  # noqa: PLR2004 about two months into distress
                now.cut = self._cuts
        elif state is State.STRAINED:
            now.cut = self._dips
        else:
            now.cut = 0.0

    def _owe(self, state: State, numbers: list[float]) -> None:
        now, signs = self._now, self.parameters.signs
        if state.is_distressed and self._owes:
            now.owed += numbers[5] < signs.wages_owed
        elif not state.is_distressed:
            now.owed = max(0, now.owed - 2)

    def _fall_behind(self, month: int, state: State, numbers: list[float]) -> None:
        now, signs = self._now, self.parameters.signs
        starts, lasts = 0.0, 0.0
        if state.is_distressed and not self._punctual:
            starts, lasts = signs.arrears_distressed, signs.arrears_last_distressed
        elif state is State.STRAINED:
            starts, lasts = signs.arrears_strained, signs.arrears_last_strained
        if self.settled_from is not None and month >= self.settled_from:
            starts = lasts = 0.0
        behind = numbers[6] < (lasts if now.arrears else starts)
        now.arrears = now.arrears + 1 if behind else 0
        move = self._moves.get(month)
        if move is not None and move.kind is DecoyKind.BANK_MISTAKE:
            now.arrears = max(1, now.arrears)

    def _rate(self, month: int) -> float:
        reporting = self.parameters.reporting
        relieved = month >= self._relief and self.enterprise.staff < _LARGE
        return reporting.contribution_rate_relief if relieved else reporting.contribution_rate


def _by(factor: ByState, state: State) -> float:
    if state.is_distressed:
        return factor.distressed
    return factor.strained if state is State.STRAINED else factor.healthy
