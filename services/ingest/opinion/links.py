"""The links of texts with enterprises: what is to be stated now, against what was stated before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.ingest.opinion.reading import Reading


@dataclass(frozen=True, slots=True)
class Item:
    """A text that waits to be linked, in its current version."""

    id: UUID
    version: int
    published_at: datetime
    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """What a text says of one enterprise; `places` are where it is named. Withdrawn: nothing."""

    item: UUID
    uscc: str
    published_at: datetime
    negative: bool
    confidence: float
    kinds: tuple[str, ...]
    announced: int | None
    announced_share: float | None
    places: tuple[tuple[int, int], ...]
    withdrawn: bool = False


def links_of(item: Item, reading: Reading) -> dict[str, Link]:
    """Return the links that a reading makes, by credit code."""
    return {
        uscc: Link(
            item=item.id,
            uscc=uscc,
            published_at=item.published_at,
            negative=verdict.negative,
            confidence=verdict.confidence,
            kinds=tuple(str(kind) for kind in verdict.kinds),
            announced=verdict.announced.count,
            announced_share=verdict.announced.share,
            places=tuple(
                (mention.start, mention.end) for mention in reading.mentions if mention.who == uscc
            ),
        )
        for uscc, verdict in reading.verdicts.items()
    }


def changes(old: Mapping[str, Link], new: Mapping[str, Link], *, again: bool) -> list[Link]:
    """Return the links to be stated: new ones, different ones, and those that no longer hold.

    `again`: the text has another version, so that even what is the same comes from elsewhere now.
    """
    told = [
        link for uscc, link in sorted(new.items()) if again or uscc not in old or old[uscc] != link
    ]
    gone = [
        withdrawn(link)
        for uscc, link in sorted(old.items())
        if uscc not in new and not link.withdrawn
    ]
    return told + gone


def withdrawn(link: Link) -> Link:
    """Return the link as it is when the text does not mention the enterprise any more."""
    return replace(
        link,
        negative=False,
        confidence=0.0,
        kinds=(),
        announced=None,
        announced_share=None,
        places=(),
        withdrawn=True,
    )


def held(links: Iterable[Link]) -> frozenset[str]:
    """Return whom a text mentions, by its links."""
    return frozenset(link.uscc for link in links if not link.withdrawn)


def by_item(links: Iterable[Link]) -> Mapping[UUID, dict[str, Link]]:
    """Sort links by text, and there by credit code."""
    sorted_: dict[UUID, dict[str, Link]] = {}
    for link in links:
        sorted_.setdefault(link.item, {})[link.uscc] = link
    return sorted_


def link_from(row: Mapping[str, Any]) -> Link:
    """Return a link as it is on record."""
    told = {name: row[name] for name in Link.__dataclass_fields__}
    places = tuple((start, end) for start, end in told.pop("places"))
    return Link(**{**told, "kinds": tuple(told["kinds"]), "places": places})
