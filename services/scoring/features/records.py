"""The facts of the feeds that say one thing of a period or an event: their columns, their reach.

A row is what one feed said of one enterprise and period, `measures` the JSON that is stored.
Amounts are stored as decimal text; days and months come from the period, which for an event is
its day and its reference ("2020-08-03/（2020）京0105执1234号").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import polars as pl

from services.scoring.domain.figures import Figure
from services.scoring.domain.rules import Source
from services.scoring.features.months import month_of, numbered

_COUNT: Final = pl.Int64()
_AMOUNT: Final = pl.Float64()
_WORD: Final = pl.String()
_DAY: Final = pl.Date()

_YEAR = 366
_TWO_YEARS = 2 * _YEAR
# Of lists of three years, the half year in which the third one passes is still looked at.
_LISTED = 4 * _YEAR


@dataclass(frozen=True, slots=True)
class Feed:
    """The columns that features read of a feed, and how many days back they look."""

    columns: Mapping[str, pl.DataType]
    reach_days: int


FEEDS: Final[Mapping[Source, Feed]] = {
    Source.RENEWAL: Feed({"expired": _COUNT, "renewed": _COUNT}, _YEAR),
    Source.CLAIM: Feed({"claimants": _COUNT, "laid_off": _COUNT}, 92),
    Source.POSTING: Feed({"postings": _COUNT}, _TWO_YEARS),
    Source.WAGES: Feed(
        {
            "workers": _COUNT,
            "amount": _AMOUNT,
            "largest_claim": _AMOUNT,
            "unpaid_since": _DAY,
            "state": _WORD,
        },
        _TWO_YEARS,
    ),
    Source.DEFERRAL: Feed({"state": _WORD}, _YEAR),
    Source.ELECTRICITY: Feed({"days": _COUNT, "kwh": _COUNT, "supply": _WORD}, 500),
    Source.UTILITY: Feed({"months_in_arrears": _COUNT, "supply": _WORD}, _YEAR),
    Source.RENT: Feed({"months_in_arrears": _COUNT, "lease": _WORD}, _YEAR),
    Source.INVOICES: Feed({"issued_amount": _AMOUNT, "reversed_amount": _AMOUNT}, _TWO_YEARS),
    Source.TAX: Feed({"owed": _AMOUNT, "deferred": _AMOUNT}, _YEAR),
    Source.OVERDUE: Feed({"overdue_principal": _AMOUNT, "overdue_bills": _AMOUNT}, _YEAR),
    Source.COURT: Feed({"kind": _WORD, "state": _WORD, "procedure": _WORD}, _TWO_YEARS),
    Source.LAWSUIT: Feed({"role": _WORD, "amount": _AMOUNT, "state": _WORD}, _YEAR),
    Source.REGISTRATION: Feed(
        {
            "kind": _WORD,
            "ground": _WORD,
            "capital_before": _AMOUNT,
            "capital_after": _AMOUNT,
            "share_percent": _COUNT,
        },
        _LISTED,
    ),
    Source.DISPUTE: Feed(
        {"workers": _COUNT, "common_claim_workers": _COUNT, "state": _WORD}, _YEAR
    ),
    Source.HOTLINE: Feed({"topic": _WORD, "caller": _WORD}, 92),
}

RECORDS: Final = pl.Schema(
    {
        "uscc": pl.String(),
        "version": pl.Int64(),
        "is_withdrawn": pl.Boolean(),
        "received_on": pl.Date(),
        "import_id": pl.String(),
        "feed": pl.String(),
        "period": pl.String(),
        "measures": pl.String(),
    }
)
# What a feature says beside its parameters.
_KEY = ("uscc", "number", "on", "period", "import_id", "word")


def oldest(source: Source, as_of: date) -> str:
    """Return the first month of a feed that the features of a day may need."""
    return month_of(as_of - timedelta(days=FEEDS[source].reach_days))


def of_feed(known: pl.DataFrame, source: Source, as_of: date) -> pl.DataFrame:
    """Return what is known of a feed, in columns, in the order of its days.

    `on` is the day of an event and the last day of a month, `index` counts months, `is_news` is
    false of what two persons looked at when they found a warning false: a base, no evidence.
    """
    columns = FEEDS[source].columns
    stored = pl.Struct({name: _COUNT if of == _COUNT else _WORD for name, of in columns.items()})
    day = pl.col("period").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    month = (pl.col("period").str.slice(0, 7) + "-01").str.to_date("%Y-%m-%d")
    return (
        known.filter(pl.col("feed") == source.value, pl.col("period") >= oldest(source, as_of))
        .with_columns(
            pl.coalesce(day, month.dt.month_end()).alias("on"),
            numbered(pl.col("period")).alias("index"),
            pl.col("measures").str.json_decode(stored),
        )
        .unnest("measures")
        .with_columns(_read(name, of) for name, of in columns.items())
        .sort("uscc", "on", "period")
    )


def _read(name: str, of: pl.DataType) -> pl.Expr:
    return pl.col(name).str.to_date("%Y-%m-%d") if of == _DAY else pl.col(name).cast(of)


def news(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what may be evidence."""
    return rows.filter("is_news")


def within(rows: pl.DataFrame, as_of: date, days: int) -> pl.DataFrame:
    """Return the events of so many days up to a day, of which not even one has been cleared."""
    return news(rows).filter(pl.col("on").is_between(as_of - timedelta(days=days - 1), as_of))


def last(rows: pl.DataFrame, *of: str) -> pl.DataFrame:
    """Return the last row of each enterprise (and of each of what is named), if it is news."""
    return news(rows.unique(["uscc", *of], keep="last", maintain_order=True))


NEWEST: Final = (
    pl.col("on").last(),
    pl.col("period").last(),
    pl.col("import_id").last(),
)


def figures(counted: pl.DataFrame, as_of: date) -> Mapping[str, Figure]:
    """Return the figure of each enterprise: columns beside the usual are its parameters."""
    told = counted.filter(pl.col("number").is_not_null())
    return {row["uscc"]: _figure(row, as_of) for row in told.iter_rows(named=True)}


def _figure(row: Mapping[str, Any], as_of: date) -> Figure:
    said = {name: of for name, of in row.items() if name not in _KEY and of is not None}
    return Figure(
        number=float(row["number"]),
        period=row["period"],
        age_days=max(0, (as_of - row["on"]).days),
        import_id=UUID(row["import_id"]),
        parameters={
            name: of.isoformat() if isinstance(of, date) else of for name, of in said.items()
        },
        word=row.get("word"),
    )
