"""What ingest answers about protection lists: editions, and who is on them."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, Field

from services.ingest.store.list_pages import Edition, ListEntry
from shared.calendar import SHANGHAI
from shared.codes.divisions import district
from shared.events.ingest import ProtectionListKind
from shared.messages import Language


class EditionRead(BaseModel):
    """An edition of a protection list."""

    list_kind: ProtectionListKind
    edition: str
    entries: int = Field(description="How many enterprises are on it.")
    valid_from: date = Field(description="The first day on which any of its entries protects.")
    valid_until: date | None = Field(description="The last such day; none if one has no end.")
    received_at: datetime = Field(description="When it last changed.")

    @classmethod
    def of(cls, edition: Edition) -> Self:
        """Tell of an edition."""
        return cls(
            **{
                **vars(edition),
                "list_kind": ProtectionListKind(edition.list_kind),
                "received_at": edition.received_at.astimezone(SHANGHAI),
            }
        )


class ListEntryRead(BaseModel):
    """An enterprise on an edition of a protection list."""

    uscc: str
    name: str
    district: str
    district_name: str
    edition: str
    version: int
    valid_from: date
    valid_until: date | None
    reason: str | None

    @classmethod
    def of(cls, entry: ListEntry, language: Language) -> Self:
        """Tell of an entry."""
        place = district(entry.district)
        return cls(
            **vars(entry), district_name=place.english if language is Language.EN else place.name
        )
