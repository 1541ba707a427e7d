"""What the API of scoring answers of explanations and labels."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Final, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.domain.explanation import Against, Explanation, Lowering
from services.scoring.domain.labels import Label, Labelled
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Family
from services.scoring.domain.warning import reasons_of
from services.scoring.foreseen import SHARES, Foreseen, Part
from services.scoring.handlers.explaining import Explained
from services.scoring.schemas.held import HELD_UNTIL, HeldRead
from services.scoring.schemas.judged import LearnedRead, ReasonRead, in_words, spoken
from services.scoring.store.labels import Raised
from services.scoring.store.models import Noted
from shared.messages import Language, say

_FEATURE: Final = "learned_feature"


class ContributionRead(ReasonRead):
    """A fact, and the part of the likelihood that comes of it."""

    contribution: float = Field(
        description="Negative for help. All of them sum exactly to the likelihood; a trigger adds"
        " nothing, since it admits a warning whatever the likelihood."
    )


class AgainstRead(BaseModel):
    """A fresh reading that would show it if something were wrong, and does not."""

    reading: str
    source: str
    period: str
    import_id: UUID
    parameters: dict[str, int | float | str]
    sentence: str

    @classmethod
    def of(cls, against: Against, language: Language) -> Self:
        """Tell of a reading."""
        seen = against.seen
        return cls(
            reading=against.reading.value,
            source=against.source.value,
            period=seen.period,
            import_id=seen.import_id,
            parameters=seen.parameters,
            sentence=say(
                f"reasons_against.{against.reading.value}",
                language,
                period=seen.period,
                **in_words(seen.parameters, language),
            ),
        )


class LoweringRead(BaseModel):
    """What would have to be no more, for the enterprise to stand lower."""

    families: list[Family]
    place: Place
    sentence: str

    @classmethod
    def of(cls, lowering: Lowering, language: Language) -> Self:
        """Tell of it."""
        named = say("reasons_lowering.and", language).join(
            say(f"words.family.{family.value}", language) for family in lowering.families
        )
        place = say(f"words.place.{lowering.place.value}", language)
        return cls(
            families=list(lowering.families),
            place=lowering.place,
            sentence=say("reasons_lowering.without", language, families=named, place=place),
        )


class ObservationRead(BaseModel):
    """A version of an observation; /v1/observations shows it, /v1/imports what it came with."""

    uscc: str = Field(description="Whose it is: another's, where its months are counted with.")
    feed: str
    period: str
    version: int
    import_id: UUID


class LearnedPartRead(BaseModel):
    """A feature that the model looks at, and its share of what it says."""

    feature: str
    value: float | None = Field(description="Null where it is unknown.")
    contribution: float = Field(
        description="Exact Shapley share of the score, in log-odds; more than 0 speaks for the"
        " event. All of them and `base` sum to `score`, to the last bit."
    )
    points: float = Field(
        description="What that does to the likelihood: .0123 raises it by 1.23 percentage points."
        " All of them and `start` sum to `likelihood`, exactly at four places."
    )
    effect: str = Field(description="The same in words.")
    parameters: dict[str, int | float | str]
    sentence: str
    observations: list[ObservationRead] = Field(description="Those that it was read from.")

    @classmethod
    def of(cls, part: Part, language: Language) -> Self:
        """Tell of it."""
        return cls(
            feature=part.feature,
            value=part.value,
            contribution=part.contribution,
            points=part.points,
            effect=_effect(part.points, language),
            parameters=dict(part.parameters),
            sentence=_sentence(part, language),
            observations=[ObservationRead(**asdict(one)) for one in part.observations],
        )


class LearnedExplanationRead(LearnedRead):
    """Why the model in service on the day says what it says; judged anew from what was known."""

    as_told: bool | None = Field(
        description="Whether this is what it said on the day: false if facts that were received on"
        " the day were judged only on the next, null if nothing was kept of what it said then."
    )
    start: float = Field(description="The likelihood of a usual enterprise: that of `base`.")
    base: float = Field(description="The score of a usual enterprise, in log-odds.")
    score: float = Field(description="In log-odds; calibrated, it is the likelihood.")
    contributions: list[LearnedPartRead] = Field(description="The greatest `points` first.")

    @classmethod
    def told(cls, noted: Noted, found: Foreseen, language: Language) -> Self:
        """Tell of it."""
        return cls(
            model=noted.model.version,
            target=noted.target,
            likelihood=found.likelihood,
            low=found.low,
            high=found.high,
            as_told=None if noted.likelihood is None else found.likelihood == noted.likelihood,
            start=found.start,
            base=found.base,
            score=found.margin,
            contributions=[LearnedPartRead.of(part, language) for part in found.parts],
        )


def _effect(points: float, language: Language) -> str:
    """Say what a share does to the likelihood, in percentage points."""
    way = "raises" if points > 0 else "lowers" if points < 0 else "hardly"
    return say(f"reasons_effect.{way}", language, points=abs(points) * 100)


def _sentence(part: Part, language: Language) -> str:
    """Say what a feature says; of what was read from nothing, that it is not known."""
    if not part.parameters:
        feature = say(f"words.{_FEATURE}.{part.feature}", language)
        return say("reasons_learned.unknown", language, feature=feature)
    moved = _moved(part, language)
    return say(f"reasons_learned.{part.feature}", language, **part.parameters, moved=moved)


def _moved(part: Part, language: Language) -> str:
    """Say how a number went from one month to another: a rise is a rise and no negative fall."""
    told = part.parameters
    if "change" not in told:
        return ""
    change = Decimal(str(told["change"]))
    way = "fall" if change < 0 else "rise" if change > 0 else "same"
    if part.feature not in SHARES:
        return say(f"reasons_moved.persons_{way}", language, persons=abs(change))
    percent = abs(Decimal(str(told["percent"])))
    if way != "same" and not percent:
        way = "hardly"
    of = "pay" if part.feature == "pay_fall" else "share"
    return say(f"reasons_moved.{of}_{way}", language, percent=percent)


class ExplanationRead(BaseModel):
    """Why a day's facts point where they do: by the rules and the facts of that day."""

    uscc: str
    as_of: date
    rules: str
    likelihood: float
    points_to: Place
    contributions: list[ContributionRead] = Field(description="The largest first.")
    against: list[AgainstRead]
    lowering: list[LoweringRead] = Field(description="What lowers most first.")
    held: HeldRead | None = Field(description=HELD_UNTIL)
    learned: LearnedExplanationRead | None = Field(
        description="Null where no model was in service on the day."
    )

    @classmethod
    def of(cls, uscc: str, explained: Explained, language: Language) -> Self:
        """Tell of an explanation."""
        found = explained.by_rules
        return cls(
            uscc=uscc,
            as_of=found.assessment.as_of,
            rules=found.assessment.rules,
            likelihood=found.assessment.likelihood,
            points_to=found.assessment.place,
            contributions=contributions_of(found, language),
            against=[AgainstRead.of(one, language) for one in found.against],
            lowering=[LoweringRead.of(one, language) for one in found.lowering],
            held=HeldRead.of(explained.held, language),
            learned=learned_of(explained, language),
        )


