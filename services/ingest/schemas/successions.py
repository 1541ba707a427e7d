"""What ingest takes and answers of successions: who went on as whom."""

from datetime import date, datetime
from typing import Final, Self

from pydantic import BaseModel, Field

from services.ingest.domain.succession import Said, Succession
from shared.calendar import SHANGHAI
from shared.events.ingest import SuccessionKind

# As the register's own days.
_FIRST: Final = date(1900, 1, 1)


class SuccessionWrite(BaseModel):
    """How an enterprise went on as another."""

    kind: SuccessionKind
    effective_on: date = Field(ge=_FIRST, description="Not after today.")
    reference: str | None = Field(
        default=None, min_length=1, max_length=200, description="Number of the notice."
    )

    def said(self) -> Said:
        """Return what is said of the pair."""
        return Said(self.kind, self.effective_on, self.reference)


class SuccessionRead(BaseModel):
    """An enterprise that went on as another; `withdrawn`: that was an error."""

    predecessor: str
    successor: str
    kind: SuccessionKind
    effective_on: date
    reference: str | None
    version: int
    withdrawn: bool
    recorded_at: datetime

    @classmethod
    def of(cls, one: Succession) -> Self:
        """Tell of a succession."""
        return cls(
            predecessor=one.predecessor,
            successor=one.successor,
            **vars(one.said),
            version=one.version,
            withdrawn=one.withdrawn,
            recorded_at=one.recorded_at.astimezone(SHANGHAI),
        )
