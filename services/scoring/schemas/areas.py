"""What the API answers of areas."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from services.scoring.domain.areas import AREA_2020_1
from shared.messages import Language, say

Row = Mapping[str, Any]
MonthQuery = Annotated[
    str | None, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="Month of the losses.")
]


class AreaAlertBrief(BaseModel):
    """An alert: how many enterprises of a district lost much staff in a month."""

    id: UUID
    version: int
    district: str = Field(description="GB/T 2260, the development area as 1101K1.")
    month: str
    is_standing: bool = Field(description="False once corrections left too few enterprises.")
    enterprises: int
    persons: int = Field(description="How many persons these enterprises lost in the month.")
    raised_at: datetime
    raised_on: date
    changed_at: datetime
    sentence: str = Field(description="Why it stands, or stood.")

    @classmethod
    def of(cls, row: Row, language: Language) -> Self:
        """Tell of an alert."""
        return cls.model_validate(_told(row, language))


class AreaMemberRead(BaseModel):
    """One enterprise of it: what it had the month before, and how many are gone."""

    uscc: str
    name: str | None
    base: int
    persons: int


class AreaAlertRead(AreaAlertBrief):
    """An alert with its enterprises, the largest loss first."""

    rule: str
    citation: str = Field(description="Whose practice the numbers of the rule follow.")
    members: list[AreaMemberRead]

    @classmethod
    def of(cls, row: Row, language: Language) -> Self:
        """Tell of an alert with its enterprises."""
        return cls.model_validate(
            {**_told(row, language), "citation": say("areas.citation", language)}
        )


def _told(row: Row, language: Language) -> dict[str, Any]:
    members = row["members"]
    counted = {
        "enterprises": len(members),
        "persons": sum(member["persons"] for member in members),
    }
    sentence = say(
        "areas.stands" if row["is_standing"] else "areas.over",
        language,
        **counted,
        month=row["month"],
        least=AREA_2020_1.enterprises,
        above=AREA_2020_1.persons,
        percent=round(AREA_2020_1.share * 100),
    )
    return {**row, **counted, "sentence": sentence}
