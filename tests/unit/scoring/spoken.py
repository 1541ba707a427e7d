"""Texts, plans, visits and help for tests, made by plain functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from uuid import UUID

import polars as pl

from services.scoring.domain.measured import Measured
from services.scoring.features.facts import (
    ENTRIES,
    HELP,
    OPINIONS,
    REFUTATIONS,
    REPORTS,
    VISITS,
    Facts,
)
from services.scoring.features.measuring import measure
from tests.unit.scoring.facts import IMPORT, LONG_AGO, USCC, Row, frame


@dataclass(frozen=True)
class Text:
    """What one version of a text says of an enterprise."""

    day: date
    source: str = "weibo"
    cluster: str = ""
    kinds: tuple[str, ...] = ("layoff",)
    announced: int | None = None
    announced_share: float | None = None
    is_negative: bool = True
    confidence: float = 0.9
    item: int = 0
    version: int = 1
    is_withdrawn: bool = False
    received_on: date | None = None
    uscc: str = USCC


@dataclass(frozen=True)
class Report:
    """One version of a layoff report."""

    reported_on: date
    planned: int | None
    headcount: int | None = None
    layoff_on: date | None = None
    version: int = 1
    is_withdrawn: bool = False
    received_on: date | None = None
    uscc: str = USCC
    reference: str = ""


@dataclass(frozen=True)
class Visit:
    """What an officer found out."""

    visited_on: date
    on_site: bool = True
    operating: bool | None = None
    owner_reachable: bool | None = None
    equipment_moved: bool | None = None
    gathering: bool | None = None
    planned: int | None = None
    layoff_on: date | None = None
    wages_owed_months: int | None = None
    received_on: date | None = None
    number: int = 1
    uscc: str = USCC


@dataclass(frozen=True)
class Given:
    """A service, or a loan."""

    service: str
    given_on: date
    amount: float | None = None
    received_on: date | None = None
    number: int = 1
    uscc: str = USCC


@dataclass(frozen=True)
class Entry:
    """A version of a register entry."""

    version: int
    received_on: date
    status: str = "active"
    capital: float | None = None
    uscc: str = USCC


@dataclass(frozen=True)
class Refuted:
    """Two persons found a warning false."""

    received_on: date
    uscc: str = USCC


Fact = Row | Text | Report | Visit | Given | Entry | Refuted


@dataclass(frozen=True)
class Said:
    """Facts of all kinds."""

    months: Sequence[Row] = ()
    texts: Sequence[Text] = ()
    reports: Sequence[Report] = ()
    visits: Sequence[Visit] = ()
    given: Sequence[Given] = ()
    entries: Sequence[Entry] = ()
    refuted: Sequence[Refuted] = field(default=())

    @classmethod
    def of(cls, said: Iterable[Fact]) -> "Said":
        """Sort facts by their kinds."""
        of = list(said)
        return cls(
            months=[one for one in of if isinstance(one, Row)],
            texts=[one for one in of if isinstance(one, Text)],
            reports=[one for one in of if isinstance(one, Report)],
            visits=[one for one in of if isinstance(one, Visit)],
            given=[one for one in of if isinstance(one, Given)],
            entries=[one for one in of if isinstance(one, Entry)],
            refuted=[one for one in of if isinstance(one, Refuted)],
        )

    def facts(self) -> Facts:
        """Write them as the features read them."""
        return Facts(
            headcounts=frame(self.months).headcounts,
            reports=pl.DataFrame(
                [
                    _dated(asdict(one), one.reported_on, import_id=str(IMPORT))
                    for one in self.reports
                ],
                schema=REPORTS,
            ),
            opinions=pl.DataFrame([_text(one) for one in self.texts], schema=OPINIONS),
            visits=pl.DataFrame(
                [
                    _dated(asdict(one), one.visited_on, id=str(UUID(int=one.number)))
                    for one in self.visits
                ],
                schema=VISITS,
            ),
            help=pl.DataFrame(
                [
                    _dated(asdict(one), one.given_on, id=str(UUID(int=one.number)))
                    for one in self.given
                ],
                schema=HELP,
            ),
            entries=pl.DataFrame(
                [
                    {**asdict(one), "import_id": str(IMPORT), "is_withdrawn": False}
                    for one in self.entries
                ],
                schema=ENTRIES,
            ),
            refutations=pl.DataFrame([asdict(one) for one in self.refuted], schema=REFUTATIONS),
        )

    def measured(self, as_of: date) -> Measured:
        """Measure the one enterprise that they are about."""
        return measure(self.facts(), as_of)[USCC]


def _dated(row: Mapping[str, object], day: date, **more: object) -> dict[str, object]:
    return {**row, **more, "received_on": row["received_on"] or day}


def _text(one: Text) -> dict[str, object]:
    return {
        **_dated(asdict(one), one.day),
        "item": str(UUID(int=one.item)),
        "import_id": str(UUID(int=one.item)),
        "published_on": one.day,
        "cluster": one.cluster or f"c{one.item}",
        "kinds": list(one.kinds),
    }


def texts(day: date, *sources: str, first: int = 1, **said: object) -> list[Text]:
    """Publish one text of its own in each source."""
    return [
        Text(day, source, item=number, **said)  # type: ignore[arg-type]  # fields of Text
        for number, source in enumerate(sources, start=first)
    ]


def staff(count: int, month: str = "2026-09") -> list[Row]:
    """Insure so many, known for long."""
    return [Row(USCC, month, 1, LONG_AGO, count)]
