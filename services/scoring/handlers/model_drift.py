"""Whether today's enterprises are still those that a model learned from."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import polars as pl

from services.scoring.domain.errors import ModelNotTrained
from services.scoring.domain.model_life import ModelEntry
from services.scoring.examples import ripe_before
from services.scoring.handlers.examples import gather, past_days
from services.scoring.learning import named, reliability
from services.scoring.model.drift import Drift
from services.scoring.model.metrics import calibration_error
from services.scoring.model.shadow import MonthsModel
from services.scoring.store import models
from shared.calendar import SHANGHAI
from shared.db import Sessions, transaction

# Whoever asks waits for it: so many enterprises say enough of a city.
_SAMPLE: Final = 2_000
_MOST_DAYS: Final = 12


@dataclass(frozen=True, slots=True)
class Drifted:
    """What was compared, and what was found."""

    day: date
    enterprises: int
    features: Sequence[Drift]
    since: date | None
    examples: int
    events: int
    calibration_error: float | None
    reliability: Sequence[Mapping[str, Any]]


async def drift(
    sessions: Sessions, model_id: UUID, *, now: datetime, actor: str
) -> tuple[ModelEntry, Drifted]:
    """Compare today with the training, and what was said since with what came.

    Raises ModelNotFound, ModelNotTrained.
    """
    async with transaction(sessions, actor=actor) as session:
        entry = await models.get(session, model_id)
        model = await models.trained(session, entry)
    if model is None:
        raise ModelNotTrained(entry.version)
    today = now.astimezone(SHANGHAI).date()
    ripe = ripe_before(today, entry.asking.target.months)
    past = await past_days(sessions, ripe, actor=actor)
    since = [day for day in past if day >= entry.asking.as_of][-_MOST_DAYS:]
    gathered = await gather(
        sessions, [*since, today], [today], sample=_SAMPLE, by_rules=False, actor=actor
    )
    found = await asyncio.to_thread(_compared, entry, model, gathered.of[today], today)
    return entry, found


def _compared(entry: ModelEntry, model: MonthsModel, found: pl.DataFrame, today: date) -> Drifted:
    label = entry.asking.target.value
    present = found.filter(pl.col("day") == today)
    told = found.filter(pl.col("day") < today, pl.col(label).is_not_null())
    labels = told[label].cast(pl.Float64).to_numpy()
    chances = model.score(named(told))
    return Drifted(
        day=today,
        enterprises=len(present),
        features=model.model.drift_matrix(model.matrix(named(present))) if len(present) else (),
        since=min(told["day"], default=None),
        examples=len(told),
        events=int(labels.sum()),
        calibration_error=round(calibration_error(labels, chances), 6) if len(told) else None,
        reliability=reliability(labels, chances) if len(told) else (),
    )
