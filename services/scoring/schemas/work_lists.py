"""What the API of scoring takes and answers of weekly lists."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from services.scoring.domain.places import Place
from services.scoring.domain.work_list import Change, Gone, longest
from services.scoring.handlers.work_lists import Whole
from services.scoring.schemas.held import HELD_UNTIL, HeldRead
from services.scoring.schemas.judged import EnterpriseBrief, Moment, ReasonRead, spoken
from services.scoring.store.work_lists import Capacity, Row
from shared.messages import Language


class CapacityWrite(BaseModel):
    """What a district can look at."""

    model_config = ConfigDict(extra="forbid")

    weekly: int = Field(ge=1, le=10_000, description="Enterprises in a week.")


class CapacityRead(BaseModel):
    """How many enterprises the officers of a district look at in a week."""

    model_config = ConfigDict(from_attributes=True)

    district: str
    weekly: int
    version: int
    set_by: str
    set_at: Moment

    @classmethod
    def of(cls, capacity: Capacity) -> Self:
        """Tell of a capacity."""
        return cls.model_validate(capacity)


class CapacitiesRead(BaseModel):
    """What the caller's districts can look at, as far as somebody has said it."""

    data: list[CapacityRead]


class WorkListRead(BaseModel):
    """The list of a district for a week."""

    district: str
    week: date = Field(description="Its Monday.")
    capacity: int
    listed: int = Field(description="At most one and a half times the capacity.")
    entered: int = Field(description="Those that were not on the last list.")
    departed: int = Field(description="Those of the last list that are not on this one.")
    made_at: Moment

    @classmethod
    def of(cls, row: Row) -> Self:
        """Tell of a list."""
        return cls.model_validate(dict(row))


class ListedRead(BaseModel):
    """An enterprise on the list."""

    enterprise: EnterpriseBrief
    rank: int = Field(description="Among all that stand somewhere in the district.")
    change: Change
    previous_rank: int | None
    is_first_time: bool = Field(description="It was on no list before.")
    is_reserve: bool = Field(description="Beyond the capacity; it stays from the last list.")
    place: Place
    likelihood: float
    jobs_at_risk: int
    reasons: list[ReasonRead]
    held: HeldRead | None = Field(description=HELD_UNTIL)


class LeftRead(BaseModel):
    """Who was on the last list and is not on this one."""

    uscc: str
    name: str
    previous_rank: int
    because: Gone


class WorkListWhole(WorkListRead):
    """The list of a week, by rank, and what is different from the last one."""

    stays_until: int = Field(description="The last rank at which an enterprise stays.")
    entries: list[ListedRead]
    left: list[LeftRead]

    @classmethod
    def whole(cls, found: Whole, language: Language) -> Self:
        """Tell of a list with its entries."""
        return cls.model_validate(
            {
                **found.head,
                "stays_until": longest(found.head["capacity"]),
                "entries": [
                    {
                        **row,
                        "enterprise": EnterpriseBrief.of(row),
                        "reasons": spoken(row["reasons"], language),
                        "held": HeldRead.of_row(row, found.editions, language),
                    }
                    for row in found.entries
                ],
                "left": [dict(row) for row in found.left],
            }
        )
