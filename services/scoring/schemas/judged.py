"""What the API of scoring answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BaseModel, Field

from services.scoring.domain.course import Leaving
from services.scoring.domain.editions import Editions
from services.scoring.domain.level import Admission
from services.scoring.domain.model_life import Target, version_of
from services.scoring.domain.places import Place, Standing
from services.scoring.domain.rules import Family
from services.scoring.domain.warning import Move, State, move
from services.scoring.schemas.held import HELD_UNTIL, HeldRead
from services.scoring.store.reading import Row
from shared.calendar import SHANGHAI
from shared.districts import DistrictQuery
from shared.events.scoring import Reason, RiskLevel
from shared.messages import Language, say


def _in_beijing(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


Moment = Annotated[datetime, AfterValidator(_in_beijing)]


@dataclass(frozen=True)
class WarningQuery:
    """Which warnings a client asks for."""

    level: Annotated[RiskLevel | None, Query()] = None
    state: Annotated[State | None, Query()] = None
    district: DistrictQuery = None
    since: Annotated[
        date | None, Query(description="Raised on this day (in Beijing) or later.")
    ] = None


@dataclass(frozen=True)
class PeriodQuery:
    """Which days and which district a client asks for; both days are included."""

    since: Annotated[date | None, Query(description="The first day, in Beijing.")] = None
    until: Annotated[date | None, Query(description="The last day, in Beijing.")] = None
    district: DistrictQuery = None


class ReasonRead(Reason):
    """A fact that contributed, and its sentence in the language of the request."""

    import_id: UUID = Field(
        description="What it came with: /v1/imports shows it. Of the sources visit and service it"
        " is what was done in a case: /v1/deeds shows that; of the source loan it is a drawdown:"
        " /v1/drawdowns shows its contract."
    )
    sentence: str


class EnterpriseBrief(BaseModel):
    """Who is meant, as the register has it today."""

    uscc: str
    name: str
    district: str = Field(description="GB/T 2260, the development area as 1101K1.")
    street: str | None
    industry: str | None = Field(description="GB/T 4754-2017.")
    status: str = Field(description="State in the register.")

    @classmethod
    def of(cls, row: Row) -> Self:
        """Tell of the enterprise of a row."""
        return cls.model_validate({**row, "status": row["enterprise_status"]})


class LearnedRead(BaseModel):
    """What the model in service says beside the rules: shown, and changing no level."""

    model: str = Field(description="Its version; see /v1/models.")
    target: Target = Field(description="What it foresees, within how many months.")
    likelihood: float = Field(description="0 to 1, to four places.")
    low: float = Field(
        description="With 95 % it lies between this and `high`, by what came of like cases that"
        " the model had not learned from."
    )
    high: float

    @classmethod
    def of(cls, row: Row) -> Self | None:
        """Tell of it; None if no model was in service on the day."""
        if row["learned_model"] is None:
            return None
        return cls(
            model=version_of(row["learned_model"]),
            target=row["learned_target"],
            likelihood=row["learned_likelihood"],
            low=row["learned_low"],
            high=row["learned_high"],
        )


class WarningRead(BaseModel):
    """An entry of the warning list."""

    id: UUID
    version: int
    enterprise: EnterpriseBrief
    state: State
    level: RiskLevel
    likelihood: float = Field(
        description="By the rules: how often like evidence came to a mass layoff within ninety"
        " days; 0 to 1, to four places."
    )
    learned: LearnedRead | None
    headcount: int
    jobs_at_risk: int = Field(
        description="Jobs that go if as many go as were lost in three months, reported or"
        " announced; without such a number, an expected share of the staff."
    )
    raised_at: Moment
    as_of: date = Field(description="The last day that was judged.")
    lifted_at: Moment | None
    because: Leaving | None = Field(description="Why it was lifted.")
    reasons: list[ReasonRead]
    held: HeldRead | None = Field(description=HELD_UNTIL)

    @classmethod
    def of(cls, row: Row, editions: Editions, language: Language) -> Self:
        """Tell of a warning."""
        return cls.model_validate(
            {
                **row,
                "enterprise": EnterpriseBrief.of(row),
                "learned": LearnedRead.of(row),
                "reasons": spoken(row["reasons"], language),
                "held": HeldRead.of_row(row, editions, language),
            }
        )


class PotentialRiskRead(BaseModel):
    """An enterprise that is watched, but not on the warning list."""

    enterprise: EnterpriseBrief
    since: date
    because: Leaving | None = Field(description="Why it came down to here, if it did.")
    as_of: date
    likelihood: float
    learned: LearnedRead | None
    headcount: int | None
    jobs_at_risk: int
    reasons: list[ReasonRead]
    held: HeldRead | None = Field(description=HELD_UNTIL)

    @classmethod
    def of(cls, row: Row, editions: Editions, language: Language) -> Self:
        """Tell of a potential risk."""
        return cls.model_validate(
            {
                **row,
                "enterprise": EnterpriseBrief.of(row),
                "learned": LearnedRead.of(row),
                "reasons": spoken(row["reasons"], language),
                "held": HeldRead.of_row(row, editions, language),
            }
        )


class AssessmentRead(BaseModel):
    """What one day's facts said of an enterprise, and where it stood at the end of that day."""

    as_of: date
    rules: str = Field(description="Edition of the rules by which it was judged.")
    likelihood: float
    learned: LearnedRead | None
    families: dict[Family, float] = Field(description="Evidence of each family.")
    impact: int = Field(ge=1, le=4, description="Size of the event: I1 to I4.")
    admission: Admission = Field(description="What admits a warning, if anything does.")
    points_to: Place = Field(description="Where the day's facts alone point to.")
    standing: Standing
    level: RiskLevel | None = Field(description="Level of the warning, if it stands.")
    since: date | None
    move: Move | None = Field(description="What the day changed.")
    because: Leaving | None = Field(description="Why it came down to here, if it did.")
    headcount: int | None
    jobs_at_risk: int
    reasons: list[ReasonRead]
    judged_at: Moment

    @classmethod
    def of(cls, row: Row, language: Language) -> Self:
        """Tell of a judged day."""
        place = Place(row["place"])
        return cls.model_validate(
            {
                **row,
                "learned": LearnedRead.of(row),
                "standing": place.standing,
                "level": place.level if place.standing is Standing.WARNING else None,
                "move": move(Place(row["place_before"]), place),
                "reasons": spoken(row["reasons"], language),
            }
        )


