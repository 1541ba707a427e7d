"""What feeds recorded of one enterprise, as the features read it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import polars as pl

from services.scoring.domain.assessment import Assessment, assess
from services.scoring.domain.rules import Source
from services.scoring.features.facts import REFUTATIONS, Facts
from services.scoring.features.measuring import measure
from services.scoring.features.records import RECORDS
from tests.unit.scoring.facts import IMPORT, LONG_AGO, USCC, frame, series

TODAY = date(2026, 10, 15)

Value = int | str | None


@dataclass(frozen=True)
class Record:
    """One version of what a feed says of a period."""

    feed: Source
    period: str
    measures: Mapping[str, Value] = field(default_factory=dict)
    received_on: date = TODAY
    version: int = 1
    is_withdrawn: bool = False

    def withdrawn(self, on: date) -> "Record":
        """Take it back."""
        return replace(self, version=self.version + 1, is_withdrawn=True, received_on=on)

    def corrected(self, **measures: Value) -> "Record":
        """Say it anew."""
        return replace(self, version=self.version + 1, measures={**self.measures, **measures})


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def event(feed: Source, days_ago: int, number: int | str = 1, /, **measures: Value) -> Record:
    """Record an event, so many days ago."""
    return Record(feed, f"{ago(days_ago).isoformat()}/no-{number}", measures)


def month(feed: Source, period: str, **measures: Value) -> Record:
    """Record a month, known for long."""
    return Record(feed, period, measures, LONG_AGO)


def facts(
    records: Iterable[Record], *, staff: int | None = 100, refuted: date | None = None
) -> Facts:
    """Write the records, and a headcount that does not move."""
    rows = [
        {
            "uscc": USCC,
            "version": one.version,
            "is_withdrawn": one.is_withdrawn,
            "received_on": one.received_on,
            "import_id": str(IMPORT),
            "feed": one.feed.value,
            "period": one.period,
            "measures": None if one.is_withdrawn else json.dumps(dict(one.measures)),
        }
        for one in records
    ]
    months = {} if staff is None else {"2026-08": staff, "2026-09": staff}
    cleared = [] if refuted is None else [{"uscc": USCC, "received_on": refuted}]
    return replace(
        frame(series(months)),
        records=pl.DataFrame(rows, schema=RECORDS),
        refutations=pl.DataFrame(cleared, schema=REFUTATIONS),
    )


def judged(*records: Record, staff: int | None = 100, on: date = TODAY) -> Assessment:
    """Judge one enterprise by these records."""
    known = measure(facts(records, staff=staff), on)
    assert set(known) <= {USCC}
    return assess(known[USCC], on)


def found(*records: Record, staff: int | None = 100, on: date = TODAY) -> dict[str, float]:
    """Return which indicators find something, how strongly."""
    return {one.indicator: one.strength for one in judged(*records, staff=staff, on=on).findings}
