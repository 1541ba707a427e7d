"""What a backtest keeps of one enterprise until the report: written as JSON, read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.scoring.domain.backtest import Layoff, Outcome, Spell, Tier
from services.scoring.domain.places import Place

# The name of judging by all sources; the others are judged without the group that they name.
WHOLE: Final = "whole"
Warned = Mapping[Tier, tuple[Spell, ...]]


@dataclass(frozen=True, slots=True)
class Week:
    """Where an enterprise stood at the end of a Sunday, for the list of the week that begins."""

    monday: date
    place: Place
    likelihood: float
    jobs_at_risk: int


@dataclass(frozen=True, slots=True)
class Case:
    """One enterprise: how each way of judging warned of it, and what became of it.

    `warned` holds WHOLE and only those ways that judged it otherwise; `indicators` is the first
    day on which each indicator found something, `weeks` those that have anything to say.
    """

    uscc: str
    is_micro: bool
    outcome: Outcome
    warned: Mapping[str, Warned]
    indicators: Mapping[str, date] = field(default_factory=dict)
    weeks: tuple[Week, ...] = ()

    def by(self, way: str) -> Warned:
        """Return how a way of judging warned of it."""
        return self.warned.get(way, self.warned[WHOLE])


def plain(case: Case) -> dict[str, Any]:
    """Write a case out, but for its credit code."""
    outcome = case.outcome
    return {
        "is_micro": case.is_micro,
        "layoffs": [_days(one) for one in outcome.layoffs],
        "known_until": _text(outcome.known_until),
        "is_helped": outcome.is_helped,
        "traced_on": _text(outcome.traced_on),
        "warned": {
            way: {tier.value: [_days(spell) for spell in found] for tier, found in warned.items()}
            for way, warned in case.warned.items()
        },
        "indicators": {name: day.isoformat() for name, day in case.indicators.items()},
        "weeks": [
            [week.monday.isoformat(), week.place.value, week.likelihood, week.jobs_at_risk]
            for week in case.weeks
        ],
    }


def read(uscc: str, said: Mapping[str, Any]) -> Case:
    """Read what `plain` wrote."""
    return Case(
        uscc=uscc,
        is_micro=said["is_micro"],
        outcome=Outcome(
            layoffs=tuple(
                Layoff(date.fromisoformat(first), date.fromisoformat(last))
                for first, last in said["layoffs"]
            ),
            known_until=_day(said["known_until"]),
            is_helped=said["is_helped"],
            traced_on=_day(said["traced_on"]),
        ),
        warned={way: _warned(warned) for way, warned in said["warned"].items()},
        indicators={name: date.fromisoformat(day) for name, day in said["indicators"].items()},
        weeks=tuple(
            Week(date.fromisoformat(monday), Place(place), likelihood, jobs)
            for monday, place, likelihood, jobs in said["weeks"]
        ),
    )


def _warned(said: Mapping[str, Sequence[Sequence[str]]]) -> Warned:
    return {
        Tier(tier): tuple(
            Spell(date.fromisoformat(first), date.fromisoformat(last)) for first, last in found
        )
        for tier, found in said.items()
    }


def _days(one: Layoff | Spell) -> list[str]:
    return [one.first.isoformat(), one.last.isoformat()]


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
