"""What the API answers of areas."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from services.scoring.domain.areas import AREA_2020_1

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

    @classmethod
    def of(cls, row: Row) -> Self:
        """Tell of an alert."""
        members = row["members"]
        persons = sum(member["persons"] for member in members)
        return cls.model_validate({**row, "enterprises": len(members), "persons": persons})


class AreaMemberRead(BaseModel):
    """One enterprise of it: what it had the month before, and how many are gone."""

    uscc: str
    name: str | None
    base: int
    persons: int


class AreaAlertRead(AreaAlertBrief):
    """An alert with its enterprises, the largest loss first."""

    rule: str
    citation: str = AREA_2020_1.citation
    members: list[AreaMemberRead]
