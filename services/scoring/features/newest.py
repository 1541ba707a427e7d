"""What each source said last of an enterprise: so that silence is seen, and not taken for health.

It is read from the facts alone, by no rule.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

import polars as pl

from services.scoring.domain.outlook import Newest
from services.scoring.domain.rules import Source
from services.scoring.features.facts import Facts

_DAY: Final = pl.col("period").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
_MONTH: Final = (pl.col("period").str.slice(0, 7) + "-01").str.to_date("%Y-%m-%d").dt.month_end()
# Of each frame: who says it, of which period or day, and what names the fact.
_MONTHS: Final = (pl.lit(Source.HEADCOUNT.value), pl.col("period"), _MONTH, "import_id")
_RECORDS: Final = (pl.col("feed"), pl.col("period"), pl.coalesce(_DAY, _MONTH), "import_id")
_Told = tuple[pl.Expr, pl.Expr, pl.Expr, str]


def _on(source: pl.Expr, day: str, name: str) -> _Told:
    return source, pl.col(day).dt.to_string("%Y-%m-%d"), pl.col(day), name


_FRAMES: Final[Mapping[str, _Told]] = {
    "headcounts": _MONTHS,
    "records": _RECORDS,
    "reports": _on(pl.lit(Source.LAYOFF_REPORT.value), "reported_on", "import_id"),
    "opinions": _on(pl.lit(Source.OPINION.value), "published_on", "import_id"),
    "entries": _on(pl.lit(Source.REGISTER.value), "received_on", "import_id"),
    "affiliations": _on(pl.lit(Source.AFFILIATION.value), "received_on", "import_id"),
    "visits": _on(pl.lit(Source.VISIT.value), "visited_on", "id"),
    "help": _on(
        pl.when(pl.col("service") == Source.LOAN.value)
        .then(pl.lit(Source.LOAN.value))
        .otherwise(pl.lit(Source.SERVICE.value)),
        "given_on",
        "id",
    ),
}


def newest(facts: Facts, uscc: str, as_of: date) -> Mapping[Source, Newest]:
    """Return the newest fact of each source that had said anything by the end of a day.

    As far back as `facts` reach. Months of those who went on as this enterprise count as its own.
    What two persons looked at when they found a warning false is no evidence any more, but known.
    """
    found: dict[Source, Newest] = {}
    theirs = replace(facts.of({uscc}), refutations=Facts().refutations)
    for kind, frame in theirs.told(as_of).frames():
        if kind not in _FRAMES:
            continue
        source, period, on, name = _FRAMES[kind]
        last = (
            frame.select(source.alias("source"), period.alias("period"), on.alias("on"), name)
            .sort("on", "period", name)
            .unique("source", keep="last", maintain_order=True)
        )
        for row in last.iter_rows():
            found[Source(row[0])] = Newest(Source(row[0]), row[1], row[2], UUID(row[3]))
    return found
