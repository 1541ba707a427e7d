"""Figures about cases, as the API tells them: every rate with what it is made of."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Final, Self

from fastapi import Query
from pydantic import BaseModel, Field

from services.cases.domain.case import Status
from services.cases.domain.clocks import ClockName
from services.cases.domain.outcome import Outcome
from services.cases.store.statistics import Counted, OnTime
from shared.districts import DistrictQuery
from shared.messages import Language, say

_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True)
class PeriodQuery:
    """Which days and which district a client asks for; both days are included."""

    since: Annotated[date | None, Query(description="The first day, in Beijing.")] = None
    until: Annotated[date | None, Query(description="The last day, in Beijing.")] = None
    district: DistrictQuery = None


class RateRead(BaseModel):
    """A rate with its numerator and denominator, and what each of them counts."""

    value: Decimal | None = Field(description="To four places; null where nothing is to divide by.")
    numerator: int
    denominator: int
    numerator_definition: str
    denominator_definition: str


class OnTimeRead(BaseModel):
    """How often a time limit was kept."""

    clock: ClockName
    in_time: int
    late: int = Field(description="Met too late, or not met although it has run out.")
    running: int = Field(description="Neither met nor run out.")
    rate: Decimal | None = Field(description="in_time / (in_time + late).")

    @classmethod
    def of(cls, counted: OnTime) -> Self:
        """Tell of a clock."""
        rate = _rate(counted.in_time, counted.in_time + counted.late)
        return cls(**vars(counted), rate=rate)


class CaseStatisticsRead(BaseModel):
    """What became of the cases that were opened in a period, as they stand now."""

    since: date | None
    until: date | None
    opened: int
    open: int = Field(description="Those without an approved outcome that have not ended either.")
    by_status: dict[Status, int] = Field(description="Adds up to `opened`.")
    properly_handled: int = Field(
        description="Those whose outcome counts as proper handling (妥善处置) and was approved by a"
        " second person."
    )
    by_outcome: dict[Outcome, int] = Field(description="Approved outcomes only.")
    refuted: int = Field(description="Those whose warning two people found to be false.")
    on_time: list[OnTimeRead] = Field(
        description="By time limit; of a case that was reopened, those since then."
    )
    resolution_rate: RateRead

    @classmethod
    def of(cls, counted: Counted, since: date | None, until: date | None, spoken: Language) -> Self:
        """Tell of what was counted."""
        handled, warned = counted.properly_handled_enterprises, counted.warned_enterprises
        return cls(
            since=since,
            until=until,
            opened=counted.opened,
            open=counted.open,
            by_status=dict(counted.by_status),
            properly_handled=counted.properly_handled,
            by_outcome=dict(counted.by_outcome),
            refuted=counted.refuted,
            on_time=[OnTimeRead.of(each) for each in counted.on_time],
            resolution_rate=RateRead(
                value=_rate(handled, warned),
                numerator=handled,
                denominator=warned,
                numerator_definition=say("statistics.resolution_numerator", spoken),
                denominator_definition=say("statistics.resolution_denominator", spoken),
            ),
        )


def _rate(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(_PLACES, ROUND_HALF_UP) if whole else None
