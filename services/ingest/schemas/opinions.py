"""What ingest answers about opinion items: the text, and what it says of whom."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from services.ingest.store.opinion_pages import Asked, Meant, Opinion
from shared.calendar import SHANGHAI
from shared.codes.divisions import district
from shared.events.ingest import OpinionKind
from shared.messages import Language

_EXCERPT = 200


@dataclass(frozen=True)
class OpinionQuery:
    """Which opinion items a client asks for."""

    uscc: Annotated[
        str | None, Query(max_length=18, description="Credit code of an enterprise mentioned.")
    ] = None
    kind: Annotated[OpinionKind | None, Query(description="What the text alleges.")] = None
    negative: Annotated[bool | None, Query(description="Whether it speaks ill of it.")] = None
    since: Annotated[date | None, Query(description="First day of publication.")] = None

    def asked(self) -> Asked:
        """Return what the store is asked: a day begins at midnight in Beijing."""
        since = None if self.since is None else datetime.combine(self.since, time(), SHANGHAI)
        kind = None if self.kind is None else str(self.kind)
        return Asked(self.uscc, kind, self.negative, since)


class MentionRead(BaseModel):
    """An enterprise that a text mentions, and what the text alleges of it."""

    uscc: str
    name: str
    district: str
    district_name: str
    negative: bool
    confidence: float = Field(description="How sure it is that this is meant: 0 to 1.")
    kinds: tuple[OpinionKind, ...]
    announced: int | None = Field(description="How many jobs the text says will go.")
    announced_share: float | None = Field(description="Which share of the staff: 0 to 1.")
    places: tuple[tuple[int, int], ...] = Field(
        description="Where it is named, in characters: of title, line break and text; of the text "
        "alone if there is no title, or the text begins with it."
    )

    @classmethod
    def of(cls, meant: Meant, language: Language) -> Self:
        """Tell of a mention."""
        place, link = district(meant.district), meant.link
        return cls(
            uscc=link.uscc,
            name=meant.name,
            district=meant.district,
            district_name=place.english if language is Language.EN else place.name,
            negative=link.negative,
            confidence=link.confidence,
            kinds=tuple(OpinionKind(kind) for kind in link.kinds),
            announced=link.announced,
            announced_share=link.announced_share,
            places=link.places,
        )


class OpinionSummary(BaseModel):
    """An opinion item in a list, shortened."""

    id: UUID
    published_at: datetime
    source: str
    title: str | None
    text: str = Field(description="In a list, its first 200 characters.")
    cluster: str = Field(description="The same for texts that say the same.")
    enterprises: tuple[MentionRead, ...] = Field(
        description="Those of the caller's districts that it mentions."
    )

    @classmethod
    def of(cls, opinion: Opinion, language: Language) -> Self:
        """Tell of a text, shortly."""
        text = opinion.text
        short = text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"
        return cls(**{**_told(opinion, language), "text": short})


class OpinionRead(OpinionSummary):
    """An opinion item whole."""

    item_id: str = Field(description="The sender's own id.")
    url: str | None

    @classmethod
    def of(cls, opinion: Opinion, language: Language) -> Self:
        """Tell all of a text."""
        return cls(**_told(opinion, language), item_id=opinion.item_id, url=opinion.url)


def _told(opinion: Opinion, language: Language) -> dict[str, object]:
    return {
        "id": opinion.id,
        "published_at": opinion.published_at.astimezone(SHANGHAI),
        "source": opinion.source,
        "title": opinion.title,
        "text": opinion.text,
        "cluster": opinion.cluster,
        "enterprises": tuple(MentionRead.of(meant, language) for meant in opinion.enterprises),
    }
