"""What ingest answers about facts and their versions, and how a period is taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from services.ingest.store.fact_pages import Fact
from shared.calendar import SHANGHAI


@dataclass(frozen=True)
class FactQuery:
    """Which facts to list."""

    feed: Annotated[str, Query(max_length=100)]
    uscc: Annotated[str, Query(max_length=18, description="Of which enterprise.")]
    period: Annotated[
        str | None,
        Query(
            max_length=140,
            description="A month or day, as the feed has it; of events all of that day, or one: "
            "2020-08-03/REFERENCE.",
        ),
    ] = None
    known_on: Annotated[
        date | None, Query(description="As known at the end of this day; now, if left out.")
    ] = None
    history: Annotated[
        bool, Query(description="Every version, those that were taken back as well.")
    ] = False


class FactRead(BaseModel):
    """A version of a fact, and the import by which it was learned."""

    feed: str
    uscc: str
    period: str
    version: int
    withdrawn: bool
    values: dict[str, int | Decimal | str | None]
    received_at: datetime
    import_id: UUID
    import_kind: str = Field(description="batch, file, withdrawal or restoration.")
    agency: str
    reason: str | None = Field(description="Why a whole period was taken back.")

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """Tell of a version."""
        values = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in fact.values.items()
        }
        return cls(
            feed=fact.feed,
            uscc=fact.uscc,
            period=fact.period,
            version=fact.version,
            withdrawn=fact.withdrawn,
            values=values,
            received_at=fact.received_at.astimezone(SHANGHAI),
            import_id=fact.import_id,
            import_kind=fact.kind,
            agency=fact.agency,
            reason=fact.reason,
        )


class WithdrawalWrite(BaseModel):
    """Why a period is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=2, max_length=500)
    dry_run: bool = Field(default=False, description="Only tell how many facts it would be.")
    reference: str | None = Field(
        default=None, min_length=1, max_length=120, description="Of the events of a day, this one."
    )


class WithdrawalRead(BaseModel):
    """How many facts of a period were, or would be, taken back."""

    model_config = ConfigDict(from_attributes=True)

    feed: str
    period: str
    facts: int
    import_id: UUID | None = Field(description="The import that took them back.")
