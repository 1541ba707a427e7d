"""The life of a learned model: asked for, trained, promoted by another person, retired."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.scoring.domain.errors import (
    ModelChangedMeanwhile,
    ModelSecondPersonNeeded,
    ModelStepRefused,
)
from services.scoring.domain.rule_life import Signature


class Target(StrEnum):
    """What a model foresees, within how many months of the day: a label of the examples."""

    LAYOFF_3 = "layoff_3"
    LAYOFF_6 = "layoff_6"
    MASS_3 = "mass_3"
    MASS_6 = "mass_6"
    CLOSED_6 = "closed_6"

    @property
    def months(self) -> int:
        """Return the horizon."""
        return int(self.value.rpartition("_")[2])


class ModelState(StrEnum):
    """How far a model is. Unfit: there is too little to learn from, or training did not end."""

    WAITING = "waiting"
    UNFIT = "unfit"
    TRAINED = "trained"
    CHAMPION = "champion"
    RETIRED = "retired"


class ModelStep(StrEnum):
    """What is done with a model."""

    PROMOTE = "promote"
    RETIRE = "retire"


LIFE: Final[Mapping[tuple[ModelState, ModelStep], ModelState]] = {
    (ModelState.TRAINED, ModelStep.PROMOTE): ModelState.CHAMPION,
    (ModelState.TRAINED, ModelStep.RETIRE): ModelState.RETIRED,
    (ModelState.CHAMPION, ModelStep.RETIRE): ModelState.RETIRED,
    (ModelState.RETIRED, ModelStep.PROMOTE): ModelState.CHAMPION,
}


def version_of(number: int) -> str:
    """Name the model of a number."""
    return f"learned-{number}"


@dataclass(frozen=True, slots=True)
class Asking:
    """What a training is asked for.

    `sample`: from so many enterprises, drawn by a hash. `handed_over_until`: months that were
    received until this day, all at once, count as known soon after their end (an assumption, which
    the card tells); None: every month counts from the day on which it was received.
    """

    target: Target
    as_of: date
    sample: int
    handed_over_until: date | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model with its life; `digest` is of its artifact, `revision` counts its changes."""

    id: UUID
    number: int
    asking: Asking
    state: ModelState
    revision: int
    asked: Signature
    reason: Mapping[str, Any] | None = None
    card: Mapping[str, Any] = field(default_factory=dict)
    digest: str | None = None
    trained_at: datetime | None = None
    promoted: Signature | None = None
    retired: Signature | None = None
    because: str | None = None

    @property
    def version(self) -> str:
        """Return the name of the model."""
        return version_of(self.number)


def promote(entry: ModelEntry, signed: Signature, *, revision: int | None) -> ModelEntry:
    """Make a model the champion, which judges in shadow; whoever asked for it does not.

    Raises ModelChangedMeanwhile, ModelStepRefused, ModelSecondPersonNeeded.
    """
    state = _next(entry, ModelStep.PROMOTE, revision)
    if signed.by == entry.asked.by:
        raise ModelSecondPersonNeeded
    return replace(
        entry,
        state=state,
        revision=entry.revision + 1,
        promoted=signed,
        retired=None,
        because=None,
    )


def retire(
    entry: ModelEntry, signed: Signature, because: str, *, revision: int | None = None
) -> ModelEntry:
    """Take a model out of service. Raises ModelChangedMeanwhile, ModelStepRefused."""
    state = _next(entry, ModelStep.RETIRE, revision)
    return replace(entry, state=state, revision=entry.revision + 1, retired=signed, because=because)


def _next(entry: ModelEntry, step: ModelStep, revision: int | None) -> ModelState:
    if revision not in {None, entry.revision}:
        raise ModelChangedMeanwhile(entry.version)
    after = LIFE.get((entry.state, step))
    if after is None:
        raise ModelStepRefused(step.value, entry.state.value)
    return after