class WarningStatisticsRead(BaseModel):
    """How many enterprises of the caller's districts were noticed and warned in a period."""

    since: date | None
    until: date | None
    potential_risk_enterprises: int = Field(
        description="Distinct enterprises that were a potential risk (evidence of .25 or more) or"
        " on the warning list at the end of some day of the period, or were warned in it. Every"
        " warned enterprise is one of them."
    )
    warned_enterprises: int = Field(
        description="Distinct enterprises that were on the warning list at some time of the period."
        " Warnings that a correction of the data took back (`corrected`) do not count; refuted"
        " ones do."
    )
    by_level: dict[RiskLevel, int] = Field(
        description="The warned enterprises by the highest level that they reached at the end of a"
        " day of the period. Adds up to `warned_enterprises`."
    )
    by_state: dict[State, int] = Field(
        description="The warned enterprises by what has become of their last warning of the period"
        " up to now. Adds up to `warned_enterprises`."
    )
    lifted: dict[Leaving, int] = Field(
        description="Those whose last warning of the period is lifted, by the reason. Adds up to"
        " `by_state.lifted`."
    )


# Where a fact lacks a field of its sentence, a shorter sentence says it.
_SHORTER = {"E3": ("layoff_on", "E3-UNDATED"), "E3-TOLD": ("layoff_on", "E3-TOLD-UNDATED")}

# Parameters that are codes, and the words for them.
_WORDS = {
    "status": "enterprise_status",
    "utility": "utility",
    "relation": "relation",
    "level": "level",
    "default": "default",
}


def spoken(reasons: list[dict[str, Any]], language: Language) -> list[ReasonRead]:
    """Put each reason into a sentence; its parameters and its period are the sentence's fields."""
    return [ReasonRead(**reason, sentence=_sentence(reason, language)) for reason in reasons]


def in_words(parameters: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return what a sentence is told of, codes as words."""
    return {
        name: say(f"words.{_WORDS[name]}.{of}", language) if name in _WORDS else of
        for name, of in parameters.items()
    }


def _sentence(reason: dict[str, Any], language: Language) -> str:
    said = in_words(reason["parameters"], language)
    code = reason["indicator"]
    needed, shorter = _SHORTER.get(code, (None, code))
    if needed is not None and needed not in said:
        code = shorter
    return say(f"reasons.{code}", language, period=reason["period"], **said)
