"""What the API of scoring answers of any enterprise of the register."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.domain.outlook import Newest, Outlook, Unlearned, age_days
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Source
from services.scoring.handlers.explaining import LookedAt
from services.scoring.schemas.explaining import (
    AgainstRead,
    ContributionRead,
    LearnedExplanationRead,
    LoweringRead,
    contributions_of,
    learned_of,
)
from services.scoring.schemas.held import HELD_UNTIL, HeldRead
from services.scoring.schemas.judged import EnterpriseBrief
from shared.messages import Language, say


class SourceRead(BaseModel):
    """What a source said last, or that it has said nothing."""

    source: str
    title: str
    period: str | None = Field(
        description="Month or day of the newest fact, for an event with its reference; null if it"
        " has said nothing as far back as the rules look."
    )
    age_days: int | None = Field(description="How old that is on the day.")
    id: UUID | None = Field(
        description="The import that brought it; of a visit, a service or a loan the deed."
    )

    @classmethod
    def of(cls, source: Source, newest: Newest | None, day: date, language: Language) -> Self:
        """Tell of it."""
        return cls(
            source=source.value,
            title=say(f"words.source.{source.value}", language),
            period=None if newest is None else newest.period,
            age_days=None if newest is None else age_days(newest, day),
            id=None if newest is None else newest.id,
        )


class OutlookRead(BaseModel):
    """How an enterprise is judged on a day, by whom it is known, and what is unknown of it."""

    enterprise: EnterpriseBrief
    as_of: date
    outlook: Outlook = Field(
        description="found: the rules find something. nothing_found: they find nothing in what is"
        " reported of it. unknown: nobody has reported anything lately, which is no sign of health."
    )
    sentence: str = Field(description="The same in words.")
    stands_now: Place = Field(description="Where it stands today, whatever day is asked for.")
    since: date | None
    last_noticed_on: date | None = Field(
        description="The last day of which an assessment was kept, since the rules found something"
        " or it stood somewhere; null if there never was one."
    )
    rules: str
    likelihood: float | None = Field(
        description="By the rules; null unless they find something: to nothing they put no number."
    )
    points_to: Place | None = Field(
        description="Where the day's facts alone point to; null where it is unknown."
    )
    contributions: list[ContributionRead] = Field(description="The largest first.")
    against: list[AgainstRead]
    lowering: list[LoweringRead] = Field(description="What lowers most first.")
    held: HeldRead | None = Field(description=HELD_UNTIL)
    learned: LearnedExplanationRead | None
    unlearned: Unlearned | None = Field(
        description="Why `learned` is null. no_model: none was in service on the day. no_months: no"
        " month of the enterprise is known, so there is nothing to judge by."
    )
    unlearned_sentence: str | None = Field(description="The same in words.")
    sources: list[SourceRead] = Field(
        description="Everyone who may speak: those that did first, the newest fact first."
    )

    @classmethod
    def of(cls, found: LookedAt, language: Language) -> Self:
        """Tell of it."""
        judged = found.explained.by_rules
        day = judged.assessment.as_of
        is_unknown = found.outlook is Outlook.UNKNOWN
        is_found = found.outlook is Outlook.FOUND
        mute = found.unlearned
        return cls(
            enterprise=EnterpriseBrief.of(found.enterprise),
            as_of=day,
            outlook=found.outlook,
            sentence=say(f"outlook.{found.outlook.value}", language),
            stands_now=found.enterprise["place"],
            since=found.enterprise["since"],
            last_noticed_on=found.enterprise["last_noticed_on"],
            rules=judged.assessment.rules,
            likelihood=judged.assessment.likelihood if is_found else None,
            points_to=None if is_unknown else judged.assessment.place,
            contributions=contributions_of(judged, language),
            against=[AgainstRead.of(one, language) for one in judged.against],
            lowering=[LoweringRead.of(one, language) for one in judged.lowering],
            held=HeldRead.of(found.explained.held, language),
            learned=learned_of(found.explained, language),
            unlearned=mute,
            unlearned_sentence=None if mute is None else say(f"outlook.{mute.value}", language),
            sources=[
                SourceRead.of(source, found.newest.get(source), day, language)
                for source in sorted(Source, key=lambda one: _heard(found.newest.get(one)))
            ],
        )


def _heard(newest: Newest | None) -> int:
    return 0 if newest is None else -newest.on.toordinal()
