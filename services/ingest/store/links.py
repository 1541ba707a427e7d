"""Readings of texts and their links with enterprises, as last stated."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    Select,
    Text,
    Uuid,
    any_,
    cast,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from services.ingest.domain.facts import Linked
from services.ingest.opinion.clusters import WINDOW, Sketch, Told, packed, unpacked
from services.ingest.opinion.links import Link, link_from
from services.ingest.tables import OPINION_MENTIONS as MENTIONS
from services.ingest.tables import OPINION_READINGS as READINGS
from services.ingest.tables import OPINION_VERSIONS as VERSIONS
from shared.rows import unnest_named

_LINK: Final[Mapping[str, TypeEngine[Any]]] = {
    "item": Uuid(),
    "uscc": Text(collation="C"),
    "published_at": DateTime(timezone=True),
    "negative": Boolean(),
    "confidence": Double(),
    # Lists are written as text: an array of arrays would have to be rectangular.
    "kinds": Text(),
    "announced": Integer(),
    "announced_share": Double(),
    "places": Text(),
    "withdrawn": Boolean(),
}
_READING: Final[Mapping[str, TypeEngine[Any]]] = {
    "item": Uuid(),
    "version": Integer(),
    "published_at": DateTime(timezone=True),
    "sketch": LargeBinary(),
    "cluster": Text(collation="C"),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """What was last read out of a text: of which version, and in which cluster it was."""

    item: UUID
    version: int
    published_at: datetime
    sketch: Sketch
    cluster: str


async def readings(session: AsyncSession, items: Collection[UUID]) -> dict[UUID, Stored]:
    """Return what was last read out of texts."""
    found = await session.execute(select(READINGS).where(_is_one_of(READINGS.c.item, items)))
    return {
        row["item"]: Stored(**{**row, "sketch": unpacked(row["sketch"])})
        for row in found.mappings()
    }


async def links(session: AsyncSession, items: Collection[UUID]) -> list[Link]:
    """Return the links of texts as last stated, withdrawn ones too."""
    found = await session.execute(select(MENTIONS).where(_is_one_of(MENTIONS.c.item, items)))
    return [link_from(dict(row)) for row in found.mappings()]


async def around(
    session: AsyncSession, usccs: Collection[str], first: datetime, last: datetime
) -> list[Told]:
    """Return the texts about enterprises that may say the same as texts of the period."""
    told = _told().where(
        MENTIONS.c.uscc == any_(literal(sorted(usccs), ARRAY(Text))),
        MENTIONS.c.published_at >= first - WINDOW,
        MENTIONS.c.published_at <= last + WINDOW,
    )
    return _each_once(await session.execute(told))


async def members(session: AsyncSession, clusters: Collection[str]) -> list[Told]:
    """Return all texts of clusters."""
    told = _told().where(READINGS.c.cluster == any_(literal(sorted(clusters), ARRAY(Text))))
    return _each_once(await session.execute(told))


def _told() -> Select[Any]:
    return (
        select(
            READINGS.c.item,
            READINGS.c.published_at,
            READINGS.c.sketch,
            READINGS.c.cluster,
            MENTIONS.c.uscc,
        )
        .join(MENTIONS, MENTIONS.c.item == READINGS.c.item)
        .where(MENTIONS.c.withdrawn.is_(False))
    )


def _each_once(rows: Iterable[Any]) -> list[Told]:
    groups: dict[UUID, set[str]] = {}
    found: dict[UUID, tuple[datetime, bytes, str]] = {}
    for item, published_at, sketch, cluster, uscc in rows:
        groups.setdefault(item, set()).add(uscc)
        found[item] = (published_at, sketch, cluster)
    return [
        Told(item, published_at, unpacked(sketch), frozenset(groups[item]), cluster)
        for item, (published_at, sketch, cluster) in found.items()
    ]


async def save_readings(session: AsyncSession, told: Sequence[Stored]) -> None:
    """Write what was read out of texts over what was read before."""
    if not told:
        return
    given = unnest_named(
        _READING,
        [
            {
                "item": each.item,
                "version": each.version,
                "published_at": each.published_at,
                "sketch": packed(each.sketch),
                "cluster": each.cluster,
            }
            for each in told
        ],
    )
    statement = insert(READINGS).from_select(
        list(_READING), select(*given.c).order_by(given.c.item)
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[READINGS.c.item],
            set_={name: statement.excluded[name] for name in list(_READING)[1:]},
        )
    )


async def save_links(session: AsyncSession, told: Sequence[Link]) -> None:
    """Write links as their next versions."""
    if not told:
        return
    given = unnest_named(
        _LINK,
        [
            {name: getattr(link, name) for name in _LINK}
            | {"kinds": ",".join(link.kinds), "places": json.dumps(link.places)}
            for link in told
        ],
    )
    read = {
        "kinds": func.string_to_array(given.c.kinds, ","),
        "places": cast(given.c.places, JSONB),
    }
    columns = [read.get(name, given.c[name]) for name in _LINK]
    statement = insert(MENTIONS).from_select(
        ["version", *_LINK],
        select(literal(1), *columns).order_by(given.c.item, given.c.uscc),
    )
    said = {name: statement.excluded[name] for name in list(_LINK)[2:]}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[MENTIONS.c.item, MENTIONS.c.uscc],
            set_={"version": MENTIONS.c.version + 1, **said},
        )
    )


async def rename(session: AsyncSession, renamed: Mapping[str, str]) -> set[UUID]:
    """Give clusters other names; return the texts that are in them."""
    if not renamed:
        return set()
    given = unnest_named(
        {"old": Text(collation="C"), "new": Text(collation="C")},
        [{"old": old, "new": new} for old, new in sorted(renamed.items())],
    )
    moved = await session.scalars(
        update(READINGS)
        .where(READINGS.c.cluster == given.c.old)
        .values(cluster=given.c.new)
        .returning(READINGS.c.item)
    )
    return set(moved)


async def state_again(session: AsyncSession, items: Collection[UUID]) -> list[tuple[UUID, str]]:
    """Count up the links of texts that say the same under another cluster; return their keys."""
    if not items:
        return []
    found = await session.execute(
        update(MENTIONS)
        .where(_is_one_of(MENTIONS.c.item, items), MENTIONS.c.withdrawn.is_(False))
        .values(version=MENTIONS.c.version + 1)
        .returning(MENTIONS.c.item, MENTIONS.c.uscc)
    )
    return [(item, uscc) for item, uscc in found]


async def linked(session: AsyncSession, keys: Collection[tuple[UUID, str]]) -> list[Linked]:
    """Return links as facts tell them, in one order whenever they were made."""
    if not keys:
        return []
    given = unnest_named(
        {"item": Uuid(), "uscc": Text(collation="C")},
        [{"item": item, "uscc": uscc} for item, uscc in sorted(keys)],
    )
    found = await session.execute(
        select(
            MENTIONS,
            READINGS.c.cluster,
            VERSIONS.c.source,
            VERSIONS.c.received_at,
            VERSIONS.c.import_id,
        )
        .join_from(
            given,
            MENTIONS,
            (MENTIONS.c.item == given.c.item) & (MENTIONS.c.uscc == given.c.uscc),
        )
        .join(READINGS, READINGS.c.item == MENTIONS.c.item)
        .join(
            VERSIONS,
            (VERSIONS.c.item == READINGS.c.item) & (VERSIONS.c.version == READINGS.c.version),
        )
        .order_by(MENTIONS.c.uscc, MENTIONS.c.item)
    )
    return [
        Linked(**{name: row[name] for name in Linked.__dataclass_fields__})
        for row in found.mappings()
    ]


def _is_one_of(column: ColumnElement[UUID], items: Collection[UUID]) -> ColumnElement[bool]:
    return column == any_(literal(sorted(items), ARRAY(Uuid)))
