"""How feeds stand against the time that their contracts give."""

from datetime import date
from typing import Self

from pydantic import BaseModel, Field

from services.ingest.domain.freshness import Standing
from services.ingest.handlers.freshness import Freshness
from shared.messages import Language


class FreshnessRead(BaseModel):
    """How a feed of an agency stands; `agency` is null where nobody has sent anything yet."""

    feed: str
    title: str
    agency: str | None
    cadence: str
    freshness_working_days: int | None
    last_push_on: date | None
    last_period: str | None = Field(description="The last month or day of which something is said.")
    awaited: str | None = Field(
        description="The period that comes next; without periods, the day of the last push."
    )
    due_on: date | None = Field(description="The last day to send it.")
    state: Standing = Field(
        description="late: the last day to send what is awaited is past. incomplete: in time, but "
        "the last period has less than 90 % of the enterprises of the period before it; most "
        "likely a part of it is missing. in_time. no_limit: the contract gives no time. "
        "never_sent: nothing was taken of it yet."
    )
    late: bool
    working_days_late: int
    enterprises: int | None = Field(description="Enterprises of the last period.")
    enterprises_before: int | None = Field(description="Enterprises of the period before it.")
    completeness: float | None = Field(
        description="Which share of the enterprises of the period before is in the last one again."
    )

    @classmethod
    def of(cls, standing: Freshness, language: Language) -> Self:
        """Tell how a feed stands."""
        contract, arrival, lag = standing.contract, standing.arrival, standing.lag
        limit = contract.freshness
        return cls(
            feed=contract.name,
            title=contract.title.en if language is Language.EN else contract.title.zh,
            agency=arrival and arrival.agency,
            cadence=contract.cadence,
            freshness_working_days=limit and limit.working_days,
            last_push_on=arrival and arrival.last_push,
            last_period=arrival and arrival.last_period,
            awaited=lag and lag.awaited,
            due_on=lag and lag.due_on,
            state=standing.state,
            late=lag is not None and lag.is_late,
            working_days_late=lag.working_days_late if lag is not None else 0,
            enterprises=standing.enterprises,
            enterprises_before=standing.enterprises_before,
            completeness=standing.completeness,
        )
