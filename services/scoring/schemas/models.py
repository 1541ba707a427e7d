"""What the API of scoring takes and answers of learned models."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.scoring.domain.model_life import ModelEntry, ModelState, Target
from services.scoring.handlers.model_drift import Drifted
from services.scoring.schemas.days import Day
from services.scoring.schemas.judged import Moment
from services.scoring.schemas.rule_sets import SignatureRead
from shared.messages import Language, say


class ModelWrite(BaseModel):
    """What a model shall foresee, and what it shall learn from."""

    model_config = ConfigDict(extra="forbid")

    target: Target = Field(
        default=Target.MASS_3,
        description="layoff: a loss of at least 20 insured or of 10 % within so many months. mass:"
        " the same without one or two persons of fewer than ten. closed: the closure.",
    )
    sample: int = Field(
        default=20_000,
        ge=100,
        le=100_000,
        description="Of how many enterprises, drawn by a hash of their codes.",
    )
    handed_over_until: Day | None = Field(
        default=None,
        description="Months that were received until this day all at once count as known 20 days"
        " after their end: an assumption, told by the card. Null: each counts from its receipt.",
    )
    seed: int = Field(default=0, ge=0, le=1_000_000)


class ModelRetirement(BaseModel):
    """Why a model is taken out of service."""

    model_config = ConfigDict(extra="forbid")

    because: str = Field(min_length=2, max_length=1000)


class UnfitRead(BaseModel):
    """Why nothing was learned."""

    code: str
    values: dict[str, Any]
    sentence: str


class ModelRead(BaseModel):
    """A model and how far it is."""

    id: UUID
    version: str
    state: ModelState = Field(
        description="waiting: the worker trains it. unfit: see `reason`. trained: to be promoted by"
        " a second person. champion: judges in shadow. retired: did, or never will."
    )
    revision: int
    target: Target
    as_of: date = Field(description="It learned from what was known on this day.")
    sample: int
    handed_over_until: date | None
    asked: SignatureRead
    trained_at: Moment | None
    promoted: SignatureRead | None
    retired: SignatureRead | None
    because: str | None = Field(description="Why it was retired.")
    digest: str | None = Field(description="sha256 of the artifact.")
    reason: UnfitRead | None
    roc_auc: float | None = Field(description="On the tested examples; the card says more.")
    average_precision: float | None
    calibration_error: float | None

    @classmethod
    def of(cls, entry: ModelEntry, language: Language) -> Self:
        """Tell of a model."""
        return cls.model_validate(_told(entry, language))


class ModelWhole(ModelRead):
    """A model with its card."""

    card: dict[str, Any] | None = Field(
        description="What it learned from, on what it was tested, how right it was beside the"
        " rules, the best single indicator, the scorecard and the champion so far; parts; what it"
        " goes by."
    )

    @classmethod
    def of(cls, entry: ModelEntry, language: Language) -> Self:
        """Tell of a model, whole."""
        return cls.model_validate({**_told(entry, language), "card": entry.card or None})


class DriftRead(BaseModel):
    """How a feature lies today, against the examples that were learned from."""

    feature: str
    psi: float = Field(
        description="Population stability index: below .1 the same, above .25 another city."
    )
    missing_before: float
    missing_now: float


class ReliabilityRead(BaseModel):
    """What was said, and what was seen, of examples of one height."""

    n: int
    said: float
    seen: float


class ModelDriftRead(BaseModel):
    """Whether today's enterprises are still those that the model learned from."""

    version: str
    day: date = Field(description="Today, as it is compared.")
    enterprises: int
    features: list[DriftRead] = Field(description="The margin of the model first.")
    since: date | None = Field(
        description="Examples from this day on are of days after the training, and their labels"
        " are known; null: there are none yet."
    )
    examples: int
    events: int
    calibration_error: float | None
    reliability: list[ReliabilityRead]

    @classmethod
    def of(cls, version: str, found: Drifted) -> Self:
        """Tell of a drift."""
        return cls(
            version=version,
            day=found.day,
            enterprises=found.enterprises,
            features=[
                DriftRead(
                    feature=one.feature,
                    psi=round(one.psi, 4),
                    missing_before=round(one.missing_before, 4),
                    missing_now=round(one.missing_now, 4),
                )
                for one in found.features
            ],
            since=found.since,
            examples=found.examples,
            events=found.events,
            calibration_error=found.calibration_error,
            reliability=[ReliabilityRead(**one) for one in found.reliability],
        )


def _told(entry: ModelEntry, language: Language) -> dict[str, Any]:
    figures = entry.card.get("figures", {}).get("learned", {})
    return {
        "id": entry.id,
        "version": entry.version,
        "state": entry.state,
        "revision": entry.revision,
        "target": entry.asking.target,
        "as_of": entry.asking.as_of,
        "sample": entry.asking.sample,
        "handed_over_until": entry.asking.handed_over_until,
        "asked": SignatureRead.of(entry.asked),
        "trained_at": entry.trained_at,
        "promoted": SignatureRead.of(entry.promoted),
        "retired": SignatureRead.of(entry.retired),
        "because": entry.because,
        "digest": entry.digest,
        "reason": _unfit(entry, language),
        **{
            name: figures.get(name)
            for name in ("roc_auc", "average_precision", "calibration_error")
        },
    }


def _unfit(entry: ModelEntry, language: Language) -> UnfitRead | None:
    if entry.reason is None:
        return None
    code, values = str(entry.reason["code"]), dict(entry.reason["values"])
    return UnfitRead(code=code, values=values, sentence=say(f"unfit.{code}", language, **values))
