"""What the API of scoring answers of a level that stays although the facts point lower."""

from datetime import date
from typing import Final, Self

from pydantic import BaseModel, Field

from services.scoring.domain.course import Held, Position, held
from services.scoring.domain.editions import Editions
from services.scoring.domain.places import Place
from services.scoring.store.reading import Row
from shared.messages import Language, say

HELD_UNTIL: Final = "Until when it stands higher than the day's facts point; null if it does not."


class HeldRead(BaseModel):
    """A level that stays for a while, although the day's facts point lower."""

    place: Place
    points_to: Place = Field(description="Where the day's facts alone point to.")
    lower: Place
    on: date = Field(description="The day from which it is lower, if nothing new arrives.")
    sentence: str

    @classmethod
    def of(cls, stays: Held | None, language: Language) -> Self | None:
        """Tell of it."""
        if stays is None:
            return None
        named = {
            name: say(f"words.place.{place.value}", language)
            for name, place in (
                ("place", stays.place),
                ("points_to", stays.points_to),
                ("lower", stays.lower),
            )
        }
        sentence = say("reasons_lowering.held", language, **named, on=stays.on)
        return cls(
            place=stays.place,
            points_to=stays.points_to,
            lower=stays.lower,
            on=stays.on,
            sentence=sentence,
        )

    @classmethod
    def of_row(cls, row: Row, editions: Editions, language: Language) -> Self | None:
        """Tell of it, from what was judged of an enterprise on the day of a row."""
        if row["judged_place"] is None:
            return None
        position = Position(Place(row["judged_place"]), falling_since=row["judged_falling_since"])
        target = Place(row["judged_points_to"])
        return cls.of(held(position, target, editions, row["judged_on"]), language)
