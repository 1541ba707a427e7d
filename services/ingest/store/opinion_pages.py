"""Opinion items as officers read them: those that mention an enterprise of their districts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, any_, exists, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.opinion.links import Link, link_from
from services.ingest.store.register import seen_in
from services.ingest.tables import ENTERPRISES, OPINION_ITEMS
from services.ingest.tables import OPINION_MENTIONS as MENTIONS
from services.ingest.tables import OPINION_READINGS as READINGS
from services.ingest.tables import OPINION_VERSIONS as VERSIONS
from shared.pagination import Column, Keyset, PageQuery

_NEWEST_FIRST: Final = Keyset(
    Column(READINGS.c.published_at, datetime, descending=True),
    Column(READINGS.c.item, UUID, descending=True),
)


@dataclass(frozen=True)
class Meant:
    """An enterprise that a text mentions, and what the text says of it."""

    name: str
    district: str
    link: Link


@dataclass(frozen=True)
class Opinion:
    """A text with the enterprises that it mentions, as far as the reader may see them."""

    id: UUID
    item_id: str
    published_at: datetime
    title: str | None
    text: str
    source: str
    url: str | None
    cluster: str
    enterprises: Sequence[Meant]


@dataclass(frozen=True)
class Asked:
    """Which texts are asked for; a text has to say all of it of one and the same enterprise."""

    uscc: str | None = None
    kind: str | None = None
    negative: bool | None = None
    since: datetime | None = None


async def page(
    session: AsyncSession, query: PageQuery, asked: Asked, *, districts: frozenset[str]
) -> tuple[list[Opinion], str | None]:
    """Return one page of texts, the last published first."""
    statement = _texts().where(_says(asked, districts))
    if asked.since is not None:
        statement = statement.where(READINGS.c.published_at >= asked.since)
    rows = (await session.execute(_NEWEST_FIRST.page(statement, query))).mappings().all()
    shown, cursor = _NEWEST_FIRST.cut(rows, query, lambda row: (row["published_at"], row["id"]))
    return await _with_enterprises(session, shown, districts), cursor


async def get(session: AsyncSession, id_: UUID, *, districts: frozenset[str]) -> Opinion | None:
    """Return a text, if it mentions an enterprise of the districts."""
    statement = _texts().where(READINGS.c.item == id_, _says(Asked(), districts))
    rows = (await session.execute(statement)).mappings().all()
    found = await _with_enterprises(session, rows, districts)
    return found[0] if found else None


def _texts() -> Select[Any]:
    return (
        select(
            READINGS.c.item.label("id"),
            OPINION_ITEMS.c.item_id,
            READINGS.c.published_at,
            VERSIONS.c.title,
            VERSIONS.c.text,
            VERSIONS.c.source,
            VERSIONS.c.url,
            READINGS.c.cluster,
        )
        .join(OPINION_ITEMS, OPINION_ITEMS.c.id == READINGS.c.item)
        .join(
            VERSIONS,
            (VERSIONS.c.item == READINGS.c.item) & (VERSIONS.c.version == READINGS.c.version),
        )
    )


def _says(asked: Asked, districts: frozenset[str]) -> ColumnElement[bool]:
    mention = (
        select(MENTIONS.c.item)
        .join(ENTERPRISES, ENTERPRISES.c.uscc == MENTIONS.c.uscc)
        .where(
            MENTIONS.c.item == READINGS.c.item,
            MENTIONS.c.withdrawn.is_(False),
            seen_in(districts),
        )
    )
    if asked.uscc is not None:
        mention = mention.where(MENTIONS.c.uscc == asked.uscc)
    if asked.kind is not None:
        mention = mention.where(literal(asked.kind) == any_(MENTIONS.c.kinds))
    if asked.negative is not None:
        mention = mention.where(MENTIONS.c.negative.is_(asked.negative))
    return exists(mention)


async def _with_enterprises(
    session: AsyncSession, rows: Sequence[Mapping[Any, Any]], districts: frozenset[str]
) -> list[Opinion]:
    items = [row["id"] for row in rows]
    found = await session.execute(
        select(MENTIONS, ENTERPRISES.c.name, ENTERPRISES.c.district)
        .join(ENTERPRISES, ENTERPRISES.c.uscc == MENTIONS.c.uscc)
        .where(
            MENTIONS.c.item == any_(literal(items, ARRAY(Uuid))),
            MENTIONS.c.withdrawn.is_(False),
            seen_in(districts),
        )
        .order_by(MENTIONS.c.item, MENTIONS.c.uscc)
    )
    meant: dict[UUID, list[Meant]] = {item: [] for item in items}
    for row in found.mappings():
        meant[row["item"]].append(Meant(row["name"], row["district"], link_from(dict(row))))
    return [Opinion(**row, enterprises=meant[row["id"]]) for row in rows]
