"""The life of a learned model: every step from every state, and the second person."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from uuid import UUID

import pytest

from services.scoring.domain.errors import (
    ModelChangedMeanwhile,
    ModelSecondPersonNeeded,
    ModelStepRefused,
)
from services.scoring.domain.model_life import (
    Asking,
    ModelEntry,
    ModelState,
    ModelStep,
    Target,
    promote,
    retire,
)
from services.scoring.domain.rule_life import Signature

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ZHANG, LI = Signature("zhang", NOW), Signature("li", NOW)
MODEL = ModelEntry(
    id=UUID(int=1),
    number=4,
    asking=Asking(Target.MASS_3, date(2026, 3, 1), 100),
    state=ModelState.TRAINED,
    revision=2,
    asked=ZHANG,
)
ALLOWED = {
    (ModelState.TRAINED, ModelStep.PROMOTE): ModelState.CHAMPION,
    (ModelState.RETIRED, ModelStep.PROMOTE): ModelState.CHAMPION,
    (ModelState.TRAINED, ModelStep.RETIRE): ModelState.RETIRED,
    (ModelState.CHAMPION, ModelStep.RETIRE): ModelState.RETIRED,
}


def take(step: ModelStep, entry: ModelEntry) -> ModelEntry:
    if step is ModelStep.PROMOTE:
        return promote(entry, LI, revision=None)
    return retire(entry, LI, "old")


@pytest.mark.parametrize(("state", "step"), list(product(ModelState, ModelStep)))
def test_every_step_from_every_state(state: ModelState, step: ModelStep) -> None:
    entry = replace(MODEL, state=state)
    if (after := ALLOWED.get((state, step))) is not None:
        taken = take(step, entry)
        assert (taken.state, taken.revision) == (after, 3)
    else:
        with pytest.raises(ModelStepRefused):
            take(step, entry)


def test_who_asked_does_not_promote() -> None:
    with pytest.raises(ModelSecondPersonNeeded):
        promote(MODEL, ZHANG, revision=2)
    assert promote(MODEL, LI, revision=2).promoted == LI


def test_what_has_changed_meanwhile_is_not_promoted() -> None:
    with pytest.raises(ModelChangedMeanwhile):
        promote(MODEL, LI, revision=1)
    with pytest.raises(ModelChangedMeanwhile):
        retire(MODEL, LI, "old", revision=3)


def test_who_comes_back_is_retired_no_more() -> None:
    back = promote(retire(MODEL, ZHANG, "old"), LI, revision=None)
    assert (back.retired, back.because) == (None, None)


def test_the_name_and_the_horizon() -> None:
    assert MODEL.version == "learned-4"
    assert {one: one.months for one in Target} == {
        Target.LAYOFF_3: 3,
        Target.LAYOFF_6: 6,
        Target.MASS_3: 3,
        Target.MASS_6: 6,
        Target.CLOSED_6: 6,
    }
