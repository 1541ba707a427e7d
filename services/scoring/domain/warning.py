"""The life of a warning: what is told when an enterprise comes to stand elsewhere than was told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.scoring.domain.assessment import Assessment
from services.scoring.domain.course import Leaving, Position
from services.scoring.domain.places import Place, Standing
from shared.events.base import Event
from shared.events.scoring import (
    Reason,
    RiskLevel,
    WarningLevelChanged,
    WarningLifted,
    WarningRaised,
)


class Move(StrEnum):
    """What became of an enterprise between two standings."""

    NOTICED = "noticed"
    DISMISSED = "dismissed"
    RAISED = "raised"
    KEPT = "kept"
    LIFTED = "lifted"


# (standing before, standing after) -> what it is called; a pair that is missing is no move.
LIFE: Mapping[tuple[Standing, Standing], Move] = {
    (Standing.NONE, Standing.POTENTIAL_RISK): Move.NOTICED,
    (Standing.NONE, Standing.WARNING): Move.RAISED,
    (Standing.POTENTIAL_RISK, Standing.NONE): Move.DISMISSED,
    (Standing.POTENTIAL_RISK, Standing.POTENTIAL_RISK): Move.KEPT,
    (Standing.POTENTIAL_RISK, Standing.WARNING): Move.RAISED,
    (Standing.WARNING, Standing.NONE): Move.LIFTED,
    (Standing.WARNING, Standing.POTENTIAL_RISK): Move.LIFTED,
    (Standing.WARNING, Standing.WARNING): Move.KEPT,
}


class State(StrEnum):
    """Whether a warning is on the list."""

    STANDING = "standing"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Enterprise:
    """What a fact about a warning says of the enterprise."""

    uscc: str
    name: str
    district: str


@dataclass(frozen=True, slots=True)
class RiskWarning:
    """An entry of the warning list; `version` counts the facts that told of it."""

    id: UUID
    uscc: str
    state: State
    level: RiskLevel
    version: int
    raised_at: datetime
    raised_on: date
    as_of: date
    likelihood: float
    headcount: int
    jobs_at_risk: int
    reasons: tuple[Reason, ...]
    lifted_at: datetime | None = None
    because: Leaving | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The warning as it is from now on, and the facts to tell; many updates tell none."""

    warning: RiskWarning
    facts: tuple[Event, ...] = ()


def move(before: Place, after: Place) -> Move | None:
    """Name the move between two places."""
    return LIFE.get((before.standing, after.standing))


def tell(
    told: RiskWarning | None,
    position: Position,
    judged: Assessment,
    *,
    enterprise: Enterprise,
    warning_id: UUID,
    now: datetime,
) -> Decision | None:
    """Compare what was told (the standing warning, if any) with where the enterprise stands now.

    None if there is nothing to tell. `warning_id` names the warning if a new one is raised.
    A warning is not raised while the headcount is unknown: it would be about nobody.
    """
    before = Place.NONE if told is None else Place(told.level.value)
    decided = move(before, position.place)
    if told is None:
        if decided is not Move.RAISED or judged.headcount is None:
            return None
        return _raise(position, judged, judged.headcount, enterprise, warning_id, now)
    if decided is Move.LIFTED:
        return _lift(told, position, judged, enterprise, now)
    return _keep(told, position, judged, enterprise, now)


def _raise(
    position: Position,
    judged: Assessment,
    headcount: int,
    enterprise: Enterprise,
    warning_id: UUID,
    now: datetime,
) -> Decision:
    raised = RiskWarning(
        id=warning_id,
        uscc=enterprise.uscc,
        state=State.STANDING,
        level=position.place.level,
        version=1,
        raised_at=now,
        raised_on=judged.as_of,
        as_of=judged.as_of,
        likelihood=judged.likelihood,
        headcount=headcount,
        jobs_at_risk=judged.jobs_at_risk,
        reasons=reasons_of(judged),
    )
    fact = WarningRaised(
        warning_id=raised.id,
        version=raised.version,
        uscc=enterprise.uscc,
        name=enterprise.name,
        district=enterprise.district,
        as_of=raised.as_of,
        occurred_at=now,
        level=raised.level,
        likelihood=raised.likelihood,
        jobs_at_risk=raised.jobs_at_risk,
        headcount=raised.headcount,
        reasons=raised.reasons,
    )
    return Decision(raised, (fact,))


def _keep(
    told: RiskWarning, position: Position, judged: Assessment, enterprise: Enterprise, now: datetime
) -> Decision | None:
    """Refresh the figures; tell only of another level. An unknown headcount keeps the last one."""
    level = position.place.level
    kept = replace(
        told,
        level=level,
        version=told.version + (level is not told.level),
        as_of=judged.as_of,
        likelihood=judged.likelihood,
        headcount=told.headcount if judged.headcount is None else judged.headcount,
        jobs_at_risk=judged.jobs_at_risk,
        reasons=reasons_of(judged),
    )
    if kept == told:
        return None
    if level is told.level:
        return Decision(kept)
    fact = WarningLevelChanged(
        warning_id=kept.id,
        version=kept.version,
        uscc=enterprise.uscc,
        name=enterprise.name,
        district=enterprise.district,
        as_of=kept.as_of,
        occurred_at=now,
        previous=told.level,
        level=level,
        likelihood=kept.likelihood,
        jobs_at_risk=kept.jobs_at_risk,
        headcount=kept.headcount,
        reasons=kept.reasons,
    )
    return Decision(kept, (fact,))


def _lift(
    told: RiskWarning, position: Position, judged: Assessment, enterprise: Enterprise, now: datetime
) -> Decision:
    lifted = replace(
        told,
        state=State.LIFTED,
        version=told.version + 1,
        as_of=judged.as_of,
        lifted_at=now,
        because=_because(told, position),
    )
    fact = WarningLifted(
        warning_id=lifted.id,
        version=lifted.version,
        uscc=enterprise.uscc,
        name=enterprise.name,
        district=enterprise.district,
        as_of=lifted.as_of,
        occurred_at=now,
        previous=told.level,
        because=lifted.because or Leaving.CORRECTED,
    )
    return Decision(lifted, (fact,))


def _because(told: RiskWarning, position: Position) -> Leaving:
    """Give the reason of coming down; without one since the raise, the raise is taken back.

    That happens when a correction or a late fact of the same day shows that the facts of that day,
    taken together, never raised it.
    """
    since = position.since
    if position.because is Leaving.REFUTED and since is not None and since >= told.raised_on:
        return Leaving.REFUTED
    came_down = since is not None and since > told.raised_on
    return position.because if came_down and position.because else Leaving.CORRECTED


def reasons_of(judged: Assessment) -> tuple[Reason, ...]:
    """State an assessment's findings as the reasons that facts and lists carry."""
    return tuple(
        Reason(
            indicator=finding.indicator,
            family=finding.family.value,
            strength=finding.strength,
            parameters=finding.parameters,
            period=finding.period,
            source=finding.source,
            import_id=finding.import_id,
            rule_version=judged.rules,
        )
        for finding in judged.findings
    )
