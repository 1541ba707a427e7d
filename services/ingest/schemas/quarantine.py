"""What ingest answers about rows that came before their enterprises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from services.ingest.domain.fates import Fate
from services.ingest.domain.places import member_and_row
from services.ingest.domain.quarantine import Waiting
from services.ingest.store.quarantine_pages import HeldRow
from shared.calendar import SHANGHAI


@dataclass(frozen=True)
class QuarantineQuery:
    """Which rows to list."""

    state: Annotated[Waiting | None, Query(description="How it stands with the rows.")] = None
    feed: Annotated[str | None, Query(max_length=100)] = None
    uscc: Annotated[str | None, Query(max_length=18)] = None
    import_id: Annotated[UUID | None, Query(description="The import that brought them.")] = None


class QuarantinedRead(BaseModel):
    """A row that came before the register knew its enterprise."""

    feed: str
    agency: str
    import_id: UUID
    row: int = Field(description="As in the errors of the import: of a batch from 0.")
    member: str | None = Field(
        description="Of an archive the file, of several sheets the sheet; rows count in each."
    )
    uscc: str
    record: dict[str, Any] | None = Field(
        description="What the row says, as its contract has read it: for its sender, while held."
    )
    received_at: datetime
    state: Waiting
    fate: Fate | None = Field(description="What a released row became.")
    ended_at: datetime | None

    @classmethod
    def of(cls, row: HeldRow, *, for_sender: bool) -> Self:
        """Tell of a row."""
        return cls(
            feed=row.feed,
            agency=row.agency,
            import_id=row.import_id,
            row=member_and_row(row.row_index)[1],
            member=row.member,
            uscc=row.uscc,
            record=dict(row.record) if for_sender and row.record is not None else None,
            received_at=row.received_at.astimezone(SHANGHAI),
            state=row.state,
            fate=row.fate,
            ended_at=row.ended_at and row.ended_at.astimezone(SHANGHAI),
        )