def contributions_of(found: Explanation, language: Language) -> list[ContributionRead]:
    """Tell what was found, the largest part first."""
    reasons = spoken([one.model_dump() for one in reasons_of(found.assessment)], language)
    told = [
        ContributionRead(**reason.model_dump(), contribution=part)
        for reason, part in zip(reasons, found.parts, strict=True)
    ]
    return sorted(told, key=lambda one: -abs(one.contribution))


def learned_of(explained: Explained, language: Language) -> LearnedExplanationRead | None:
    """Tell what the model says, if it says anything."""
    if explained.noted is None or explained.learned is None:
        return None
    return LearnedExplanationRead.told(explained.noted, explained.learned, language)


class LabelRead(BaseModel):
    """A warning as it was raised, and what it came to."""

    warning_id: UUID
    uscc: str
    district: str
    raised_on: date
    rules: str
    place: Place
    likelihood: float
    families: dict[str, float]
    headcount: int
    jobs_at_risk: int
    label: Label = Field(
        description="refuted: two persons found it false. layoff: 20 persons or 10 % were lost"
        " within six months. averted: they were not, and the case had an approved outcome. none:"
        " they were not. open: it is not known yet."
    )
    outcome: str | None = Field(description="That of its case.")
    lost_in_three_months: int | None = Field(description="Null while it is not known.")
    lost_in_six_months: int | None = Field(description="Null while it is not known.")

    @classmethod
    def of(cls, raised: Raised, labelled: Labelled) -> Self:
        """Tell of a label."""
        return cls(
            warning_id=raised.warning_id,
            uscc=raised.uscc,
            district=raised.district,
            raised_on=raised.raised_on,
            rules=raised.rules,
            place=Place(raised.place),
            likelihood=raised.likelihood,
            families=dict(raised.families),
            headcount=raised.told.headcount,
            jobs_at_risk=raised.jobs_at_risk,
            label=labelled.label,
            outcome=raised.told.outcome,
            lost_in_three_months=labelled.lost_in_three_months,
            lost_in_six_months=labelled.lost_in_six_months,
        )
