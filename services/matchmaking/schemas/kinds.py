"""Kinds of fields that several answers and requests share."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared.calendar import SHANGHAI


def _in_beijing(instant: datetime) -> datetime:
    return instant.astimezone(SHANGHAI)


Instant = Annotated[datetime, AfterValidator(_in_beijing)]
Money = Annotated[Decimal, Field(max_digits=15, decimal_places=2, description="CNY.")]
Rate = Annotated[
    Decimal, Field(max_digits=6, decimal_places=4, description="Per cent a year, all-in.")
]
Months = Annotated[int, Field(ge=0, le=9999)]
Persons = Annotated[int, Field(ge=0, le=10_000_000)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
