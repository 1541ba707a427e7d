"""What the agencies of a simulated city push, as the facts that scoring judges by.

The same rows as through the platform: a history that is received on the first day, then day by
day; texts are read, linked and clustered by the functions of ingest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

import polars as pl

from services.ingest.opinion.clusters import Told, cluster, sketch
from services.ingest.opinion.links import Item, links_of
from services.ingest.opinion.matching import Matcher, whole
from services.ingest.opinion.names import Entry
from services.ingest.opinion.reading import matcher_of, read
from services.scoring.features import facts as schemas
from services.scoring.features.facts import Facts
from shared.calendar import SHANGHAI
from simulation.world.records import Feed, Push, Record

_SPACE: Final = UUID("6f0b8a44-2c1e-4d0a-9a4e-2f8a3c6f5b10")
_DAYS: Final = ("reported_on", "layoff_on")


class Book:
    """Takes pushes in, in their order, and gives all facts that came of them."""

    def __init__(self) -> None:
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._versions: dict[tuple[str, ...], int] = defaultdict(int)
        self._names: dict[str, Entry] = {}
        self._matcher: Matcher | None = None
        self._texts: list[tuple[Record, date, Item]] = []

    def take(self, one: Push, day: date) -> None:
        """Take in a push that is received on a day."""
        rows = _ROWS.get(Feed(one.feed))
        if one.feed == Feed.OPINION:
            self._texts += [(record, day, _item(record)) for record in one.records]
        elif rows is not None:
            frame, key, make = rows
            for record in one.records:
                self._rows[frame].append(self._versioned(frame, record, key, day) | make(record))
        if one.feed == Feed.REGISTER:
            for record in one.records:
                self._name(record)

    def facts(self) -> Facts:
        """Return all versions of all facts that came so far."""
        frames: dict[str, Sequence[Mapping[str, Any]]] = {**self._rows, "opinions": self._links()}
        return Facts(**{name: _frame(name, rows) for name, rows in frames.items()})

    def _versioned(
        self, frame: str, record: Record, key: Iterable[str], day: date
    ) -> dict[str, Any]:
        named = (frame, *(str(record[name]) for name in key))
        self._versions[named] += 1
        return {
            "uscc": str(record["uscc"]),
            "version": self._versions[named],
            "is_withdrawn": False,
            "received_on": day,
            "import_id": str(uuid5(_SPACE, f"{frame}/{day}")),
        }

    def _name(self, record: Record) -> None:
        uscc, short = str(record["uscc"]), str(record.get("short_names") or "")
        names = tuple(name for name in short.split(";") if name)
        self._names[uscc] = Entry(uscc, str(record["name"]), names)

    def _links(self) -> list[dict[str, Any]]:
        """Read all texts by the names of the register; a cluster is named by its first text."""
        matcher = matcher_of(self._names.values())
        found: list[dict[str, Any]] = []
        told: list[Told] = []
        for record, day, item in self._texts:
            reading = read(matcher, item.text, title=item.title, year=item.published_at.year)
            links = links_of(item, reading)
            if links:
                said = sketch(whole(item.title, item.text))
                told.append(Told(item.id, item.published_at, said, frozenset(links)))
            for uscc, link in links.items():
                found.append(
                    {
                        "uscc": uscc,
                        "version": 1,
                        "is_withdrawn": False,
                        "received_on": day,
                        "import_id": str(uuid5(_SPACE, f"opinions/{day}")),
                        "item": str(item.id),
                        "published_on": item.published_at.astimezone(SHANGHAI).date(),
                        "source": str(record["source"]),
                        "is_negative": link.negative,
                        "confidence": link.confidence,
                        "kinds": list(link.kinds),
                        "announced": link.announced,
                        "announced_share": link.announced_share,
                    }
                )
        clusters = cluster(told, ()).clusters
        return [row | {"cluster": clusters[UUID(row["item"])]} for row in found]


def _item(record: Record) -> Item:
    return Item(
        id=uuid5(_SPACE, str(record["item_id"])),
        version=1,
        published_at=datetime.fromisoformat(str(record["published_at"])),
        title=None if record.get("title") is None else str(record["title"]),
        text=str(record["text"]),
    )


def _headcount(record: Record) -> dict[str, Any]:
    def number(name: str) -> float | None:
        return None if record.get(name) is None else float(str(record[name]))

    return {
        "period": record["month"],
        "headcount": record["insured_headcount"],
        "arrears": record["months_in_arrears"],
        "pay": number("contribution_base_average"),
        "due": number("due"),
        "paid": number("paid"),
        "origin": None,
    }


def _report(record: Record) -> dict[str, Any]:
    days = {name: date.fromisoformat(str(record[name])) for name in _DAYS}
    planned, staff = record["planned_layoffs"], record["headcount"]
    return {**days, "reference": "", "planned": planned, "headcount": staff}


def _entry(record: Record) -> dict[str, Any]:
    return {"status": record["status"], "capital": float(str(record["registered_capital"]))}


# Feed -> (frame, what names a fact, its columns beside those of every version).
_ROWS: Final[Mapping[Feed, Any]] = {
    Feed.HEADCOUNT: ("headcounts", ("uscc", "month"), _headcount),
    Feed.REPORT: ("reports", ("uscc", "reported_on"), _report),
    Feed.REGISTER: ("entries", ("uscc",), _entry),
}


def _frame(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    schema: pl.Schema = getattr(schemas, name.upper())
    return pl.DataFrame(rows, schema=schema) if rows else schema.to_frame()
